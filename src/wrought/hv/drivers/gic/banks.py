"""Registers with a bit, two bits or a byte for each interrupt: the same in GICD of both versions
and in a redistributor's SGI_base (Arm IHI 0048, 4.1.2; IHI 0069, 12.8 and 12.10)."""

from __future__ import annotations

from wrought.hv.drivers.gic.places import LOCAL, gic
from wrought.lang.core.decl import at, mmio
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Mmio, Ptr, u8, u32, u64
from wrought.lang.core.static import percpu, static
from wrought.rt.lock import TicketLock

GROUP, SET_ENABLE, CLEAR_ENABLE = 0x080, 0x100, 0x180
SET_PENDING, CLEAR_PENDING, SET_ACTIVE, CLEAR_ACTIVE = 0x200, 0x280, 0x300, 0x380
PRIORITIES, TARGETS, CONFIG, ROUTES = 0x400, 0x800, 0xC00, 0x6000

local_bank = percpu(u64)
"""Address of the registers of this CPU's own interrupts: GICD or its SGI_base."""
config_lock = static(TicketLock)
"""GICD_ICFGRn is read, changed and written."""


@mmio
class Byte:
    """A register of 8 bits, at whatever address."""

    it: Mmio[u8] = at(0)


@mmio
class Word:
    """A register of 32 bits."""

    it: Mmio[u32] = at(0)


@mmio
class Double:
    """A register of 64 bits."""

    it: Mmio[u64] = at(0)


@unsafe
@fn(inline=True)
def read(address: u64) -> u32:
    """A word."""
    # SAFETY: callers pass addresses inside the regions that the device tree gave, which the
    # hypervisor has mapped as device memory; so it is with the next three.
    return Ptr[Word](address).it.read()


@unsafe
@fn(inline=True)
def write(address: u64, value: u32) -> None:
    """A word."""
    # SAFETY: as `read`.
    Ptr[Word](address).it.write(value)


@unsafe
@fn(inline=True)
def write_byte(address: u64, value: u8) -> None:
    """A byte, where the architecture allows that."""
    # SAFETY: as `read`.
    Ptr[Byte](address).it.write(value)


@unsafe
@fn(inline=True)
def write_double(address: u64, value: u64) -> None:
    """A doubleword."""
    # SAFETY: as `read`.
    Ptr[Double](address).it.write(value)


@fn
def use_local_bank(address: u64) -> None:
    """Set `local_bank`."""
    global local_bank
    local_bank = address


@fn(inline=True)
def bank(intid: u32) -> u64:
    """The block with the registers of an interrupt; of a PPI or SGI, this CPU's."""
    return local_bank if intid < LOCAL else gic.distributor.start


@fn(inline=True)
def word_of(base: u64, intid: u32) -> u64:
    """The address of the word that holds the bit of an interrupt."""
    return bank(intid) + base + u64(intid // 32 * 4)


@fn
def set_bit(base: u64, intid: u32) -> None:
    """Write one for an interrupt, where zeroes mean nothing."""
    write(word_of(base, intid), u32(1) << intid % 32)


@fn
def get_bit(base: u64, intid: u32) -> bool:
    """The bit of an interrupt."""
    return read(word_of(base, intid)) >> intid % 32 & 1 != 0


@fn
def set_priority_byte(intid: u32, priority: u8) -> None:
    """GICD_IPRIORITYRn, byte access."""
    write_byte(bank(intid) + PRIORITIES + u64(intid), priority)


@fn
def set_config_bits(intid: u32, edge: bool) -> None:
    """GICD_ICFGRn: bit 1 of the interrupt's two."""
    address = bank(intid) + CONFIG + u64(intid // 16 * 4)
    mask = u32(2) << intid % 16 * 2
    with config_lock:
        old = read(address)
        write(address, old | mask if edge else old & ~mask)


@fn
def quiet(base: u64, first: u32, end: u32) -> None:
    """Interrupts `first` … `end` of a block, multiples of 32: disabled, neither pending nor
    active, of our priority."""
    for i in range(first // 32, end // 32):
        word = base + u64(4 * i)
        write(word + CLEAR_ENABLE, 0xFFFF_FFFF)
        write(word + CLEAR_PENDING, 0xFFFF_FFFF)
        write(word + CLEAR_ACTIVE, 0xFFFF_FFFF)
    for i in range(first // 4, end // 4):
        write(base + PRIORITIES + u64(4 * i), 0xA0A0_A0A0)
