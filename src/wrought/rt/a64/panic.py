"""What a panic does without an operating system: name the Python line, and switch off."""

from __future__ import annotations

from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, panic_handler, unsafe
from wrought.lang.core.intrinsics import bitcast, cpu_relax, slice_from
from wrought.lang.core.scalars import Atomic, Never, Ptr, Slice, i64, u8, u32, u64
from wrought.lang.core.static import static
from wrought.rt.a64.cpu import this_cpu
from wrought.rt.a64.psci import system_off


@struct(size=40)
class PanicRecord:
    """The constant that stands behind each place that can panic; texts end with NUL."""

    line: u32
    column: u32
    kind: Ptr[u8]
    message: Ptr[u8]
    file: Ptr[u8]
    function: Ptr[u8]


panicking = static(Atomic[u64])
"""The CPU of the first panic, its affinity plus one."""


@unsafe
@fn
def text_at(p: Ptr[u8]) -> Slice[u8]:
    """The bytes before the NUL."""
    # SAFETY: the compiler ends each text of a record with a NUL.
    n: u64 = 0
    while p[n] != 0:
        n += 1
    return slice_from(p, n)


@fn
def print_message(text: Slice[u8], a: u64, b: u64) -> None:
    """Print the message with `{0}` and `{1}` replaced by the signed operands."""
    at: u64 = 0
    while at < len(text):
        hole = text[at] == ord("{") and at + 2 < len(text)
        if hole:
            print(f"{bitcast(i64, a if text[at + 1] == ord('0') else b)}", end="")
            at += 3
        else:
            print(text[at:at + 1], end="")
            at += 1


@panic_handler
@fn
def on_panic(record: Ptr[PanicRecord], a: u64, b: u64) -> Never:
    """Print where and why; a panic inside this only stops, one of another CPU waits for that."""
    own = this_cpu() + 1
    first = panicking.load(Order.RELAXED)
    if first == own:
        system_off()
    while first != 0:
        cpu_relax()
    # No exclusive access, which needs the MMU: two at the same moment both print.
    panicking.store(own, Order.RELAXED)
    print(f"panic: {text_at(record.file)}:{record.line}:{record.column}: ", end="")
    print_message(text_at(record.message), a, b)
    print(f" (in {text_at(record.function)})")
    system_off()
