"""The measured guest: twelve operations, 1,000 times each; prints `op NAME INSTRUCTIONS`.

Runs unchanged on this hypervisor and on Xen.  A nanosecond of its virtual counter is an
instruction where QEMU counts them (`bench.hv.machine`).
"""

from __future__ import annotations

from bench.hv import loops
from wrought.hv.abi.event import Port
from wrought.hv.guest import gic
from wrought.hv.guest.board import board
from wrought.hv.guest.calls import bind_ipi
from wrought.hv.guest.events import map_shared_info, shared
from wrought.hv.guest.start import guest
from wrought.hv.guest.timer import now
from wrought.lang.core.function import Compiled, fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Never, Slice, u8, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import CNTFRQ_EL0
from wrought.rt.a64.psci import system_off

COUNT = 1000
WARM_UP = 16
"""Repetitions before the measured ones: the first access maps, allocates and fills."""
SGI = 5
WAIT = 10_000
"""Ticks that a wake-up is programmed ahead."""
NOWHERE = 0x2200_2000
"""An address that no domain has."""

overhead = static(u64)
"""Ticks of the empty loop."""


@fn
def show(name: Slice[u8], ticks: u64) -> None:
    """Print the instructions of one operation."""
    nanoseconds = 1_000_000_000 // u64(CNTFRQ_EL0.read())
    print(f"op {name} {(ticks * nanoseconds + COUNT // 2) // COUNT}")


def timed(loop: Compiled) -> Compiled:
    """A function that gives the ticks of `COUNT` repetitions with constants a, b, c."""
    @fn
    def measure(a: u64, b: u64, c: u64) -> u64:
        loop(WARM_UP, a, b, c)
        start = now()
        loop(COUNT, a, b, c)
        return now() - start
    measure.label = loop.label
    return measure


def measured(name: bytes, loop: Compiled) -> Compiled:
    """A function that measures a loop and prints the result."""
    measure = timed(loop)

    @fn
    def print_measured(a: u64, b: u64, c: u64) -> None:
        show(name, measure(a, b, c) - overhead)
    print_measured.label = loop.label
    return print_measured


empty = timed(loops.empty)
xen_version = measured(b"xen_version", loops.xen_version)
unknown_call = measured(b"unknown_call", loops.unknown_call)
psci_version = measured(b"psci_version", loops.psci_version)
read_uart = measured(b"read_uart", loops.read_uart)
read_distributor = measured(b"read_distributor", loops.read_distributor)
read_id = measured(b"read_id", loops.read_id)
self_sgi = measured(b"self_sgi", loops.self_sgi)
virtual_timer = measured(b"virtual_timer", loops.virtual_timer)
sched_yield = measured(b"sched_yield", loops.sched_yield)
fault = measured(b"fault", loops.fault)
event_to_self = measured(b"event_to_self", loops.event_to_self)
port = static(Port)


@fn
def wake_up() -> None:
    """How long behind the programmed time a sleeping vCPU has handled the timer."""
    loops.wake_up(WARM_UP, 1, WAIT, 0)
    show(b"wake_up", loops.wake_up(COUNT, 1, WAIT, 0))


@fn
def events() -> None:
    """An event channel of the domain to its own vCPU."""
    mapped = map_shared_info()
    result, bound = bind_ipi(0)
    assert mapped == 0 and result == 0 and bound < 64, "no event channel"
    port.port = bound
    event_to_self(u64(addr_of(port)), u64(addr_of(shared().vcpu[0])),
                  u64(addr_of(shared().pending[0])))


@fn
def main() -> Never:
    """All operations, those that need the least first."""
    global overhead
    gic.enable(SGI)
    gic.enable(board.virtual_timer)
    overhead = empty(0, 0, 0)
    xen_version(0, 0, 0)
    unknown_call(0, 0, 0)
    psci_version(0, 0, 0)
    read_uart(board.uart, 0, 0)
    read_distributor(board.distributor, 0, 0)
    read_id(0, 0, 0)
    self_sgi(SGI << 24 | 1, 0, 0)
    virtual_timer(1, 0, 0)
    sched_yield(0, 0, 0)
    wake_up()
    fault(NOWHERE, 0, 0)
    gic.enable(board.event_interrupt)
    events()
    print("op done 0")
    system_off()


entry = guest(main)
