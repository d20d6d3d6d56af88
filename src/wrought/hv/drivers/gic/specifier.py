"""Interrupts of devices as INTIDs (Linux bindings arm,gic.yaml, arm,gic-v3.yaml)."""

from __future__ import annotations

from wrought.hv.drivers.gic.probe import V2, V3
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import unroll
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import property_of
from wrought.rt.fdt_interrupt import Interrupt
from wrought.rt.fdt_values import has_text

SPI, PPI = 0, 1
EDGES = 3
"""Flags: rising or falling edge."""


@fn
def is_gic(tree: Ptr[Fdt], node: u64) -> bool:
    """Whether a controller is the GIC: some boards have others in front of it."""
    compatible = property_of(tree, node, b"compatible").data
    for name in unroll(V3 + V2):
        if has_text(compatible, name):
            return True
    return False


@fn
def intid_of(tree: Ptr[Fdt], found: Ptr[Interrupt]) -> u32:
    """The INTID of an SPI or PPI; 0 for an interrupt of another controller, or none."""
    if found.controller == ABSENT or found.count < 3 or not is_gic(tree, found.controller):
        return 0
    number = found.cells[1]
    if found.cells[0] == SPI and number < 988:
        return number + 32
    return number + 16 if found.cells[0] == PPI and number < 16 else u32(0)


@fn
def is_edge(found: Ptr[Interrupt]) -> bool:
    """Whether its flags say edge-triggered."""
    return found.cells[2] & EDGES != 0
