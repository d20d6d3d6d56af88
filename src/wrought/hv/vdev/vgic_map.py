"""Which register is where in a distributor, and in the SGI_base of a redistributor, which has the
same ones for its 32 interrupts (Arm IHI 0048B, 4.1.2; IHI 0069, 12.8 and 12.10).

Register arrays begin at multiples of 128 bytes, so that one table by `offset / 128` finds them.
Reserved addresses read as zero and ignore writes, and so do sizes that a register does not have.
"""

from __future__ import annotations

from typing import NamedTuple

from wrought.hv.core.domain import Vcpu
from wrought.hv.vdev import vgic_registers as r
from wrought.hv.vdev.vgic_banks import dist, vgic
from wrought.hv.vdev.vgic_types import Bank
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc
from wrought.lang.core.scalars import Array, Fn, Ptr, u8, u32, u64
from wrought.lang.core.static import constant, fn_table

FRAME = 0x1_0000
GRANULE = 128
BYTE, WORD, DOUBLE = 1, 4, 8
BOTH = 0b110
"""`Row.versions`: bit 1 for GICv2, bit 2 for GICv3."""
V2, V3 = 0b010, 0b100


@fn
def nothing(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32) -> u64:
    """Reserved."""
    return 0


@fn
def ignore(owner: Ptr[Vcpu], bank: Ptr[Bank], n: u32, at: u32, size: u32, x: u64) -> None:
    """Reserved."""


class Row(NamedTuple):
    """An array of registers."""

    name: str
    start: int
    end: int
    stride: int
    """Bytes for 32 interrupts."""
    sizes: int
    """Sizes of access in bytes, or-ed."""
    versions: int
    read: object
    write: object


ROWS = (
    Row("reserved", 0, 0, 128, 0, 0, nothing, ignore),
    Row("IGROUPR", 0x080, 0x100, 4, WORD, BOTH, r.read_group, r.write_group),
    Row("ISENABLER", 0x100, 0x180, 4, WORD, BOTH, r.read_enable, r.write_set_enable),
    Row("ICENABLER", 0x180, 0x200, 4, WORD, BOTH, r.read_enable, r.write_clear_enable),
    Row("ISPENDR", 0x200, 0x280, 4, WORD, BOTH, r.read_pending, r.write_set_pending),
    Row("ICPENDR", 0x280, 0x300, 4, WORD, BOTH, r.read_pending, r.write_clear_pending),
    Row("ISACTIVER", 0x300, 0x380, 4, WORD, BOTH, r.read_active, r.write_set_active),
    Row("ICACTIVER", 0x380, 0x400, 4, WORD, BOTH, r.read_active, r.write_clear_active),
    Row("IPRIORITYR", 0x400, 0x800, 32, BYTE | WORD, BOTH, r.read_priority, r.write_priority),
    Row("ITARGETSR", 0x800, 0xC00, 32, BYTE | WORD, V2, r.read_targets, r.write_targets),
    Row("ICFGR", 0xC00, 0xD00, 8, WORD, BOTH, r.read_config, r.write_config),
    Row("IROUTER", 0x6000, 0x8000, 256, WORD | DOUBLE, V3, r.read_route, r.write_route),
)
COUNT = len(ROWS)


def row_of_granule(granule: int) -> int:
    """The row that covers `granule * GRANULE`, or 0."""
    at = granule * GRANULE
    return next((k for k, row in enumerate(ROWS) if row.start <= at < row.end), 0)


ROW_AT = constant(Array[u8, FRAME // GRANULE], [
    row_of_granule(granule) for granule in range(FRAME // GRANULE)])
START = constant(Array[u32, COUNT], [row.start for row in ROWS])
SHIFT = constant(Array[u8, COUNT], [row.stride.bit_length() - 1 for row in ROWS])
SIZES = constant(Array[u8, COUNT], [row.sizes for row in ROWS])
VERSIONS = constant(Array[u8, COUNT], [row.versions for row in ROWS])
READ = fn_table(Fn[[Ptr[Vcpu], Ptr[Bank], u32, u32, u32], u64], [row.read for row in ROWS])
WRITE = fn_table(Fn[[Ptr[Vcpu], Ptr[Bank], u32, u32, u32, u64], None], [
    row.write for row in ROWS])


@fn(inline=True)
def is_access(offset: u64, size: u64, end: u64) -> bool:
    """Whether it is one access of 1, 2, 4 or 8 bytes, aligned, below `end`."""
    return (size != 0 and size <= 8 and size & (size - 1) == 0 and offset & (size - 1) == 0
            and offset < end)


@fn(inline=True)
def bank_at(owner: Ptr[Vcpu], n: u32) -> Ptr[Bank] | None:
    """Bank `n`, private interrupts as bank 0."""
    if n == 0:
        return addr_of(vgic(owner).own)
    d = dist(owner)
    if n - 1 >= d.banks:
        return None
    return addr_of(d.bank[u64(n - 1)])


@fn(inline=True)
def row_for(version: u32, offset: u64, size: u64) -> u64:
    """The row of an access that `is_access`, 0 where there is none of that size."""
    row = u64(ROW_AT[offset // GRANULE])
    fits = u64(SIZES[row]) & size != 0 and VERSIONS[row] >> trunc(u8, version - 1) & 1 != 0
    return row if fits else 0


@fn
def read_array(owner: Ptr[Vcpu], offset: u64, size: u64, first: u32, end: u32) -> u64:
    """Read a register of the banks `first` … `end`."""
    row = row_for(dist(owner).version, offset, size)
    within = trunc(u32, offset) - START[row]
    n = within >> u32(SHIFT[row])
    bank = bank_at(owner, n)
    if n < first or n >= end or bank is None:
        return 0
    return READ[row](owner, bank, n, within & ((u32(1) << u32(SHIFT[row])) - 1),
                     trunc(u32, size))


@fn
def write_array(owner: Ptr[Vcpu], offset: u64, size: u64, x: u64, first: u32, end: u32) -> None:
    """Write one."""
    row = row_for(dist(owner).version, offset, size)
    within = trunc(u32, offset) - START[row]
    n = within >> u32(SHIFT[row])
    bank = bank_at(owner, n)
    if n < first or n >= end or bank is None:
        return
    with dist(owner).lock:
        WRITE[row](owner, bank, n, within & ((u32(1) << u32(SHIFT[row])) - 1),
                   trunc(u32, size), x)
