"""Guided prompts to write from, and those that follow from what was written."""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from assistant.words import data

Mood = Literal[
    "any", "calm", "glad", "proud", "unsure", "worried", "sad", "angry", "tired", "lonely"
]
"""How the writer says they feel; ``any`` fits all."""

Minutes = Literal[3, 10, 20]
"""How long the writer has."""

STEPS: dict[str, tuple[str, ...]] = {
    "free": ("write",),
    "gibbs": ("description", "feelings", "evaluation", "analysis", "conclusion", "plan"),
    "what": ("what", "so_what", "now_what"),
    "kolb": ("experience", "observation", "idea", "experiment"),
    "grow": ("goal", "reality", "options", "will"),
    "five_r": ("reporting", "responding", "relating", "reasoning", "reconstructing"),
    "deal": ("describe", "examine", "learn"),
    "strengths": ("notice", "use"),
    "people": ("notice", "act"),
}
"""The models of reflection and their steps, in order.

Gibbs (1988); what, so what, now what: Rolfe (2001); Kolb (1984); GROW: Whitmore (1992); 5R: Bain
and others (2002); DEAL: Ash and Clayton (2009). ``free``, ``strengths`` and ``people`` are our own.
"""

Written = Literal[
    "little", "feeling", "no_feeling", "person", "self_blame", "plan", "success", "stuck",
    "always", "body", "past", "thanks",
]  # fmt: skip
"""What a follow-up answers to. ``little`` and ``no_feeling`` are told by length and by what is
missing, the others by signs."""
WITHOUT_SIGNS = ("little", "no_feeling")


class GuidedPrompt(BaseModel):
    """One prompt to write from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    model: str
    step: str
    moods: tuple[Mood, ...] = Field(min_length=1)
    minutes: Minutes
    text: str = Field(min_length=15, max_length=300)


class FollowUp(BaseModel):
    """What may be asked next when the entry shows one of the signs; ``*`` ends an open stem."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: Written
    signs: tuple[str, ...] = ()
    texts: tuple[str, ...] = Field(min_length=4)


class JournalPrompts(BaseModel):
    """All there is to write from in one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompts: tuple[GuidedPrompt, ...]
    follow_ups: tuple[FollowUp, ...]

    def gaps(self) -> list[str]:
        """What is missing or doubled, a sentence each; empty when nothing is."""
        return [*self._doubled(), *self._unknown_steps(), *self._missing()]

    def _doubled(self) -> list[str]:
        ids = [prompt.id for prompt in self.prompts]
        texts = [p.text for p in self.prompts] + [t for f in self.follow_ups for t in f.texts]
        return [
            *(
                f"the id {one!r} stands twice"
                for one in sorted({i for i in ids if ids.count(i) > 1})
            ),
            *(f"{one!r} stands twice" for one in sorted({t for t in texts if texts.count(t) > 1})),
        ]

    def _unknown_steps(self) -> list[str]:
        return [
            f"{prompt.id}: the model {prompt.model!r} has no step {prompt.step!r}"
            for prompt in self.prompts
            if prompt.step not in STEPS.get(prompt.model, ())
        ]

    def _missing(self) -> list[str]:
        steps = {(prompt.model, prompt.step) for prompt in self.prompts}
        found = {(mood, prompt.minutes) for prompt in self.prompts for mood in prompt.moods}
        kinds = {follow_up.after: follow_up for follow_up in self.follow_ups}
        return [
            *(
                f"no prompt for the step {step!r} of {model!r}"
                for model, listed in STEPS.items()
                for step in listed
                if (model, step) not in steps
            ),
            *(
                f"no prompt for the mood {mood!r} and {minutes} minutes"
                for mood in get_args(Mood)
                for minutes in get_args(Minutes)
                if (mood, minutes) not in found
            ),
            *(f"no follow-up after {kind!r}" for kind in get_args(Written) if kind not in kinds),
            *(
                f"the follow-up after {kind!r} has no signs"
                for kind, follow_up in kinds.items()
                if not follow_up.signs and kind not in WITHOUT_SIGNS
            ),
        ]


@cache
def built_in_prompts(language: str) -> JournalPrompts:
    """The prompts that come with Tandem; raises pydantic's ValidationError for a bad file."""
    return JournalPrompts.model_validate(data("prompts", f"journal/{language}.yaml"))
