"""The host's GIC, whichever version it is."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u32


@fn
def send_kick(cpu: u32) -> None:
    """Send the hypervisor's own SGI to a CPU."""
