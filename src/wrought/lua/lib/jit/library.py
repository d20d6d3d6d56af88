"""The list of the jit library."""

from __future__ import annotations

from wrought.lang.core.function import comptime, fn
from wrought.lang.core.scalars import Ptr, Slice, u8
from wrought.lang.core.target import target
from wrought.lua.lib.jit import control
from wrought.lua.lib.jit.functions import load_util
from wrought.lua.lib.registry import library, make_function, open_library, set_loaded, subtable
from wrought.lua.lib.version import JIT_VERSION, JIT_VERSION_NUMBER
from wrought.lua.vm.objects import Vm, function_value, string_value, table_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.insert import set_str

JIT = library("jit", [
    ("on", control.set_mode), ("off", control.set_mode), ("flush", control.flush),
    ("status", control.status), ("security", control.security), ("attach", control.attach),
    ("version", JIT_VERSION), ("version_num", JIT_VERSION_NUMBER), ("os", b"Linux"),
])
OPT = library("jit.opt", [("start", control.start)])


@comptime
def architecture(arch: str) -> bytes:
    """`jit.arch`, as LuaJIT calls the machines."""
    return b"arm64" if arch == "a64" else b"x64"


@fn
def this_architecture() -> Slice[u8]:
    return architecture(target.arch)


@fn
def open_jit(vm: Ptr[Vm]) -> None:
    """The global table `jit`; jit.util comes by `require`."""
    t = open_library(vm, b"jit", JIT.open)
    set_str(vm, t, intern(vm, b"arch"), string_value(intern(vm, this_architecture())))
    opt = subtable(vm, t, b"opt")
    OPT.open(vm, opt)
    set_loaded(vm, b"jit.opt", table_value(opt))
    loader = make_function(vm, load_util, 0, 1)
    set_str(vm, subtable(vm, vm.registry, b"_PRELOAD"), intern(vm, b"jit.util"),
            function_value(loader))
