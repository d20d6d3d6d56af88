"""The code of the built-in operations, a file for each group."""

from __future__ import annotations

from . import (
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

GROUPS = (cells, floats, flow, integers, machine, memory, python, variants)
"""The modules of the operations: importing them registers their code."""

__all__ = ["lower_builtin", "lower_intrinsic", "lower_known", "lower_method"]
