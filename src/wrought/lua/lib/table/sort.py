"""table.sort: quicksort around the middle of three, as Lua 5.1 has it.

The order of the comparisons is Lua's: what an unstable sort makes of equal elements, and what an
order function that is none leads to, is the same as in LuaJIT.  Only where quicksort goes wrong the
rest is sorted by heapsort.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import cold, fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, count_leading_zeros, trunc
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.lib.args import check_function, check_table, is_absent
from wrought.lua.lib.table.sort_order import OTHERS, kind_of, sort_alike
from wrought.lua.vm.call import call
from wrought.lua.vm.debug.messages import compare_error
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.frame import CONT_HEAD
from wrought.lua.vm.interp.compare import order_metamethod
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.objects import Table, Vm, string_of
from wrought.lua.vm.strings import less as string_less
from wrought.lua.vm.table.black import barrier_back_if_black
from wrought.lua.vm.table.insert import set_int
from wrought.lua.vm.table.length import length
from wrought.lua.vm.table.lookup import get_int
from wrought.lua.vm.value import NIL, is_falsy, is_number, is_string, number_of

PIVOT, LEFT, RIGHT, SLOT = 2, 3, 4, 5
"""Slots of args: what must not be lost while the order function runs, and its frame."""


@struct
class Sorting:
    """A sort that is under way."""

    vm: Ptr[Vm]
    t: Ptr[Table]
    args: Ptr[u64]
    order: u64
    """The order function, or nil."""

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
def put_in_order(s: Ptr[Sorting], i: u64, j: u64) -> bool:
    """Exchange t[i] and t[j], i < j, if t[j] comes before t[i]; whether it did."""
    # SAFETY: as in Sorting.load.
    x = s.load(LEFT, i)
    y = s.load(RIGHT, j)
    if not before(s, y, x):
        return False
    s.store(i, y)
    s.store(j, x)
    return True


@cold
@fn
def order_error(s: Ptr[Sorting]) -> None:
    error_text(s.vm, b"invalid order function for sorting")


@unsafe
@fn
def partition(s: Ptr[Sorting], low: u64, high: u64) -> u64:
    """Divide t[low] … t[high], whose ends are in order with the pivot in t[high - 1]: where the
    pivot is then."""
    # SAFETY: as in Sorting.load.
    i, j = low, high - 1
    while True:
        i += 1
        while before(s, s.load(LEFT, i), s.args[PIVOT]):
            if i >= high:
                order_error(s)
            i += 1
        j -= 1
        while before(s, s.args[PIVOT], s.load(RIGHT, j)):
            if j <= low:
                order_error(s)
            j -= 1
        if j < i:
            break
        s.store(i, s.args[RIGHT])
        s.store(j, s.args[LEFT])
    exchange(s, high - 1, i)
    return i


@unsafe
@fn
def exchange(s: Ptr[Sorting], i: u64, j: u64) -> None:
    # SAFETY: as in Sorting.load.
    x = get_int(s.t, index(i))
    s.store(i, get_int(s.t, index(j)))
    s.store(j, x)


@unsafe
@fn
def quick(s: Ptr[Sorting], low: u64, high: u64, depth: u64) -> None:
    """Sort t[low] … t[high]."""
    # SAFETY: as in Sorting.load.
    while low < high:
        if depth == 0:
            heap(s, low, high - low + 1)
            return
        depth -= 1
        put_in_order(s, low, high)
        if high - low == 1:
            return
        middle = (low + high) // 2
        if not put_in_order(s, low, middle):
            put_in_order(s, middle, high)
        if high - low == 2:
            return
        s.load(PIVOT, middle)
        exchange(s, middle, high - 1)
        i = partition(s, low, high)
        if i - low < high - i:
            quick(s, low, i - 1, depth)
            low = i + 1
        else:
            quick(s, i + 1, high, depth)
            high = i - 1


@unsafe
@fn
def sift(s: Ptr[Sorting], low: u64, root: u64, n: u64) -> None:
    """Let t[low + root] sink in a heap of n elements."""
    # SAFETY: as in Sorting.load.
    while root * 2 + 1 < n:
        child = root * 2 + 1
        if child + 1 < n and before(s, s.load(LEFT, low + child), s.load(RIGHT, low + child + 1)):
            child += 1
        if not put_in_order_down(s, low + root, low + child):
            return
        root = child


@unsafe
@fn
def put_in_order_down(s: Ptr[Sorting], i: u64, j: u64) -> bool:
    """Exchange t[i] and t[j] if t[i] comes before t[j]; whether it did."""
    # SAFETY: as in Sorting.load.
    x = s.load(LEFT, i)
    y = s.load(RIGHT, j)
    if not before(s, x, y):
        return False
    s.store(i, y)
    s.store(j, x)
    return True


@noinline
@fn
def heap(s: Ptr[Sorting], low: u64, n: u64) -> None:
    """Sort n elements from t[low] on in n log n steps, whatever they are."""
    for i in range(n // 2):
        sift(s, low, n // 2 - 1 - i, n)
    for i in range(1, n):
        exchange(s, low, low + n - i)
        sift(s, low, 0, n - i)


@unsafe
@fn
def sort_at_once(vm: Ptr[Vm], t: Ptr[Table], n: u64) -> bool:
    """Sort elements that are all ints, numbers or strings, in the array part; whether they are."""
    # SAFETY: the array part has n elements from 1 on.
    if n >= t.asize:
        return False
    kind = kind_of(t.array + 1, n)
    if kind == OTHERS:
        return False
    sort_alike(t.array + 1, n, kind)
    barrier_back_if_black(vm, t)
    return True


@unsafe
@fn
def table_sort(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.sort(t [, before])."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    t = check_table(vm, args, n, 0)
    count = length(t)
    order: u64 = NIL
    if not is_absent(args, n, 1):
        check_function(vm, args, n, 1)
        order = args[1]
    if count < 2 or order == NIL and sort_at_once(vm, t, count):
        return 0
    args[1] = order
    s = Sorting(vm, t, args, order)
    quick(addr_of(s), 1, count, 4 * (64 - count_leading_zeros(count)))
    return 0
