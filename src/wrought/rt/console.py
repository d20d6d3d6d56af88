"""Where `print` writes on hosts: standard output.  Bare-metal programs name their own console
(`Program(console=…)`)."""

from __future__ import annotations

from wrought.lang.core.function import extern, fn, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, Slice, i32, i64, u8, u64


@extern("write")
def c_write(fd: i32, data: Ptr[u8], n: u64) -> i64: ...


@unsafe
@fn
def write(text: Slice[u8]) -> None:
    """Write all of `text`."""
    done: u64 = 0
    while done < len(text):
        # SAFETY: done < len(text), so the rest lies inside the slice.
        n = c_write(1, text.ptr + done, len(text) - done)
        if n <= 0:
            return
        done += bitcast(u64, n)
