"""Control flow: if, loops with else, break and continue, match, with, assert, early return."""

from __future__ import annotations

from lang.expect import gives, panics, returns
from wrought.lang.core.decl import bitfield, bits, enum
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import likely, panic, static_assert, unlikely, unroll
from wrought.lang.core.scalars import Never, i32, i64, u8, u32, u64

LIMIT = 10
DEBUG = False
NAMES = (3, 5, 7)


@gives(((-5,), -1), ((0,), 0), ((3,), 1), ((11,), 2))
@fn
def sign(x: i64) -> i64:
    if x < 0:
        return -1
    elif x == 0:
        return 0
    elif x > LIMIT:
        return 2
    else:
        return 1


@gives(((0,), 0), ((5,), 15), ((100,), 55))
@fn
def while_else(n: u64) -> u64:
    total: u64 = 0
    i: u64 = 0
    while i < n:
        i += 1
        if i > 10:
            break
        total += i
    else:
        return total
    return total


@gives(((7,), 107), ((4,), 2), ((1,), 101), ((25,), 5))
@fn
def for_else(n: u64) -> u64:
    """The least factor, or n + 100 for a number without one."""
    for d in range(2, n):
        if n % d == 0:
            found = d
            break
    else:
        return n + 100
    return found


@gives(((10,), 25), ((0,), 0))
@fn
def with_continue(n: u32) -> u32:
    total: u32 = 0
    for i in range(n):
        if i % 2 == 0:
            continue
        total += i
    return total


@gives(((0, 10), 20), ((10, 0), 0), ((1, 2), 1))
@fn
def steps(a: u64, b: u64) -> u64:
    total: u64 = 0
    for i in range(a, b, 2):
        total += i
    return total


@gives(((10, 0), 30), ((0, 10), 0))
@fn
def steps_down(a: i64, b: i64) -> i64:
    total: i64 = 0
    for i in range(a, b, -2):
        total += i
    return total


@gives(((250,), (2, 252)), ((253,), (1, 253)), ((255,), (0, 0)))
@fn
def range_ends_at_the_type(a: u8) -> tuple[u64, u8]:
    """A step past the type's end ends the loop."""
    n: u64 = 0
    last: u8 = 0
    for i in range(a, 255, 2):
        n += 1
        last = i
        if n > 5:
            break
    return n - 1 if n == 3 else n, last if n != 3 else 252


@returns((3, -128))
@fn
def range_down_to_the_type_end() -> tuple[i64, i64]:
    n: i64 = 0
    last: i64 = 0
    low: i32 = -2147483648
    for i in range(low + 4, low, -2):
        n += 1
        last = i64(i - low)
    return n + 1, last - 130


@returns((6, 14))
@fn
def nested() -> tuple[u64, u64]:
    count: u64 = 0
    total: u64 = 0
    for i in range(u64(5)):
        for j in range(u64(5)):
            if j > i:
                break
            if (i + j) % 2 == 1:
                continue
            total += j
            count += 1
        else:
            count += 10
    return count - 13, total + 1


@gives(((20,), (20, 4)))
@fn
def changes_loop_variable(n: u64) -> tuple[u64, u64]:
    """As in Python, assigning the variable does not change the iteration."""
    rounds: u64 = 0
    last: u64 = 0
    for i in range(n):
        last = i
        i = 4
        rounds += 1
        last = i
    return rounds, last


@returns((15, 64))
@fn
def unrolled() -> tuple[u64, u64]:
    a: u64 = 0
    for k in unroll(NAMES):
        a += k
    b: u64 = 0
    for i in unroll(range(4)):
        if i % 2 == 0:
            b += 2 ** (i + 3)
        else:
            b += 12
    return a, b


@returns(100)
@fn
def constant_condition() -> u64:
    """Only the live branch is compiled: the other would be an error."""
    if DEBUG:
        return undefined_name  # noqa: F821
    static_assert(LIMIT == 10, "limit")
    return 100 if not DEBUG else missing_name  # noqa: F821


@gives(((0,), 10), ((1,), 20), ((2,), 30), ((3,), 30), ((9,), 0), ((200,), 0))
@fn
def match_ints(x: u32) -> u32:
    match x:
        case 0:
            return 10
        case 1:
            r: u32 = 20
        case 2 | 3:
            r = 30
        case _:
            r = 0
    return r


