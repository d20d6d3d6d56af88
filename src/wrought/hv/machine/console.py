"""The one UART of the machine, as the hypervisor's console."""

from __future__ import annotations

from wrought.hv.core.domain import Domain
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8
from wrought.lang.core.target import target


@fn
def emit(text: Slice[u8]) -> None:
    """Send text as it is; newlines become what terminals want."""
    if target.hosted:
        fake.emit(text)
    else:
        a64.emit(text)


@fn
def uart_takes(domain: Ptr[Domain]) -> bool:
    """Something was typed for the domain: its emulated UART takes what it has room for, and the
    rest later; False where it has none."""
    if target.hosted:
        return fake.uart_takes(domain)
    return a64.uart_takes(domain)


# Last, since both call parts of `core` that import this module.
# `guest` first: the UART that guests see needs both, and needs it whole.
from wrought.hv.machine import guest as guest  # noqa: E402, I001
from wrought.hv.a64 import console as a64  # noqa: E402
from wrought.hv.fake import console as fake  # noqa: E402
