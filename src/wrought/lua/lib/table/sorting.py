"""A sort that is under way: its state, and what comes before what."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Array, Ptr, i32, u32, u64
from wrought.lua.vm.call import call
from wrought.lua.vm.debug.messages import compare_error
from wrought.lua.vm.frame import CONT_HEAD
from wrought.lua.vm.interp.compare import order_metamethod
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.objects import Table, Vm, string_of
from wrought.lua.vm.strings import less as string_less
from wrought.lua.vm.table.insert import set_int
from wrought.lua.vm.table.lookup import get_int
from wrought.lua.vm.value import NIL, is_falsy, is_number, is_string, number_of

PIVOT, LEFT, RIGHT, SLOT = 2, 3, 4, 5
"""Slots of args: what must not be lost while the order function runs, and its frame."""


UP, DOWN, BEGIN, ENDS, FIRST, SECOND = range(6)
"""Questions: is an element before the pivot, or behind it; none yet; the last before the first, the
middle before the first, the last before the middle?"""

WAITING = 40
"""Of ranges, the shorter of two being sorted first, no more than the logarithm can wait."""


@struct
class Sorting:
    """A sort that is under way."""

    vm: Ptr[Vm]
    t: Ptr[Table]
    args: Ptr[u64]
    order: u64
    """The order function, or nil."""
    phase: u64
    """Which question was asked last."""
    low: u64
    """The range that is sorted, and how often more it may be divided."""
    high: u64
    depth: u64
    i: u64
    """Where the scans from both sides are."""
    j: u64
    waiting: u64
    """Ranges that are still to be sorted."""
    lows: Array[u64, WAITING]
    highs: Array[u64, WAITING]
    depths: Array[u64, WAITING]

    @unsafe
    def load(self, where: u64, i: u64) -> u64:
        """t[i], kept alive in a slot of args."""
        # SAFETY: args has MIN_SLOTS slots.
        value = get_int(self.t, index(i))
        self.args[where] = value
        return value

    def store(self, i: u64, value: u64) -> None:
        set_int(self.vm, self.t, index(i), value)


@inline
@fn
def index(i: u64) -> i32:
    return bitcast(i32, trunc(u32, i))


@unsafe
@fn
def ask(s: Ptr[Sorting], f: u64, x: u64, y: u64) -> bool:
    """Call f(x, y)."""
    # SAFETY: as in Sorting.load.
    slot = s.args + SLOT
    slot[2] = f
    slot[CONT_HEAD] = x
    slot[CONT_HEAD + 1] = y
    slot, _ = call(s.vm, slot, 2, 1)
    s.args = slot - SLOT
    return not is_falsy(slot[0])


@noinline
@fn
def before_by_value(s: Ptr[Sorting], x: u64, y: u64) -> bool:
    """x < y, as the operator has it."""
    if is_number(x) and is_number(y):
        return number_of(x) < number_of(y)
    if is_string(x) and is_string(y):
        return string_less(string_of(x), string_of(y))
    f = order_metamethod(s.vm, Mm.LT, x, y)
    if f == NIL:
        compare_error(s.vm, x, y)
    return ask(s, f, x, y)


@inline
@fn
def before(s: Ptr[Sorting], x: u64, y: u64) -> bool:
    """Whether x comes before y."""
    return ask(s, s.order, x, y) if s.order != NIL else before_by_value(s, x, y)


@unsafe
@fn
def exchange(s: Ptr[Sorting], i: u64, j: u64) -> None:
    # SAFETY: as in Sorting.load.
    x = get_int(s.t, index(i))
    s.store(i, get_int(s.t, index(j)))
    s.store(j, x)
