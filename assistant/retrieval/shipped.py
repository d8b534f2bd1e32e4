"""The built-in guides' embeddings, which come with Tandem so that its first start is quick.

One file holds, for one model, a vector for each text by the text's hash. Components are kept as
whole numbers from -127 to 127 with a factor for each vector, which changes a cosine by less than
0.01. A text that isn't among them, as of a changed guide, is simply embedded.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import knowledge

if TYPE_CHECKING:
    import numpy as np

FILE = Path(knowledge.__file__).parent / "vectors.safetensors"


def shipped_vectors(
    hashes: Collection[str], model: str, file: Path | None = None
) -> dict[str, np.ndarray]:
    """The shipped vectors of those text hashes; none for another model or without the file."""
    file = file or FILE
    if not hashes or not file.is_file():
        return {}
    from safetensors import safe_open

    with safe_open(str(file), framework="numpy") as opened:
        facts = opened.metadata() or {}
        if facts.get("model") != model:
            return {}
        components, factors = opened.get_tensor("components"), opened.get_tensor("factors")
    places = {key: n for n, key in enumerate(json.loads(facts["hashes"])) if key in hashes}
    return {key: components[n].astype("float32") * factors[n] for key, n in places.items()}


def write_shipped(vectors: Mapping[str, np.ndarray], model: str, file: Path = FILE) -> None:
    """Write vectors by text hash for the next release; the order is that of the hashes."""
    import numpy as np
    from safetensors.numpy import save_file

    hashes = sorted(vectors)
    matrix = np.stack([vectors[key] for key in hashes])
    factors = np.abs(matrix).max(axis=1) / 127
    components = np.rint(matrix / factors[:, None]).astype(np.int8)
    tensors = {"components": components, "factors": factors.astype(np.float32)}
    save_file(tensors, str(file), {"model": model, "hashes": json.dumps(hashes)})
