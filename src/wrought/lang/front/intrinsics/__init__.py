"""The code of the built-in operations, a file for each group."""

from __future__ import annotations

from . import (  # noqa: F401  (they register)
    cells,
    floats,
    flow,
    integers,
    machine,
    memory,
    python,
    variants,
)
from .registry import lower_builtin, lower_intrinsic, lower_known, lower_method

__all__ = ["lower_builtin", "lower_intrinsic", "lower_known", "lower_method"]
