"""Measuring search on the judged questions, beside what common RAG apps do by default.

``python -m evals.retrieval`` asks the built-in guides. ``python -m evals.retrieval CORPUS`` asks a
folder that other questions were judged on, without the built-in guides; it is synced into the home
folder in use. The baseline is dense all-MiniLM-L6-v2 over 1,000-character pieces of the same texts,
ranked in the same run. Passages are judged by their guide's path.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml

from evals.suite import read_suite, shipped

if TYPE_CHECKING:
    import numpy as np

    from assistant.app import Assistant
    from evals.cases import Case

PIECE = 1000
PASSAGES = 10
PIECES = 60
"""Pieces the baseline may show: more than the passages of search, for it shows copies."""
CUTOFF = 10
JudgedOn = Literal["corpus", "builtin"]


@dataclass(frozen=True)
class Question:
    """A judged question: `relevant` grades paths from 1 (touches it) to 3 (answers it fully)."""

    id: str
    text: str
    language: str
    answers_in: str
    relevant: dict[str, int]
    asker: str = "mentor"


def judged_questions(judged_on: JudgedOn) -> list[Question]:
    """The questions judged on the test corpus or on the built-in guides, English and German."""
    if judged_on == "builtin":
        return [_question(case) for case in read_suite(shipped()["library-search"]).cases]
    return [
        Question(**entry)
        for language in ("en", "de")
        for entry in yaml.safe_load(
            files("evals").joinpath(f"corpus_questions_{language}.yaml").read_text("utf-8")
        )
    ]


def _question(case: Case) -> Question:
    (text,) = case.turns
    return Question(case.id, text, case.language, case.language, dict(case.relevant), case.role)


def groups_of(question: Question) -> list[str]:
    """The groups a question counts in."""
    across = question.answers_in not in {question.language, "both"}
    return ["all", question.language, "across" if across else f"within-{question.language}"]


def rankings(
    tandem: Assistant, questions: Iterable[Question], collections: Collection[str]
) -> dict[str, list[str]]:
    """Paths by question, in the order in which search finds them in these collections."""
    return {
        q.id: _paths(
            path
            for passage in tandem.search(q.text, PASSAGES, collections)
            for path in (passage.path, *passage.also_in)
        )
        for q in questions
    }


def baseline_rankings(
    tandem: Assistant, questions: Sequence[Question], collections: Collection[str], cache: Path
) -> dict[str, list[str]]:
    """The same for dense search over 1,000-character pieces; embeddings are kept in `cache`."""
    from assistant.retrieval.embeddings import as_matrix, load_embeddings
    from evals.distillation.teacher import teacher_folder

    pieces = [
        (guide.path, text[start : start + PIECE])
        for guide in tandem.library.guides()
        if guide.collection in collections and guide.state == "indexed"
        for text in [tandem.library.guide(guide.id).text]
        for start in range(0, len(text), PIECE)
    ]
    embeddings = load_embeddings(teacher_folder())
    matrix = _cached(cache, [text for _, text in pieces], embeddings)
    found = {}
    for question in questions:
        vector = as_matrix([embeddings.embed_query(question.text)])[0]
        order = (-(matrix @ vector)).argsort(kind="stable")[:PIECES]
        found[question.id] = _paths(pieces[n][0] for n in order)
    return found


def scores(
    questions: Sequence[Question], ranked: dict[str, list[str]], metrics: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Mean of each metric by group, by ir-measures."""
    import ir_measures

    measures = [ir_measures.parse_measure(name) for name in metrics]
    qrels = [
        ir_measures.Qrel(q.id, path, grade) for q in questions for path, grade in q.relevant.items()
    ]
    run = [
        ir_measures.ScoredDoc(key, path, 1.0 / rank)
        for key, paths in ranked.items()
        for rank, path in enumerate(paths, start=1)
    ]
    by_question: dict[str, dict[str, float]] = {q.id: {} for q in questions}
    for value in ir_measures.iter_calc(measures, qrels, run):
        by_question[value.query_id][str(value.measure)] = value.value
    result: dict[str, dict[str, float]] = {}
    for group in sorted({g for q in questions for g in groups_of(q)}):
        members = [by_question[q.id] for q in questions if group in groups_of(q)]
        result[group] = {"n": len(members)} | {
            str(m): sum(one.get(str(m), 0.0) for one in members) / len(members) for m in measures
        }
    return result


def _cached(cache: Path, texts: Sequence[str], embeddings: Any) -> np.ndarray:
    import numpy as np

    from assistant.retrieval.embeddings import as_matrix

    mark = hashlib.sha256("\x00".join(texts).encode("utf-8", "replace")).hexdigest()[:16]
    file = cache / f"baseline-{mark}.npy"
    if file.exists():
        return np.load(file)
    print(f"Embedding {len(texts)} pieces for the baseline …", flush=True)
    matrix = as_matrix(embeddings.embed_documents(list(texts)))
    cache.mkdir(parents=True, exist_ok=True)
    np.save(file, matrix)
    return matrix


def _paths(paths: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(paths))


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description="Measure search on the judged questions.")
    parser.add_argument(
        "corpus", type=Path, nargs="?", help="the folder that the corpus questions were judged on"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-baseline", action="store_true")
    parser.add_argument("--show", action="store_true", help="print what was found instead")
    arguments = parser.parse_args()
    from assistant import open_assistant

    metrics = ["nDCG@10", "R(rel=2)@5", "RR", "Success(rel=2)@3"]
    questions = judged_questions("corpus" if arguments.corpus else "builtin")
    with open_assistant() as tandem:
        tandem.wait()
        collections = [c.name for c in tandem.library.collections() if c.builtin]
        if arguments.corpus:
            collections = [tandem.library.sync(arguments.corpus).collection]
        ranked = rankings(tandem, questions, collections)
        if arguments.show:
            _show(questions, ranked)
            return
        table = {"hybrid": scores(questions, ranked, metrics)}
        if not arguments.no_baseline:
            cache = tandem.settings.home / "evals"
            found = baseline_rankings(tandem, questions, collections, cache)
            table["baseline"] = scores(questions, found, metrics)
    if arguments.json:
        print(json.dumps(table, indent=2))
        return
    for system, groups in table.items():
        print(f"\n{system:12}" + "".join(f"{name:>20}" for name in ["n", *metrics]))
        for group, values in groups.items():
            print(f"{group:12}" + "".join(f"{v:20.3f}" for v in values.values()))


def _show(questions: Iterable[Question], ranked: dict[str, list[str]]) -> None:
    """Each question with the paths found for it and their grades, to judge them anew."""
    for question in questions:
        print(f"\n{question.id}  {question.text}")
        found = ranked[question.id][:CUTOFF]
        for path in found:
            print(f"  {question.relevant.get(path, '-')}  {path}")
        for path in question.relevant.keys() - set(found):
            print(f"     missed: {path} ({question.relevant[path]})")


if __name__ == "__main__":
    main()
