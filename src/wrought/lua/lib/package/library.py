"""The list of the package library, and opening it."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import c_str
from wrought.lang.core.scalars import Fn, Ptr, Slice, i32, u8, u64
from wrought.lua.lib.package import loaders
from wrought.lua.lib.package.module import module, seeall
from wrought.lua.lib.package.native import loadlib
from wrought.lua.lib.package.paths import CONFIG, PATH, default_cpath, environment_path
from wrought.lua.lib.package.require import require
from wrought.lua.lib.registry import (
    builtin_word,
    library,
    loaded,
    make_function,
    open_library,
    subtable,
)
from wrought.lua.vm.objects import Table, Vm, function_of, function_value, table_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_int, set_str
from wrought.lua.vm.table.lookup import get_str

PACKAGE = library("package", [
    ("loadlib", loadlib), ("searchpath", loaders.searchpath), ("seeall", seeall),
    ("config", CONFIG),
])
GLOBAL = library("_G", [("require", require), ("module", module)], prefix="")

LOADER = builtin_word("package.loader")


@fn
def add_loader(vm: Ptr[Vm], list: Ptr[Table], i: i32, package: Ptr[Table],
               native: Fn[[Ptr[Vm], Ptr[u64], u64], u64]) -> None:
    """Put a loader into `package.loaders`."""
    f = make_function(vm, native, 0, LOADER)
    f.env = package
    set_int(vm, list, i, function_value(f))


@unsafe
@fn
def set_environment(vm: Ptr[Vm], name: Slice[u8], package: Ptr[Table]) -> None:
    """Make `package` the environment of a global function, where it finds its fields."""
    # SAFETY: the function was just made, so it needs no barrier.
    function_of(get_str(vm.globals, intern(vm, name))).env = package


@fn
def open_package(vm: Ptr[Vm]) -> None:
    """The global table `package`, `require` and `module`.

    Paths come from LUA_PATH and LUA_CPATH, unless the registry has LUA_NOENV.
    """
    t = open_library(vm, b"package", PACKAGE.open)
    GLOBAL.open(vm, vm.globals)
    set_environment(vm, b"require", t)
    set_environment(vm, b"module", t)
    list = new_table(vm, 5, 0)
    set_str(vm, t, intern(vm, b"loaders"), table_value(list))
    add_loader(vm, list, 1, t, loaders.from_preload)
    add_loader(vm, list, 2, t, loaders.from_lua)
    add_loader(vm, list, 3, t, loaders.from_native)
    add_loader(vm, list, 4, t, loaders.from_native_root)
    set_str(vm, t, intern(vm, b"path"), environment_path(vm, c_str(b"LUA_PATH"), PATH))
    set_str(vm, t, intern(vm, b"cpath"),
            environment_path(vm, c_str(b"LUA_CPATH"), default_cpath()))
    set_str(vm, t, intern(vm, b"loaded"), table_value(loaded(vm)))
    set_str(vm, t, intern(vm, b"preload"), table_value(subtable(vm, vm.registry, b"_PRELOAD")))
