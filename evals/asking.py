"""What people ask, and which section of the built-in guides answers it.

Questions are the lines by which the guides are asked for, and the stories in `stories/*.tsv`:
messages that tell before they ask, or hint (guide, heading of the section and message, parted by
tabs). Stories were written with the sections at hand, so that each is answered by its section above
all others. What they don't tell: what people ask that no guide answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.guides.chunking import embedded_text
from assistant.retrieval.embeddings import BUILT_IN, as_matrix, fingerprint, load_embeddings
from assistant.retrieval.shipped import shipped_vectors
from evals.learning import fold_of
from evals.ship_vectors import built_in_rows

if TYPE_CHECKING:
    import torch

    from assistant.store.catalogue import NewChunk

STORIES = Path(__file__).parent / "stories"
SCALE = 20.0
"""What cosines are multiplied by before the softmax."""
APART = -1e4


@dataclass(eq=False)
class Lines:
    """What is embedded of the guides: texts with their vectors (texts, width), the section of each
    (the same number in both languages), what each section is known by (language, guide, heading),
    which texts are questions, which German, which left out."""

    texts: Sequence[str]
    vectors: torch.Tensor
    sections: torch.Tensor
    known: Mapping[tuple[str, str, str], int]
    asked: torch.Tensor
    german: torch.Tensor
    left_out: torch.Tensor

    def of_sections(self, questions: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """How well questions fit each section, (questions, sections), as logarithms of sums over
        its texts; `hidden` (questions, texts) don't count, nor do lines that are left out."""
        import torch

        scores = SCALE * questions @ self.vectors.T
        scores = scores.masked_fill(self.left_out, APART).masked_fill(hidden, APART)
        highest = scores.max(1, keepdim=True).values
        summed = torch.sparse.mm(self._belonging, (scores - highest).exp().T).T
        return (summed + 1e-9).log()

    @cached_property
    def _belonging(self) -> torch.Tensor:
        """Which texts belong to which section, (sections, texts): many times faster than adding."""
        import torch

        places = torch.stack([self.sections, torch.arange(len(self.texts))])
        ones = torch.ones(len(self.texts))
        return torch.sparse_coo_tensor(places, ones, check_invariants=False).coalesce()


@dataclass(eq=False)
class Questions:
    """What people ask, with their vectors, the section that answers, which are German, which left
    out, and the place of each among the lines; -1 for a story, which is none of them."""

    texts: Sequence[str]
    vectors: torch.Tensor
    sections: torch.Tensor
    german: torch.Tensor
    left_out: torch.Tensor
    own: torch.Tensor


def built_in_lines(without: int | None) -> Lines:
    """All texts of the built-in guides that have a shipped vector."""
    import torch

    rows = list(_rows())
    model = fingerprint(BUILT_IN)
    shipped = shipped_vectors({chunk.text_hash for chunk, *_ in rows}, model)
    rows = [row for row in rows if row[0].text_hash in shipped]
    numbers: dict[Any, int] = {}
    known: dict[tuple[str, str, str], int] = {}
    for chunk, _, language, key in rows:
        number = numbers.setdefault(key, len(numbers))
        for heading in chunk.heading_path:
            known.setdefault((language, key[0], heading), number)
    texts = [text for _, text, _, _ in rows]
    asked = [chunk.leads_to is not None for chunk, *_ in rows]
    return Lines(
        texts,
        torch.tensor(as_matrix([shipped[chunk.text_hash] for chunk, *_ in rows])),
        torch.tensor([numbers[key] for *_, key in rows]),
        known,
        torch.tensor(asked),
        torch.tensor([language == "de" for _, _, language, _ in rows]),
        torch.tensor(
            [is_line and fold_of(t) == without for is_line, t in zip(asked, texts, strict=True)]
        ),
    )


def asked_for(lines: Lines, without: int | None) -> Questions:
    """The questions that lines ask, and after them the stories.

    Raises ValueError, naming the line, for a story of no known section.
    """
    import torch

    places = torch.nonzero(lines.asked).flatten()
    told = list(stories(lines.known))
    texts = [text for _, _, text in told]
    vectors = torch.tensor(as_matrix(load_embeddings(BUILT_IN).embed_documents(texts)))
    return Questions(
        [lines.texts[n] for n in places.tolist()] + texts,
        torch.cat([lines.vectors[places], vectors]),
        torch.cat([lines.sections[places], torch.tensor([section for _, section, _ in told])]),
        torch.cat(
            [lines.german[places], torch.tensor([language == "de" for language, *_ in told])]
        ),
        torch.cat([lines.left_out[places], torch.tensor([fold_of(t) == without for t in texts])]),
        torch.cat([places, torch.full((len(told),), -1)]),
    )


def stories(
    known: Mapping[tuple[str, str, str], int], folder: Path = STORIES
) -> Iterator[tuple[str, int, str]]:
    """(language, section, message) of each. Raises ValueError for one that can't be read."""
    for file in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            guide, heading, text = line.split("\t") if line.count("\t") == 2 else ("", "", "")
            section = known.get((file.stem, guide, heading))
            if section is None or not text.strip():
                raise ValueError(f"{file.name}, line {number}: no known section and message")
            yield file.stem, section, text


def _rows() -> Iterator[tuple[NewChunk, str, str, Any]]:
    """Each chunk and line with its text, its language and what its section is known by."""
    guides = [(guide, chunks) for guide, chunks in built_in_rows(BUILT_IN)]
    counts: dict[str, set[int]] = {}
    for guide, chunks in guides:
        counts.setdefault(Path(guide.path).stem, set()).add(len(_places(chunks)))
    for guide, chunks in guides:
        stem, places = Path(guide.path).stem, _places(chunks)
        for chunk in chunks:
            is_line = chunk.leads_to is not None
            whole = embedded_text(guide.title, tuple(chunk.heading_path), chunk.text)
            number = places.index(_place(chunk))
            # Only a guide with as many sections in both languages is the same one in both.
            key = (stem, number) if len(counts[stem]) == 1 else (stem, number, guide.language)
            yield chunk, chunk.text if is_line else whole, guide.language, key


def _places(chunks: Sequence[NewChunk]) -> list[int]:
    return sorted({_place(chunk) for chunk in chunks})


def _place(chunk: NewChunk) -> int:
    return chunk.position if chunk.leads_to is None else chunk.leads_to
