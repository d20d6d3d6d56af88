"""Programs of patterns, kept for each state.

`Vm.cache[PROGRAMS]` is a table from pattern strings to userdata that hold programs, so the
collector knows both.  When it has MAX_PROGRAMS of them all are forgotten.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr
from wrought.lua.lib.string.compile import compile_pattern
from wrought.lua.lib.string.program import Program, room_for
from wrought.lua.vm.new import new_userdata
from wrought.lua.vm.objects import (
    Str,
    Userdata,
    Vm,
    table_of,
    table_value,
    userdata_of,
    userdata_value,
)
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_str
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import NIL, as_int, int_value

PROGRAMS = 0
"""Slot of `Vm.cache`."""
COUNT = 1
"""Slot of `Vm.cache`: how many there are."""
MAX_PROGRAMS = 512
FIRST_BITS = 6


@unsafe
@fn
def program_of(u: Ptr[Userdata]) -> Ptr[Program]:
    # SAFETY: only for userdata that `compiled` has made.
    return bitcast(Ptr[Program], u.data())


@unsafe
@fn
def compiled(vm: Ptr[Vm], pattern: Ptr[Str], anchors: bool) -> Ptr[Userdata]:
    """A new userdata with a pattern's program."""
    # SAFETY: the userdata has the room.
    items, size = room_for(pattern.bytes())
    u = new_userdata(vm, size, vm.globals)
    compile_pattern(program_of(u), items, pattern.bytes(), anchors)
    return u


@unsafe
@fn
def cached_program(vm: Ptr[Vm], pattern: Ptr[Str]) -> Ptr[Userdata]:
    """The userdata with the program of a pattern, in which ^ is an anchor."""
    # SAFETY: the slot holds a table of such userdata.
    programs = vm.cache[PROGRAMS]
    if programs != NIL:
        found = get_str(table_of(programs), pattern)
        if found != NIL:
            return userdata_of(found)
    return add_program(vm, pattern)


@noinline
@unsafe
@fn
def add_program(vm: Ptr[Vm], pattern: Ptr[Str]) -> Ptr[Userdata]:
    # SAFETY: as in cached_program.
    count = as_int(vm.cache[COUNT]) + 1 if vm.cache[PROGRAMS] != NIL else 1
    if vm.cache[PROGRAMS] == NIL or count > MAX_PROGRAMS:
        vm.cache[PROGRAMS] = table_value(new_table(vm, 0, FIRST_BITS))
        count = 1
    u = compiled(vm, pattern, True)
    set_str(vm, table_of(vm.cache[PROGRAMS]), pattern, userdata_value(u))
    vm.cache[COUNT] = int_value(count)
    return u
