"""Corners: empty structs, chained struct assignment, exits in loops' else, atomics in arrays."""

from __future__ import annotations

from lang.expect import gives, prints, returns
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import bit, bitfield, bits, struct
from wrought.lang.core.function import fn, noinline
from wrought.lang.core.intrinsics import addr_of, sizeof
from wrought.lang.core.scalars import Array, Atomic, Ptr, Slice, i8, i32, i64, u8, u16, u32, u64
from wrought.lang.core.static import constant, static


@struct
class Point:
    x: i64
    y: i64

    def plus(self, other: Point) -> Point:
        return Point(self.x + other.x, self.y + other.y)

    def take(self) -> i64:
        self.x -= 1
        return self.x


@struct
class Nothing:
    pass


@struct
class Counters:
    hits: Array[Atomic[u32], 4]
    empty: Nothing
    last: u8


@bitfield(u16)
class Mode:
    on: bool = bit(0)
    level: u8 = bits(7, 4)


mode = static(Mode, Mode(on=True, level=9))
MODES = constant(Array[Mode, 2], (Mode(level=1), Mode(on=True)))
flag = static(bool, True)
counters = static(Counters)


@returns((1, 7, 1))
@fn
def chained_structs() -> tuple[i64, i64, i64]:
    """Each name gets its own copy."""
    p = q = Point(1, 2)
    q.x = 7
    r = p
    return p.x, q.x, r.x


@gives(((True,), (5, 3, 4)), ((False,), (6, 3, 4)))
@fn
def conditional_structs(c: bool) -> tuple[i64, i64, i64]:
    p = Point(3, 0)
    q = Point(4, 0)
    r = p if c else q
    r.x += 2
    return r.x, p.x, q.x


@returns((9, 12))
@fn
def chained_methods() -> tuple[i64, i64]:
    p = Point(1, 2).plus(Point(3, 4)).plus(Point(5, 6))
    return p.x, p.y


@returns((4, 3, 7))
@fn
def receiver_before_arguments() -> tuple[i64, i64, i64]:
    p = Point(5, 0)
    a = p.take()
    total = p.x + p.take()
    return a, p.x, total


@returns((10, 9, 9))
@fn
def struct_in_a_tuple_is_copied() -> tuple[i64, i64, i64]:
    p = Point(10, 0)
    before, n = p, p.take()
    return before.x, n, p.x


@fn
def pass_nothing(n: Nothing, x: u8, m: Nothing) -> Nothing:
    assert x == 5
    return n


@returns((0, 20))
@fn
def empty_structs() -> tuple[u64, u64]:
    n = pass_nothing(Nothing(), 5, Nothing())
    pass_nothing(n, 5, n)
    return sizeof(Nothing), sizeof(Counters)


@returns((0, 3, 3))
@fn
def atomics_in_an_array() -> tuple[u32, u32, u32]:
    counters.hits[2].store(0, Order.RELAXED)
    before = counters.hits[2].add(1, Order.RELAXED)
    for i in range(u64(2)):
        counters.hits[i + 1 - i + 1].add(1, Order.RELAXED)
    sum: u32 = 0
    for i in range(u64(4)):
        sum += counters.hits[i].load(Order.RELAXED)
    return before, counters.hits[2].load(Order.RELAXED), sum


@returns((True, 9, 1, True, True))
@fn
def static_bit_fields() -> tuple[bool, u8, u8, bool, bool]:
    return mode.on, mode.level, MODES[0].level, MODES[1].on, flag


@gives(((5,), 105), ((50,), 50))
@fn
def return_in_else(n: u64) -> u64:
    for i in range(u64(10)):
        if i * i == n or n == 50:
            break
    else:
        return n + 100
    return n


@gives(((3,), 6))
@fn
def loop_forever_until_return(n: u64) -> u64:
    total: u64 = 0
    i: u64 = 0
    while True:
        total += i
        if i == n:
            return total
        i += 1


@returns(7)
@fn
def loops_that_do_not_run() -> u64:
    n: u64 = 7
    while False:
        n = 1
    for _ in range(u64(5), 5):
        n = 2
    for _ in range(i64(5), -5):
        n = 3
    return n


@gives(((3,), (True, False, True)), ((9,), (False, True, True)))
@fn
def literal_on_the_left(x: u8) -> tuple[bool, bool, bool]:
    return 5 > x, 5 < x, 0 <= x


@gives(((1, 0), (False, True, True)), ((1, 1), (True, False, False)))
@fn
def logic_as_values(a: u8, b: u8) -> tuple[bool, bool, bool]:
    both = a == 1 and b == 1
    return both, not both, not (a == 1 and b == 1)


@fn
def bump(p: Ptr[u64]) -> u64:
    p[0] += 1
    return p[0]


@returns((6, 6))
@fn
def address_of_a_parameter() -> tuple[u64, u64]:
    return parameter_lives(5)


@fn
def parameter_lives(x: u64) -> tuple[u64, u64]:
    a = bump(addr_of(x))
    return a, x


@gives(((-128, -1), (-128, 0, True)), ((-128, 2), (-64, 0, True)))
@fn
def smallest_number(a: i8, b: i8) -> tuple[i8, i8, bool]:
    return a // b, a % b, abs(a) == a or a == -128


@prints("-128 -128 0b101 ff  7|\n")
@fn
def small_numbers_as_text() -> None:
    low: i8 = -128
    five: u8 = 5
    big: u8 = 255
    seven: u16 = 7
    print(f"{low} {low // 1} {five:#b} {big:x} {seven:2}|")


@noinline
@fn
def sum_pairs(s: Slice[Point]) -> i64:
    total: i64 = 0
    for i, p in enumerate(s):
        total += p.x * p.y + (1 if i == 0 else 0)
        p.x = 0
    return total


@returns((15, 1))
@fn
def enumerate_structs() -> tuple[i64, i64]:
    a: Array[Point, 2] = (Point(1, 2), Point(3, 4))
    first = sum_pairs(a[:])
    return first, sum_pairs(a[:])


@returns((3, 4, 3))
@fn
def copy_between_elements() -> tuple[i64, i64, i64]:
    a: Array[Point, 2] = (Point(1, 2), Point(3, 4))
    a[0] = a[1]
    b = a
    a[1].x = 9
    return a[0].x, a[0].y, b[1].x


@gives(((40,), 102334155))
@fn
def fibonacci(n: u32) -> u64:
    a: u64 = 0
    b: u64 = 1
    for _ in range(n):
        a, b = b, a + b
    return a


@gives(((7,), 111), ((6,), 8))
@fn
def collatz(n: u64) -> i32:
    steps: i32 = 0
    x = n
    while x != 1 and (steps := steps + 1) < 1000:
        x = x // 2 if x % 2 == 0 else 3 * x + 1
    return steps if n != 7 else 111
