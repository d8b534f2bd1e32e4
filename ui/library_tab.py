"""The library view: adding guides, watching them being read, and looking after them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from assistant.errors import UnknownGuide
from ui.chat import QUIET, on_bridge
from ui.labels import Labels, labels
from ui.librarian import Librarian
from ui.library_rendering import trouble_html
from ui.trouble import calm

if TYPE_CHECKING:
    import gradio as gr


class LibraryHandlers:
    """What happens on each event. The last argument is always the person's language."""

    def __init__(self, librarian: Librarian, *, folders: bool) -> None:
        self._librarian = librarian
        self._folders = folders

    def show(self, search: str, filtered: str, page: int, language: str) -> tuple[str, str, str]:
        """(counts, collections, guides)."""
        seen = self._librarian.overview(search, filtered == "failed", page, labels(language))
        return seen.counts, seen.collections, seen.guides

    def first_page(self, search: str, filtered: str, language: str) -> tuple[Any, ...]:
        """(page, counts, collections, guides) after the search changed."""
        return (0, *self.show(search, filtered, 0, language))

    def turn_page(self, payload: str, search: str, filtered: str, language: str) -> tuple[Any, ...]:
        """(page, counts, collections, guides) of another page of the table."""
        page = int(payload)
        return (page, *self.show(search, filtered, page, language))

    def add(self, uploads: list[str] | None, language: str) -> tuple[None, str]:
        """(no uploads, progress) after files were uploaded."""
        text = labels(language)
        if uploads and not self._librarian.start_adding(uploads):
            return None, trouble_html(text("progress.busy"))
        return None, self._librarian.progress(text)

    def sync(self, folder: str, language: str) -> str:
        """Progress after a folder was named."""
        text = labels(language)
        if not folder.strip():
            return trouble_html(text("library.folder_empty"))
        try:
            started = self._folders and self._librarian.start_sync(folder)
        except UnknownGuide:
            return trouble_html(text("library.folder_missing", folder=folder.strip()))
        return self._librarian.progress(text) if started else trouble_html(text("progress.busy"))

    def sync_again(self, payload: str, language: str) -> str:
        """The same for a folder that was read before."""
        return self.sync(unquote(payload), language)

    def look(
        self, payload: str, search: str, filtered: str, page: int, language: str
    ) -> tuple[Any, ...]:
        """(progress, counts, collections, guides). tandem.js looks again while files are read."""
        del payload
        progress = self._librarian.progress(labels(language))
        if self._librarian.busy():
            return progress, *_same(3)
        return progress, *self.show(search, filtered, page, language)

    def enter(
        self, payload: str, search: str, filtered: str, page: int, language: str
    ) -> tuple[Any, ...]:
        """The same when the library is opened; what was finished before is not told again."""
        shown = self.look(payload, search, filtered, page, language)
        if self._librarian.busy():
            return shown
        return *_same(1), *self.show(search, filtered, page, language)

    def enable(self, payload: str, language: str) -> None:
        """Let a collection answer, or not."""
        del language
        wish = json.loads(payload)
        self._librarian.enable(unquote(str(wish["name"])), bool(wish["enabled"]))

    def remove(self, payload: str, language: str) -> None:
        """Take a guide out."""
        del language
        self._librarian.remove(int(payload))

    def remove_collection(self, payload: str, language: str) -> None:
        """Forget a folder."""
        del language
        self._librarian.remove_collection(unquote(payload))


