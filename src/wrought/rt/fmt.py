"""Numbers as text, into the caller's buffer."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Slice, i64, u8, u64

SIGNED = 1
UPPER = 2
ZEROS = 4


@fn
def format_integer(buffer: Slice[u8], bits: u64, base: u64, width: u64, flags: u64) -> Slice[u8]:
    """The digits of `bits` at the end of `buffer`, at least `width` bytes of them.

    `flags`: SIGNED reads the bits as i64, UPPER takes A to F, ZEROS pads with zeros instead of
    spaces.  The buffer holds at least 65 bytes, and more than `width`.
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
    pad: u8 = 48 if flags & ZEROS != 0 else 32
    if negative and pad == 32:
        at -= 1
        buffer[at] = 45
    sign: u64 = 1 if negative and pad == 48 else 0
    while len(buffer) - at + sign < width:
        at -= 1
        buffer[at] = pad
    if sign == 1:
        at -= 1
        buffer[at] = 45
    return buffer[at:]
