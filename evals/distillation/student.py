"""The student: its folder, its forward pass, and keeping a half-trained one."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import torch
    from tokenizers import Tokenizer

LONGEST = 256
"""Word pieces that are read, as by the teacher."""
WIDTHS = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, LONGEST)
"""Batches are padded to one of these: on a CPU each new shape is compiled and kept, which costs
more than the padding."""


class Encoder:
    """A BERT encoder with mean pooling: texts in, unit vectors out."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer
        from transformers import BertModel

        # "eager": on a CPU the fused attention's way back takes longer than all the rest.
        self.model: Any = BertModel.from_pretrained(
            folder, add_pooling_layer=False, attn_implementation="eager"
        )
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.no_padding()

    def __call__(self, texts: list[str]) -> torch.Tensor:
        """Vectors of length one, a row each."""
        import torch

        batch = self.tokenizer.encode_batch(texts)
        longest = max(len(encoding.ids) for encoding in batch)
        width = next(width for width in WIDTHS if width >= longest)
        ids = torch.zeros((len(batch), width), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, encoding in enumerate(batch):
            ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids)
            mask[row, : len(encoding.ids)] = 1
        device = self.model.device
        ids, mask = ids.to(device), mask.to(device)
        hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        weight = mask[:, :, None].float()
        return torch.nn.functional.normalize((hidden * weight).sum(1) / weight.sum(1), dim=-1)


def write_student(
    folder: Path, teacher: Path, tokenizer: Tokenizer, embeddings: np.ndarray
) -> None:
    """A folder like the teacher's, with another vocabulary and its first embeddings."""
    import torch
    from transformers import BertModel

    folder.mkdir(parents=True, exist_ok=True)
    model: Any = BertModel.from_pretrained(teacher, add_pooling_layer=False)
    model.resize_token_embeddings(len(embeddings))
    with torch.no_grad():
        model.embeddings.word_embeddings.weight.copy_(torch.tensor(embeddings))
    model.save_pretrained(folder)
    write_tokenizer(folder, teacher, tokenizer)


def write_tokenizer(folder: Path, teacher: Path, tokenizer: Tokenizer) -> None:
    """The tokeniser and what sentence-transformers wants beside it."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(folder / "tokenizer.json"))
    special = json.loads((teacher / "special_tokens_map.json").read_text())
    config = special | {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1))
    modules = (teacher / "modules.json").read_text().replace("1_Pooling", "pooling")
    (folder / "modules.json").write_text(modules)
    (folder / "pooling").mkdir(exist_ok=True)
    shutil.copyfile(teacher / "1_Pooling" / "config.json", folder / "pooling" / "config.json")
    shutil.copyfile(teacher / "sentence_bert_config.json", folder / "sentence_bert_config.json")


def write_shipped(folder: Path, target: Path) -> str:
    """Write the student in half precision, as it is shipped; returns the SHA-256 of its weights."""
    from transformers import BertModel

    shutil.copytree(folder, target, dirs_exist_ok=True)
    model: Any = BertModel.from_pretrained(folder, add_pooling_layer=False)
    model.half().save_pretrained(target)
    return hashlib.sha256((target / "model.safetensors").read_bytes()).hexdigest()
