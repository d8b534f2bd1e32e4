"""How well a model searches in and across both languages: ``python -m evals.distillation.measure``.

XQuAD (Artetxe, Ruder, Yogatama 2020): 240 paragraphs and 1,190 questions that stand in English and
in German, so each question can look for its paragraph in either language. Not used in training.
"""

from __future__ import annotations

import argparse
import json
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.retrieval.embeddings import as_matrix, load_embeddings, model_folder
from evals.distillation.teacher import teacher_folder

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

LANGUAGES = ("en", "de")


def xquad(folder: Path, language: str) -> tuple[list[str], list[str], list[int]]:
    """Paragraphs, questions, and the number of each question's paragraph."""
    whole = json.loads((folder / f"xquad.{language}.json").read_text(encoding="utf-8"))
    paragraphs: list[str] = []
    questions: list[str] = []
    place: list[int] = []
    for article in whole["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                questions.append(asked["question"])
                place.append(len(paragraphs))
            paragraphs.append(paragraph["context"])
    return paragraphs, questions, place


def recalls(embeddings: Embeddings, folder: Path, top_k: int = 5) -> dict[str, float]:
    """Share of questions whose paragraph is among the `top_k`, by "question-paragraph" language."""
    texts = {language: xquad(folder, language) for language in LANGUAGES}
    paragraphs = {lang: _embedded(embeddings, texts[lang][0]) for lang in LANGUAGES}
    questions = {lang: _embedded(embeddings, texts[lang][1]) for lang in LANGUAGES}
    found = {}
    for asked, searched in product(LANGUAGES, LANGUAGES):
        best = (-(questions[asked] @ paragraphs[searched].T)).argsort(axis=1)[:, :top_k]
        right = [place in row for place, row in zip(texts[asked][2], best, strict=True)]
        found[f"{asked}-{searched}"] = sum(right) / len(right)
    matches = (questions["de"] @ questions["en"].T).argmax(axis=1)
    found["questions matched"] = float((matches == range(len(matches))).mean())
    return found


def _embedded(embeddings: Embeddings, texts: list[str]) -> Any:
    return as_matrix(embeddings.embed_documents(texts))


def main() -> None:
    """Print the recalls of each model as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("xquad", type=Path, help="the folder that holds xquad.en.json")
    parser.add_argument("models", nargs="+", help="model folders, or: built-in, teacher")
    arguments = parser.parse_args()
    for model in arguments.models:
        folder = teacher_folder() if model == "teacher" else model_folder(model)
        found = recalls(load_embeddings(folder), arguments.xquad)
        print(json.dumps({"model": model} | {k: round(v, 3) for k, v in found.items()}))


if __name__ == "__main__":
    main()
