"""Unions, tagged unions, enums."""

from __future__ import annotations

from lang.expect import gives, prints, returns
from wrought.lang.core.decl import enum, struct, union, variant
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    sizeof,
)
from wrought.lang.core.scalars import (
    Array,
    Ptr,
    Slice,
    f64,
    i16,
    i64,
    u8,
    u32,
    u64,
)
from wrought.lang.core.static import static


@struct
class Point:
    x: i64
    y: i64 = 5


@union
class Number:
    whole: u64
    real: f64
    bytes: Array[u8, 8]


@returns((0x3FF8_0000_0000_0000, 0x3F, 8))
@unsafe
@fn
def unions() -> tuple[u64, u8, u64]:
    # SAFETY: all bit patterns are values of each field.
    n = Number(real=1.5)
    return n.whole, n.bytes[7], sizeof(Number)


@unsafe
@fn
def halve(n: Number) -> Number:
    # SAFETY: the caller stored a float.
    n.real = n.real / 2.0
    return n


@returns(0.75)
@unsafe
@fn
def union_by_value() -> f64:
    # SAFETY: a float was stored.
    return halve(Number(real=1.5)).real


@variant
class Shape:
    empty: None
    circle: f64
    square: u32
    box: Point
    text: Slice[u8]


@fn
def area(s: Shape) -> f64:
    match s:
        case Shape.circle(r):
            return 3.0 * r * r
        case Shape.square(a):
            return f64(a * a)
        case Shape.box(p):
            return f64(p.x * p.y)
        case Shape.text(t):
            return f64(len(t))
        case Shape.empty:
            return 0.0


@returns((12.0, 9.0, 10.0, 3.0, 0.0))
@fn
def variants() -> tuple[f64, f64, f64, f64, f64]:
    return (area(Shape.circle(2.0)), area(Shape.square(3)), area(Shape.box(Point(2))),
            area(Shape.text(b"abc")), area(Shape.empty()))


@fn
def shrink(s: Ptr[Shape]) -> bool:
    match s:
        case Shape.square(a):
            if a == 0:
                return False
            s[0] = Shape.square(a - 1)
            return True
        case _:
            return False


@returns(3)
@fn
def variant_in_place() -> u64:
    s = Shape.square(3)
    n: u64 = 0
    while shrink(addr_of(s)):
        n += 1
    return n


@struct
class Holder:
    shape: Shape
    n: u8


@returns((4.0, 2))
@fn
def variant_in_a_struct() -> tuple[f64, u8]:
    h = Holder(Shape.square(2), 2)
    k = h
    k.shape = Shape.empty()
    return area(h.shape) + area(k.shape), h.n


@enum(i16)
class Level:
    LOW = -5
    MIDDLE = 0
    HIGH = 300

    def next(self) -> Level:
        if self == Level.LOW:
            return Level.MIDDLE
        return Level.HIGH


@gives(((-5,), (True, -5, 0)), ((300,), (False, 300, 300)), ((7,), (False, 7, 300)))
@fn
def enums(raw: i16) -> tuple[bool, i16, i16]:
    """A value that no member has stays what it is."""
    level = Level(raw)
    return level == Level.LOW, i16(level), i16(level.next())


@prints("LOW HIGH 7 -5\n")
@fn
def enum_names() -> None:
    x: i16 = 7
    low = Level.LOW
    print(f"{low} {Level.HIGH} {Level(x)} {low:d}")


shape = static(Shape)


@returns(0.0)
@fn
def zeroed_variant() -> f64:
    """Zero bytes are the first member."""
    return area(shape)
