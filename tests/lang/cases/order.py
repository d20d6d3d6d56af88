"""Evaluation order: from left to right, each operand's value read when Python reads it."""

from __future__ import annotations

from lang.expect import gives, prints, returns
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, checked_add, mul_wide
from wrought.lang.core.scalars import Array, Ptr, u32, u64
from wrought.lang.core.static import static

counter = static(u64)


@struct
class Cell:
    value: u64
    items: Array[u64, 4]


@struct
class Two:
    a: u64
    b: u64


@fn
def bump(p: Ptr[Cell]) -> u64:
    p.value += 1
    return p.value


@fn
def tick() -> u64:
    global counter
    counter += 1
    return counter


@fn
def reset(n: u64) -> u64:
    global counter
    counter = n
    return 0


@returns(10 * 100 + 11)
@fn
def operand_read_before_call() -> u64:
    c = Cell(value=10, items=(0, 0, 0, 0))
    return c.value * 100 + bump(addr_of(c))


@returns((5, 6))
@fn
def static_read_before_call() -> tuple[u64, u64]:
    reset(5)
    return counter, tick()


@returns(5 * 10 + 6)
@fn
def local_read_before_walrus() -> u64:
    x: u64 = 5
    return x * 10 + (x := 6)


@returns(13)
@fn
def augmented_reads_first() -> u64:
    c = Cell(value=6, items=(0, 0, 0, 0))
    c.value += bump(addr_of(c))
    return c.value


@returns(6 + 5)
@fn
def augmented_static() -> u64:
    global counter
    reset(5)
    counter += tick()
    return counter


@fn
def pair(a: u64, b: u64, c: u64) -> u64:
    return a * 100 + b * 10 + c


@returns(123)
@fn
def arguments_in_order() -> u64:
    reset(0)
    return pair(tick(), tick(), tick())


@returns(3 * 100 + 4 * 10 + 4)
@fn
def argument_read_before_next() -> u64:
    reset(3)
    return pair(counter, tick(), counter)


@returns(334)
@fn
def keyword_arguments() -> u64:
    reset(2)
    return pair(b=tick(), a=counter, c=tick())


@fn
def take(s: Two, n: u64) -> u64:
    return s.a * 10 + n


@fn
def change(p: Ptr[Two]) -> u64:
    p.a = 9
    return p.a


@returns(19)
@fn
def struct_argument_is_copied() -> u64:
    s = Two(1, 2)
    return take(s, change(addr_of(s)))


@returns((True, False, True))
@fn
def comparison_reads_first() -> tuple[bool, bool, bool]:
    reset(5)
    a = counter < tick()
    b = counter == tick()
    return a, b, 6 < counter <= tick() <= 8


@returns((1, 0))
@fn
def chain_stops() -> tuple[u64, u64]:
    """`a < b < c` does not evaluate c when a < b is false."""
    reset(0)
    hit: u64 = 0
    if 5 < counter < tick():
        hit = 9
    missed = counter
    if 0 <= counter < tick():
        hit = 1
    return hit, missed


@returns(True)
@fn
def chain_guards_an_index() -> bool:
    a: Array[u64, 4] = (1, 2, 3, 4)
    i: u64 = 7
    n: u64 = 4
    return not (i < n <= a[i])


@returns((0, 0, 2))
@fn
def logic_stops() -> tuple[u64, u64, u64]:
    reset(0)
    no = False
    yes = True
    if no and tick() > 0:
        pass
    a = counter
    if yes or tick() > 0:
        pass
    b = counter
    if (yes and tick() > 0) and (no or tick() > 0):
        pass
    return a, b, counter


@returns((7, 8, 6))
@fn
def tuple_items() -> tuple[u64, u64, u64]:
    x: u64 = 7
    return x, (x := 8), x - 2


@returns((1, 2, 3))
@fn
def array_items() -> tuple[u64, u64, u64]:
    reset(1)
    a: Array[u64, 3] = (counter, tick(), tick())
    return a[0], a[1], a[2]


@returns((2, 1))
@fn
def swap_elements() -> tuple[u64, u64]:
    a: Array[u64, 2] = (1, 2)
    i: u64 = 0
    a[i], a[i + 1] = a[i + 1], a[i]
    return a[0], a[1]


@returns((10, 20, 10))
@fn
def swap_structs() -> tuple[u64, u64, u64]:
    x = Two(20, 0)
    y = Two(10, 10)
    x, y = y, x
    return x.a, y.a, x.b


@returns((1, 0, 5, 0))
@fn
def value_before_target() -> tuple[u64, u64, u64, u64]:
    """The right side is evaluated first, then the target's index."""
    a: Array[u64, 4] = (0, 0, 0, 0)
    reset(0)
    a[tick() - 2 + 1] = tick()
    a[tick() - 1] = 5
    return a[1], a[0], a[2], a[3]


@returns((1, 1, 3))
@fn
def index_once() -> tuple[u64, u64, u64]:
    a: Array[u64, 4] = (0, 0, 0, 0)
    reset(0)
    a[tick()] += 3
    return counter, a[0] + 1, a[1]


@returns((5, 5, 1))
@fn
def chained_targets() -> tuple[u64, u64, u64]:
    reset(0)
    a: Array[u64, 2] = (0, 0)
    x: u64 = 0
    x = a[1] = 4 + tick()
    return x, a[1], counter


@gives(((3,), 3 * 10 + 4))
@fn
def intrinsic_operands(n: u64) -> u64:
    x = n
    low, high = mul_wide(x, (x := 10))
    return checked_add(low, high) + x - 6


@returns((5, 6, 5))
@fn
def extremes() -> tuple[u64, u64, u64]:
    reset(5)
    a = min(counter, tick())
    b = max(counter, 1)
    reset(5)
    return a, b, min(counter, tick(), 7)


@returns((4, 3))
@fn
def condition_before_branches() -> tuple[u64, u64]:
    reset(3)
    a = tick() if counter == 3 else 0
    return a, 3 if tick() == 5 else 0


@returns(30)
@fn
def loop_bound_once() -> u64:
    n: u64 = 3
    total: u64 = 0
    for _ in range(n):
        n += 10
        total += 10
    return total


@prints("1 2\n2 4\n")
@fn
def printed_in_order() -> None:
    reset(1)
    print(f"{counter} {tick()}")
    x: u32 = 2
    print(f"{x} {(x := 4)}")


@fn
def loud(n: u64) -> u64:
    print(f"<{n}>", end=" ")
    return n


@prints("<1> <2> 1 then 2\n")
@fn
def values_before_text() -> None:
    print(f"{loud(1)} then {loud(2)}")


@fn
def through(p: Ptr[Cell], q: Ptr[Cell]) -> u64:
    return p.value * 10 + q.value


@returns(77)
@fn
def pointers_alias() -> u64:
    c = Cell(value=7, items=(0, 0, 0, 0))
    return through(addr_of(c), addr_of(c))
