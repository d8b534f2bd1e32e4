"""Situations to practise with: who the mentee is, their first words, what builds or costs trust."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assistant.words import data


class Mentee(BaseModel):
    """Who the mentor practises with; `age` in years."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=2)
    age: int = Field(ge=10, le=70)


class Scenario(BaseModel):
    """A situation for practice.

    `background` is what the mentor knows beforehand, `unsaid` what the mentee only tells once they
    feel safe. `guides` are ids of built-in guides that prepare for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=5)
    stage: Literal["first", "early", "middle", "late", "last"]
    difficulty: Literal["gentle", "demanding", "hard"]
    setting: str = Field(min_length=10)
    mentee: Mentee
    background: str = Field(min_length=40)
    first_words: str = Field(min_length=5)
    unsaid: str = Field(min_length=20)
    builds_trust: tuple[str, ...] = Field(min_length=3)
    costs_trust: tuple[str, ...] = Field(min_length=3)
    guides: tuple[str, ...] = Field(min_length=1)


@cache
def built_in_scenarios(language: str) -> tuple[Scenario, ...]:
    """The situations that come with Tandem; raises pydantic's ValidationError for a bad file."""
    return TypeAdapter(tuple[Scenario, ...]).validate_python(
        data("knowledge", f"scenarios/{language}.yaml")
    )
