from itertools import product

import pytest

from assistant.safety.concern import Concern
from assistant.safety.help import country_of, crisis_text, load_helplines

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
