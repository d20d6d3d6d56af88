"""What wheels hold ready-made: compiled functions that users call from Python without a compiler.

To have more of them, add their modules here; `make wheel` does the rest.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import ModuleType

from wrought.lang.core.decl import BitfieldType, EnumType, StructType, VariantType
from wrought.lang.core.function import Compiled

MODULES = (
    "wrought.rt.bytes",
    "wrought.rt.console",
    "wrought.rt.fdt",
    "wrought.rt.fdt_values",
    "wrought.rt.fmt",
)
"""Modules whose public functions and methods are precompiled; generic ones cannot be."""


def functions() -> list[Compiled]:
    """The functions to precompile, in a fixed order."""
    modules = [importlib.import_module(name) for name in MODULES]
    return [f for module in modules for f in public_functions(module)]


def public_functions(module: ModuleType) -> Iterator[Compiled]:
    """Functions and methods that the module itself declares without a leading underscore."""
    for name, value in vars(module).items():
        if name.startswith("_"):
            continue
        if isinstance(value, Compiled) and value.kind == "fn" and value.module == module.__name__:
            yield value
        elif isinstance(value, StructType | VariantType | EnumType | BitfieldType) and (
                value.module == module.__name__ and not getattr(value, "params", ())):
            methods = value.methods.items()
            yield from (m for n, m in methods if isinstance(m, Compiled) and n[0] != "_")
