"""Kernels in compiled Python, each file with its C twin beside it."""

from __future__ import annotations

from types import ModuleType

from wrought.lang.core.function import Compiled

from . import numbers, structs, tables, text, values

MODULES = (text, numbers, tables, structs, values)


def exported(module: ModuleType) -> list[Compiled]:
    """The kernels of one module, in their order."""
    return [f for f in vars(module).values()
            if isinstance(f, Compiled) and f.module == module.__name__ and "export" in f.options]


KERNELS = [f for module in MODULES for f in exported(module)]
"""All of them; `harness.c` has the data for each by its name."""