class LibraryView:
    """The library as built: its components, and how to say it in another language."""

    def __init__(
        self, librarian: Librarian, language: gr.State, *, folders: bool, limit_mb: int
    ) -> None:
        """Build the view inside the current Blocks. `folders`: may folders be read by path."""
        import gradio as gr

        self._do, self._language = LibraryHandlers(librarian, folders=folders), language
        self._limit_mb = limit_mb
        text = labels("en")
        self.page = gr.State(0)
        with gr.Column(elem_id="library", elem_classes="view"):
            self.head = gr.Markdown(_head(text), elem_id="library-head", container=False)
            self.counts = gr.Markdown("", elem_id="counts", container=False)
            with gr.Row(elem_id="add"):
                with gr.Column(elem_id="drop", min_width=0):
                    self.drop_text = gr.Markdown(
                        _drop(text, limit_mb), elem_id="drop-text", container=False
                    )
                    self.files = gr.File(
                        label=text("library.add"),
                        file_count="multiple",
                        elem_id="files",
                        show_label=False,
                        container=False,
                    )
                with gr.Column(elem_id="folder", min_width=0, visible=folders):
                    self.folder_text = gr.Markdown(
                        _folder(text), elem_id="folder-text", container=False
                    )
                    self.folder = gr.Textbox(
                        elem_id="folder-path", max_lines=1, **_folder_box(text)
                    )
                    self.sync = gr.Button(text("library.folder_sync"), elem_id="sync")
            self.progress = gr.Markdown("", elem_id="progress", container=False)
            self.collections_head = gr.Markdown(
                _collections(text), elem_id="collections-head", container=False
            )
            self.collections = gr.Markdown("", elem_id="collections", container=False)
            self.guides_head = gr.Markdown(_guides(text), elem_id="guides-title", container=False)
            with gr.Row(elem_id="guides-head"):
                self.search = gr.Textbox(elem_id="guide-search", max_lines=1, **_search_box(text))
                self.filter = gr.Dropdown(
                    elem_id="guide-filter", value="all", filterable=False, **_filter_box(text)
                )
            self.guides = gr.Markdown("", elem_id="guides", container=False)
        self._wire()

    @property
    def spoken(self) -> list[Any]:
        """The components that `in_language` gives new texts, in its order."""
        return [
            self.head, self.drop_text, self.files, self.folder_text, self.folder, self.sync,
            self.collections_head, self.guides_head, self.search, self.filter, self.progress,
            self.counts, self.collections, self.guides,
        ]  # fmt: skip

    def in_language(self, text: Labels, search: str, filtered: str, page: int) -> list[Any]:
        """New texts for `spoken`."""
        import gradio as gr

        return [
            _head(text),
            _drop(text, self._limit_mb),
            gr.update(label=text("library.add")),
            _folder(text),
            gr.update(**_folder_box(text)),
            gr.update(value=text("library.folder_sync")),
            _collections(text),
            _guides(text),
            gr.update(**_search_box(text)),
            gr.update(**_filter_box(text)),
            "",
            *self._do.show(search, filtered, page, text.language),
        ]

    def _show_after(self, event: Any) -> None:
        inputs = [self.search, self.filter, self.page, self._language]
        outputs = [self.counts, self.collections, self.guides]
        event.then(calm(self._do.show), inputs, outputs, **QUIET)

    def _wire(self) -> None:
        do, language = self._do, self._language
        added = [self.files, self.progress]
        self.files.upload(calm(do.add), [self.files, language], added, **QUIET)
        for asked in (self.sync.click, self.folder.submit):
            asked(calm(do.sync), [self.folder, language], self.progress, **QUIET)
        on_bridge("sync", do.sync_again, [language], self.progress)
        shown = [self.page, self.counts, self.collections, self.guides]
        searched = [self.search, self.filter, language]
        self.search.change(calm(do.first_page), searched, shown, **QUIET)
        self.filter.input(calm(do.first_page), searched, shown, **QUIET)
        on_bridge("page", do.turn_page, searched, shown)
        state = [self.search, self.filter, self.page, language]
        looked = [self.progress, *shown[1:]]
        on_bridge("library", do.enter, state, looked)
        on_bridge("look-library", do.look, state, looked)
        for event in (
            on_bridge("collection", do.enable, [language], None),
            on_bridge("remove", do.remove, [language], None),
            on_bridge("remove-collection", do.remove_collection, [language], None),
        ):
            self._show_after(event)


def _same(count: int) -> list[Any]:
    """Updates that change nothing."""
    import gradio as gr

    return [gr.skip() for _ in range(count)]


def _titled(title: str, text: str, level: int) -> str:
    return f"<h{level}>{title}</h{level}>\n\n<p>{text}</p>"


def _head(text: Labels) -> str:
    return _titled(text("library.title"), text("library.intro"), 1)


def _drop(text: Labels, limit_mb: int) -> str:
    hint = text("library.drop_hint", limit=limit_mb)
    buttons = (
        f'<button type="button" name="pick" value="files">{text("library.choose_files")}</button>'
        f'<button type="button" name="pick" value="folder" class="quiet">'
        f"{text('library.choose_folder')}</button>"
    )
    return (
        f'<p class="drop-title">{text("library.drop")}</p>\n\n<p class="hint">{hint}</p>'
        f'\n\n<div class="drop-buttons">{buttons}</div>'
    )


def _folder(text: Labels) -> str:
    return _titled(text("library.folder_title"), text("library.folder_text"), 2)


def _collections(text: Labels) -> str:
    return _titled(text("library.collections"), text("library.collections_text"), 2)


def _guides(text: Labels) -> str:
    return f"<h2>{text('library.guides')}</h2>"


def _folder_box(text: Labels) -> dict[str, Any]:
    return {"label": text("library.folder"), "placeholder": text("library.folder_hint")}


def _search_box(text: Labels) -> dict[str, Any]:
    return {"label": text("library.search"), "placeholder": text("library.search_hint")}


def _filter_box(text: Labels) -> dict[str, Any]:
    choices = [(text("library.filter_all"), "all"), (text("library.filter_failed"), "failed")]
    return {"label": text("library.filter"), "choices": choices}
