"""All consoles on one UART: whole lines, each under the name of its domain.

A domain's line is `(NAME) text`, the hypervisor's own `(wrought) text`.  What a domain writes
without a newline, a prompt or the echo of what is typed, is shown when somebody types into it.
"""

from __future__ import annotations

from wrought.hv.core.console_types import INPUT_BYTES, LINE_BYTES
from wrought.hv.core.domain import Domain
from wrought.hv.machine.console import emit
from wrought.hv.machine.cpu import cpu_number
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Atomic, Ptr, Slice, u8, u32, u64
from wrought.lang.core.static import percpu, static
from wrought.rt.lock import TicketLock

lock = static(TicketLock)
"""Keeps lines whole."""
holder = static(Atomic[u32])
"""The CPU that has the lock, plus one."""


@struct
class OwnLine:
    """What a CPU has printed of a line so far."""

    used: u64
    text: Array[u8, LINE_BYTES]


own = percpu(OwnLine)


@fn
def enter() -> bool:
    """Take the lock; False where this CPU has it: it dies in the middle of a line, and what it has
    to say of that comes out all the same."""
    me = cpu_number() + 1
    if holder.load(Order.RELAXED) == me:
        return False
    lock.__enter__()
    holder.store(me, Order.RELAXED)
    return True


@fn
def leave() -> None:
    """Undo `enter`."""
    holder.store(0, Order.RELAXED)
    lock.__exit__()


@fn
def log(text: Slice[u8]) -> None:
    """The hypervisor's `print`: pieces of lines, which each CPU gathers until they end."""
    for byte in text:
        if byte != 10:
            own.text[own.used % LINE_BYTES] = byte
            own.used += 1
        if byte == 10 or own.used == LINE_BYTES:
            used = min(own.used, LINE_BYTES)
            own.used = 0
            send_line(b"wrought", own.text[:used])


@fn
def send_line(name: Slice[u8], text: Slice[u8]) -> None:
    """One line, whole."""
    entered = enter()
    emit(b"(")
    emit(name)
    emit(b") ")
    emit(text)
    emit(b"\n")
    if entered:
        leave()


@fn
def show_line(domain: Ptr[Domain]) -> None:
    """Send what the domain's line holds, and empty it."""
    send_line(domain.label(), domain.console.line[:domain.console.used])
    domain.console.used = 0


@fn
def console_write(domain: Ptr[Domain], text: Slice[u8]) -> None:
    """Output of a domain: shown line by line; carriage returns and NUL are left out."""
    with domain.console.lock:
        for byte in text:
            if byte == 10:
                show_line(domain)
            elif byte != 13 and byte != 0:
                domain.console.line[domain.console.used] = byte
                domain.console.used += 1
                if domain.console.used == LINE_BYTES:
                    show_line(domain)


@fn
def console_read(domain: Ptr[Domain], to: Slice[u8]) -> u64:
    """Take what was typed: bytes put into `to`."""
    n: u64 = 0
    with domain.console.lock:
        while n < len(to) and domain.console.tail != domain.console.head:
            to[n] = domain.console.input[domain.console.tail % INPUT_BYTES]
            domain.console.tail += 1
            n += 1
    return n
