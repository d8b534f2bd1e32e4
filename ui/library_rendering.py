"""The library as HTML: collections, the table of guides, progress and what a sync did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ui.labels import Labels
from ui.rendering import button, plain

_OURS = {"built-in": "library.collection_builtin", "added": "library.collection_added"}

ROWS = 50
"""Guides on one page of the table."""


def counts_html(guides: int, chunks: int, labels: Labels) -> str:
    """How much the library holds, in a line."""
    form = "one" if guides == 1 else "other"
    text = labels(
        f"library.counts.{form}", guides=labels.number(guides), chunks=labels.number(chunks)
    )
    return f'<p class="counts">{plain(text)}</p>'


def collections_html(collections: Sequence[Any], labels: Labels) -> str:
    """A checkbox a collection; a folder's own also have their path and two actions."""
    items = "".join(_collection(collection, labels) for collection in collections)
    return f'<ul class="collections">{items}</ul>'


def collection_name(name: str, labels: Labels) -> str:
    """The two collections of ours have names in the person's language."""
    return labels(_OURS[name]) if name in _OURS else name


def _collection(collection: Any, labels: Labels) -> str:
    name = quote(collection.name, safe="")
    count = labels.counted("library.collection_guides", collection.guides)
    folder, actions = "", ""
    if collection.folder and collection.name not in _OURS:
        folder = f'<span class="path">{plain(collection.folder)}</span>'
        actions = button(
            "sync",
            quote(collection.folder, safe=""),
            labels("library.collection_again"),
            kind="quiet",
        ) + button(
            "remove-collection",
            name,
            labels("library.collection_remove"),
            kind="plain",
            icon="remove",
        )
    checked = " checked" if collection.enabled else ""
    return (
        f'<li><label><input type="checkbox" name="collection" value="{name}"{checked}>'
        f'<span class="collection-name">{plain(collection_name(collection.name, labels))}</span>'
        f'<span class="count">{plain(count)}</span>{folder}</label>'
        f'<span class="collection-actions">{actions}</span></li>'
    )


def fitting(rows: Sequence[Any], search: str, only_failed: bool) -> list[Any]:
    """The guides whose title or path has every word of `search`."""
    words = search.casefold().split()
    return [
        row
        for row in rows
        if (not only_failed or row.state == "failed")
        and all(word in f"{row.title} {row.path}".casefold() for word in words)
    ]


def guides_html(
    rows: Sequence[Any], page: int, labels: Labels, *, searched: bool, now: datetime
) -> str:
    """One page of the table of guides. `page` counts from 0 and is kept within what there is."""
    if not rows:
        key = "library.none_found" if searched else "library.none"
        return f'<p class="empty">{plain(labels(key))}</p>'
    pages = (len(rows) + ROWS - 1) // ROWS
    page = max(0, min(page, pages - 1))
    shown = rows[page * ROWS : (page + 1) * ROWS]
    columns = ("title", "language", "chunks", "added", "state", "actions")
    head = "".join(
        f'<th scope="col" class="column-{c}">{plain(labels(f"library.column_{c}"))}</th>'
        for c in columns
    )
    body = "".join(_guide_row(row, labels, now) for row in shown)
    rows_html = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    table = f'<div class="table"><table>{rows_html}</table></div>'
    return table + (f"\n\n{_pager(page, pages, labels)}" if pages > 1 else "")


def _guide_row(row: Any, labels: Labels, now: datetime) -> str:
    reason = ""
    if row.state == "failed":
        reason = f'<span class="reason">{plain(failure_text(row.reason_code, labels))}</span>'
    elif row.state == "copy":
        original = labels("library.copy_of", path=row.reason)
        reason = f'<span class="reason">{plain(original)}</span>'
    read = "" if row.state != "indexed" else button("read", row.id, labels("library.read"))
    remove = button("remove", row.id, labels("library.remove"), kind="plain", icon="remove")
    language = f"library.language_{row.language}"
    spoken = labels(language) if language in labels else row.language
    state = labels(f"library.state_{row.state}")
    cells = (
        ("title", f'<span class="title">{plain(row.title or row.path)}</span>'
                  f'<span class="path">{plain(row.path)}</span>{reason}'),
        ("language", plain(spoken)),
        ("chunks", labels.number(row.chunks) if row.chunks else "–"),
        ("added", plain(labels.day(row.added, now))),
        ("state", f'<span class="state state-{row.state}">{plain(state)}</span>'),
        ("actions", f'<span class="row-actions">{read}{remove}</span>'),
    )  # fmt: skip
    return f"<tr>{''.join(f'<td class=column-{name}>{cell}</td>' for name, cell in cells)}</tr>"


