"""Structs by value and by address, methods, defaults, nesting, packing; unions; tagged unions."""

from __future__ import annotations

from lang.expect import gives, panics, returns
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    alignof,
    bitcast,
    offsetof,
    sizeof,
    trunc,
    zeroed,
)
from wrought.lang.core.scalars import (
    Array,
    Fn,
    Slice,
    f32,
    i8,
    i64,
    u8,
    u16,
    u32,
    u64,
)
from wrought.lang.core.static import static


@struct
class Point:
    x: i64
    y: i64 = 5

    def length1(self) -> i64:
        return abs(self.x) + abs(self.y)

    def move(self, dx: i64, dy: i64 = 0) -> None:
        self.x += dx
        self.y += dy

    @staticmethod
    def origin() -> Point:
        return Point(0, 0)

    @inline
    def doubled(self) -> Point:
        return Point(self.x * 2, self.y * 2)


@struct
class Mixed:
    a: u8
    b: u64
    c: f32
    d: bool


@struct
class Big:
    name: Array[u8, 24]
    at: Point
    n: u64


@struct(packed=True)
class Packed:
    a: u8
    b: u32
    c: u16
    d: u64
    e: Array[u32, 3]


@struct(align=64)
class Line:
    n: u32


@struct
class Outer:
    head: u16
    inner: Mixed
    lines: Array[Point, 2]


@struct
class Empty:
    pass


@returns((3, 5, 8, -3))
@fn
def defaults_and_methods() -> tuple[i64, i64, i64, i64]:
    p = Point(3)
    n = p.length1()
    q = Point(y=1, x=-4)
    q.move(1)
    return p.x, p.y, n, q.x


@returns((0, 0, 6, 10))
@fn
def static_and_chained() -> tuple[i64, i64, i64, i64]:
    o = Point.origin()
    d = Point(3).doubled()
    return o.x, o.y, d.x, d.y


@fn
def swap_xy(p: Point) -> Point:
    t = p.x
    p.x = p.y
    p.y = t
    return p


@returns((2, 1, 1, 2))
@fn
def small_by_value() -> tuple[i64, i64, i64, i64]:
    p = Point(1, 2)
    q = swap_xy(p)
    return q.x, q.y, p.x, p.y


@fn
def mix(m: Mixed) -> Mixed:
    return Mixed(m.a + 1, m.b + 1, m.c + 1.0, not m.d)


@returns((0, 0, 2.5, False, 255))
@fn
def mixed_by_value() -> tuple[u8, u64, f32, bool, u8]:
    m = Mixed(255, (1 << 64) - 1, 1.5, True)
    r = mix(m)
    return r.a, r.b, r.c, r.d, m.a


@fn
def grow(b: Big) -> Big:
    b.n += 1
    b.name[0] = 120
    b.at.x = 9
    return b


@returns((1, 97, 2, 120, 9, 1))
@fn
def large_by_value() -> tuple[u64, u8, u64, u8, i64, i64]:
    b = zeroed(Big)
    b.n = 1
    b.at = Point(1, 1)
    b.name[0] = 97
    c = grow(b)
    b2 = b
    b2.n = 50
    return b.n, b.name[0], c.n, c.name[0], c.at.x, b2.at.x


@returns(4)
@fn
def large_overwrites_itself() -> u64:
    b = zeroed(Big)
    b = grow(grow(b))
    b = grow(b)
    b = grow(b)
    return b.n


@returns((1, 2, 3, 4, 5))
@fn
def packed_fields() -> tuple[u8, u32, u16, u64, u32]:
    p = Packed(1, 2, 3, 4, (5, 6, 7))
    return p.a, p.b, p.c, p.d, p.e[0]


@gives(((1,), (27, 1, 1, 5, 7, 15, 45)))
@fn
def packed_writes(i: u64) -> tuple[u64, u64, u64, u64, u64, u64, u32]:
    p = zeroed(Packed)
    p.b = 7
    p.b += 1
    p.e[i] = 9
    for j in range(u64(3)):
        p.e[j] += 4
    sum: u32 = p.b
    for x in p.e:
        sum += x * 1
    return (sizeof(Packed), alignof(Packed), offsetof(Packed, "b"), offsetof(Packed, "c"),
            offsetof(Packed, "d"), offsetof(Packed, "e"), sum + 16)


