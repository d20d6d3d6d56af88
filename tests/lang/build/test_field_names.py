"""Fields of host values may have any name, those of the view's own attributes too."""

from __future__ import annotations

from wrought.lang.core.decl import bitfield, bits, struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u8, u32, u64


@struct
class Region:
    """Names that a view of memory could want for itself."""

    address: u64
    type: u32
    name: u32


@bitfield(u8)
class Entry:
    """Likewise."""

    type: u8 = bits(3, 0)


@fn
def make(address: u64) -> Region:
    """A region."""
    return Region(address=address, type=7, name=2)


@fn
def address_of(r: Ptr[Region]) -> u64:
    """Its address field."""
    return r.address


def test_fields_come_first():
    region = make(0x4000_0000)
    assert (region.address, region.type, region.name) == (0x4000_0000, 7, 2)
    region.address = 5
    assert address_of(region) == 5
    assert Entry(0x53).type == 3
