"""Between Python and compiled code: numbers, bytes, lists, structs, functions, errors."""

from __future__ import annotations

from wrought.lang.build.errors import Panic
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import checked_add
from wrought.lang.core.scalars import Fn, Ptr, Slice, u8, u32, u64
from wrought.lang.core.static import static
from wrought.lang.diag import CompileError

calls = static(u64)
"""A variable of the compiled program; Python reads and writes it with get() and set()."""


@struct
class Stats:
    """A result with several parts."""

    low: u32
    high: u32
    total: u64


@fn
def measure(values: Slice[u32], stats: Ptr[Stats]) -> None:
    """Fill in `stats`; `values` is not empty."""
    global calls
    calls += 1
    stats.low = values[0]
    for v in values:
        stats.low = min(stats.low, v)
        stats.high = max(stats.high, v)
        stats.total = checked_add(stats.total, u64(v))


@fn
def reverse(text: Slice[u8]) -> None:
    """In place."""
    for i in range(len(text) // 2):
        j = len(text) - 1 - i
        text[i], text[j] = text[j], text[i]


@fn
def count_if(values: Slice[u32], wanted: Fn[[u32], bool]) -> u64:
    """How many values the function wants: a compiled one, or one of Python's."""
    n: u64 = 0
    for v in values:
        n += u64(wanted(v))
    return n


@fn
def wrong(x: u64) -> u32:
    """The compiler refuses to lose bits."""
    return x


if __name__ == "__main__":
    stats = Stats()
    measure([5, 3, 9], stats)
    print(stats, "calls:", calls.get())
    buffer = bytearray(b"stressed")
    reverse(buffer)
    print(buffer.decode())
    print(count_if([1, 2, 3, 4, 5], lambda v: v % 2 == 1))
    for broken in (lambda: measure([], stats), lambda: measure([-1], stats), lambda: wrong(1)):
        try:
            broken()
        except (Panic, OverflowError) as error:
            print(type(error).__name__)
        except CompileError as error:
            d = error.diagnostics[0]
            print(f"{d.code}: {d.message}; at: {d.pointed}")
