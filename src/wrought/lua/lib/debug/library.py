"""The list of the debug library."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr
from wrought.lua.lib.debug import hooks, info, prompt, values, variables
from wrought.lua.lib.registry import library, open_library
from wrought.lua.vm.objects import Vm

DEBUG = library("debug", [
    ("getregistry", values.getregistry), ("getmetatable", values.getmetatable),
    ("setmetatable", values.setmetatable), ("getfenv", values.getfenv),
    ("setfenv", values.setfenv), ("getinfo", info.getinfo), ("getlocal", variables.getlocal),
    ("setlocal", variables.setlocal), ("getupvalue", variables.getupvalue),
    ("setupvalue", variables.setupvalue), ("upvalueid", variables.upvalueid),
    ("upvaluejoin", variables.upvaluejoin), ("sethook", hooks.sethook),
    ("gethook", hooks.gethook), ("debug", prompt.debug), ("traceback", info.lua_traceback),
])


@fn
def open_debug(vm: Ptr[Vm]) -> None:
    """The global table `debug`."""
    open_library(vm, b"debug", DEBUG.open)
