"""What an answer states, sentence by sentence, and whether what it cites carries it.

A statement is carried when it is a quotation, or when the cited passages hold enough of its words,
all its numbers, and the sentence nearest to it says or denies as it does. What this does not know:
synonyms, who does what to whom, and a second "not" in a sentence that has one already. A statement
translated from a passage isn't carried.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, get_args

from assistant.words import data, storable
from evals.metrics.wording import MARK, stands_in, words
from evals.outcomes import Outcome, Quote

if TYPE_CHECKING:
    from assistant.retrieval.terms import Vocabulary

COVERED = 0.6
"""The least share of a statement's content words that the cited passages must hold."""

_ITEM = re.compile(r"^\s*(?:[-*•+]|\d{1,3}[.)]|>)\s+")
_HEADING = re.compile(
    r"^\s*(?:#{1,6}\s.*|(?:\*\*|__)[^*_]*[^*_.!\]](?:\*\*|__):?|[-*_=]{3,}|`{3}.*)\s*$"
)
_NEGATION_WORDS = """
    not no never none nobody nothing neither nor without cannot t dont cant wont isnt avoid avoids
    avoiding nicht nichts nie niemals nirgends ohne weder
    """
_NEGATIONS = frozenset(_NEGATION_WORDS.split())
_NEGATION_STEMS = ("kein", "niemand", "vermeid")
_WRITTEN_NUMBERS = """
    two/zwei three/drei four/vier five/fuenf six/sechs seven/sieben eight/acht nine/neun ten/zehn
    eleven/elf twelve/zwoelf
    """
_NUMBER_WORDS = {
    word: str(number)
    for number, both in enumerate(_WRITTEN_NUMBERS.split(), start=2)
    for word in both.split("/")
}


@dataclass(frozen=True)
class Statement:
    """A sentence or list item of an answer with the citation numbers at its end."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class _Block:
    """A list item or a paragraph."""

    text: str
    is_item: bool


def statements(outcome: Outcome, language: str) -> list[Statement]:
    """What the answer states: without headings, lead-ins, questions and Tandem's own notes."""
    return [
        statement
        for block in _blocks(outcome.text)
        if tuple(words(block.text)) not in _own_notes()
        for statement in _stated(block, outcome.quotes, language)
        if words(statement.text)
        and (statement.numbers or not statement.text.rstrip("*_ ").endswith(("?", ":")))
    ]


def is_carried(statement: Statement, quotes: Sequence[Quote], language: str) -> bool:
    """Whether the quotes that it cites, or the passages they stand in, say what it says."""
    cited = [q for q in quotes if q.number in statement.numbers and is_valid(q)]
    said = words(statement.text)
    if any(words(quote.quote) == said for quote in cited):
        return True
    passages = list(dict.fromkeys(quote.passage for quote in cited))
    return bool(passages) and _is_covered(statement.text, passages, language)


def is_valid(quote: Quote) -> bool:
    """Whether the quote is the guide's own text and stands in its passage."""
    return quote.verbatim and bool(quote.quote) and quote.quote in quote.passage


def _blocks(text: str) -> list[_Block]:
    """List items and paragraphs in order; a line without a mark goes on with the one before."""
    blocks: list[_Block] = []
    is_open = False
    for line in storable(text).splitlines():
        item = _ITEM.match(line)
        if not line.strip() or _HEADING.match(line):
            is_open = False
        elif is_open and not item:
            last = blocks.pop()
            blocks.append(_Block(f"{last.text} {line.strip()}", last.is_item))
        else:
            blocks.append(_Block(line[item.end() if item else 0 :].strip(), item is not None))
            is_open = True
    return blocks


def _stated(block: _Block, quotes: Sequence[Quote], language: str) -> list[Statement]:
    """The block cut after each run of citation numbers; a paragraph is cut into sentences too."""
    found: list[Statement] = []
    for piece in _cited_pieces(block.text):
        said = words(piece.text)
        quoted = any(q.number in piece.numbers and words(q.quote) == said for q in quotes)
        if block.is_item or quoted:
            found.append(piece)
            continue
        *before, last = _sentences(piece.text, language) or [piece.text]
        found += [Statement(sentence, ()) for sentence in before]
        found.append(Statement(last, piece.numbers))
    return found


