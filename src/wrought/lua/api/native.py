"""Finding, building and loading the extension module.

A wheel has it ready-made; in a checkout it is built by its first use, from sources of the digest
in its name, and kept in the cache.
"""

from __future__ import annotations

import builtins
import fcntl
import importlib.machinery
import importlib.util
import platform
import types
from pathlib import Path
from typing import Any

import wrought
from wrought.lang.build.cache import Cache, cache_root, digest

from .arguments import Arguments
from .errors import make_error

NAME = "_native"
SOURCES = ("lua/front", "lua/vm", "lua/lib", "lua/embed", "rt", "lang")
"""The folders whose files the extension is made of, and of those the compiler is."""
READY = f"{NAME}.abi3.so"
"""Beside this file, in wheels."""


def sources_digest() -> str:
    """A digest of all that the extension is made from."""
    root = Path(wrought.__file__).parent
    files = sorted(path for folder in SOURCES for path in (root / folder).rglob("*.py"))
    return digest(platform.machine(), *(part for path in files for part in
                                        (str(path.relative_to(root)), path.read_bytes())))


def library() -> Path:
    """The path of the extension; it is built where it is not there yet.

    Raises CompileError or BuildError.
    """
    ready = Path(__file__).parent / READY
    if ready.exists():
        return ready
    name = f"{NAME}-{sources_digest()[:20]}.abi3.so"
    path = cache_root() / "lua" / name
    if path.exists():
        return path
    path = Cache().folder("lua") / name
    with open(path.with_suffix(".lock"), "w", encoding="ascii") as lock:
        # Who comes while another process builds it waits.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            from wrought.lua.image import extension

            extension("host").build(path, "shared")
    return path


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
