"""The lists of string.buffer."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr
from wrought.lua.lib.buffer import methods
from wrought.lua.lib.buffer.storage import META
from wrought.lua.lib.registry import library, set_loaded
from wrought.lua.vm.objects import Vm, string_value, table_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_str

BUFFER = library("string.buffer", [("new", methods.new)])

METHODS = library("buffer", [
    ("put", methods.put), ("putf", methods.putf), ("set", methods.set), ("skip", methods.skip),
    ("get", methods.get), ("tostring", methods.tostring), ("reset", methods.clear),
    ("free", methods.free), ("reserve", methods.needs_cdata), ("commit", methods.needs_cdata),
    ("ref", methods.needs_cdata), ("putcdata", methods.needs_cdata),
    ("__tostring", methods.tostring), ("__len", methods.length), ("__concat", methods.concat),
])


@fn
def open_buffer_library(vm: Ptr[Vm]) -> None:
    """`require "string.buffer"` finds it as loaded; no global names it."""
    meta = new_table(vm, 0, 5)
    METHODS.open(vm, meta)
    set_str(vm, meta, intern(vm, b"__index"), table_value(meta))
    set_str(vm, meta, intern(vm, b"__metatable"), string_value(intern(vm, b"buffer")))
    vm.cache[META] = table_value(meta)
    t = new_table(vm, 0, 1)
    BUFFER.open(vm, t)
    set_loaded(vm, b"string.buffer", table_value(t))
