"""Readers that are the built-in encoder with changes."""

from __future__ import annotations

import subprocess
import sys

BOTH_AT_ONCE = """
import sys, threading, time
from assistant.retrieval.embeddings import BUILT_IN, load_embeddings
from assistant.safety.classifier import Classifier

first = threading.Thread(target=load_embeddings, args=(BUILT_IN,))
first.start()
while "transformers" not in sys.modules:
    time.sleep(1e-4)
Classifier()
first.join()
"""


def test_the_safety_classifier_loads_while_the_embedding_model_does():
    # In a process of its own, where nothing is imported yet: at a real start both load at once.
    done = subprocess.run(
        [sys.executable, "-c", BOTH_AT_ONCE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
