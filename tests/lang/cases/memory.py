"""Pointers, slices, arrays, bounds, statics, function tables, volatile and raw accesses."""

from __future__ import annotations

from lang.expect import gives, panics, prints, returns
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import (
    addr_of,
    alignof,
    offsetof,
    sizeof,
    static_assert,
    zeroed,
)
from wrought.lang.core.scalars import Array, Fn, Ptr, Slice, i16, u8, u16, u32, u64
from wrought.lang.core.static import constant, fn_table, percpu, static


@struct
class Node:
    value: u32
    next: Ptr[Node] | None


@fn
def total(first: Ptr[Node] | None) -> u32:
    sum: u32 = 0
    p = first
    while p is not None:
        sum += p.value
        p = p.next
    return sum


@returns((6, 0, 3))
@fn
def linked_list() -> tuple[u32, u32, u32]:
    c = Node(3, None)
    b = Node(2, addr_of(c))
    a = Node(1, addr_of(b))
    tail = b.next
    return total(addr_of(a)), total(None), 0 if tail is None else tail.value


@returns((True, False, True))
@fn
def pointer_equality() -> tuple[bool, bool, bool]:
    a = Node(1, None)
    b = Node(1, None)
    p = addr_of(a)
    return p == addr_of(a), p == addr_of(b), a.next == b.next


@fn
def first_or(p: Ptr[u32] | None, other: u32) -> u32:
    if p is None:
        return other
    return p[0]


@returns((7, 9))
@fn
def narrowing() -> tuple[u32, u32]:
    x: u32 = 7
    return first_or(addr_of(x), 1), first_or(None, 9)


@returns(42)
@fn
def through_pointer() -> u64:
    x: u64 = 1
    p = addr_of(x)
    p[0] = 41
    p[0] += 1
    return x


@gives(((b"hello", 1), 101))
@panics("index 5 is out of range for length 5", b"hello", 5, line=6)
@panics("index 0 is out of range for length 0", b"", 0)
@panics("index -1 is out of range for length 5", b"hello", (1 << 64) - 1)
@fn
def item(s: Slice[u8], i: u64) -> u8:
    return s[i]


@gives(((b"hello", 1, 3), (2, 101, 3, 5)), ((b"hello", 5, 5), (0, 0, 5, 5)))
@panics("slice start 3 is past its end 2", b"hello", 3, 2)
@panics("slice end 6 is past length 5", b"hello", 3, 6)
@fn
def sub_slice(s: Slice[u8], a: u64, b: u64) -> tuple[u64, u8, u64, u64]:
    t = s[a:b]
    return len(t), t[0] if len(t) > 0 else 0, len(s[:b]), len(s[a:]) + a


@gives(((b"abc",), 294), ((b"",), 0))
@fn
def each(s: Slice[u8]) -> u64:
    sum: u64 = 0
    for x in s:
        sum += x
    return sum


@gives(((b"abc",), 97 * 0 + 98 + 99 * 2))
@fn
def numbered(s: Slice[u8]) -> u64:
    sum: u64 = 0
    for i, x in enumerate(s):
        sum += i * x
    return sum


@returns((10, 14, 4))
@fn
def struct_elements() -> tuple[u32, u32, u64]:
    """Structs come as pointers, so writing through them reaches the array."""
    nodes = zeroed(Array[Node, 4])
    for i, p in enumerate(nodes):
        p.value = 1 + 0 * sizeof(Node)
        if i > 1:
            p.value += 3
    before: u32 = 0
    for p in nodes:
        before += p.value
        p.value += 1
    after: u32 = 0
    for p in nodes[:]:
        after += p.value
    return before, after, len(nodes)


@returns((3, 99, 6))
@fn
def arrays() -> tuple[u32, u32, u32]:
    a: Array[u32, 3] = (1, 2, 3)
    b = a
    b[0] = 99
    sum: u32 = 0
    for x in a:
        sum += x
    return a[2], b[0], sum


@gives(((0, 2), 3), ((1, 0), 4))
@panics("index 2 is out of range for length 2", 2, 0)
@panics("index 3 is out of range for length 3", 0, 3)
@fn
def two_dimensions(i: u64, j: u32) -> u16:
    a: Array[Array[u16, 3], 2] = ((1, 2, 3), (4, 5, 6))
    return a[i][j]


@returns((5, 1, 2, 0))
@fn
def element_assignment() -> tuple[u8, u8, u8, u8]:
    a = zeroed(Array[u8, 4])
    a[0] = 5
    a[1] += 1
    a[2] |= 2
    return a[0], a[1], a[2], a[3]


@panics("index 4 is out of range for length 4", 4)
@gives(((3,), 1))
@fn
def write_out_of_range(i: u64) -> u8:
    a = zeroed(Array[u8, 4])
    a[i] = 1
    return a[i]