def _cited_pieces(text: str) -> list[Statement]:
    pieces: list[Statement] = []
    start = 0
    for mark in MARK.finditer(text):
        number, between = int(mark.group(1)), text[start : mark.start()]
        if pieces and not words(between):
            last = pieces.pop()
            pieces.append(Statement(last.text, (*last.numbers, number)))
        else:
            pieces.append(Statement(between.strip(), (number,)))
        start = mark.end()
    return [*pieces, Statement(text[start:].strip(), ())]


def _is_covered(text: str, passages: Sequence[str], language: str) -> bool:
    content, numbers = _content(text, language), _numbers(text)
    if not numbers <= set().union(*map(_numbers, passages)):
        return False
    if not content:
        said = " ".join(words(text))
        return any(stands_in(said, " ".join(words(passage))) for passage in passages)
    held = set().union(*(_content(passage, language) for passage in passages))
    if len(content & held) < COVERED * len(content):
        return False
    sources = [s for passage in passages for s in _sentences(passage, language)]
    return all(_agrees(sentence, sources, language) for sentence in _sentences(text, language))


def _agrees(sentence: str, sources: Sequence[str], language: str) -> bool:
    """Whether a sentence nearest to it in words denies something just when it does."""
    content = _content(sentence, language)
    shared = [len(content & _content(source, language)) for source in sources]
    most = max(shared, default=0)
    nearest = [source for source, n in zip(sources, shared, strict=True) if n == most]
    return most == 0 or any(_denies(source) == _denies(sentence) for source in nearest)


def _denies(text: str) -> bool:
    return any(map(_is_denial, words(text)))


def _is_denial(word: str) -> bool:
    return word in _NEGATIONS or word.startswith(_NEGATION_STEMS)


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)


def _numbers(text: str) -> set[str]:
    plain = (_NUMBER_WORDS.get(word, word) for word in words(text))
    return {word for word in plain if _has_digit(word)}


@cache
def _vocabulary() -> Vocabulary:
    from assistant.retrieval.terms import Compounds, Vocabulary

    return Vocabulary(Compounds({}))


@lru_cache(maxsize=10_000)
def _content(text: str, language: str) -> frozenset[str]:
    """Stems of the words that carry meaning; numbers and denials are looked at by themselves."""
    telling = [
        word
        for word in words(text)
        if word not in _NUMBER_WORDS and not _is_denial(word) and not _has_digit(word)
    ]
    return frozenset(_vocabulary().terms(telling, language))


def _sentences(text: str, language: str) -> list[str]:
    from assistant.sentences import sentence_spans

    spans = (
        (line, start, end)
        for line in storable(text).splitlines()
        for start, end in sentence_spans(line, language)
    )
    found = (line[start:end] for line, start, end in spans)
    return [sentence for sentence in found if words(sentence)]


@cache
def _own_notes() -> frozenset[tuple[str, ...]]:
    """What Tandem says of its own accord beside an answer, block by block, as words."""
    replies = (data("prompts", f"replies/{language}.yaml").values() for language in ("en", "de"))
    texts = [text for listed in replies for text in listed if isinstance(text, str)]
    blocks = (block for text in (*texts, *_gentle_lines()) for block in _blocks(text))
    return frozenset(tuple(words(block.text)) for block in blocks)


def _gentle_lines() -> Iterable[str]:
    """What stands beside an answer to a message of low concern, for every country."""
    from assistant.safety.concern import Concern, ConcernKind
    from assistant.safety.help import crisis_text, load_helplines
    from assistant.safety.speaker import Speaker

    return (
        crisis_text(Concern(kind, "low", (), speaker), language, country)
        for kind in get_args(ConcernKind)
        for speaker in get_args(Speaker)
        for language in ("en", "de")
        for country in load_helplines().countries
    )