@gives(((-1,), 1), ((-2147483648,), 2), ((5,), 5))
@fn
def match_negative(x: i32) -> i32:
    match x:
        case -1:
            return 1
        case -2147483648:
            return 2
        case n:
            return n


@gives(((4,), 1), ((5,), 2), ((14,), 3), ((40,), 4), ((0,), 5))
@fn
def match_guards(x: u64) -> u64:
    match x:
        case 4:
            return 1
        case n if n == 5:
            return 2
        case 14 | 15 if x % 2 == 0:
            return 3
        case 0:
            return 5
        case _:
            return 4


@gives(((True,), 1), ((False,), 2))
@fn
def match_bool(x: bool) -> u64:
    match x:
        case True:
            return 1
        case False:
            return 2
    return 3


@enum(u8)
class Color:
    RED = 1
    GREEN = 2
    BLUE = 7


@gives(((1,), 10), ((2,), 20), ((7,), 20), ((99,), 0))
@fn
def match_enum(raw: u8) -> u64:
    match Color(raw):
        case Color.RED:
            return 10
        case Color.GREEN | Color.BLUE:
            return 20
        case _:
            return 0


@bitfield(u32)
class Word:
    op: u8 = bits(31, 26)
    rd: u8 = bits(4, 0)
    color: Color = bits(12, 8)


@gives((((5 << 26) | 3,), 3), (((5 << 26) | 31,), 1000), (((6 << 26) | (7 << 8),), 7),
       (((6 << 26) | (2 << 8) | 1,), 100))
@fn
def match_fields(raw: u32) -> u64:
    match Word(raw):
        case Word(op=5, rd=31):
            return 1000
        case Word(op=5, rd=n):
            return n
        case Word(color=Color.BLUE):
            return 7
        case _:
            return 100


@returns((1, 0))
@fn
def match_constant() -> tuple[u64, u64]:
    """A constant subject is decided while compiling, guards included."""
    match LIMIT:
        case 3:
            a: u64 = undefined_name  # noqa: F821
        case 10:
            a: u64 = 1
    b: u64 = 0
    match LIMIT:
        case 10 if a == 2:
            b = 1
        case 10 if a == 3:
            b = 2
        case _ if a > 20:
            b = 3
    return a, b


@gives(((3, 4), 4), ((9, 4), 9), ((4, 4), 0))
@fn
def conditional(a: u32, b: u32) -> u32:
    return a if a > b else (b if b > a else 0)


@gives(((5,), (True, True, False)), ((10,), (False, False, True)), ((0,), (True, False, True)))
@fn
def chains(x: i64) -> tuple[bool, bool, bool]:
    return 0 <= x < 10, 0 < x < 10, not 0 < x < 10


@gives(((3,), (True, False)), ((4,), (False, True)))
@fn
def membership(x: u64) -> tuple[bool, bool]:
    return x in NAMES, x not in (1, 3, 9)


@gives(((ord("q"),), True), ((0,), False))
@fn
def membership_of_bytes(x: u8) -> bool:
    return x in b"quit"


@gives(((12,), 24), ((3,), 0))
@fn
def walrus(n: u64) -> u64:
    if (double := n * 2) > 10:
        return double
    return 0


@returns(10)
@fn
def walrus_in_loop() -> u64:
    n: u64 = 5
    total: u64 = 0
    while (n := n - 1) > 0:
        total += n
    return total


@gives(((1,), None))
@panics("too small: 0", 0)
@fn
def asserts(x: u64) -> None:
    assert x > 0, "too small: 0"


@panics("assertion failed: x > 3", 3, line=4)
@gives(((4,), 4))
@fn
def asserts_plain(x: u64) -> u64:
    assert x > 3
    return x


@panics("bad value 7 of -3", 7, -3, line=3)
@fn
def panics_with_values(a: u64, b: i64) -> Never:
    panic(f"bad value {a} of {b}")


@gives(((3,), 3))
@panics("never", 0)
@fn
def panic_in_a_branch(a: u64) -> u64:
    if a == 0:
        panic("never")
    return a


@gives(((3, 4), (True, False)), ((0, 0), (False, True)))
@fn
def hints(a: u64, b: u64) -> tuple[bool, bool]:
    x = False
    if likely(a > 0):
        x = True
    y = unlikely(b == 0)
    return x, y
