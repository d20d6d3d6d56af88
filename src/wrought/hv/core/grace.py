"""Waiting until no CPU uses what was taken out of a list that is read without a lock.

The hypervisor is not interrupted, and a CPU comes out of it between two runs of guests: there it
holds pointers to nothing but the vCPU that it runs.  Who wants to reuse a domain's memory takes it
out of `domains`, kicks all CPUs (`grace_begin`), and goes on when each has answered the kick
(`grace_passed`).
"""

from __future__ import annotations

from wrought.hv.machine.cpu import MAX_CPUS, cpu_number, kick, started_cpus
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Atomic, u32, u64
from wrought.lang.core.static import static


@struct
class Graces:
    """Periods are numbered."""

    begun: Atomic[u64]
    """The last one."""
    seen: Array[Atomic[u64], MAX_CPUS]
    """The last one that had begun when a CPU was out of the hypervisor, by CPU."""


graces = static(Graces)


@fn
def grace_begin() -> u64:
    """Begin a period, after the pointer was taken out of its list; its number.  The caller uses no
    such pointer any more, but its own to what goes."""
    number = graces.begun.add(1, Order.SEQ_CST) + 1
    own = cpu_number()
    graces.seen[u64(own)].store(number, Order.RELEASE)
    started = started_cpus()
    for cpu in range(u32(MAX_CPUS)):
        if cpu != own and started >> u64(cpu) & 1 != 0:
            kick(cpu)
    return number


@fn(inline=True)
def grace_point() -> None:
    """This CPU was kicked, and holds no pointers but to the vCPU that it runs."""
    begun = graces.begun.load(Order.SEQ_CST)
    graces.seen[u64(cpu_number())].store(begun, Order.RELEASE)


@fn
def grace_passed(number: u64) -> bool:
    """Whether all CPUs were out of the hypervisor since the period began."""
    started = started_cpus()
    for cpu in range(u64(MAX_CPUS)):
        if started >> cpu & 1 != 0 and graces.seen[cpu].load(Order.ACQUIRE) < number:
            return False
    return True
