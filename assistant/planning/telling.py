"""The words by which a request tells what meeting it is: `knowledge/planning/requests.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.planning.themes import Telling, Told
from assistant.safety.wording import plain
from assistant.words import data

Field = Literal["stage", "setting", "world", "avoid", "wishes", "people", "plan"]

_LETTERS = {
    "a": "äáàâãåāăą", "c": "çćč", "d": "đď", "e": "éèêëēėęě", "g": "ğ", "i": "íìîïīı", "k": "ķ",
    "l": "łľļ", "n": "ñńňņ", "o": "öóòôõøőō", "r": "řŕ", "s": "ßşșśš", "t": "ţțť", "u": "üúùûůűū",
    "y": "ýÿ", "z": "żźž", "'": "’‘ʼ`´′", "-": "–—−", " ": "\u00a0\u202f",
}  # fmt: skip
_PLAIN_LETTERS = str.maketrans({fine: plain for plain, all_ in _LETTERS.items() for fine in all_})


class Requests(BaseModel):
    """The file as it is; what each part is for stands there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Mapping[str, tuple[str, ...]]
    stage: Mapping[str, Told]
    setting: Mapping[str, Told]
    world: Mapping[str, Told]
    avoid: Mapping[str, Told]
    wishes: Mapping[str, Told]
    people: Mapping[str, Told]
    plan: Mapping[str, Told]
    askers: tuple[str, ...]
    pleas: tuple[str, ...]
    fillers: tuple[str, ...]
    durations: Mapping[str, int]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    given_names: str
    also_words: str
    not_names: str
    logistics: str


@cache
def load_requests() -> Requests:
    """`knowledge/planning/requests.yaml`, read once a process."""
    return Requests.model_validate(data("knowledge", "planning/requests.yaml"))


@cache
def telling(field: Field) -> Telling:
    """What finds the values of a field."""
    requests = load_requests()
    told: Mapping[str, Told] = getattr(requests, field)
    return Telling(told, requests.words)


@cache
def listed(name: Literal["given_names", "also_words", "not_names", "logistics"]) -> frozenset[str]:
    """A list of single words, in their plain spelling."""
    text: str = getattr(load_requests(), name)
    return frozenset(plain(word) for word in text.split())


@cache
def given_names() -> frozenset[str]:
    """As `folded` spells them: other than in `listed`, "Ken" isn't "keen"."""
    return frozenset(folded(name) for name in load_requests().given_names.split())


def folded(text: str) -> str:
    """`text` in small letters without umlauts and fine quotes, every character in its place."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.translate(_PLAIN_LETTERS)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without space and commas at the ends."""
    while start < end and text[start] in " \t\n,;:-–":
        start += 1
    while end > start and text[end - 1] in " \t\n,;:-–.":
        end -= 1
    return start, end
