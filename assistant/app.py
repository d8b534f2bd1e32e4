"""The only place that wires the parts together."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Literal

from assistant.answering.answer import Answer
from assistant.answering.extractive import ExtractiveAnswerer
from assistant.conversation import Conversing
from assistant.conversations import Conversations
from assistant.errors import AssistantError, IndexUnavailable
from assistant.guides.limits import Limits
from assistant.home import Home
from assistant.library import Library
from assistant.planning.material import Shelf, passage_of
from assistant.planning.mentees import Mentees
from assistant.planning.nearness import Nearness
from assistant.planning.picking import Picker
from assistant.planning.plan import SessionPlan
from assistant.planning.preparing import Preparing
from assistant.retrieval.embeddings import (
    PieceCounter,
    as_matrix,
    check_built_in,
    fingerprint,
    load_embeddings,
    model_folder,
)
from assistant.retrieval.indexes import Indexes
from assistant.retrieval.passage import Passage
from assistant.retrieval.search import Search
from assistant.retrieval.turning import turned
from assistant.safety.assessing import assess, built_in_assessor
from assistant.safety.concern import Concern
from assistant.settings import BUILT_IN_MODEL, Settings, load_settings, quiet
from assistant.store.catalogue import Catalogue, GuideEntry, StoredGuide
from assistant.store.database import Database
from assistant.store.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.embeddings import Embeddings

log = logging.getLogger(__name__)

_LOST = (
    "The search index couldn't be read or written; keyword search answers. Check the free disk "
    "space and start Tandem again: the index is then rebuilt."
)


@dataclass(frozen=True)
class Status:
    """How far Tandem is. `problem` is a sentence for people, or None."""

    model: Literal["waiting", "loading", "ready", "failed"]
    dense: Literal["loading", "ready", "rebuilding", "off"]
    guides: int
    chunks: int
    syncing: bool
    problem: str | None


class _Closing(AssistantError):
    """Tandem is closed while it is starting; what is done by then is kept."""


class Assistant:
    """Tandem, opened on one home folder. Use `open_assistant`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._home = Home(settings.home)
        try:
            self._database = Database(settings.database)
            self._model_folder = model_folder(settings.embedding_model)
            catalogue = Catalogue(self._database)
            vectors = Vectors(self._database, fingerprint(self._model_folder))
            self._indexes = Indexes(catalogue, vectors, settings.home / "index")
        except BaseException:
            self._home.close()
            raise
        self._home.say(f"process {os.getpid()}")
        self._catalogue = catalogue
        self._indexes.use(self._wait_for_model)
        self._search = Search(catalogue, self._indexes)
        self.conversations = Conversations(self._database)
        self.library = Library(
            catalogue,
            self._indexes,
            PieceCounter(self._model_folder),
            settings.home,
            Limits(file_bytes=settings.max_file_mb * 1_000_000, seconds=settings.read_seconds),
        )
        self.mentees = Mentees(self._database)
        self.planner = self._make_planner()
        self._conversing = Conversing(
            self._find,
            ExtractiveAnswerer(self._search),
            settings,
            self.planner.answer,
            self._built_in_guide,
        )
        self._embeddings: Embeddings | None = None
        self._model_state: Literal["waiting", "loading", "ready", "failed"] = "waiting"
        self._dense_state: Literal["loading", "ready", "rebuilding", "off"] = "loading"
        self._problem: str | None = None
        self._model_done, self._can_answer, self._closing = Event(), Event(), Event()
        self._starting = Lock()
        self._loader = Thread(target=self._load_model, name="load-model", daemon=True)
        self._warmer = Thread(target=self._warm_up, name="warm-up", daemon=True)

    # -- the contract --------------------------------------------------------------------------

    def ask(self, question: str) -> Answer:
        """Answer one question."""
        *_, last = self.respond([{"role": "user", "content": question}])
        return last

    def respond(
        self,
        messages: Sequence[Mapping[str, Any]],
        collections: Collection[str] | None = None,
        country: str | None = None,
    ) -> Iterator[Answer]:
        """Growing answers to the last message; the last one yielded is whole.

        The safety check comes first and needs nothing loaded; anything else waits for the library
        to be ready. `country` is the person's own; where it is None or unknown, the settings'.
        """
        return self._conversing.respond(messages, collections, country)

    def search(
        self, query: str, top_k: int = 10, collections: Collection[str] | None = None
    ) -> list[Passage]:
        """The best passages for a query: each guide's best first, then further ones."""
        self._ready()
        return self._search.find(query, top_k, collections, spread=True)

    def plan(self, text: str) -> SessionPlan:
        """A plan for the meeting that a text describes, in the text's language.

        For somebody in acute danger, or where no plan should serve, the plan has no agenda but
        says `instead` what helps. `planner` corrects and changes plans, `mentees` keeps them.
        """
        return self.planner.plan(text)

    def assess(self, text: str) -> Concern | None:
        """A reason to show human help first, or None. Never raises.

        Needs neither library nor index nor network; the first call loads the classifier.
        """
        return assess(text)

    def status(self) -> Status:
        """How far loading is, for the page and for `tandem doctor`."""
        collections = self._catalogue.collections()
        lost = self._dense_state == "ready" and not self._indexes.dense_ready
        return Status(
            self._model_state,
            "off" if lost else self._dense_state,
            sum(c.guides for c in collections),
            self._catalogue.chunk_count(),
            self.library.syncing,
            self._problem or (_LOST if lost else None),
        )

    @property
    def embedding_fingerprint(self) -> str:
        """Which embedding model is in use: equal ones give equal vectors."""
        return self._indexes.model

    @property
    def warm(self) -> bool:
        """Whether a question would be answered at once."""
        return self._can_answer.is_set()

    def say_address(self, address: str) -> None:
        """Tell a second process on this home where the page is."""
        self._home.say(f"process {os.getpid()}, {address}")

    # -- opening and closing -------------------------------------------------------------------

    def start(self) -> None:
        """Begin to load in the background; further calls do nothing."""
        with self._starting:
            if self._warmer.ident is None:
                self._warmer.start()

    def wait(self) -> None:
        """Return when everything that loads in the background has loaded, or failed to."""
        self.start()
        self._warmer.join()

    def close(self) -> None:
        """Finish what is under way and give the home folder back.

        A start that isn't through is broken off; the next one goes on from there.
        """
        self._closing.set()
        if self._warmer.ident is not None:
            self._warmer.join()
        if self._loader.ident is not None:
            self._loader.join()
        try:
            self._indexes.close()
            self._database.close()
        finally:
            self._home.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _find(
        self, query: str, top_k: int, collections: Collection[str] | None, language: str
    ) -> list[Passage]:
        self._ready()
        return self._search.find(query, top_k, collections, language=language)

    def _make_planner(self) -> Preparing:
        return Preparing(
            Shelf(self._enabled_guides, self._catalogue.guide),
            Picker(Nearness(self._embed, self._search.coverage)),
            self._find,
            self.assess,
            lambda text: built_in_assessor().boundary(text),
            lambda: self.settings.country,
            self.settings.language,
            lambda: self.settings.contacts,
        )

    def _built_in_guide(self, name: str, language: str) -> Passage | None:
        """The beginning of a built-in guide that may answer."""
        path = f"{language}/{name}.md"
        builtin = {c.name for c in self._catalogue.collections() if c.builtin and c.enabled}
        for entry in self._catalogue.guides():
            if entry.collection in builtin and entry.path == path and entry.state == "indexed":
                return _beginning(self._catalogue.guide(entry.id))
        return None

    def _enabled_guides(self) -> list[GuideEntry]:
        enabled = {c.name for c in self._catalogue.collections() if c.enabled}
        return [entry for entry in self._catalogue.guides() if entry.collection in enabled]

    def _embed(self, texts: Sequence[str]) -> np.ndarray | None:
        self._ready()
        return self._search.embed(texts)

    def _ready(self) -> None:
        self.start()
        self._can_answer.wait()

    def _wait_for_model(self) -> Embeddings:
        self._begin_loading()
        self._model_done.wait()
        if self._embeddings is None:
            raise IndexUnavailable(self._problem or "The embedding model can't be loaded.")
        return self._embeddings

    def _begin_loading(self) -> None:
        with self._starting:
            if self._loader.ident is None:
                self._model_state = "loading"
                self._loader.start()

    def _load_model(self) -> None:
        started = time.monotonic()
        try:
            if self.settings.embedding_model == BUILT_IN_MODEL:
                check_built_in(self._model_folder)
            embeddings = load_embeddings(self._model_folder)
            first = as_matrix([embeddings.embed_query("warm up")])[0]
            turned(first, "warm up", fingerprint(self._model_folder))
            self._embeddings, self._model_state = embeddings, "ready"
            log.info("The embedding model is ready after %.1f s.", time.monotonic() - started)
        except Exception as error:
            self._model_state = "failed"
            self._problem = (
                f"The embedding model can't be loaded ({error}). Keyword search answers; "
                "see `tandem doctor`."
            )
            log.exception("The embedding model can't be loaded.")
        finally:
            self._model_done.set()

    def _warm_up(self) -> None:
        try:
            self._begin_loading()
            Thread(target=built_in_assessor, name="load-safety", daemon=True).start()
            self.sync_built_in()
            self._indexes.refresh()
            self._open_dense()
        except _Closing:
            log.info("Closed before everything was loaded; the next start goes on.")
        except AssistantError as error:
            self._dense_state, self._problem = "off", str(error)
            log.warning("%s", error)
        except Exception:
            self._dense_state = "off"
            self._problem = "Something went wrong at start; keyword search answers."
            log.exception("Warming up failed.")
        finally:
            self._model_done.wait()
            if self._embeddings is None:
                # Without the model no question can be compared with the vectors.
                self._indexes.close()
                self._dense_state = "off"
            self._can_answer.set()

    def _open_dense(self) -> None:
        """Open the dense index; while it is rebuilt, keyword search answers."""
        with self.library.exclusively():
            self._indexes.embed_live(self._stop_if_closing)
            if not self._indexes.dense_intact():
                self._dense_state = "rebuilding"
                self._model_done.wait()
                self._can_answer.set()
            self._indexes.open_dense(self._stop_if_closing)
            self._dense_state = "ready"

    def sync_built_in(self) -> None:
        """Bring the built-in guides up to date; done at each start."""
        with as_file(files("knowledge").joinpath("guides")) as folder:
            self.library.sync(folder, self._stop_if_closing, builtin=True)

    def _stop_if_closing(self, *_: object) -> None:
        if self._closing.is_set():
            raise _Closing


def _beginning(guide: StoredGuide) -> Passage | None:
    """A guide's first section, as a passage."""
    if not guide.sections:
        return None
    return passage_of(guide, *guide.sections[0])


def open_assistant(settings: Settings | None = None, warm: bool = True) -> Assistant:
    """Open Tandem on a home folder; close it, or use ``with``.

    With `warm` everything loads in the background at once; without, when it is first needed.
    Raises `SettingsError`, `HomeInUse` when another process owns the folder, and `StorageError`.
    """
    settings = settings or load_settings()
    quiet(settings)
    assistant = Assistant(settings)
    if warm:
        assistant.start()
    return assistant
