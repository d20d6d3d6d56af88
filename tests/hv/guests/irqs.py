"""Guests about the interrupt controller: SGIs, PPIs, priorities, pending and active state."""

from __future__ import annotations

from wrought.hv.guest import gic, gicv2
from wrought.hv.guest.access import read32, write32
from wrought.hv.guest.board import board
from wrought.hv.guest.interrupts import await_interrupt, came, order, ordered, unmask
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.timer import delay, milliseconds
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, isb, mask_irqs, trunc, volatile_load
from wrought.lang.core.scalars import Never, u8, u32, u64
from wrought.lang.core.sysreg import ICC_PMR_EL1

SPI = 32
"""Of the emulated PL011, which no test makes raise it."""
IDENTITY = 0xFFE8
"""GICD_PIDR2 of version 3 (Arm IHI 0069, 12.8)."""


@fn
def settle() -> None:
    """Long enough for an interrupt that should not come."""
    delay(milliseconds(2))


@fn
def sgi_to_self() -> Never:
    """All sixteen SGIs, masked and unmasked, each taken once."""
    for i in range(u32(16)):
        gic.enable(i)
    for i in range(u32(16)):
        gic.send_sgi(trunc(u8, i), 0)
    settle()
    for i in range(u32(16)):
        expect(came(i), 0, b"SGIs while masked")
    unmask()
    for i in range(u32(16)):
        check(await_interrupt(i, 1), b"an SGI did not come")
    for i in range(u32(16)):
        gic.send_sgi(trunc(u8, i), 0)
        check(await_interrupt(i, 2), b"an SGI did not come when unmasked")
    settle()
    for i in range(u32(16)):
        expect(came(i), 2, b"SGIs in all")
    finish(b"sgi_to_self")


@fn
def spurious() -> Never:
    """Acknowledging nothing gives 1023."""
    for _ in range(u64(4)):
        expect(u64(gic.number_of(gic.acknowledge())), gic.SPURIOUS, b"INTID of no interrupt")
    expect(u64(gic.running_priority()) & 0xF8, 0xF8, b"running priority of nothing")
    finish(b"spurious")


@fn
def priorities() -> Never:
    """Pending together, the more urgent first; masked by the priority mask; nothing preempts its
    equal."""
    for i in range(u32(8)):
        gic.enable(i)
        gic.set_priority(i, trunc(u8, 0xB0 - i * 0x10))
    for i in range(u32(8)):
        gic.send_sgi(trunc(u8, i), 0)
    unmask()
    for i in range(u32(8)):
        check(await_interrupt(i, 1), b"an SGI did not come")
    for i in range(u32(8)):
        expect(u64(volatile_load(addr_of(order[i]))), u64(7 - i), b"order of priorities")
    set_mask(0x80)
    gic.send_sgi(0, 0)               # priority 0xB0
    settle()
    expect(came(0), 1, b"an interrupt came through the priority mask")
    gic.send_sgi(7, 0)               # priority 0x40
    check(await_interrupt(7, 2), b"a more urgent interrupt than the mask")
    set_mask(0xF0)
    check(await_interrupt(0, 2), b"after the mask was opened")
    finish(b"priorities")


@fn
def set_mask(priority: u8) -> None:
    """The priority mask of this CPU."""
    if board.gic == 3:
        ICC_PMR_EL1.write(u64(priority))
        isb()
    else:
        gicv2.cpu_interface().pmr.write(u32(priority))


@fn
def enable_and_disable() -> Never:
    """Disabled interrupts wait; the registers read back."""
    gic.enable(3)
    check(gic.get_bit(gic.SET_ENABLE, 3) or board.gic == 2, b"an enabled SGI reads as disabled")
    gic.enable(SPI)
    check(gic.get_bit(gic.SET_ENABLE, SPI), b"an enabled SPI reads as disabled")
    gic.disable(SPI)
    check(not gic.get_bit(gic.SET_ENABLE, SPI), b"a disabled SPI reads as enabled")
    check(not gic.get_bit(gic.CLEAR_ENABLE, SPI), b"the same by the other register")
    gic.disable(board.virtual_timer)
    unmask()
    gic.set_priority(SPI, 0x60)
    shown = read32(board.distributor + gic.PRIORITY + SPI) & 0xFF
    expect(u64(shown), 0x60, b"a priority")
    write32(board.distributor + gic.CONFIG + 8, 2)
    check(read32(board.distributor + gic.CONFIG + 8) & 2 != 0, b"an SPI is not edge-triggered")
    finish(b"enable_and_disable")


