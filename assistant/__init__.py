"""Tandem's library: open it with `open_assistant`, ask, search, sync guides.

Names are loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answering.answer import Answer, Citation
    from assistant.app import Assistant, open_assistant
    from assistant.errors import AssistantError
    from assistant.retrieval.passage import Passage
    from assistant.safety.concern import Concern
    from assistant.settings import Settings

_HOMES = {
    "Answer": "assistant.answering.answer",
    "Assistant": "assistant.app",
    "AssistantError": "assistant.errors",
    "Citation": "assistant.answering.answer",
    "Concern": "assistant.safety.concern",
    "Passage": "assistant.retrieval.passage",
    "Settings": "assistant.settings",
    "open_assistant": "assistant.app",
}

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "Citation",
    "Concern",
    "Passage",
    "Settings",
    "open_assistant",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
