"""A conditional of literals takes the type of the field or element that it is stored in."""

from __future__ import annotations

from wrought.lang.core.decl import bitfield, bits, struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u16, u32


@bitfield(u8)
class Flags:
    """Bits."""

    mode: u8 = bits(2, 0)


@struct
class Box:
    """Places of several types."""

    kind: u16
    flags: Flags
    cells: Array[u32, 4]


@fn
def fill(b: Ptr[Box], s: Slice[u8], i: u32, on: bool) -> None:
    """Every kind of place; the index has a check of its own."""
    b.kind = 1 if on else 2
    b.flags.mode = 3 if on else 4
    b.cells[i] = 5 if on else 6
    s[i] = 7 if on else 8


def test_places() -> None:
    box, text = Box(), bytearray(4)
    fill(box, text, 1, True)
    fill(box, text, 2, False)
    assert (box.kind, box.flags.mode, list(box.cells), list(text)) == (
        2, 4, [0, 5, 6, 0], [0, 7, 8, 0])