@fn
def disabled_waits() -> Never:
    """What is made pending while it is disabled comes when it is enabled."""
    gic.disable(SPI)
    unmask()
    gic.set_bit(gic.SET_PENDING, SPI)
    settle()
    expect(came(SPI), 0, b"a disabled interrupt was taken")
    check(gic.get_bit(gic.SET_PENDING, SPI), b"it is not shown as pending")
    target_self(SPI)
    gic.enable(SPI)
    check(await_interrupt(SPI, 1), b"it did not come when it was enabled")
    check(not gic.get_bit(gic.SET_PENDING, SPI), b"it is pending still")
    gic.disable(SPI)
    gic.set_bit(gic.SET_PENDING, SPI)
    gic.set_bit(gic.CLEAR_PENDING, SPI)
    gic.enable(SPI)
    settle()
    expect(came(SPI), 1, b"an interrupt came whose pending state was cleared")
    finish(b"disabled_waits")


@fn
def target_self(spi: u32) -> None:
    """Route an SPI here."""
    if board.gic == 2:
        address = board.distributor + gic.TARGETS + u64(spi)
        write32(address, 1)


@fn
def software_pending() -> Never:
    """Interrupts made pending by software: an SPI and a PPI."""
    target_self(SPI)
    gic.enable(SPI)
    gic.enable(board.physical_timer)
    unmask()
    gic.set_bit(gic.SET_PENDING, SPI)
    check(await_interrupt(SPI, 1), b"an SPI")
    gic.set_bit(gic.SET_PENDING, board.physical_timer)
    check(await_interrupt(board.physical_timer, 1), b"a PPI")
    settle()
    expect(came(SPI), 1, b"the SPI came again")
    finish(b"software_pending")


@fn
def active_state() -> Never:
    """Between acknowledge and end an interrupt is active and is not taken again."""
    mask_irqs()
    gic.enable(4)
    gic.send_sgi(4, 0)
    settle()
    taken = gic.acknowledge()
    expect(u64(gic.number_of(taken)), 4, b"what was acknowledged")
    check(u64(gic.running_priority()) <= 0xA0, b"running priority while it is active")
    gic.send_sgi(4, 0)
    settle()
    expect(u64(gic.number_of(gic.acknowledge())), gic.SPURIOUS, b"while one is active")
    gic.end(taken)
    settle()
    again = gic.acknowledge()
    expect(u64(gic.number_of(again)), 4, b"after its end")
    gic.end(again)
    expect(u64(gic.number_of(gic.acknowledge())), gic.SPURIOUS, b"when all is done")
    finish(b"active_state")


@fn
def distributor_registers() -> Never:
    """Identification and reserved registers can be read; the version is the device tree's."""
    if board.gic == 3:
        version = read32(board.distributor + IDENTITY) >> 4 & 15
        expect(u64(version), u64(board.gic), b"architecture version")
    typer = read32(board.distributor + 4)
    check(typer & 31 >= 1, b"no SPIs in GICD_TYPER")
    if board.gic == 2:
        expect(u64(typer >> 5 & 7), u64(board.cpus) - 1, b"CPU interfaces in GICD_TYPER")
        targets = read32(board.distributor + gic.TARGETS)
        check(targets == 0x0101_0101 or board.cpus == 1 and targets == 0, b"targets of SGIs")
    check(read32(board.distributor) & 1 != 0 or board.gic == 3, b"GICD_CTLR")
    expect(ordered, 0, b"interrupts that nobody enabled")
    finish(b"distributor_registers")