@prints("hellohello\nxxxlo\n")
@fn
def copy_and_fill() -> None:
    a = zeroed(Array[u8, 10])
    a[:5].copy_from(b"hello")
    a[5:].copy_from(a[:5])
    print(f"{a}")
    a[:3].fill(120)
    print(f"{a[:5]}")


@panics("copy of 6 elements into 5")
@fn
def copy_of_another_length() -> None:
    a = zeroed(Array[u8, 5])
    a[:].copy_from(b"longer")


@prints("aabcd\n")
@fn
def overlapping() -> None:
    a: Array[u8, 5] = (97, 98, 99, 100, 101)
    a[1:].copy_from(a[:4])
    print(f"{a}")


@gives(((0,), ord("t")), ((3,), ord("t")))
@panics("index 4 is out of range for length 4", 4)
@fn
def byte_string(i: u64) -> u8:
    return b"text"[i]


@returns((4, 4, 8, 2, 16, 8))
@fn
def sizes() -> tuple[u64, u64, u64, u64, u64, u64]:
    static_assert(sizeof(Node) == 16)
    return (sizeof(u32), alignof(u32), offsetof(Node, "next"), sizeof(i16), sizeof(Slice[u8]),
            alignof(Node))


counter = static(u64, 40)
zeros = static(Array[u32, 8])
table = static(Array[u16, 4], (1, 2, 3, 4))
origin = static(Node)
head = static(Ptr[Node] | None)
cpu_hits = percpu(u32, 5)
SQUARES = constant(Array[u32, 6], tuple(i * i for i in range(6)))
WORDS = constant(Array[Ptr[u8], 0], ())


@returns((40, 42, 0))
@fn
def statics() -> tuple[u64, u64, u32]:
    global counter
    counter = 40
    before = counter
    counter += 2
    sum: u32 = 0
    for x in zeros:
        sum += x
    return before, counter, sum


@returns((2, 22, 4))
@fn
def static_array() -> tuple[u16, u16, u64]:
    before = table[1]
    table[1] = 22
    after = table[1]
    table[1] = 2
    return before, after, len(table)


@returns((9, True))
@fn
def static_struct() -> tuple[u32, bool]:
    global head
    origin.value = 9
    head = addr_of(origin)
    p = head
    return 0 if p is None else p.value, origin.next is None


@returns((5, 6))
@fn
def per_cpu() -> tuple[u32, u32]:
    global cpu_hits
    cpu_hits = 5
    before = cpu_hits
    cpu_hits += 1
    return before, cpu_hits


@gives(((5,), 25))
@panics("index 6 is out of range for length 6", 6)
@fn
def constants(i: u64) -> u32:
    return SQUARES[i]


@fn
def increment(x: u64) -> u64:
    return x + 1


@fn
def double(x: u64) -> u64:
    return x * 2


OPS = fn_table(Fn[[u64], u64], [increment, double])
chosen = static(Fn[[u64], u64] | None)
START = static(Fn[[u64], u64], double)


@gives(((0, 20), 21), ((1, 20), 40))
@panics("index 2 is out of range for length 2", 2, 0)
@fn
def call_table(i: u64, x: u64) -> u64:
    return OPS[i](x)


@fn
def apply(f: Fn[[u64], u64], x: u64) -> u64:
    return f(f(x))


@returns((12, 20, 0, 8, 6))
@fn
def function_pointers() -> tuple[u64, u64, u64, u64, u64]:
    global chosen
    chosen = None
    f = chosen
    none = 0 if f is None else f(1)
    chosen = double
    g = chosen
    some: u64 = 0 if g is None else g(4)
    return apply(increment, 10), apply(double, 5), none, some, START(3)


@fn
def fill_slice(s: Slice[u32], x: u32) -> None:
    for i in range(len(s)):
        s[i] = x + trunc_index(i)


@fn
def trunc_index(i: u64) -> u32:
    n: u32 = 0
    for _ in range(i):
        n += 1
    return n


@returns((5, 7, 0))
@fn
def slices_of_arrays() -> tuple[u32, u32, u32]:
    a = zeroed(Array[u32, 4])
    fill_slice(a[:3], 5)
    b = zeroed(Array[u32, 2])
    fill_slice(b, 1)
    return a[0], a[2], a[3]


@struct
class Buffer:
    """A slice and an array in a struct."""

    used: u64
    view: Slice[u8]
    data: Array[u8, 16]


@returns((3, 98, 2, 99))
@fn
def slice_in_a_struct() -> tuple[u64, u8, u64, u8]:
    b = zeroed(Buffer)
    b.data[0] = 97
    b.data[1] = 98
    b.data[2] = 99
    b.view = b.data[1:3]
    b.used = 3
    return b.used, b.view[0], len(b.view), b.view[1]