def failure_text(code: str, labels: Labels) -> str:
    """Why a file can't be a guide, as a sentence in the person's language."""
    key = f"unreadable.{code}"
    return labels(key if key in labels else "unreadable.other")


def _pager(page: int, pages: int, labels: Labels) -> str:
    back = button("page", page - 1, labels("library.previous"), kind="quiet") if page else ""
    more = button("page", page + 1, labels("library.next"), kind="quiet")
    here = labels("library.pages", page=labels.number(page + 1), pages=labels.number(pages))
    return (
        f'<div class="pager"><span>{back}</span><span>{plain(here)}</span>'
        f"<span>{more if page + 1 < pages else ''}</span></div>"
    )


def progress_html(progress: Any | None, labels: Labels) -> str:
    """A running sync: how far, how fast, how long still, and which file is being read."""
    title = f'<div class="progress-title">{plain(labels("progress.title"))}</div>'
    if progress is None:
        start = plain(labels("progress.starting"))
        return f'<div class="progress running">{title}<progress></progress><p>{start}</p></div>'
    total, done = max(progress.total, 1), min(progress.done, progress.total)
    figures = {"done": labels.number(done), "total": labels.number(progress.total)}
    facts = [labels(f"progress.count_{progress.phase}", **figures)]
    rate = f"progress.rate_{progress.phase}"
    if progress.per_second > 0 and rate in labels:
        facts.append(labels(rate, rate=labels.number(progress.per_second, 1)))
    read = progress.phase == "reading" and progress.done >= progress.total
    if progress.seconds_left is not None and not read:
        facts.append(labels("progress.left", time=_duration(progress.seconds_left, labels)))
    phase = plain(labels(f"progress.{'embedding' if read else progress.phase}"))
    name = "" if read else plain(progress.path)
    return (
        f'<div class="progress running">{title}<progress max="{total}" value="{done}"></progress>'
        f'<p class="facts">{plain(" · ".join(facts))}</p>'
        f'<p class="file"><span class="path">{name}</span> {phase}</p></div>'
    )


def _duration(seconds: float, labels: Labels) -> str:
    if seconds < 90:
        return labels("progress.seconds", count=labels.number(max(1, round(seconds))))
    return labels("progress.minutes", count=labels.number(round(seconds / 60)))


def report_html(report: Any, labels: Labels) -> str:
    """What a sync did, and each file that could not become a guide with its reason."""
    kinds = ("added", "changed", "removed", "unchanged", "copies", "failed")
    facts = [
        labels.counted(f"progress.{kind}", len(getattr(report, kind)))
        for kind in kinds
        if getattr(report, kind)
    ]
    text = " · ".join(facts) or labels("progress.nothing")
    failures = "".join(
        f'<li><span class="path">{plain(failure.path)}</span> '
        f"{plain(failure_text(failure.code, labels))}</li>"
        for failure in report.failed[:100]
    )
    listed = f'<ul class="failures">{failures}</ul>' if failures else ""
    if len(report.failed) > 5:
        count = plain(labels.counted("progress.failed", len(report.failed)))
        listed = f"<details><summary>{count}</summary>{listed}</details>"
    return (
        f'<div class="progress finished"><div class="progress-title">'
        f"{plain(labels('progress.done'))}</div>"
        f'<p class="facts">{plain(text)}</p>{listed}</div>'
    )


def trouble_html(text: str) -> str:
    """A sentence about something that did not work, where the person is looking."""
    return f'<p class="notice trouble" role="alert">{plain(text)}</p>'
