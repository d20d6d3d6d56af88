"""Write barriers: the collector learns of stores into objects that it has traversed.

After a store of a value or part into an object that is not new (`memory`):

- tables: `barrier_back`; the table is traversed again.  Also after it got a new array or new nodes.
- others: `barrier`; the value is marked.

Where `Header.epoch` is not `Vm.black` nothing needs to be done: callers may ask that themselves.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline
from wrought.lang.core.intrinsics import addr_of, unlikely
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.gc.phase import STRINGS


@inline
@fn
def barrier_back(vm: Ptr[Vm], t: Ptr[Table]) -> None:
    """After a store into a table."""
    if unlikely(u64(t.epoch) == vm.black):
        turn_grey(vm, t)


@noinline
@fn
def turn_grey(vm: Ptr[Vm], t: Ptr[Table]) -> None:
    """Have a table that was traversed traversed again."""
    t.epoch = 0
    push(vm, addr_of(vm.gc.again), u64(t))


@inline
@fn
def barrier(vm: Ptr[Vm], owner: Ptr[Header], value: u64) -> None:
    """After a store of a value into a variable, function, userdata, prototype."""
    if unlikely(u64(owner.epoch) == vm.black):
        mark_now(vm, value)


@noinline
@fn
def mark_now(vm: Ptr[Vm], value: u64) -> None:
    """Mark a value that an object refers to which was traversed."""
    mark_value(vm, mark_offset(vm), value)


@inline
@fn
def revive(vm: Ptr[Vm], s: Ptr[Str]) -> None:
    """Keep a string that was found in the intern table, where it may be about to leave it."""
    if unlikely(vm.gc.phase == STRINGS):
        mark_cell(mark_offset(vm), u64(s))


from wrought.lua.vm.gc.mark import mark_cell, mark_offset, mark_value  # noqa: E402
from wrought.lua.vm.gc.vector import push  # noqa: E402
from wrought.lua.vm.objects import Header, Str, Table, Vm  # noqa: E402
