"""C both ways: compiled code calls the C library, and C can call compiled code.

`@extern` declares a C function; `@export` gives a compiled one its C name in a shared library,
here loaded with ctypes as any C program would load it.
"""

from __future__ import annotations

import ctypes
import tempfile
from pathlib import Path

from wrought.lang.build.program import Program
from wrought.lang.core.function import export, extern, fn
from wrought.lang.core.intrinsics import c_str
from wrought.lang.core.scalars import Fn, Ptr, Slice, i32, u8, u32, u64


@extern
def strlen(s: Ptr[u8]) -> u64: ...


@extern
def qsort(base: Ptr[u32], count: u64, size: u64, order: Fn[[Ptr[u32], Ptr[u32]], i32]) -> None: ...


@extern(variadic=True)
def snprintf(buffer: Ptr[u8], size: u64, form: Ptr[u8]) -> i32: ...


@fn
def ascending(a: Ptr[u32], b: Ptr[u32]) -> i32:
    """A comparison as C wants it."""
    return i32(a[0] > b[0]) - i32(a[0] < b[0])


@export
@fn
def sort_numbers(values: Ptr[u32], count: u64) -> None:
    """C's qsort with a compiled comparison."""
    qsort(values, count, 4, ascending)


@fn
def format_ratio(buffer: Slice[u8], a: u64, b: u64) -> u64:
    """Through C's snprintf; the length of the text."""
    snprintf(buffer.ptr, len(buffer), c_str(b"%lu of %lu"), a, b)
    return strlen(buffer.ptr)


if __name__ == "__main__":
    text = bytearray(16)
    print(text[:format_ratio(text, 3, 8)].decode())
    with tempfile.TemporaryDirectory() as folder:
        path = Program("sorting", roots=[sort_numbers]).build(Path(folder) / "sorting.so", "shared")
        numbers = (ctypes.c_uint32 * 5)(9, 1, 8, 2, 5)
        ctypes.CDLL(str(path)).sort_numbers(numbers, ctypes.c_uint64(5))
        print(list(numbers))
