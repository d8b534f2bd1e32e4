"""How easy a text reads, by the formula made for its language.

English: Rudolf Flesch, "A New Readability Yardstick", Journal of Applied Psychology 32 (1948):
206.835 - 1.015 * words per sentence - 84.6 * syllables per word.
German: Toni Amstad, "Wie verständlich sind unsere Zeitungen?", Zürich (1978):
180 - words per sentence - 58.5 * syllables per word.
Both run from about 0 (hard) to about 100 (easy). Syllables are counted by rules, not by a
dictionary, so a value is right to within a few points.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’:-][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?…]+[\"“”’')\]]*(?=\s|$)")
_LINE_MARK = re.compile(r"^\s*(?:[-*>]|\d+\.)\s+")
_EMPHASIS = re.compile(r"[*_`]{1,3}")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")

_GERMAN_NUCLEUS = re.compile(r"aa|ee|oo|ie|au|äu|eu|ei|ai|ey|ay|[aeiouyäöü]")
_ENGLISH_NUCLEUS = re.compile(r"[aeiouy]+")
_ENGLISH_SPLIT = re.compile(r"ia(?!l\b|n\b)|io(?!n)|eo(?!p)|dea\b|ua(?!r)|uo|iu|[aeiou]ing")
_ENGLISH_SILENT = re.compile(r"(?<![aeiouy])e$|(?<![aeioucgszx])(?<![cs]h)es$|(?<![aeioutd])ed$")


def reading_ease(text: str, language: str) -> float:
    """Flesch (``en``) or Amstad (``de``) reading ease of Markdown or plain text.

    Headings don't count; a list item or a line ends a sentence. Raises ValueError for a text
    without words.
    """
    sentences = prose_sentences(text)
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        raise ValueError("a text without words has no reading ease")
    syllables = sum(count_syllables(word, language) for word in words) / len(words)
    length = len(words) / len(sentences)
    if language == "de":
        return 180 - length - 58.5 * syllables
    return 206.835 - 1.015 * length - 84.6 * syllables


def prose_sentences(text: str) -> list[str]:
    """The sentences of the text's paragraphs and list items, without marks and headings."""
    sentences = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        plain = _EMPHASIS.sub("", _LINK.sub(r"\1", _LINE_MARK.sub("", line)))
        start = 0
        for end in _SENTENCE_END.finditer(plain):
            sentences.append(plain[start : end.end()])
            start = end.end()
        sentences.append(plain[start:])
    return [sentence for sentence in sentences if _WORD.search(sentence)]


def count_syllables(word: str, language: str) -> int:
    """About how many syllables the word has; at least one."""
    word = word.lower()
    if language == "de":
        # "Mentor:in" is spoken "Men-to-rin", so the colon parts nothing.
        return max(1, len(_GERMAN_NUCLEUS.findall(word.replace("qu", "q"))))
    total = 0
    for part in re.split(r"[-:]", re.sub(r"['’]", "", word)):
        spoken = _ENGLISH_SILENT.sub("", part)
        if part.endswith("le") and len(part) > 3 and part[-3] not in "aeiouy":
            spoken = part  # "ta-ble" is spoken with its last e
        nuclei = len(_ENGLISH_NUCLEUS.findall(spoken)) + len(_ENGLISH_SPLIT.findall(spoken))
        total += max(1, nuclei)
    return total
