"""What is shipped fits what is shipped with it."""

from __future__ import annotations

import hashlib

from assistant.retrieval.embeddings import BUILT_IN, BUILT_IN_SHA256, check_built_in, fingerprint
from assistant.retrieval.shipped import shipped_vectors
from evals.ship_vectors import texts_to_ship


def test_the_vectors_are_those_of_the_guides_and_the_model():
    texts = texts_to_ship(BUILT_IN)
    missing = texts.keys() - shipped_vectors(texts.keys(), fingerprint(BUILT_IN)).keys()
    assert not missing, f"{len(missing)} texts are new: run `python -m evals.ship_vectors`"


def test_the_encoder_is_small_whole_and_has_its_card():
    check_built_in(BUILT_IN)
    weights = BUILT_IN / "model.safetensors"
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == BUILT_IN_SHA256
    assert weights.stat().st_size <= 50_000_000
    assert not list(BUILT_IN.rglob("*.bin")) and not list(BUILT_IN.rglob("*.pt"))
    card = (BUILT_IN / "README.md").read_text(encoding="utf-8")
    assert "Licence" in card and "Limits" in card and "XQuAD" in card
