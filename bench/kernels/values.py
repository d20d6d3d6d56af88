"""Kernels over values that are more than numbers: structs by value, tagged unions, flags."""

from __future__ import annotations

from wrought.lang.core.decl import struct, variant
from wrought.lang.core.function import export, fn
from wrought.lang.core.intrinsics import bitcast, zeroed
from wrought.lang.core.scalars import Array, Slice, f64, u8, u32, u64


@struct
class Vector:
    """A point or a direction."""

    x: f64
    y: f64
    z: f64


@fn
def plus(a: Vector, b: Vector) -> Vector:
    """The sum."""
    return Vector(a.x + b.x, a.y + b.y, a.z + b.z)


@fn
def cross(a: Vector, b: Vector) -> Vector:
    """The cross product."""
    return Vector(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)


@export
@fn
def vectors(points: Slice[Vector]) -> u64:
    """The bits of a coordinate of the sum of the products of neighbours."""
    total = Vector(0.0, 0.0, 0.0)
    for i in range(1, len(points)):
        total = plus(total, cross(points[i - 1], points[i]))
    return bitcast(u64, total.x)


@struct
class Move:
    """By how much."""

    dx: u32
    dy: u32


@variant
class Event:
    """What happened."""

    nothing: None
    move: Move
    key: u64


@export
@fn
def variants(events: Slice[Event]) -> u64:
    """A number that depends on every event."""
    total: u64 = 0
    for event in events:
        match event[0]:
            case Event.move(m):
                total += u64(m.dx) * 3 + m.dy
            case Event.key(code):
                total ^= code
            case Event.nothing():
                total += 1
    return total


@export
@fn
def sieve(composite: Slice[bool]) -> u64:
    """The number of primes below the number of flags, all of which are False."""
    primes: u64 = 0
    for n in range(2, len(composite)):
        if not composite[n]:
            primes += 1
            multiple = n * n
            while multiple < len(composite):
                composite[multiple] = True
                multiple += n
    return primes


@export
@fn
def histogram(data: Slice[u8]) -> u64:
    """How often the most frequent byte occurs, times its number."""
    counts = zeroed(Array[u32, 256])
    for byte in data:
        counts[byte] += 1
    best: u64 = 0
    for i, count in enumerate(counts):
        if count > counts[best]:
            best = i
    return best * counts[best]


@export
@fn
def utf8(text: Slice[u8]) -> u64:
    """The sum of the code points of a text that is right."""
    total: u64 = 0
    at: u64 = 0
    while at < len(text):
        first = u32(text[at])
        at += 1
        more: u64 = 0
        if first >= 0xC0:
            more = 1 if first < 0xE0 else 2 if first < 0xF0 else 3
            first &= u32(0x3F) >> more
        while more > 0 and at < len(text):
            first = first << 6 | text[at] & 0x3F
            at += 1
            more -= 1
        total += first
    return total
