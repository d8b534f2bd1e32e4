"""The kinds of case: one file a kind, which says what Tandem is asked and what is checked.

A module here that defines ``KIND`` is a kind, named like the module. To add one, add its file.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from evals.kinds.kind import Kind


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name != "kind"]
    return {name: import_module(f"{__name__}.{name}").KIND for name in sorted(names)}


def kind_names() -> tuple[str, ...]:
    """What a case's `kind` may be."""
    return tuple(kinds())
