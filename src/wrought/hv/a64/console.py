"""The machine's UART, and typing into the emulated ones."""

from __future__ import annotations

from wrought.hv.a64.state import arch_domain
from wrought.hv.core.domain import Domain
from wrought.hv.drivers.uart.console import put_text
from wrought.hv.vdev import vpl011
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8


@fn
def emit(text: Slice[u8]) -> None:
    """Send text."""
    put_text(text)


@fn
def uart_takes(domain: Ptr[Domain]) -> bool:
    """Let the domain's emulated UART, if it has one, take what was typed."""
    if arch_domain(domain).layout.uart == 0:
        return False
    vpl011.vpl011_poll(domain)
    return True
