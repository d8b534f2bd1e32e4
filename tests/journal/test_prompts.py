"""The guided prompts: enough of them, for every mood and every length, in both languages."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import ValidationError

from assistant.journal.prompts import (
    WITHOUT_SIGNS,
    GuidedPrompt,
    JournalPrompts,
    Minutes,
    Mood,
    built_in_prompts,
)

LANGUAGES = ("en", "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_prompts_and_no_gaps(language: str):
    prompts = built_in_prompts(language)
    assert len(prompts.prompts) >= 150
    assert prompts.gaps() == []


def test_a_prompt_means_the_same_in_both_languages():
    for one, other in zip(*(built_in_prompts(lang).prompts for lang in LANGUAGES), strict=True):
        assert one.model_dump(exclude={"text"}) == other.model_dump(exclude={"text"})
        assert one.text != other.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mood_has_a_choice_at_every_length(language: str):
    for mood in get_args(Mood):
        for minutes in get_args(Minutes):
            fitting = [
                p for p in built_in_prompts(language).prompts
                if mood in p.moods and p.minutes == minutes
            ]  # fmt: skip
            assert len(fitting) >= 4, (mood, minutes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_can_be_met_in_what_people_write(language: str):
    for follow_up in built_in_prompts(language).follow_ups:
        assert bool(follow_up.signs) != (follow_up.after in WITHOUT_SIGNS)
        for sign in follow_up.signs:
            assert sign == sign.lower().strip() and sign.rstrip("*"), sign


def prompt(**changes: object) -> GuidedPrompt:
    values = {"id": "a", "model": "free", "step": "write", "moods": ["any"], "minutes": 3}
    return GuidedPrompt.model_validate(values | {"text": "Write one sentence."} | changes)


def test_what_is_missing_or_doubled_is_named():
    few = JournalPrompts(prompts=(prompt(), prompt(), prompt(id="b", step="sing")), follow_ups=())
    gaps = few.gaps()
    for part in (
        "the id 'a' stands twice",
        "'Write one sentence.' stands twice",
        "'free' has no step 'sing'",
        "no prompt for the step 'feelings' of 'gibbs'",
        "no prompt for the mood 'sad' and 20 minutes",
        "no follow-up after 'self_blame'",
    ):
        assert any(part in gap for gap in gaps), part


@pytest.mark.parametrize("changes", [{"minutes": 5}, {"moods": ["hungry"]}, {"text": "Write."}])
def test_a_prompt_in_another_form_is_refused(changes: dict[str, object]):
    with pytest.raises(ValidationError):
        prompt(**changes)
