"""What the table library has."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Fn, Ptr, Slice, u8, u64
from wrought.lua.lib.registry import builtin_word, library, make_function, open_library, subtable
from wrought.lua.lib.table.concat import table_concat
from wrought.lua.lib.table.elements import (
    table_getn,
    table_insert,
    table_maxn,
    table_move,
    table_remove,
)
from wrought.lua.lib.table.sizes import table_clear, table_new
from wrought.lua.lib.table.sort import table_sort
from wrought.lua.lib.table.walk import table_foreach, table_foreachi
from wrought.lua.vm.objects import Table, Vm, function_of, function_value, table_of, table_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.insert import set_str

TABLE = library("table", [
    ("concat", table_concat), ("foreach", table_foreach), ("foreachi", table_foreachi),
    ("getn", table_getn), ("insert", table_insert), ("maxn", table_maxn), ("move", table_move),
    ("remove", table_remove), ("sort", table_sort)])

PRELOAD = b"_PRELOAD"
"""`package.preload` in the registry."""

NEW = builtin_word("table.new")
CLEAR = builtin_word("table.clear")


@unsafe
@fn
def deliver(vm: Ptr[Vm], args: Ptr[u64], name: Slice[u8],
            native: Fn[[Ptr[Vm], Ptr[u64], u64], u64], word: u64) -> u64:
    """Load a module that is a function of `table`: put it there, and return it."""
    # SAFETY: the loader that runs has `table` as its upvalue.
    f = function_value(make_function(vm, native, 0, word))
    set_str(vm, table_of(function_of(args[-2]).upvalues()[0]), intern(vm, name), f)
    args[0] = f
    return 1


@unsafe
@fn
def load_new(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What require "table.new" calls."""
    # SAFETY: as in deliver.
    return deliver(vm, args, b"new", table_new, NEW)


@unsafe
@fn
def load_clear(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What require "table.clear" calls."""
    # SAFETY: as in deliver.
    return deliver(vm, args, b"clear", table_clear, CLEAR)


@fn
def preload(vm: Ptr[Vm], t: Ptr[Table], name: Slice[u8],
            loader: Fn[[Ptr[Vm], Ptr[u64], u64], u64]) -> None:
    """Let `require` find a module by its loader."""
    f = make_function(vm, loader, 1, 1)
    f.upvalues()[0] = table_value(t)
    set_str(vm, subtable(vm, vm.registry, PRELOAD), intern(vm, name), function_value(f))


@fn
def open_table(vm: Ptr[Vm]) -> None:
    """Put the library into a new state."""
    t = open_library(vm, b"table", TABLE.open)
    preload(vm, t, b"table.new", load_new)
    preload(vm, t, b"table.clear", load_clear)
