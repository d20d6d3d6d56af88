"""Generics, Const parameters, families by closures, compile-time code."""

from __future__ import annotations

from lang.expect import gives, panics, returns
from wrought.lang.core.decl import struct
from wrought.lang.core.function import Compiled, comptime, fn, inline
from wrought.lang.core.intrinsics import addr_of, sizeof, static_assert, unroll, zeroed
from wrought.lang.core.scalars import (
    Array,
    Const,
    Fn,
    Ptr,
    Slice,
    f64,
    i32,
    type_param,
    u8,
    u16,
    u32,
    u64,
)
from wrought.lang.core.static import constant

T = type_param("T")
K = type_param("K")


@fn
def largest(a: T, b: T) -> T:
    return a if a > b else b


@returns((7, 2.5, 300))
@fn
def by_argument_type() -> tuple[u8, f64, u16]:
    a: u8 = 7
    b: u16 = 300
    return largest(a, 3), largest(1.5, 2.5), largest(b, 5)


@fn
def sum_of(s: Slice[T], zero: T) -> T:
    total = zero
    for x in s:
        total += x
    return total


@returns((6, 4.0))
@fn
def over_slices() -> tuple[u32, f64]:
    a: Array[u32, 3] = (1, 2, 3)
    b: Array[f64, 2] = (1.5, 2.5)
    return sum_of(a[:], 0), sum_of(b[:], 0.0)


@fn
def swap(a: Ptr[T], b: Ptr[T]) -> None:
    kept = a[0]
    a[0] = b[0]
    b[0] = kept


@struct
class Pair:
    x: u64
    y: u64


@returns((2, 1, 30))
@fn
def swap_anything() -> tuple[u32, u32, u64]:
    a: u32 = 1
    b: u32 = 2
    swap(addr_of(a), addr_of(b))
    p = Pair(10, 20)
    q = Pair(30, 40)
    swap(addr_of(p), addr_of(q))
    return a, b, p.x


@struct(params=(T, "N"))
class Stack:
    """A bounded stack."""

    used: u64
    items: Array[T, N]  # noqa: F821

    def push(self, x: T) -> bool:
        if self.used == N:  # noqa: F821
            return False
        self.items[self.used] = x
        self.used += 1
        return True

    def pop(self) -> T:
        assert self.used > 0, "pop from an empty stack"
        self.used -= 1
        return self.items[self.used]


@returns((3, 2, False, 32, 16))
@fn
def generic_struct() -> tuple[u8, u8, bool, u64, u64]:
    s = zeroed(Stack[u8, 2])
    s.push(2)
    s.push(3)
    full = s.push(4)
    w = zeroed(Stack[u64, 3])
    w.push(1 << 40)
    return s.pop(), s.pop(), full, sizeof(Stack[u64, 3]), sizeof(Stack[u16, 4])


@panics("pop from an empty stack")
@fn
def generic_method_panics() -> u8:
    s = zeroed(Stack[u8, 2])
    return s.pop()


@struct(params=(K, T))
class Entry:
    key: K
    value: T


@fn
def find(s: Slice[Entry[K, T]], key: K, missing: T) -> T:
    for e in s:
        if e.key == key:
            return e.value
    return missing


@returns((20, 0))
@fn
def generic_of_generic() -> tuple[u32, u32]:
    table: Array[Entry[u8, u32], 2] = (Entry[u8, u32](1, 10), Entry[u8, u32](2, 20))
    two: u8 = 2
    nine: u8 = 9
    return find(table[:], two, 0), find(table[:], nine, 0)


@fn
def power(x: u64, n: Const[int]) -> u64:
    result: u64 = 1
    for _ in unroll(range(n)):
        result *= x
    return result


@gives(((3,), (27, 1, 81)))
@fn
def const_parameters(x: u64) -> tuple[u64, u64, u64]:
    return power(x, 3), power(x, 0), power(x, 2 + 2)


@fn
def recurse(n: Const[int]) -> u64:
    if n == 0:
        return 0
    return n + recurse(n - 1)


@returns(55)
@fn
def const_recursion() -> u64:
    return recurse(10)


@fn
def apply(f: Fn[[T], T], x: T) -> T:
    return f(x)


@fn
def negate(x: i32) -> i32:
    return -x


@returns(-5)
@fn
def generic_function_pointer() -> i32:
    return apply(negate, 5)


def shifter(n: int, kind: str) -> Compiled:
    """A family made by an ordinary closure."""
    @fn
    def shift(x: u64) -> u64:
        if kind == "left":
            return x << n
        else:
            return x >> n
    return shift


LEFT3, RIGHT2 = shifter(3, "left"), shifter(2, "right")
FAMILY = [shifter(n, "left") for n in range(4)]


@gives(((8,), (64, 2)), ((1,), (8, 0)))
@fn
def closures(x: u64) -> tuple[u64, u64]:
    return LEFT3(x), RIGHT2(x)


def binary(op: Compiled) -> Compiled:
    @fn
    def twice(x: u64) -> u64:
        return op(op(x))
    return twice


QUADRUPLE = binary(FAMILY[1])


@gives(((5,), 20))
@fn
def closure_over_function(x: u64) -> u64:
    return QUADRUPLE(x)


@comptime
def crc_table(polynomial: int) -> tuple[int, ...]:
    rows = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (polynomial if n & 1 else 0)
        rows.append(n)
    return tuple(rows)


CRC = constant(Array[u32, 256], crc_table.function(0xEDB88320))


@gives(((b"123456789",), 0xCBF43926))
@fn
def crc32(data: Slice[u8]) -> u32:
    crc: u32 = 0xFFFF_FFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC[(crc ^ byte) & 0xFF]
    return ~crc


@comptime
def log2(n: int) -> int:
    return n.bit_length() - 1


@returns((12, 1024))
@fn
def at_compile_time() -> tuple[u64, u64]:
    static_assert(log2(4096) == 12)
    return log2(4096), 2 ** log2(1024)


@inline
@fn
def clamp(x: i32, low: i32, high: i32 = 100) -> i32:
    return min(max(x, low), high)


@gives(((500,), (100, 50, 0)))
@fn
def defaults(x: i32) -> tuple[i32, i32, i32]:
    return clamp(x, 0), clamp(x, 0, 50), clamp(high=10, low=-10, x=x - 500)
