from __future__ import annotations

import pytest

from assistant.planning.escalation import HIGHEST, Told, load_escalation, stages_told

WORDS = [
    (stage, language, words)
    for stage, languages in load_escalation().stages.items()
    for language, words in languages.items()
]


@pytest.mark.parametrize(("stage", "language", "words"), WORDS)
def test_each_stage_is_told_from_its_example_and_not_from_its_near_miss(stage, language, words):
    told = stages_told(words.example)
    assert told is not None
    assert told.highest == stage
    assert all(word in words.example for word in told.words)
    assert stages_told(words.near_miss) is None


def test_every_stage_has_words_in_both_languages():
    known = load_escalation().stages
    assert sorted(known) == list(range(1, HIGHEST + 1))
    assert all(set(languages) == {"en", "de"} for languages in known.values())


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Mia has blocked her number and walks out of the room.", 3),
        ("They only communicate through sticky notes now.", 3),
        ("Half the class is on Lea's side.", 4),
        ("His ex friends tell everyone he's a thief.", 5),
        ("'If you don't pay by Friday, I'll tell the boss.'", 6),
        ("Someone hacked her account after that.", 7),
        ("Her ex wants to ruin her.", 8),
        ("As long as Danny goes down too, he doesn't mind.", 9),
        ("Er geht einfach raus, wenn sie kommt.", 3),
        ("Alle müssen sich für eine Seite entscheiden.", 4),
        ("Er wurde vor der ganzen Klasse bloßgestellt.", 5),
        ("„Wenn du nicht ausziehst, wirst du schon sehen“, hat er gesagt.", 6),
        ("Die haben seinen Roller zerkratzt.", 7),
        ("Er will sie ruinieren.", 8),
        ("Hauptsache, der andere fliegt auch.", 9),
        ("Sie haben sich gestritten, and now he won't talk to her any more.", 3),
    ],
)
def test_stages_are_told_in_both_languages(text: str, stage: int):
    told = stages_told(text)
    assert told is not None
    assert told.highest == stage


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "No threats so far.",
        "There were never any threats.",
        "Es gab keine Drohungen.",
        "Er hat ihn nicht bedroht.",
        "She hasn't blocked her.",
        "What if he threatens her?",
        "Was, wenn er ihr droht?",
        "They had a big row last year. It's all settled now.",
        "Sie haben gestritten und ihn blockiert. Jetzt haben sie sich wieder vertragen.",
        "She smashed the exam.",
        "He lives in a block of flats.",
        "She missed our meeting three times in a row.",
        "We talked about football and her new job.",
        "Heute ging es um Mathe und um ihren Hund.",
    ],
)
def test_nothing_is_told_where_nothing_happened(text: str):
    assert stages_told(text) is None


def test_what_came_before_is_the_way_and_the_hotter_sign_counts():
    text = "First they argued about the rota, then she blocked him, now he threatens her."
    assert stages_told(text) == Told(6, 6, ("threatens",))


def test_words_are_verbatim_and_in_their_order():
    text = "She blocked\nhis number. They had a row about money."
    told = stages_told(text)
    assert told is not None
    assert (told.lowest, told.highest) == (2, 3)
    assert told.words == ("blocked his number", "had a row about")
    assert all(word in " ".join(text.split()) for word in told.words)


def test_long_and_odd_texts_are_read_quickly():
    assert stages_told("he said " * 20_000) is None
    assert stages_told("\x00’’’ ‘‘ … 🙂 İİİ") is None
