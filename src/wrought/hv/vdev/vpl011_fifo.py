"""The emulated UART's receive FIFO and interrupt line (Arm DDI 0183G, 2.4 and 2.8)."""

from __future__ import annotations

from wrought.hv.a64.state import arch_domain
from wrought.hv.core.domain import Domain
from wrought.hv.machine import guest
from wrought.hv.vdev.vpl011_types import FIFO_BYTES, VPl011
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, u8, u32

RX, TX, RT = 1 << 4, 1 << 5, 1 << 6
"""Interrupts (3.3.10): data received, room to send, data received and no more since."""
FEN = 1 << 4
"""UARTLCR_H."""
CONTROL_RESET = 0x301
"""UARTCR: UARTEN, TXE, RXE."""
LEVELS_RESET = 0x12
"""UARTIFLS: both at one half."""
LAST_LEVEL = 4


@fn
def vpl011_init(d: Ptr[Domain], spi: u32) -> None:
    """Reset; the interrupt is the SPI of INTID `spi`."""
    uart = addr_of(arch_domain(d).uart)
    uart.spi = spi
    uart.line = False
    uart.raw.store(0, Order.RELAXED)
    uart.count.store(0, Order.RELAXED)
    uart.first = 0
    uart.mask = 0
    uart.low_power = 0
    uart.baud_integer = 0
    uart.baud_fraction = 0
    uart.line_control = 0
    uart.control = CONTROL_RESET
    uart.levels = LEVELS_RESET
    uart.dma = 0


@fn
def update_line(d: Ptr[Domain], uart: Ptr[VPl011]) -> None:
    """UARTINTR: any raw interrupt that is not masked.  Under the lock, so that levels arrive in
    order."""
    high = uart.raw.load(Order.RELAXED) & uart.mask != 0
    if high != uart.line:
        uart.line = high
        vcpu = d.vcpus[0]
        if vcpu is not None:
            guest.set_level(vcpu, uart.spi, high)


@fn(inline=True)
def pend(uart: Ptr[VPl011], bits: u32) -> None:
    """Set bits of UARTRIS; under the lock."""
    uart.raw.store(uart.raw.load(Order.RELAXED) | bits, Order.RELAXED)


@fn(inline=True)
def lower(uart: Ptr[VPl011], bits: u32) -> None:
    """Clear bits of UARTRIS; under the lock."""
    uart.raw.store(uart.raw.load(Order.RELAXED) & ~bits, Order.RELAXED)


@fn
def depth(uart: Ptr[VPl011]) -> u32:
    """Bytes that it holds: without FEN the FIFO is a single register."""
    return FIFO_BYTES if uart.line_control & FEN != 0 else u32(1)


@fn
def trigger(uart: Ptr[VPl011]) -> u32:
    """Bytes at which RX is raised (UARTIFLS, 3.3.9): 1/8, 1/4, 1/2, 3/4 or 7/8 of the FIFO."""
    level = min(uart.levels >> 3 & 7, u32(LAST_LEVEL))
    eighths = u32(1) << level if level < 3 else level * 2
    if level == LAST_LEVEL:
        eighths = 7
    return max(depth(uart) * eighths // 8, u32(1))


@fn
def put(uart: Ptr[VPl011], byte: u8) -> bool:
    """A byte arrives; False where there is no room.  No more will follow soon, for all that the
    UART knows, so that RT comes with it."""
    count = uart.count.load(Order.RELAXED)
    if count >= depth(uart):
        return False
    uart.fifo[(uart.first + count) % FIFO_BYTES] = byte
    uart.count.store(count + 1, Order.RELAXED)
    pend(uart, RX | RT if count + 1 >= trigger(uart) else u32(RT))
    return True


@fn
def vpl011_receive(d: Ptr[Domain], byte: u8) -> bool:
    """A byte for the guest; False where its FIFO is full, the byte then stays with the caller."""
    uart = addr_of(arch_domain(d).uart)
    with uart.lock:
        if not put(uart, byte):
            return False
        update_line(d, uart)
    return True
