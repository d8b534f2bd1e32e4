"""Readers that are the built-in encoder with changes."""

from __future__ import annotations

import subprocess
import sys

BOTH_AT_ONCE = """
import sys, threading, time
from assistant.retrieval.embeddings import BUILT_IN, load_embeddings
from assistant.safety.classifier import Classifier

loaded = []
first = threading.Thread(target=lambda: loaded.append(load_embeddings(BUILT_IN)))
first.start()
while "transformers" not in sys.modules:
    time.sleep(1e-4)
classifiers = [Classifier()]
others = [threading.Thread(target=lambda: classifiers.append(Classifier())) for _ in range(3)]
others += [threading.Thread(target=lambda: loaded.append(load_embeddings(BUILT_IN)))]
for other in others:
    other.start()
for thread in (first, *others):
    thread.join()
assert len({tuple(one.embed_query("Hello")) for one in loaded}) == 1 and len(loaded) == 2
assert len({str(one.judge("Hello")) for one in classifiers}) == 1 and len(classifiers) == 4
"""


def test_the_safety_classifier_and_the_embedding_model_load_at_the_same_time():
    # In a process of its own, where nothing is imported yet, as at a real start.
    done = subprocess.run(
        [sys.executable, "-c", BOTH_AT_ONCE],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
