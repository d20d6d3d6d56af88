"""Which messages are shown, as the device tree says."""

from __future__ import annotations

from wrought.hv.core.build.options import said
from wrought.hv.core.log import Level, level_of, set_levels
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr
from wrought.rt.fdt import Fdt


@fn
def read_levels(tree: Ptr[Fdt]) -> None:
    """Which messages are shown: `loglvl=`, and `guest_loglvl=` for those that guests cause;
    `wrought,log-level` stands for both."""
    own = level_of(said(tree, b"wrought,log-level", b"loglvl="), Level.INFO)
    set_levels(own, level_of(said(tree, b"wrought,log-level", b"guest_loglvl="), own))
