"""What wheels hold ready-made: compiled functions that users call from Python without a compiler.

To have more of them, add their package here; `make wheel` does the rest.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from wrought.lang.core.decl import Declared, StructType
from wrought.lang.core.function import Compiled
from wrought.lang.front.instance import make_signature

PACKAGES = ("wrought.rt",)
"""Their own modules are precompiled, those of packages inside are not: `rt.a64` is for machines
without an operating system."""


def functions() -> list[Compiled]:
    """The functions to precompile, in a fixed order."""
    found: list[Compiled] = []
    for package in PACKAGES:
        folders = importlib.import_module(package).__path__
        for _, name, is_package in pkgutil.iter_modules(folders, package + "."):
            if not is_package:
                found += public_functions(importlib.import_module(name))
    return [f for f in found if _can_be_called(f)]


def public_functions(module: ModuleType) -> Iterator[Compiled]:
    """Functions and methods that the module itself declares without a leading underscore."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "module", "") != module.__name__:
            continue
        if isinstance(value, Compiled):
            yield value
        elif isinstance(value, Declared):
            yield from (m for n, m in value.methods.items()
                        if isinstance(m, Compiled) and not n.startswith("_"))


def _can_be_called(f: Compiled) -> bool:
    """Not generic, and not a C library's function: the process has those."""
    owner_is_generic = isinstance(f.owner, StructType) and bool(f.owner.params)
    return (f.kind == "fn" and "export" not in f.options and not owner_is_generic
            and not make_signature(f, f.env).generic)
