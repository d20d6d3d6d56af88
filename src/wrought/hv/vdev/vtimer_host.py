"""The machine's generic timer: which interrupts it has, and what EL2 does with it on each CPU
(Arm ARM DDI 0487, D12; Linux binding arm,arch_timer.yaml)."""

from __future__ import annotations

from wrought.hv.drivers.gic import host
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import isb, unroll
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import (
    CNTHCTL_EL2,
    CNTHP_CTL_EL2,
    CNTP_CTL_EL0,
    CNTV_CTL_EL0,
    CNTVOFF_EL2,
)
from wrought.rt.bytes import ABSENT, equal
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import property_of
from wrought.rt.fdt_interrupt import interrupt
from wrought.rt.fdt_tree import is_available
from wrought.rt.fdt_values import find_compatible, text

COMPATIBLE = (b"arm,armv8-timer", b"arm,armv7-timer")
VIRTUAL, HYPERVISOR = 2, 3
"""Places in `interrupts` where there is no `interrupt-names`: secure and non-secure physical,
virtual, hypervisor."""
PPI = 1
MOST_NAMES = 5


@struct
class TimerInterrupts:
    """INTIDs of this machine's PPIs."""

    virtual: u32
    hypervisor: u32
    """EL2's own alarm."""


timer_interrupts = static(TimerInterrupts, (27, 26))
"""Before `timer_probe`, what the base system architecture recommends (Arm DEN 0094, 4.4)."""


@fn
def named(tree: Ptr[Fdt], node: u64, which: u64) -> u64:
    """The entry of `interrupts` that is the virtual or the hypervisor's timer."""
    names = property_of(tree, node, b"interrupt-names")
    if not names.found:
        return which
    rest = names.data
    for i in range(u64(MOST_NAMES)):
        name = text(rest)
        if equal(name, b"virt") and which == VIRTUAL:
            return i
        if equal(name, b"hyp-phys") and which == HYPERVISOR:
            return i
        rest = rest[min(len(name) + 1, len(rest)):]
    return ABSENT


@fn
def ppi(tree: Ptr[Fdt], node: u64, which: u64) -> u32:
    """Its INTID; 0 where the tree does not tell."""
    i = named(tree, node, which)
    if i == ABSENT:
        return 0
    found = interrupt(tree, node, i)
    if found.controller == ABSENT or found.count < 3 or found.cells[0] != PPI:
        return 0
    return found.cells[1] % 16 + 16


@fn
def timer_probe(tree: Ptr[Fdt]) -> bool:
    """Record the timer's interrupts; False where the tree has no timer or not both of them."""
    for name in unroll(COMPATIBLE):
        node = find_compatible(tree, name, ABSENT)
        if node != ABSENT and is_available(tree, node):
            timer_interrupts.virtual = ppi(tree, node, VIRTUAL)
            timer_interrupts.hypervisor = ppi(tree, node, HYPERVISOR)
            return timer_interrupts.virtual != 0 and timer_interrupts.hypervisor != 0
    return False


@fn
def vtimer_init_cpu() -> None:
    """On each CPU, after `gic_init_cpu`: all timers off, their interrupts enabled.

    Guests may read the physical counter, which is the machine's without an offset; their
    accesses to the physical timer trap (CNTHCTL_EL2, D24.10.2).
    """
    CNTHCTL_EL2.write(0)
    CNTHCTL_EL2.modify(el1pcten=True)
    CNTVOFF_EL2.write(0)
    CNTV_CTL_EL0.write(0)
    CNTP_CTL_EL0.write(0)
    CNTHP_CTL_EL2.write(0)
    isb()
    host.enable(timer_interrupts.virtual)
    host.enable(timer_interrupts.hypervisor)
