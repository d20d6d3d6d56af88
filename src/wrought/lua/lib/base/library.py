"""The list of basic functions."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.lib.args import arg_error, check_any, check_function
from wrought.lua.lib.base import chunks, collect, environment, printing, tables, values
from wrought.lua.lib.registry import builtin_word, library, make_function, set_loaded
from wrought.lua.vm.objects import Vm, function_value, table_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.insert import set_str
from wrought.lua.vm.table.lookup import get_str


@fn
def pcall(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What the handler leaves over: no argument."""
    arg_error(vm, 0, b"value expected")


@fn
def xpcall(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What the handler leaves over: no argument, or no function that handles messages."""
    check_any(vm, args, n, 0)
    check_function(vm, args, n, 1)
    return 0


BASE = library("_G", [
    ("assert", values.lua_assert), ("type", values.lua_type), ("next", tables.lua_next),
    ("pairs", tables.pairs), ("ipairs", tables.ipairs), ("getmetatable", tables.getmetatable),
    ("setmetatable", tables.setmetatable), ("getfenv", environment.getfenv),
    ("setfenv", environment.setfenv), ("rawget", tables.rawget), ("rawset", tables.rawset),
    ("rawequal", tables.rawequal), ("unpack", values.unpack), ("select", values.select),
    ("tonumber", values.tonumber), ("tostring", values.tostring), ("error", values.error),
    ("pcall", pcall), ("xpcall", xpcall), ("loadfile", chunks.loadfile),
    ("load", chunks.load), ("loadstring", chunks.loadstring), ("dofile", chunks.dofile),
    ("gcinfo", collect.gcinfo), ("collectgarbage", collect.collectgarbage),
    ("newproxy", values.newproxy), ("print", printing.lua_print), ("_VERSION", b"Lua 5.1"),
], prefix="")

IPAIRS_NEXT = builtin_word("ipairs()")


@fn
def open_base(vm: Ptr[Vm]) -> None:
    """The basic functions as globals, `_G` itself, and what the interpreter asks for."""
    BASE.open(vm, vm.globals)
    set_str(vm, vm.globals, intern(vm, b"_G"), table_value(vm.globals))
    set_loaded(vm, b"_G", table_value(vm.globals))
    vm.next_function = get_str(vm.globals, intern(vm, b"next"))
    vm.ipairs_function = function_value(make_function(vm, tables.ipairs_next, 0, IPAIRS_NEXT))
