"""What interrupts came, counted by vCPU and number; the usual sources are quieted."""

from __future__ import annotations

from wrought.hv.guest.board import CPUS, board
from wrought.hv.guest.events import shared, take_events
from wrought.hv.guest.timer import ENABLE, IMASK, milliseconds, now
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import (
    addr_of,
    cpu_relax,
    mask_irqs,
    restore_irqs,
    volatile_load,
    wfi,
)
from wrought.lang.core.scalars import Array, u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import CNTP_CTL_EL0, CNTV_CTL_EL0
from wrought.rt.a64.cpu import this_cpu

NUMBERS = 128
"""INTIDs that are counted; the last counts all above."""
LOG = 32

counts = static(Array[Array[u64, NUMBERS], CPUS])
order = static(Array[u32, LOG])
"""The INTIDs of the first interrupts of all, in the order in which they were taken."""
ordered = static(u64)


@fn
def record(intid: u32) -> None:
    """A guest's `on_interrupt`."""
    global ordered
    if intid == board.virtual_timer:
        CNTV_CTL_EL0.write(ENABLE | IMASK)
    elif intid == board.physical_timer:
        CNTP_CTL_EL0.write(ENABLE | IMASK)
    elif intid == board.event_interrupt:
        take_events(addr_of(shared().vcpu[0]))
    if ordered < LOG:
        order[ordered] = intid
        ordered += 1
    counts[this_cpu() % CPUS][min(u64(intid), NUMBERS - 1)] += 1


@fn
def count(cpu: u64, intid: u32) -> u64:
    """How often a vCPU took an interrupt."""
    return volatile_load(addr_of(counts[cpu % CPUS][min(u64(intid), NUMBERS - 1)]))


@fn
def came(intid: u32) -> u64:
    """How often this vCPU took it."""
    return count(this_cpu(), intid)


@fn
def await_count(cpu: u64, intid: u32, n: u64) -> bool:
    """Spin until a vCPU has taken it `n` times; False after a second."""
    end = now() + milliseconds(1000)
    while count(cpu, intid) < n:
        if now() > end:
            return False
        cpu_relax()
    return True


@fn
def await_interrupt(intid: u32, n: u64) -> bool:
    """The same for this vCPU."""
    return await_count(this_cpu(), intid, n)


@fn
def sleep_until(intid: u32, n: u64) -> None:
    """WFI until this vCPU has taken it `n` times; for code that runs unmasked.

    Masked, an interrupt between the look and the WFI ends the latter at once.
    """
    while True:
        mask_irqs()
        enough = came(intid) >= n
        if not enough:
            wfi()
        unmask()
        if enough:
            return


@fn
def unmask() -> None:
    """Let interrupts in."""
    restore_irqs(0)
