"""The interrupt controller, whichever version the device tree names."""

from __future__ import annotations

from wrought.hv.guest import gicv2, gicv3
from wrought.hv.guest.access import read32, write8, write32
from wrought.hv.guest.board import board, mpidrs
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import u8, u32, u64
from wrought.lang.core.sysreg import ICC_RPR_EL1

GROUP, SET_ENABLE, CLEAR_ENABLE = 0x080, 0x100, 0x180
SET_PENDING, CLEAR_PENDING, SET_ACTIVE, CLEAR_ACTIVE = 0x200, 0x280, 0x300, 0x380
PRIORITY, TARGETS, CONFIG = 0x400, 0x800, 0xC00
"""Offsets of the registers by interrupt, the same in GICD and GICR's SGI_base (Arm IHI 0069,
12.8 and 12.10; IHI 0048, 4.1.2)."""
SPURIOUS = 1023
LOCAL = 32
"""Interrupts below this are each CPU's own."""


@fn
def bank(intid: u32) -> u64:
    """The address of the block that holds the registers of an interrupt."""
    if board.gic == 3 and intid < LOCAL:
        return gicv3.my_redistributor() + gicv3.SGI_BASE
    return board.distributor


@fn
def bit_register(base: u64, intid: u32) -> u64:
    """The address of the word of a register with one bit each."""
    return bank(intid) + base + u64(intid // 32 * 4)


@fn
def set_bit(base: u64, intid: u32) -> None:
    """Write a one for an interrupt into such a register, where zeroes mean nothing."""
    write32(bit_register(base, intid), u32(1) << intid % 32)


@fn
def get_bit(base: u64, intid: u32) -> bool:
    """Its bit in such a register."""
    return read32(bit_register(base, intid)) >> intid % 32 & 1 != 0


@fn
def set_priority(intid: u32, priority: u8) -> None:
    """0 is the highest; the lower bits may not be there."""
    write8(bank(intid) + PRIORITY + u64(intid), priority)


@fn
def enable(intid: u32) -> None:
    """Enable an interrupt, in group 1 where groups are routed, with a middle priority."""
    if board.gic == 3:
        group = bit_register(GROUP, intid)
        write32(group, read32(group) | u32(1) << intid % 32)
    set_priority(intid, 0xA0)
    set_bit(SET_ENABLE, intid)


@fn
def disable(intid: u32) -> None:
    """Disable an interrupt; one that is active stays so."""
    set_bit(CLEAR_ENABLE, intid)


@fn
def init_distributor() -> None:
    """Once, on the boot CPU."""
    if board.gic == 3:
        gicv3.init_distributor()
    else:
        gicv2.init_distributor()


@fn
def init_cpu() -> None:
    """On each CPU."""
    if board.gic == 3:
        gicv3.init_cpu()
    else:
        gicv2.init_cpu()


@fn
def acknowledge() -> u32:
    """Take the highest pending interrupt; `number_of` tells which; 1023 where there is none."""
    return gicv3.acknowledge() if board.gic == 3 else gicv2.acknowledge()


@fn
def number_of(acknowledged: u32) -> u32:
    """The INTID of what `acknowledge` gave."""
    return acknowledged if board.gic == 3 else acknowledged & 0x3FF


@fn
def end(acknowledged: u32) -> None:
    """End of interrupt."""
    if board.gic == 3:
        gicv3.end(acknowledged)
    else:
        gicv2.end(acknowledged)


@fn
def send_sgi(sgi: u8, cpu: u32) -> None:
    """Send an SGI to the vCPU of that index in the device tree."""
    if board.gic == 3:
        gicv3.send_sgi(sgi, mpidrs[cpu])
    else:
        gicv2.send_sgi(sgi, trunc(u8, u32(1) << cpu))


@fn
def running_priority() -> u32:
    """The priority of the active interrupt, 0xFF where there is none."""
    if board.gic == 3:
        return trunc(u32, u64(ICC_RPR_EL1.read()))
    return gicv2.cpu_interface().rpr.read()
