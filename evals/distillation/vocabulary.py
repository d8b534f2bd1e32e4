"""The student's vocabulary: the teacher's English pieces less the useless, plus German ones.

The teacher's tokeniser cuts German to shreds and strips umlauts. The student's writes them out
("fuer"), so that German typed without umlauts reads the same.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.distillation.alignment import translations
from evals.distillation.texts import Pair

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer

ENGLISH_PIECES = 21_000
GERMAN_PIECES = 14_500
"""Together with the layers just below 50 MB in half precision."""

CERTAIN = 0.05
"""Translations less likely than this say nothing about a piece."""

_PLAIN = re.compile(r"(?:##)?[a-z0-9!-/:-@\[-`{-~]+")
_WRITTEN_OUT = (
    ("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("’", "'"), ("‘", "'"), ("‚", "'"),
    ("„", '"'), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("…", "..."),
)  # fmt: skip


def student_tokenizer(teacher: Path, english: Iterable[str], german: Sequence[str]) -> Tokenizer:
    """A tokeniser with the pieces that English and German texts call for."""
    from tokenizers import Tokenizer

    known = json.loads((teacher / "tokenizer.json").read_text(encoding="utf-8"))
    old: dict[str, int] = known["model"]["vocab"]
    kept = _kept(old, english, Tokenizer.from_file(str(teacher / "tokenizer.json")))
    new = [piece for piece in _german_pieces(german) if piece not in kept][:GERMAN_PIECES]
    known["model"]["vocab"] = {piece: n for n, piece in enumerate([*kept, *new])}
    known["normalizer"] = _normalizer()
    _renumber(known, known["model"]["vocab"])
    known["truncation"], known["padding"] = None, None
    return Tokenizer.from_str(json.dumps(known))


def first_embeddings(
    old: Tokenizer, new: Tokenizer, weights: np.ndarray, pairs: Sequence[Pair]
) -> np.ndarray:
    """Rows for the new vocabulary: kept pieces as they were, German ones from their translations.

    A new piece gets the mean of the English words it is aligned with, weighted by how likely each
    is; one that was never seen gets the mean of its old pieces.
    """
    import numpy as np

    from_old, vocabulary = old.get_vocab(), new.get_vocab()
    rows = np.zeros((len(vocabulary), weights.shape[1]), dtype=np.float32)
    for piece, n in vocabulary.items():
        if piece in from_old:
            rows[n] = weights[from_old[piece]]
        else:
            ids = old.encode(piece.removeprefix("##"), add_special_tokens=False).ids
            rows[n] = weights[ids].mean(axis=0) if ids else 0.0
    words: dict[str, int] = {}
    numbered = [
        (
            [words.setdefault(word, len(words)) for word in re.findall(r"[a-z0-9']+", en.lower())],
            new.encode(de, add_special_tokens=False).ids,
        )
        for en, de in pairs
    ]
    meaning = np.stack(
        [weights[old.encode(w, add_special_tokens=False).ids].mean(0) for w in words]
    )
    source, target, chance = translations(numbered, len(vocabulary), len(words))
    for piece, n in vocabulary.items():
        if piece in from_old:
            continue
        begin, end = np.searchsorted(source, [n, n + 1])
        sure = chance[begin:end] >= CERTAIN
        if sure.any():
            share = chance[begin:end][sure]
            rows[n] = (meaning[target[begin:end][sure]] * share[:, None]).sum(0) / share.sum()
    return rows


def _kept(old: dict[str, int], english: Iterable[str], tokenizer: Tokenizer) -> dict[str, int]:
    """The teacher's special, single and most used plain pieces, in their old order."""
    used: Counter[int] = Counter()
    for encoding in tokenizer.encode_batch(list(english), add_special_tokens=False):
        used.update(encoding.ids)
    plain = [piece for piece in old if _PLAIN.fullmatch(piece) and not piece.startswith("[")]
    # The teacher's pieces are numbered by how often English uses them, which settles ties.
    ranked = sorted(plain, key=lambda piece: (-used[old[piece]], old[piece]))
    single = {piece for piece in plain if len(piece.removeprefix("##")) == 1}
    special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    chosen = special | single | set(ranked[: ENGLISH_PIECES - len(special | single)])
    return {piece: n for piece, n in old.items() if piece in chosen}


def _german_pieces(german: Sequence[str]) -> Iterator[str]:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    draft = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106
    draft.normalizer = normalizers.Sequence(
        [*(normalizers.Replace(*pair) for pair in _WRITTEN_OUT), normalizers.BertNormalizer()]
    )
    draft.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=GERMAN_PIECES + 6_000, min_frequency=2, special_tokens=["[UNK]"]
    )
    draft.train_from_iterator((text.lower() for text in german), trainer)
    for piece, _ in sorted(draft.get_vocab().items(), key=lambda item: item[1]):
        if _PLAIN.fullmatch(piece):
            yield piece


def _normalizer() -> dict[str, Any]:
    """Lower case first, so that "Ä" is written out as well; then what BERT does."""
    replace = [
        {"type": "Replace", "pattern": {"String": old}, "content": new} for old, new in _WRITTEN_OUT
    ]
    bert = {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": True,
        "strip_accents": True,
        "lowercase": True,
    }
    normalizers = [{"type": "NFC"}, {"type": "Lowercase"}, *replace, bert]
    return {"type": "Sequence", "normalizers": normalizers}


def _renumber(known: dict[str, Any], vocabulary: dict[str, int]) -> None:
    """Special tokens are numbered anew wherever the file names them."""
    for token in known["added_tokens"]:
        token["id"] = vocabulary[token["content"]]
    special = known["post_processor"].get("special_tokens", {})
    for name, token in special.items():
        token["ids"] = [vocabulary[name]]
    for end in ("sep", "cls"):
        if end in known["post_processor"]:
            token = known["post_processor"][end][0]
            known["post_processor"][end] = [token, vocabulary[token]]
