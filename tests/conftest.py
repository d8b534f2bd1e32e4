"""Shared by all tests: one loaded model, small guides, no way out but loopback."""

from __future__ import annotations

import ipaddress
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from langchain_core.embeddings import Embeddings
from small_parts import GUIDES, CountingEmbeddings, write

import assistant.app
import assistant.syncing
import knowledge
from assistant import Assistant, Settings, open_assistant
from assistant.guides.bounded import ReaderPool
from assistant.guides.limits import DEFAULT_LIMITS, Limits
from assistant.retrieval.embeddings import load_embeddings, model_folder
from assistant.settings import quiet


def pytest_configure() -> None:
    # Machines are noisy: how long one example takes says nothing.
    hypothesis.settings.register_profile("tandem", deadline=None)
    hypothesis.settings.load_profile("tandem")
    quiet(Settings(home=Path("unused")))


@pytest.fixture(scope="session", autouse=True)
def no_way_out() -> Iterator[None]:
    """Sockets of this process reach this machine only."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _only_here(getattr(socket.socket, name)))
        yield


def _only_here(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0]).split("%")[0]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"A test tried to reach {address!r}.")
        return connect(self, address)

    return guarded


@pytest.fixture(scope="session")
def embeddings() -> Embeddings:
    """The built-in model, loaded once."""
    return load_embeddings(model_folder("built-in"))


@pytest.fixture(scope="session")
def reading() -> Iterator[ReaderPool]:
    """One real reading process, started once."""
    with ReaderPool(workers=1) as pool:
        yield pool


@pytest.fixture(scope="session")
def built_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program folder with one built-in guide, since embedding all of them takes long."""
    folder = tmp_path_factory.mktemp("knowledge")
    real = Path(knowledge.__file__).parent / "guides" / "en" / "active-listening.md"
    (folder / "guides" / "en").mkdir(parents=True)
    shutil.copy(real, folder / "guides" / "en")
    return folder


@pytest.fixture
def counted(embeddings: Embeddings) -> CountingEmbeddings:
    """The model, counting from here."""
    return CountingEmbeddings(embeddings)


@pytest.fixture
def shared_model(
    counted: CountingEmbeddings,
    reading: ReaderPool,
    built_in: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Assistants that the test opens use what is loaded already."""
    _share(monkeypatch, counted, reading, built_in)


def _share(
    patch: pytest.MonkeyPatch, model: Embeddings, reading: ReaderPool, built_in: Path
) -> None:
    def pool(workers: int, limits: Limits) -> AbstractContextManager[ReaderPool]:
        return nullcontext(reading) if limits == DEFAULT_LIMITS else ReaderPool(workers, limits)

    patch.setattr(assistant.app, "load_embeddings", lambda _: model)
    patch.setattr(assistant.app, "check_built_in", lambda _: None)
    patch.setattr(assistant.app, "files", lambda _: built_in)
    patch.setattr(assistant.syncing, "ReaderPool", pool)


@pytest.fixture(scope="session")
def settled_home(
    tmp_path_factory: pytest.TempPathFactory,
    embeddings: Embeddings,
    reading: ReaderPool,
    built_in: Path,
) -> Path:
    """A home folder in which the built-in guide is indexed; copy it, don't open it."""
    home = tmp_path_factory.mktemp("settled") / "home"
    with pytest.MonkeyPatch.context() as patch:
        _share(patch, embeddings, reading, built_in)
        with open_assistant(Settings(home=home)) as tandem:
            tandem.wait()
            assert tandem.status().dense == "ready"
    return home


@pytest.fixture
def home(tmp_path: Path, settled_home: Path) -> Path:
    """A home folder of the test's own."""
    return Path(shutil.copytree(settled_home, tmp_path / "home"))


@pytest.fixture
def tandem(home: Path, shared_model: None) -> Iterator[Assistant]:
    """Tandem on that home folder, ready."""
    with open_assistant(Settings(home=home)) as opened:
        opened.wait()
        yield opened


@pytest.fixture
def guides(tmp_path: Path) -> Path:
    """A folder of four small guides, one of them in a folder below, one in German."""
    folder = tmp_path / "guides"
    for path, text in GUIDES.items():
        write(folder / path, text)
    return folder
