"""What a message asks to change as people say it: politely, tersely, misspelt, in two languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.planning.composing import Planner
from assistant.planning.edit import (
    Add,
    Back,
    Edit,
    Exchange,
    Missing,
    Move,
    Remove,
    Resize,
    State,
    Swap,
    Translate,
)
from assistant.planning.edits import edits_in
from assistant.planning.implied import TOLD
from assistant.planning.plan import SessionPlan
from assistant.planning.request import SessionRequest
from tests.planning.shelves import finds_nothing, picker, shelf

TABLE: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "changes.yaml").read_text(encoding="utf-8")
)
CASES = [
    (language, said, does if isinstance(does, list) else [does])
    for language in ("en", "de")
    for said, does in TABLE[language].items()
]
IMPLIED = [
    (language, *pair) for language in ("en", "de") for pair in TABLE["implied"][language].items()
]
NEAR_MISSES = [(language, said) for language in ("en", "de") for said in TABLE["not"][language]]


@pytest.fixture(scope="module")
def plans() -> dict[str, SessionPlan]:
    """The plan of the table, in both languages."""
    planner = Planner(shelf(), picker(), finds_nothing)
    request = SessionRequest.model_validate(TABLE["request"])
    made = {
        language: planner.compose(request.model_copy(update={"language": language}))
        for language in ("en", "de")
    }
    assert all([item.key for item in plan.agenda] == TABLE["agenda"] for plan in made.values())
    return made


@pytest.mark.parametrize(("language", "said", "does"), CASES, ids=lambda value: str(value)[:60])
def test_a_message_is_read_as_it_is_meant(
    plans: dict[str, SessionPlan], language: str, said: str, does: list[str]
) -> None:
    assert [in_short(edit) for edit in edits_in(said, plans[language])] == does


@pytest.mark.parametrize(("language", "said", "does"), IMPLIED)
def test_what_is_only_implied_is_read_as_it_is_meant(
    plans: dict[str, SessionPlan], language: str, said: str, does: str
) -> None:
    assert [in_short(edit) for edit in edits_in(said, plans[language])] == [does]


@pytest.mark.parametrize("content", [None, b"half a file"])
def test_without_what_was_learnt_the_words_that_are_known_stand_alone(
    plans: dict[str, SessionPlan],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
) -> None:
    file = tmp_path / "wishes.safetensors"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr("assistant.planning.wishes.FILE", file)
    for language, said, _ in IMPLIED:
        assert edits_in(said, plans[language]) == []
    assert edits_in("undo", plans["en"]) == [Back()]


def test_in_a_chat_the_reader_must_be_surer(plans: dict[str, SessionPlan]) -> None:
    said = TABLE["implied"]["en"]
    read = [bool(edits_in(one, plans["en"], least)) for least in (TOLD, 1.01) for one in said]
    assert read == [True] * len(said) + [False] * len(said)


@pytest.mark.parametrize(("language", "said"), NEAR_MISSES)
def test_what_only_sounds_like_a_change_is_none(
    plans: dict[str, SessionPlan], language: str, said: str
) -> None:
    sure = [
        e
        for e in edits_in(said, plans[language])
        if not isinstance(e, State) or e.statement.is_sure
    ]
    assert [in_short(edit) for edit in sure] == []


def in_short(edit: Edit) -> str:
    """An edit as the table writes it."""
    match edit:
        case Back():
            return "back" if edit.version is None else f"back to {edit.version}"
        case Translate():
            return f"in {edit.language}"
        case Missing():
            return f"cannot {edit.why}" if edit.why else f"no {edit.thing or edit.place}"
        case Remove():
            return f"without {edit.key}"
        case Resize():
            return f"{edit.key} {_amount(edit)}"
        case Exchange():
            kind = f"for {edit.people}" if edit.people else edit.wish
            return f"another {edit.key} {kind}".strip()
        case Move():
            return f"{edit.key} {_place(edit)}"
        case Swap():
            return f"swap {edit.key} {edit.other}"
        case Add():
            where = f" {'after' if edit.after else 'before'} {edit.beside}" if edit.beside else ""
            return f"add {edit.thing}{where}"
    return " ".join(_facts(edit))


def _amount(edit: Resize) -> str:
    amount = edit.amount
    if amount.factor is not None:
        return f"x{amount.factor:g}"
    return {1: "+", -1: "-", 0: "="}[amount.sign] + str(amount.minutes or "")


def _place(edit: Move) -> str:
    if edit.beside:
        return f"{'after' if edit.after else 'before'} {edit.beside}"
    return f"by {edit.by:+}" if edit.to is None else f"to {edit.to}"


def _facts(edit: State) -> list[str]:
    told = edit.statement
    lists = {"no": told.avoid, "allowed": told.allowed, "hush": told.shun, "agreed": told.agreed}
    listed = [f"{name}:{value}" for name, values in lists.items() for value in values]
    wished = [f"likes:{wish}" for wish in told.wishes]
    return [*(f"{name}:{value}" for name, value in told.fields.items()), *listed, *wished]
