"""Which language a text is written in: English or German.

A statistical model (py3langid, held to the two languages) judges the letters. It is unsure on short
questions, so words that only one of the two languages uses are counted as well; on a long text the
model outweighs them. Other languages are not recognised: they come out as the nearer of the two.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Literal

Language = Literal["en", "de"]

_GERMAN_WORDS = """
    aber alle als am an auch auf aus bei beim bin bis bist da damit dann das dass dein deine dem den
    denn der des dich die dies diese dieser dir doch du ein eine einem einen einer eines er es euch
    euer für gegen gehen haben hat ich ihm ihn ihnen ihr ihre im immer ist ja jetzt kann kein keine
    machen man mein meine meinem meinen meiner mich mir mit muss nach nein nicht nichts noch nur
    oder ohne schon sehr sein seine sich sie sind soll sollte über um und uns unser unter viel vom
    von vor war warum wann was weil welche welcher wem wen wenn wer werden wie wieder will wir wird
    wo woran worauf würde zu zum zur zwischen hallo danke bitte geben frage fragen umgang tipps
    """
_ENGLISH_WORDS = """
    a about after all and any are as at be because been before but by can could do does don don't
    first for from get give had has have he hello her hers him his how i i'm if in into is isn't it
    its just let like make me my no not of off on one or our out over please she should so some tell
    than thank thanks that the their them then there these they this those to too up us was we were
    what when where which while who whom why will with without would you your
    """
_GERMAN = frozenset(_GERMAN_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
# "in", "so", "an", "am", "was", "man", "will", "die", "war", "bin", "hat" and "all" are words in
# both languages; they speak for neither.
_SHARED = (_GERMAN & _ENGLISH) | {"in", "so", "an", "am", "man", "die", "war", "bin", "hat", "all"}
_GERMAN_ENDINGS = re.compile(
    r"(?:fragen?|ung|ungen|heit|heiten|keit|keiten|schaft|lich|liche|lichen|isch|ische|gespräch|gespräche"
    r"|ieren|chen|tzen|llen|nnen|nden|ngen)$"
)
_ENGLISH_ENDINGS = re.compile(r"(?:tion|tions|ing|ings|ness|ity|ly|ship|ful|ous|ure|ies|ence)$")
_GERMAN_LETTERS = re.compile(r"[äöüß]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_SAMPLE = 3000
_WORD_POINTS = 6.0
_ENDING_POINTS = 3.0
_LETTER_POINTS = 8.0


def detect(text: str, default: str = "en") -> str:
    """``"en"`` or ``"de"``; `default` when the text holds no word that tells them apart.

    Long texts are judged by three samples of a thousand characters, so that the time stays
    bounded (under 5 ms once the model is loaded, which the first call does).
    """
    sample = _sample(text)
    words = _WORD.findall(sample.lower())
    if not words:
        return default
    score = _words_score(words) + _letters_score(" ".join(words))
    if abs(score) < 0.5:
        return default
    return "de" if score > 0 else "en"


def _sample(text: str) -> str:
    if len(text) <= _SAMPLE:
        return text
    part, middle = _SAMPLE // 3, len(text) // 2
    return " ".join((text[:part], text[middle : middle + part], text[-part:]))


def _words_score(words: list[str]) -> float:
    """Points for German above zero, for English below."""
    score = 0.0
    for word in words:
        word = word.replace("’", "'")
        if word in _SHARED:
            continue
        if word in _GERMAN:
            score += _WORD_POINTS
        elif word in _ENGLISH:
            score -= _WORD_POINTS
        elif _GERMAN_LETTERS.search(word):
            score += _LETTER_POINTS
        elif _GERMAN_ENDINGS.search(word):
            score += _ENDING_POINTS
        elif _ENGLISH_ENDINGS.search(word):
            score -= _ENDING_POINTS
    return score


def _letters_score(text: str) -> float:
    """The model's log-odds for German; what each piece of evidence weighs is the model's own."""
    scores = dict(_identifier().rank(text))
    return float(scores["de"]) - float(scores["en"])


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(["de", "en"])
    return identifier
