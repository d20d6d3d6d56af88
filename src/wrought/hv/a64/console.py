"""The machine's UART, and typing into the emulated ones."""

from __future__ import annotations

from wrought.hv.a64.state import arch_domain
from wrought.hv.core.domain import Domain
from wrought.hv.drivers.uart.console import put_text
from wrought.hv.vdev.vpl011_fifo import vpl011_receive
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8


@fn
def emit(text: Slice[u8]) -> None:
    """Send text."""
    put_text(text)


@fn
def offer(domain: Ptr[Domain], byte: u8) -> bool:
    """Type a byte into a domain's emulated UART."""
    return arch_domain(domain).layout.uart != 0 and vpl011_receive(domain, byte)
