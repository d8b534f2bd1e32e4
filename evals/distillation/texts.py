"""What the student learns from: sentence pairs, English texts, questions with their sections."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from assistant.guides.chunking import embedded_text, split
from assistant.guides.frontmatter import SECTION_TITLES
from assistant.guides.reading import read_guide
from assistant.guides.signposts import signposts
from assistant.retrieval.embeddings import PieceCounter
from assistant.words import data
from evals.distillation.teacher import teacher_folder
from evals.guide_checks import BUILT_IN, guides_of

Pair = tuple[str, str]
"""(English, German)"""


@dataclass(frozen=True)
class Asked:
    """A line that people ask and the chunk that answers it.

    `section` is the same for the same section of a guide in both languages, or None where the
    languages part ways.
    """

    line: str
    chunk: str
    language: str
    guide: str
    section: str | None


def sentence_pairs(folder: Path) -> list[Pair]:
    """The pairs of ``parallel/en-de.tsv`` and the word pairs of ``lexicon/xling-eval``."""
    lines = (folder / "parallel" / "en-de.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [(parts[0], parts[1]) for line in lines if len(parts := line.split("\t")) >= 2]
    words = folder / "lexicon/xling-eval/bli_datasets/en-de/yacle.train.freq.5k.en-de.tsv"
    listed = words.read_text(encoding="utf-8").splitlines()
    pairs += [(parts[0], parts[1]) for line in listed if len(parts := line.split("\t")) == 2]
    return [pair for pair in dict.fromkeys(pairs) if all(side.strip() for side in pair)]


def own_pairs() -> list[Pair]:
    """Tandem's own text that says the same in both languages: glossary, titles, guided prompts."""
    pairs: list[Pair] = []
    for idea in data("knowledge", "glossary.yaml"):
        pairs += [(str(en), str(de)) for en, de in product(idea["en"][:3], idea["de"][:3])]
    heads = {language: _titles(language) for language in SECTION_TITLES}
    pairs += [(heads["en"][name], heads["de"][name]) for name in heads["en"]]
    pairs += list(zip(SECTION_TITLES["en"], SECTION_TITLES["de"], strict=True))
    prompts = {lang: data("prompts", f"journal/{lang}.yaml")["prompts"] for lang in ("en", "de")}
    german = {prompt["id"]: prompt["text"] for prompt in prompts["de"]}
    pairs += [(prompt["text"], german[prompt["id"]]) for prompt in prompts["en"]]
    replies = {lang: _leaves(data("prompts", f"replies/{lang}.yaml")) for lang in ("en", "de")}
    pairs += [(text, replies["de"][key]) for key, text in replies["en"].items()]
    return list(dict.fromkeys(pairs))


def asked_lines() -> list[Asked]:
    """Every signpost of the built-in guides with the chunk it leads to, as it is embedded."""
    count_pieces = PieceCounter(teacher_folder())
    found = []
    for path in sorted(BUILT_IN.glob("*/*.md")):
        language = path.parent.name
        guide = read_guide(path)
        chunks = split(guide, count_pieces)
        titles = dict(zip(SECTION_TITLES[language], SECTION_TITLES["en"], strict=True))
        for post in signposts(guide, chunks):
            chunk = chunks[post.leads_to]
            last = chunk.heading_path[-1] if chunk.heading_path else ""
            text = embedded_text(guide.title, chunk.heading_path, chunk.text)
            found.append(Asked(post.line, text, language, path.stem, titles.get(last)))
    return found


def english_chunks(folder: Path) -> list[str]:
    """The English chunks of a folder of guides: the student must stay true to the teacher there."""
    count_pieces = PieceCounter(teacher_folder())
    chunks: dict[str, None] = {}
    for _, guide in guides_of(folder):
        if guide.language == "en":
            for chunk in split(guide, count_pieces):
                chunks[embedded_text(guide.title, chunk.heading_path, chunk.text)] = None
    return list(chunks)


def _titles(language: str) -> dict[str, str]:
    return {path.stem: read_guide(path).title for path in (BUILT_IN / language).glob("*.md")}


def _leaves(values: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            found |= _leaves(value, f"{prefix}{key}.")
        elif isinstance(value, str) and "{" not in value:
            found[f"{prefix}{key}"] = value
    return found