@fn
def packed_copy(p: Packed) -> Packed:
    q = p
    q.d += 1
    return q


@returns((11, 10, 3))
@fn
def packed_by_value() -> tuple[u64, u64, u32]:
    p = Packed(1, 2, 3, 10, (1, 2, 3))
    q = packed_copy(p)
    return q.d, p.d, q.e[2]


@returns((64, 64, 128, True))
@fn
def aligned() -> tuple[u64, u64, u64, bool]:
    two = zeroed(Array[Line, 2])
    one = Line(1)
    return sizeof(Line), alignof(Line), sizeof(Array[Line, 2]), is_aligned(two) and one.n == 1


@unsafe
@fn
def is_aligned(a: Slice[Line]) -> bool:
    # SAFETY: only the address is looked at.
    return bitcast(u64, a.ptr) % 64 == 0


@returns((0, 1, 24, 8, 64))
@fn
def layout() -> tuple[u64, u64, u64, u64, u64]:
    return (sizeof(Empty), alignof(Empty), sizeof(Mixed), offsetof(Outer, "inner"),
            sizeof(Outer))


@returns((7, 8, 9, 1))
@fn
def nested_fields() -> tuple[u8, i64, i64, u16]:
    o = zeroed(Outer)
    o.head = 1
    o.inner.a = 7
    o.lines[1].y = 8
    q = addr_of(o.lines[0])
    q.x = 9
    return o.inner.a, o.lines[1].y, o.lines[0].x, o.head


@returns((1, 6))
@fn
def struct_assignment_copies() -> tuple[i64, i64]:
    o = zeroed(Outer)
    p = Point(1, 2)
    o.lines[0] = p
    o.lines[1] = o.lines[0]
    o.lines[1].x = 6
    return o.lines[0].x, o.lines[1].x


@fn
def pair(a: u64) -> tuple[Point, u8]:
    return Point(i64(trunc(u32, a)), 1), 7


@returns((3, 1, 7))
@fn
def tuple_with_a_struct() -> tuple[i64, i64, u8]:
    p, n = pair(3)
    return p.x, p.y, n


@returns((9, 4))
@fn
def tuple_variable() -> tuple[u64, u64]:
    t = two_values(3)
    a, b = t
    return t[0] * a, b


@fn
def two_values(n: u64) -> tuple[u64, u64]:
    return n, n + 1


@fn
def move_all(f: Fn[[Point], Point], p: Point) -> Point:
    return f(f(p))


@fn
def right(p: Point) -> Point:
    return Point(p.x + 1, p.y)


@returns((5, 9))
@fn
def structs_through_function_pointers() -> tuple[i64, i64]:
    return move_all(right, Point(3)).x, big_through_pointer(grow)


@fn
def big_through_pointer(f: Fn[[Big], Big]) -> i64:
    return f(zeroed(Big)).at.x


where = static(Point, {"x": 3})
grid = static(Array[Point, 2], ((1, 2), (3, 4)))


@returns((3, 0, 4))
@fn
def static_structs() -> tuple[i64, i64, i64]:
    """Fields that the initial value leaves out are zero."""
    return where.x, where.y, grid[1].y


@panics("index 2 is out of range for length 2", 2)
@gives(((1,), 3))
@fn
def static_element(i: u64) -> i64:
    return grid[i].x


@struct
class Small:
    a: i8
    b: i8


@fn
def flip(s: Small) -> Small:
    return Small(s.b, s.a)


@returns((-2, -1, 2))
@fn
def tiny_by_value() -> tuple[i8, i8, u64]:
    s = flip(Small(-1, -2))
    return s.a, s.b, sizeof(Small)


@fn
def many(a: Point, b: Mixed, c: Small, d: Big, e: Slice[u8], f: u64) -> i64:
    return a.x + i64(b.a) + c.a + d.at.x + i64(e[0]) + i64(trunc(u32, f))


@returns(1 + 2 + 3 + 4 + 97 + 6)
@fn
def many_arguments() -> i64:
    d = zeroed(Big)
    d.at.x = 4
    return many(Point(1), Mixed(2, 0, 0.0, False), Small(3, 0), d, b"abc", 6)
