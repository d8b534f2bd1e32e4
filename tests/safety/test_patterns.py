import pytest

from assistant.safety.patterns import Finder, compile_pattern
from assistant.safety.wording import plain, sentences

WORDS = {"i": ("i", "im"), "pet": ("cat", "(big|small) dog")}


def found(pattern, text):
    finder = Finder([("rule", compile_pattern(pattern, WORDS))])
    return [
        sentence.text[match.start : match.end].strip()
        for sentence in sentences(text, {})
        for match in finder.find(sentence)
    ]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("want to go", "I want to go home", ["want to go"]),
        ("want ~2 go", "I want so much go", ["want so much go"]),
        ("want ~1 go", "I want so much go", []),
        ("(want|wish) to", "they wish to", ["wish to"]),
        ("(really)? want", "I really want", ["realy want"]),
        ("sing*", "singers sing", ["singers", "sing"]),
        ("{pet} here", "a big dog here", ["big dog here"]),
        ("# years ago", "it was 12 years ago", ["12 years ago"]),
        ("tea + milk", "milk in tea", ["milk in tea"]),
        ("want to go", "I want. To go", []),
    ],
)
def test_the_pattern_language(pattern, text, expected):
    assert found(pattern, text) == expected


@pytest.mark.parametrize("pattern", ["", "~3", "(a|b", "a)", "{nobody}", "(a)?", "a & b"])
def test_a_pattern_that_means_nothing_is_refused(pattern):
    with pytest.raises(ValueError, match="pattern"):
        compile_pattern(pattern, WORDS)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("wäre", "waere"), ("WÄRE", "ware"), ("don't", "dont"), ("sooo", "so"), ("d1e", "die")],
)
def test_spellings_of_one_word_are_one(written, meant):
    assert plain(written) == plain(meant)


def test_places_point_into_the_message():
    message = "  Hallo!  Ich bin's, müde."
    _, sentence = sentences(message, {})
    start, end = sentence.span(0, len(sentence.text))
    assert message[start:end] == "Ich bin's, müde"
