"""Bit fields: declared once as the manual prints them, read and written by name.

The same declaration decodes a number on the host, and `print` in compiled code shows it.
"""

from __future__ import annotations

from wrought.lang.core.decl import bit, bitfield, bits, enum
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u8, u16, u64


@enum(u8)
class Parity:
    """Values with names."""

    NONE = 0
    ODD = 1
    EVEN = 2


@bitfield(u16)
class Control:
    """A device's control register, bits 15 to 0."""

    divisor: u8 = bits(15, 8)
    parity: Parity = bits(5, 4)
    loopback: bool = bit(1)
    enabled: bool = bit(0)


@fn
def faster(c: Control) -> Control:
    """Half the divisor; the other bits stay."""
    return c.with_(divisor=c.divisor // 2)


@fn
def describe(c: Control) -> u64:
    """A match on an enum; 0 where the device is off."""
    print(f"{c}")
    if not c.enabled:
        return 0
    match c.parity:
        case Parity.NONE:
            return 8
        case Parity.ODD | Parity.EVEN:
            return 9
        case _:
            return 0


if __name__ == "__main__":
    control = Control(0x4021)
    print(control, flush=True)
    print("bits a byte:", describe(control))
    print(hex(int(faster(control))), flush=True)
    print("bits a byte:", describe(Control(divisor=3, loopback=True)))
