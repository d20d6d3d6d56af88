"""module and package.seeall: modules that make globals of their own (Lua 5.1 manual, 5.3)."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, format_to, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, u8, u64
from wrought.lua.lib.args import check_bytes, check_table
from wrought.lua.lib.registry import loaded
from wrought.lua.vm.barrier import barrier, barrier_back
from wrought.lua.vm.buffer import contents, open_buffer
from wrought.lua.vm.call import call
from wrought.lua.vm.debug.frames import frame_at, function_at
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import (
    Buffer,
    Header,
    Table,
    Vm,
    string_value,
    table_of,
    table_value,
)
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_str
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import NIL, is_function, is_table


@cold
@fn
def name_conflict(vm: Ptr[Vm], name: Slice[u8]) -> Never:
    """Raise that a module's name is taken by something that is no table."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"name conflict for module '{name}'")
    error_text(vm, contents(addr_of(b)))


@unsafe
@fn
def global_table(vm: Ptr[Vm], name: Slice[u8]) -> Ptr[Table]:
    """The table that a dotted name leads to from the globals, made with all on the way to it."""
    # SAFETY: the tag is tested.
    t = vm.current.env
    start, at = u64(0), u64(0)
    while at <= len(name):
        if at == len(name) or name[at] == ord("."):
            key = intern(vm, name[start:at])
            found = get_str(t, key)
            if found == NIL:
                found = table_value(new_table(vm, 0, 1))
                set_str(vm, t, key, found)
            if not is_table(found):
                name_conflict(vm, name)
            t = table_of(found)
            start = at + 1
        at += 1
    return t


@unsafe
@fn
def module_table(vm: Ptr[Vm], name: Slice[u8]) -> Ptr[Table]:
    """The table of a module: from `package.loaded`, else the global one, which is noted there."""
    # SAFETY: the tag is tested.
    found = get_str(loaded(vm), intern(vm, name))
    if is_table(found):
        return table_of(found)
    t = global_table(vm, name)
    set_str(vm, loaded(vm), intern(vm, name), table_value(t))
    return t


@fn
def initialise(vm: Ptr[Vm], t: Ptr[Table], name: Slice[u8]) -> None:
    """_M, _NAME and _PACKAGE: all of the name up to its last dot."""
    end: u64 = 0
    for i in range(len(name)):
        if name[i] == ord("."):
            end = i + 1
    set_str(vm, t, intern(vm, b"_M"), table_value(t))
    set_str(vm, t, intern(vm, b"_NAME"), string_value(intern(vm, name)))
    set_str(vm, t, intern(vm, b"_PACKAGE"), string_value(intern(vm, name[:end])))


@unsafe
@fn
def set_environment(vm: Ptr[Vm], t: Ptr[Table]) -> None:
    """Make a table the environment of the Lua function that has called."""
    # SAFETY: an object begins with a header.
    frame, found = frame_at(vm.current, 1)
    if not found or function_at(addr_of(frame)).proto is None:
        error_text(vm, b"'module' not called from a Lua function")
    f = function_at(addr_of(frame))
    f.env = t
    barrier(vm, bitcast(Ptr[Header], f), table_value(t))


@unsafe
@fn
def module(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """module(name, …): options are functions that are called with the module's table."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    name = check_bytes(vm, args, n, 0)
    t = module_table(vm, name)
    if get_str(t, intern(vm, b"_NAME")) == NIL:
        initialise(vm, t, name)
    set_environment(vm, t)
    args[n] = table_value(t)
    for i in range(1, n):
        if is_function(args[i]):
            slot = args + (n + 1)
            slot[2] = args[i]
            slot[4] = args[n]
            slot, _ = call(vm, slot, 1, 0)
            args = slot - (n + 1)
    return 0


@unsafe
@fn
def seeall(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """seeall(module): what it has not is looked up in the globals."""
    # SAFETY: as in module.
    t = check_table(vm, args, n, 0)
    meta = t.meta
    if meta is None:
        meta = new_table(vm, 0, 1)
        t.meta = meta
        barrier_back(vm, t)
    set_str(vm, meta, intern(vm, b"__index"), table_value(vm.current.env))
    return 0
