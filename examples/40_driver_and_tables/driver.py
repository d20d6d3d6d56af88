"""A driver for the PL011 UART: set-up, polled output with a timeout, interrupts with queues."""

from __future__ import annotations

from registers import Control, Data, Interrupts, Levels, Line, Pl011

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, cpu_relax, trunc
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.rt.ring import Ring

POLLS = 1000
"""Looks at the flags before the device counts as stuck: some byte times at any usual speed."""
HALF = 2


@enum(u8)
class Result:
    """What became of it."""

    OK = 0
    TIMEOUT = 1
    BAD_SPEED = 2
    """The divisor of clock and speed is not in 1 … 65535."""


@struct
class Port:
    """A UART with its queues; `on_interrupt` is the queues' other end."""

    uart: Ptr[Pl011]
    received: Ring[u8, 64]
    to_send: Ring[u8, 64]
    dropped: u32
    """Bytes that came while `received` was full."""
    overruns: u32
    """Times that the device's own FIFO was full."""
    damaged: u32
    """Bytes with framing or parity errors, and breaks; they are not delivered."""


@fn
def wait_while_busy(uart: Ptr[Pl011]) -> Result:
    """Let the last character leave."""
    for _ in range(u64(POLLS)):
        if not uart.flags.read().busy:
            return Result.OK
        cpu_relax()
    return Result.TIMEOUT


@fn
def set_up(uart: Ptr[Pl011], clock: u64, speed: u64) -> Result:
    """8 data bits, no parity, 1 stop bit at `speed` baud from a `clock` in Hz.

    In the order that DDI 0183, 3.3.8 asks for: off, idle, FIFOs flushed, speed, form, on.
    """
    divisor = (clock * 4 + speed // 2) // speed if speed > 0 else u64(0)
    if divisor < 64 or divisor >> 22 != 0:
        return Result.BAD_SPEED
    uart.control.write(Control(0))
    if wait_while_busy(uart) != Result.OK:
        return Result.TIMEOUT
    uart.line.write(Line(0))
    uart.divisor.write(trunc(u32, divisor >> 6))
    uart.fraction.write(trunc(u32, divisor & 63))
    uart.line.write(Line(bits_less_5=3, fifos=True))
    uart.levels.write(Levels(receive=HALF, transmit=HALF))
    uart.clear.write(Interrupts(0x7FF))
    uart.mask.write(Interrupts(receive=True, timeout=True, overrun=True))
    uart.control.write(Control(enable=True, transmit=True, receive=True))
    return Result.OK


@fn
def put(uart: Ptr[Pl011], byte: u8) -> Result:
    """Send a byte by polling: for panics, before there are interrupts."""
    for _ in range(u64(POLLS)):
        if not uart.flags.read().tx_full:
            uart.data.write(Data(byte=byte))
            return Result.OK
        cpu_relax()
    return Result.TIMEOUT


@fn
def fill_fifo(port: Ptr[Port]) -> None:
    """Move queued bytes to the device; ask for an interrupt while some are left."""
    byte: u8 = 0
    while not port.uart.flags.read().tx_full and port.to_send.pop(addr_of(byte)):
        port.uart.data.write(Data(byte=byte))
    port.uart.mask.modify(transmit=port.to_send.count() > 0)


@fn
def send(port: Ptr[Port], text: Slice[u8]) -> u64:
    """Queue as much of `text` as there is room for; how many bytes that is."""
    n: u64 = 0
    while n < len(text) and port.to_send.push(text[n]):
        n += 1
    fill_fifo(port)
    return n


@fn
def take(port: Ptr[Port], data: Data) -> None:
    """Deliver one received character, or count what was wrong with it."""
    if data.overrun:
        port.overruns += 1
    if data.framing or data.parity or data.break_:
        port.damaged += 1
    elif not port.received.push(data.byte):
        port.dropped += 1


@fn
def on_interrupt(port: Ptr[Port]) -> None:
    """Empty the receive FIFO, refill the other one."""
    raised = port.uart.raised.read()
    port.uart.clear.write(raised)
    if raised.receive or raised.timeout or raised.overrun:
        while not port.uart.flags.read().rx_empty:
            take(port, port.uart.data.read())
    if raised.transmit:
        fill_fifo(port)


@fn
def receive(port: Ptr[Port], into: Slice[u8]) -> u64:
    """Take received bytes from the queue; how many."""
    n: u64 = 0
    byte: u8 = 0
    while n < len(into) and port.received.pop(addr_of(byte)):
        into[n] = byte
        n += 1
    return n
