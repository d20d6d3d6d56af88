"""Finding, building and loading the extension module.

A wheel has it ready-made; in a checkout it is built by its first use (`wrought.lua.ready`).
"""

from __future__ import annotations

import builtins
import importlib.machinery
import importlib.util
import types
from pathlib import Path
from typing import Any

from wrought.lua.ready import EXTENSION, built_once

from .arguments import Arguments
from .errors import make_error

NAME = "_native"
READY = f"{NAME}.abi3.so"
"""Beside this file, in wheels."""


def library() -> Path:
    """The path of the extension; it is built where it is not there yet.

    Raises CompileError or BuildError.
    """
    made = Path(__file__).parent / READY
    return made if made.exists() else built_once(NAME, ".abi3.so", EXTENSION, build)


def build(path: Path) -> None:
    from wrought.lua.image import extension

    extension("host").build(path, "shared")


def load() -> types.ModuleType:
    """The module, ready for use."""
    loader = importlib.machinery.ExtensionFileLoader(NAME, str(library()))
    spec = importlib.util.spec_from_file_location(NAME, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    configure(module)
    return module


def attribute_names(module: types.ModuleType) -> frozenset[str]:
    """What `proxy.name` means in Python rather than in Lua."""
    return frozenset(name for name in dir(module.LuaTable) if not name.startswith("__"))


def configure(module: types.ModuleType) -> None:
    """Tell the module which objects of Python's it works with, in the order of `Kinds`."""
    module._configure(
        None, True, False, str, bytes, int, float, tuple,
        Arguments, types.MethodType, types.BuiltinMethodType, attribute_names(module), make_error,
        AttributeError, TypeError, RuntimeError, OverflowError, ValueError, StopIteration,
        builtins.NotImplemented)


module: Any = load()
LuaObject: Any = module.LuaObject
LuaTable: Any = module.LuaTable
LuaFunction: Any = module.LuaFunction
LuaThread: Any = module.LuaThread
Core: Any = module.Core
lua_type = module.lua_type
as_attrgetter = module.as_attrgetter
as_itemgetter = module.as_itemgetter
