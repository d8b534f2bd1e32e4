"""Reading ease by the formulas, and what counts as a sentence and a syllable."""

import pytest

from evals.readability import count_syllables, prose_sentences, reading_ease


def test_reading_ease_is_what_the_formulas_say():
    assert reading_ease("The cat sat on the mat.", "en") == pytest.approx(206.835 - 6.09 - 84.6)
    # five words with six syllables
    assert reading_ease("Der Hund sitzt am Ofen.", "de") == pytest.approx(180 - 5 - 58.5 * 6 / 5)


def test_an_item_is_a_sentence_and_a_heading_is_none():
    text = "# Title\n\nOne here. Two here?\n\n- **Three** here\n1. Four here\n"
    assert prose_sentences(text) == ["One here.", " Two here?", "Three here", "Four here"]


@pytest.mark.parametrize(
    ("language", "word", "syllables"),
    [
        ("en", "made", 1),
        ("en", "table", 2),
        ("en", "listening", 3),
        ("en", "wanted", 2),
        ("en", "don't", 1),
        ("de", "Mentor:in", 3),
        ("de", "Gefühl", 2),
        ("de", "Situation", 5),
        ("de", "zuhören", 3),
    ],
)
def test_syllables_are_counted_by_ear(language, word, syllables):
    assert count_syllables(word, language) == syllables
