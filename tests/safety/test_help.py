from importlib.resources import files
from itertools import product

import pytest

from assistant.safety.boundaries import Boundary
from assistant.safety.concern import Concern
from assistant.safety.help import (
    boundary_guide,
    boundary_text,
    country_of,
    crisis_text,
    known_country,
    load_helplines,
)
from assistant.safety.rules import LANGUAGES, read_language
from assistant.safety.sheet import help_sheet
from assistant.settings import Contact

KINDS = ("self_harm", "abuse", "violence", "acute_danger")
COUNTRIES = ("DE", "AT", "CH", "UK", "US", "elsewhere")


def concern(kind="self_harm", severity="high", speaker="self"):
    return Concern(kind, severity, ("words",), speaker)


@pytest.mark.parametrize(
    ("kind", "severity", "speaker", "language", "country"),
    list(product(KINDS, ("low", "medium", "high"), ("self", "other"), ("en", "de"), COUNTRIES)),
)
def test_every_text_names_two_ways_to_a_person_and_fills_every_gap(
    kind, severity, speaker, language, country
):
    text = crisis_text(concern(kind, severity, speaker), language, country)
    assert sum(line.startswith("- ") for line in text.splitlines()) >= 2
    assert "{" not in text
    assert ("reported" in text or "reports" in text) if language == "en" else "melde" in text


@pytest.mark.parametrize(
    ("country", "number"), [("DE", "112"), ("UK", "999"), ("US", "911"), ("Nowhere", "112")]
)
@pytest.mark.parametrize("speaker", ["self", "other"])
def test_in_acute_danger_the_emergency_number_stands_first_and_alone(country, number, speaker):
    first, after, *_ = crisis_text(
        concern("acute_danger", speaker=speaker), "en", country
    ).splitlines()
    assert first == f"# Call {number} now"
    assert after == ""


def test_a_mentee_reads_that_nothing_is_reported_and_that_writing_may_go_on():
    text = crisis_text(concern(), "de")
    assert "Nichts davon wird von selbst irgendwem gemeldet" in text
    assert "weiterschreiben" in text
    assert "eine Maschine" in text
    assert "116 111" in text


def test_a_mentor_reads_what_to_do_what_to_say_and_whom_to_inform():
    text = crisis_text(concern(speaker="other"), "en")
    assert "next hour" in text
    assert "Words you can say" in text
    assert "programme's staff" in text
    assert "Secrecy can't be promised" in text


def test_a_gentle_line_is_short():
    assert len(crisis_text(concern(severity="low"), "en")) < 900


def test_numbers_say_when_they_were_checked():
    assert "22.11.2026" in crisis_text(concern(), "de")
    assert "22 November 2026" in crisis_text(concern(), "en")


def test_countries_are_found_by_common_codes():
    assert country_of("gb") is country_of("UK")
    assert country_of("xx") is load_helplines().countries["elsewhere"]


KIM = Contact(name="Kim *Weber*", reach="030 1234567", hours="Mo–Fr 9–17", languages=("Deutsch",))
ALEX, THIRD = Contact(name="Alex", reach="alex_1@example.org"), Contact(name="Third", reach="1")


def bullets(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("- ")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("severity", ["low", "medium", "high"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_organisations_contacts_stand_first_among_people(kind, severity, language):
    text = crisis_text(concern(kind, severity), language, "AT", (KIM, ALEX, THIRD))
    first, second, third, *_ = bullets(text)
    assert first == r"- **Kim \*Weber\***: 030 1234567 (Mo–Fr 9–17; Deutsch)"
    assert second == r"- **Alex**: alex\_1@example.org"
    assert "Rat auf Draht" in third, "two contacts in an answer, all on the help page"
    if kind == "acute_danger" and severity != "low":
        assert text.startswith("# ")
        assert "112" in text.splitlines()[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_mentor_is_told_whom_to_inform_by_name(kind, language):
    text = crisis_text(concern(kind, "high", "other"), language, "DE", (KIM, ALEX))
    assert r"**Kim \*Weber\***" in text
    assert "programme's staff" not in text
    assert "Leitung eures Programms" not in text
    nobody = crisis_text(concern(kind, "high", "other"), language, "DE")
    assert "programme's staff" in nobody or "Leitung eures Programms" in nobody


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("severity", ["low", "medium", "high"])
@pytest.mark.parametrize("speaker", ["self", "other"])
def test_words_on_violence_fit_who_threatens_and_who_is_threatened(language, severity, speaker):
    text = crisis_text(concern("violence", severity, speaker), language).lower()
    for word in ("put away", "your anger", "so much anger", "how angry", "deine wut", "leg weg"):
        assert word not in text


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_mentee_reads_first_is_short_and_asks_nothing(language, kind):
    text = crisis_text(concern(kind, "high"), language)
    opening = text.split("\n\n")[1 if kind == "acute_danger" else 0]
    assert "?" not in opening
    assert len(opening) < 320
    assert len(text) < 1500


def test_at_night_the_first_number_is_one_that_is_open():
    first, *_ = bullets(crisis_text(concern(), "de", "DE"))
    assert "Tag und Nacht" in first


@pytest.mark.parametrize("rule", [r for one in LANGUAGES for r in read_language(one).boundaries])
def test_each_limit_names_a_guide_that_is_there_in_both_languages(rule):
    found = Boundary(rule.kind, "")
    guide = boundary_guide(rule.kind)
    for language in LANGUAGES:
        text = files("knowledge").joinpath(f"guides/{language}/{guide}.md").read_text("utf-8")
        title = next(li for li in text.splitlines() if li.startswith("title: "))[len("title: ") :]
        assert title in boundary_text(found, language)


@pytest.mark.parametrize(
    ("code", "known"),
    [("at", "AT"), ("gb", "UK"), ("Elsewhere", "elsewhere"), ("", None), ("XX", None),
     ("../etc", None)],
)  # fmt: skip
def test_only_known_countries_are_known(code, known):
    assert known_country(code) == known


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("country", COUNTRIES)
def test_the_sheet_has_everything_for_every_country(language, country):
    sheet = help_sheet(language, country, (KIM, ALEX, THIRD))
    assert sheet.contacts == (KIM, ALEX, THIRD)
    assert sheet.emergency in sheet.texts.call
    assert len(sheet.lines) == len(country_of(country).lines)
    assert [code for code, _ in sheet.countries] == list(COUNTRIES)
    assert "{" not in str(sheet.texts)
    assert help_sheet(language, "nowhere").country == "elsewhere"
