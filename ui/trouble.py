"""What a person is told when something fails: a catalogued sentence, never the exception."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Callable, Iterator
from typing import Any

from assistant.errors import AssistantError, IndexUnavailable, StorageError, UnknownGuide
from ui.labels import Labels, labels

_log = logging.getLogger(__name__)
_KEYS: tuple[tuple[type[AssistantError], str], ...] = (
    (StorageError, "error.storage"),
    (IndexUnavailable, "error.index"),
    (UnknownGuide, "error.unknown"),
)


def sentence_for(error: Exception, text: Labels) -> str:
    """The catalogue's sentence for an error of ours, a general one for any other."""
    for kind, key in _KEYS:
        if isinstance(error, kind):
            return text(key)
    return text("error.generic")


def calm(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler whose last argument is the person's language, with its errors put calmly.

    The error is logged and Gradio shows the catalogue's sentence.
    """
    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def growing(*args: Any) -> Iterator[Any]:
            try:
                yield from handler(*args)
            except Exception as error:
                raise _shown(error, args[-1]) from None

        return growing

    @functools.wraps(handler)
    def plain(*args: Any) -> Any:
        try:
            return handler(*args)
        except Exception as error:
            raise _shown(error, args[-1]) from None

    return plain


def _shown(error: Exception, language: str) -> Exception:
    from gradio import Error

    if isinstance(error, AssistantError):
        _log.warning("%s: %s", type(error).__name__, error)
    else:
        _log.error("A handler of the page failed", exc_info=error)
    text = labels(language)
    return Error(
        sentence_for(error, text), title=text("error.title"), duration=8, print_exception=False
    )
