"""The UART that guests see: a PL011 of revision r1p5, and so an SBSA generic UART
(Arm DDI 0183G; DEN 0094, B.2).

It has no speed.  What is written is sent at once and is never held back, whether UARTCR enables
the transmitter or not, as firmware would have left it enabled; so the transmit FIFO is always
empty.  No byte is ever received with an error, and none is lost: the sender waits for room.
"""

from __future__ import annotations

from wrought.hv.a64.state import arch_domain
from wrought.hv.core import console
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.vdev.vpl011_fifo import (
    FEN,
    RT,
    RX,
    TX,
    depth,
    lower,
    pend,
    put,
    trigger,
    update_line,
    vpl011_init,
    vpl011_receive,
)
from wrought.hv.vdev.vpl011_types import FIFO_BYTES, VPl011
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import enum
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Array, Ptr, u8, u32, u64
from wrought.lang.core.static import constant

__all__ = ["vpl011_init", "vpl011_poll", "vpl011_read", "vpl011_receive", "vpl011_write"]


@enum(u64)
class Register:
    """Offsets (table 3-1).  UARTRSR is not among them: it reads as zero, for there are no errors,
    and writing clears them."""

    DR = 0x00
    FR = 0x18
    ILPR = 0x20
    IBRD = 0x24
    FBRD = 0x28
    LCR_H = 0x2C
    CR = 0x30
    IFLS = 0x34
    IMSC = 0x38
    RIS = 0x3C
    MIS = 0x40
    ICR = 0x44
    DMACR = 0x48


ID = 0xFE0
IDS = constant(Array[u8, 8], (0x11, 0x10, 0x34, 0x00, 0x0D, 0xF0, 0x05, 0xB1))
"""UARTPeriphID0 to 3, UARTPCellID0 to 3 (3.3.16 to 17): part 0x011, revision 3."""
MODEM = 1 << 2 | 1 << 1 | 1 << 0
"""UARTFR: carrier, data set ready, clear to send."""
RXFE, RXFF, TXFE = 1 << 4, 1 << 6, 1 << 7
ALL_INTERRUPTS = 0x7FF
LBE = 1 << 7
"""UARTCR."""


@fn
def refill(d: Ptr[Domain], uart: Ptr[VPl011]) -> None:
    """Take what was typed for this domain, as much as there is room for; under the lock."""
    room = depth(uart) - uart.count.load(Order.RELAXED)
    typed = zeroed(Array[u8, FIFO_BYTES])
    for byte in typed[:console.console_read(d, typed[:room])]:
        put(uart, byte)


@fn
def vpl011_poll(d: Ptr[Domain]) -> None:
    """Something was typed for the domain (`console_read` has it)."""
    uart = addr_of(arch_domain(d).uart)
    with uart.lock:
        refill(d, uart)
        update_line(d, uart)


@fn
def take(d: Ptr[Domain], uart: Ptr[VPl011]) -> u32:
    """UARTDR: the oldest byte; reading an empty FIFO gives 0."""
    with uart.lock:
        count = uart.count.load(Order.RELAXED)
        if count == 0:
            return 0
        byte = uart.fifo[uart.first]
        uart.first = (uart.first + 1) % FIFO_BYTES
        uart.count.store(count - 1, Order.RELAXED)
        if count == 1:
            lower(uart, RT)
        if count - 1 < trigger(uart):
            lower(uart, RX)
        if count == 1:
            refill(d, uart)
        update_line(d, uart)
    return u32(byte)


@fn
def send(d: Ptr[Domain], uart: Ptr[VPl011], byte: u8) -> None:
    """UARTDR: the byte leaves, and with it the FIFO is empty again."""
    text: Array[u8, 1] = (byte,)
    looped = uart.control & LBE != 0
    if not looped:
        console.console_write(d, text[:])
    with uart.lock:
        if looped:
            put(uart, byte)
        pend(uart, TX)
        update_line(d, uart)


@fn
def flags(uart: Ptr[VPl011]) -> u32:
    """UARTFR (3.3.3)."""
    count = uart.count.load(Order.RELAXED)
    result: u32 = MODEM | TXFE
    if count == 0:
        result |= RXFE
    if count >= depth(uart):
        result |= RXFF
    return result


@fn
def read_register(d: Ptr[Domain], uart: Ptr[VPl011], offset: u64) -> u32:
    """A register as the guest reads it; those that are not there are zero."""
    match Register(offset):
        case Register.DR:
            return take(d, uart)
        case Register.FR:
            return flags(uart)
        case Register.ILPR:
            return uart.low_power
        case Register.IBRD:
            return uart.baud_integer
        case Register.FBRD:
            return uart.baud_fraction
        case Register.LCR_H:
            return uart.line_control
        case Register.CR:
            return uart.control
        case Register.IFLS:
            return uart.levels
        case Register.IMSC:
            return uart.mask
        case Register.RIS:
            return uart.raw.load(Order.RELAXED)
        case Register.MIS:
            return uart.raw.load(Order.RELAXED) & uart.mask
        case Register.DMACR:
            return uart.dma
        case _:
            return u32(IDS[(offset - ID) // 4]) if ID <= offset < 0x1000 else u32(0)


@fn
def vpl011_read(vcpu: Ptr[Vcpu], offset: u64, size: u64) -> u64:
    """A guest's load of 1, 2 or 4 bytes at a register; anything else reads as zero."""
    if offset % 4 != 0 or size > 4:
        return 0
    d = vcpu.domain
    value = u64(read_register(d, addr_of(arch_domain(d).uart), offset))
    return value & (u64(1) << size * 8) - 1


@fn
def write_line_control(uart: Ptr[VPl011], value: u32) -> None:
    """UARTLCR_H; a FIFO that is switched on or off is empty."""
    if (value ^ uart.line_control) & FEN != 0:
        uart.count.store(0, Order.RELAXED)
        lower(uart, RX | RT)
    uart.line_control = value & 0xFF


@fn
def write_register(d: Ptr[Domain], uart: Ptr[VPl011], offset: u64, value: u32) -> None:
    """Registers but UARTDR; those that are not there, and the read-only ones, ignore it."""
    with uart.lock:
        match Register(offset):
            case Register.ILPR:
                uart.low_power = value & 0xFF
            case Register.IBRD:
                uart.baud_integer = value & 0xFFFF
            case Register.FBRD:
                uart.baud_fraction = value & 0x3F
            case Register.LCR_H:
                write_line_control(uart, value)
            case Register.CR:
                uart.control = value & 0xFF87
            case Register.IFLS:
                uart.levels = value & 0x3F
            case Register.IMSC:
                uart.mask = value & ALL_INTERRUPTS
            case Register.ICR:
                lower(uart, value)
            case Register.DMACR:
                uart.dma = value & 7
        update_line(d, uart)


@fn
def vpl011_write(vcpu: Ptr[Vcpu], offset: u64, size: u64, value: u64) -> None:
    """A guest's store of 1, 2 or 4 bytes at a register; anything else is ignored."""
    if offset % 4 != 0 or size > 4:
        return
    d = vcpu.domain
    uart = addr_of(arch_domain(d).uart)
    if offset == u64(Register.DR):
        send(d, uart, trunc(u8, value))
    else:
        write_register(d, uart, offset, trunc(u32, value & (u64(1) << size * 8) - 1))
