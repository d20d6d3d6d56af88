"""Where `print` writes: standard output on hosts, the program's console on bare metal."""

from __future__ import annotations

from wrought.lang.core.function import extern, fn, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Fn, Ptr, Slice, i32, i64, u8, u64
from wrought.lang.core.static import static
from wrought.lang.core.target import target

Sink = Fn[[Slice[u8]], None]

console = static(Sink | None)
"""The function that bare-metal `print` hands its text to; nothing is printed while it is None."""


@extern("write")
def c_write(fd: i32, data: Ptr[u8], n: u64) -> i64: ...


@fn
def set_console(sink: Sink) -> None:
    """Make `sink` the console."""
    global console
    console = sink


@unsafe
@fn
def write(text: Slice[u8]) -> None:
    """Write all of `text`."""
    if target.hosted:
        done: u64 = 0
        while done < len(text):
            # SAFETY: done < len(text), so the rest lies inside the slice.
            n = c_write(1, text.ptr + done, len(text) - done)
            if n <= 0:
                return
            done += bitcast(u64, n)
    else:
        sink = console
        if sink is not None:
            sink(text)

