"""The machine's interrupt controller: GICv2 or GICv3, chosen by the device tree [c]."""

from __future__ import annotations

from wrought.hv.drivers.gic.host import send_kick

__all__ = ["send_kick"]
