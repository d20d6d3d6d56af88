"""Numbers as text, into the caller's buffer."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Slice, i64, u8, u64

SIGNED = 1
UPPER = 2
ZEROS = 4
PREFIX = 8
BUFFER = 72
"""Bytes that the longest number takes: 64 digits, a sign and a prefix."""


@fn
def format_integer(buffer: Slice[u8], bits: u64, base: u64, width: u64, flags: u64) -> Slice[u8]:
    """The digits of `bits` at the end of `buffer`, at least `width` bytes of them.

    `flags`: SIGNED reads the bits as i64, UPPER takes A to F, ZEROS pads with zeros instead of
    spaces, PREFIX writes 0b, 0o or 0x.  The buffer holds `BUFFER` bytes, and `width` is at most
    64.  The text is what Python's `format` gives.
    """
    negative = flags & SIGNED != 0 and bitcast(i64, bits) < 0
    rest = u64(0) - bits if negative else bits
    letters: u8 = 55 if flags & UPPER != 0 else 87
    at: u64 = len(buffer)
    while True:
        digit = trunc(u8, rest % base)
        at -= 1
        buffer[at] = digit + (48 if digit < 10 else letters)
        rest //= base
        if rest == 0:
            break
    prefix: u64 = 2 if flags & PREFIX != 0 and base != 10 else 0
    sign: u64 = 1 if negative else 0
    if flags & ZEROS != 0:
        while len(buffer) - at + sign + prefix < width:
            at -= 1
            buffer[at] = 48
    if prefix != 0:
        at -= 2
        buffer[at] = 48
        letter: u8 = 120 if base == 16 else 111 if base == 8 else 98
        buffer[at + 1] = letter - 32 if flags & UPPER != 0 else letter
    if negative:
        at -= 1
        buffer[at] = 45
    while len(buffer) - at < width:
        at -= 1
        buffer[at] = 32
    return buffer[at:]
