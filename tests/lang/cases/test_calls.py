"""Across the C border: exports through ctypes, C calling back, and deep tail calls."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

import pytest

from lang.cases import machine
from wrought.lang.build.program import Program
from wrought.lang.core.decl import struct
from wrought.lang.core.function import export, extern, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import (
    Array,
    Fn,
    Ptr,
    Slice,
    Void,
    f32,
    f64,
    i8,
    i16,
    i32,
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
    y: i64


@struct
class Mixed:
    a: u8
    b: f64
    c: u16


@extern
def qsort(base: Ptr[Void], count: u64, size: u64, compare: Fn[[Ptr[Void], Ptr[Void]], i32]
          ) -> None: ...


@unsafe
@fn
def ascending(a: Ptr[Void], b: Ptr[Void]) -> i32:
    # SAFETY: qsort passes pointers to elements.
    x, y = Ptr[i32](a)[0], Ptr[i32](b)[0]
    return -1 if x < y else 1 if x > y else 0


@fn
def sort(s: Slice[i32]) -> None:
    """C's qsort with a compiled callback."""
    qsort(s.ptr, len(s), 4, ascending)


@export("w_sort")
@unsafe
@fn
def exported_sort(p: Ptr[i32], n: u64) -> None:
    # SAFETY: the caller's array has n elements.
    qsort(p, n, 4, ascending)


@export("w_narrow")
@fn
def narrow(a: i8, b: u8, c: i16, d: u16, e: bool) -> i64:
    return i64(a) + i64(b) + i64(c) + i64(d) + i64(e)


@export("w_negate")
@fn
def negate(a: i8) -> i8:
    return -a


@export("w_floats")
@fn
def floats(a: f32, b: f64) -> f64:
    return f64(a) * b


@export("w_many")
@fn
def many(a: u64, b: u32, c: u16, d: u8, e: i64, f: i32, g: i16, h: i8, i: u64, j: i8) -> i64:
    return e + f + g + h + j + bitcast(i64, a) + i64(b) + i64(c) + i64(d) + bitcast(i64, i)


@export("w_mirror")
@fn
def mirror(p: Ptr[Point]) -> None:
    p.x, p.y = p.y, p.x


@export("w_total")
@fn
def total(p: Ptr[Mixed] | None) -> f64:
    if p is None:
        return -1.0
    return f64(p.a) + p.b + f64(p.c)


calls = static(u32)


@export("w_count")
@fn
def count() -> u32:
    global calls
    calls += 1
    return calls


@export("w_apply")
@fn
def apply(f: Fn[[u32], u32], x: u32) -> u32:
    return f(f(x))


ROOTS = [exported_sort, narrow, negate, floats, many, mirror, total, count, apply]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ctypes.CDLL]:
    path = tmp_path_factory.mktemp("lib") / "libcalls.so"
    Program("calls", roots=ROOTS).build(path, "shared")
    yield ctypes.CDLL(str(path))


def test_narrow_integers(library: ctypes.CDLL) -> None:
    f = library.w_narrow
    f.restype = ctypes.c_int64
    f.argtypes = [ctypes.c_int8, ctypes.c_uint8, ctypes.c_int16, ctypes.c_uint16, ctypes.c_bool]
    assert f(-1, 255, -2, 65535, True) == -1 + 255 - 2 + 65535 + 1
    library.w_negate.restype = ctypes.c_int8
    assert library.w_negate(ctypes.c_int8(5)) == -5


def test_many_arguments(library: ctypes.CDLL) -> None:
    f = library.w_many
    f.restype = ctypes.c_int64
    f.argtypes = [ctypes.c_uint64, ctypes.c_uint32, ctypes.c_uint16, ctypes.c_uint8,
                  ctypes.c_int64, ctypes.c_int32, ctypes.c_int16, ctypes.c_int8,
                  ctypes.c_uint64, ctypes.c_int8]
    args = [1 << 40, 2, 3, 4, -5, -6, -7, -8, 9, -10]
    assert f(*args) == sum(args)


def test_floats(library: ctypes.CDLL) -> None:
    library.w_floats.restype = ctypes.c_double
    assert library.w_floats(ctypes.c_float(1.5), ctypes.c_double(2.0)) == 3.0


def test_structs_by_pointer(library: ctypes.CDLL) -> None:
    class CPoint(ctypes.Structure):
        _fields_ = [("x", ctypes.c_int64), ("y", ctypes.c_int64)]

    class CMixed(ctypes.Structure):
        _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_double), ("c", ctypes.c_uint16)]

    p = CPoint(1, 2)
    library.w_mirror(ctypes.byref(p))
    assert (p.x, p.y) == (2, 1)
    library.w_total.restype = ctypes.c_double
    assert library.w_total(ctypes.byref(CMixed(1, 2.5, 3))) == 6.5
    assert library.w_total(None) == -1.0


def test_state_and_callbacks(library: ctypes.CDLL) -> None:
    assert [library.w_count(), library.w_count()] == [1, 2]
    double = ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_uint32)(lambda x: 2 * x)
    assert library.w_apply(double, 5) == 20


def test_sorting(library: ctypes.CDLL) -> None:
    values = (ctypes.c_int32 * 6)(5, -1, 3, 3, -(1 << 31), 7)
    library.w_sort(values, 6)
    assert list(values) == [-(1 << 31), -1, 3, 3, 5, 7]


@fn
def sorted_sum() -> i32:
    """The elements weighted by their places after sorting."""
    a: Array[i32, 4] = (30, -5, 20, 1)
    sort(a[:])
    sum: i32 = 0
    weight: i32 = 1
    for x in a:
        sum += x * weight
        weight *= 10
    return sum


def test_callback_in_process() -> None:
    assert sorted_sum() == -5 + 10 + 2000 + 30000


def test_a_million_tail_calls() -> None:
    assert machine.tail_calls(1_000_000) == 1_000_000
    assert machine.plain_tail_calls(1_000_001) is False


def test_python_below_compiled_code() -> None:
    """A Python function as a function pointer; its exception comes out at the call."""
    assert apply(lambda x: x + 1, 5) == 7

    def bad(x: int) -> int:
        raise KeyError(x)
    with pytest.raises(KeyError, match="5"):
        apply(bad, 5)


@fn
def use_all(p: Ptr[Point]) -> i64:
    q = zeroed(Point)
    q.x = p.x
    mirror(addr_of(q))
    return q.y


def test_host_values() -> None:
    p = Point(x=4, y=5)
    mirror(p)
    assert (p.x, p.y) == (5, 4)
    assert use_all(p) == 5
    assert total(Mixed(a=1, b=0.5, c=2)) == 3.5
    assert total(None) == -1.0


def test_the_library_is_a_file(tmp_path: Path) -> None:
    path = Program("one", roots=[count]).build(tmp_path / "one.so", "shared")
    assert path.read_bytes()[:4] == b"\x7fELF"
