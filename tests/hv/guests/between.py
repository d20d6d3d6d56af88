"""Storms between two domains, the second of which starts again and again: events and grants.

Domains are numbered from 1 in the boot device tree's order; the first stays.
"""

from __future__ import annotations

from hv.guests.grants import WINDOW, copy
from hv.guests.hostile import value
from hv.guests.storm import begin, below, blows, enter, report, storm, wind
from wrought.hv.abi.event import BindVcpu, Event, Reset, SetPriority, Virq
from wrought.hv.abi.grant import COPY_DEST_REF, COPY_SOURCE_REF, CopySide, GrantOp, SetVersion
from wrought.hv.abi.memory import MemoryOp, Reservation
from wrought.hv.abi.xen import DOMID_SELF
from wrought.hv.guest import fifo, gic
from wrought.hv.guest.access import read64, write64
from wrought.hv.guest.board import board
from wrought.hv.guest.calls import (
    PAGE,
    alloc_unbound,
    bind_interdomain,
    bind_ipi,
    bind_virq,
    event_op,
    grant_op,
    memory_op,
    on_port,
)
from wrought.hv.guest.events import map_shared_info
from wrought.hv.guest.grants import grant, map_ref, map_table, revoke, unmap_ref
from wrought.hv.guest.interrupts import unmask
from wrought.hv.guest.smp import starter
from wrought.hv.guest.space import map_memory
from wrought.hv.guest.timer import milliseconds, now
from wrought.lang.core.function import Compiled, fn
from wrought.lang.core.intrinsics import addr_of, cpu_relax, trunc
from wrought.lang.core.scalars import Array, Never, u16, u32, u64
from wrought.lang.core.static import static
from wrought.rt.a64.psci import Function, call

STAYS, GOES = 1, 2
PORTS = 24
"""Ports that are used: few, so that both sides meet."""
PAGES = 16
"""Pages that are granted, and places where others' are mapped."""

handles = static(Array[u32, PAGES])
frame = static(Array[u64, 1])


@fn
def events_with(other: u16) -> None:
    """One operation on event channels."""
    port = trunc(u32, below(PORTS))
    match below(16):
        case 0 | 1:
            alloc_unbound(DOMID_SELF, other)
        case 2 | 3:
            bind_interdomain(other, port)
        case 4 | 5 | 6 | 7 | 8:
            on_port(Event.SEND, port)
        case 9 | 10:
            on_port(Event.CLOSE, port)
        case 11:
            bind_ipi(trunc(u32, below(4)))
            bind_virq(Virq(trunc(u32, below(24))), trunc(u32, below(4)))
        case 12:
            move = BindVcpu(port=port, vcpu=trunc(u32, below(4)))
            event_op(Event.BIND_VCPU, u64(addr_of(move)))
        case 13:
            urgency = SetPriority(port=port, priority=trunc(u32, below(18)))
            event_op(Event.SET_PRIORITY, u64(addr_of(urgency)))
        case 14:
            on_port(Event.UNMASK, port)
            fifo.take_queued()
        case _:
            change_abi()


@fn
def change_abi() -> None:
    """Seldom: from the 2-level ABI to FIFO, or all ports closed and back."""
    match below(16):
        case 0 | 1:
            fifo.init_control(trunc(u32, below(4)))
        case 2 | 3:
            fifo.expand_array()
        case 4:
            all = Reset(domain=DOMID_SELF)
            event_op(Event.RESET, u64(addr_of(all)))
        case _:
            pass


@fn
def own_page() -> u64:
    """A page of ours that is granted now and then."""
    return board.memory + board.memory_size // 2 + below(PAGES) * PAGE


@fn
def grants_with(other: u16) -> None:
    """One operation on grants, or an access to a page that may be mapped."""
    ref = trunc(u32, 8 + below(PAGES))
    i = below(PAGES)
    at = WINDOW + i * PAGE
    match below(16):
        case 0 | 1 | 2:
            grant(ref, other, own_page(), below(2) == 0)
        case 3:
            revoke(ref)
        case 4 | 5 | 6:
            _, handles[i] = map_ref(other, ref, at, below(2) == 0)
        case 7 | 8 | 9:
            unmap_ref(handles[i] if below(4) != 0 else trunc(u32, below(64)), at)
        case 10 | 11:
            if below(2) == 0:
                read64(at)
            else:
                write64(at, value())
        case 12 | 13:
            copy_any(other, ref)
        case 14:
            give_back()
        case _:
            if below(8) == 0:
                version = SetVersion(version=trunc(u32, 1 + below(2)))
                grant_op(GrantOp.SET_VERSION, u64(addr_of(version)), 1)
            else:
                map_table()


@fn
def copy_any(other: u16, ref: u32) -> None:
    """From or to a grant of the other's."""
    mine = CopySide(ref_or_frame=own_page() // PAGE, domain=DOMID_SELF, offset=0)
    theirs = CopySide(ref_or_frame=u64(ref), domain=other, offset=0)
    if below(2) == 0:
        copy(mine, theirs, PAGE, COPY_DEST_REF)
    else:
        copy(theirs, mine, PAGE, COPY_SOURCE_REF)


@fn
def give_back() -> None:
    """Give a page back that may be granted, or take it again."""
    frame[0] = own_page() // PAGE
    request = Reservation(extent_start=u64(addr_of(frame)), nr_extents=1, extent_order=0,
                          mem_flags=0, domain=DOMID_SELF)
    command = MemoryOp.DECREASE_RESERVATION if below(4) == 0 else MemoryOp.POPULATE_PHYSMAP
    memory_op(command, u64(addr_of(request)))


@fn
def prepare() -> None:
    """The pages that the hypervisor shares, and where others' are mapped."""
    map_shared_info()
    map_table()
    map_memory(WINDOW, 2 << 20)
    gic.enable(board.event_interrupt)


def comes_and_goes(action: Compiled) -> Compiled:
    """A function that begins as `storm` does, and starts the domain again after a random time, on
    any vCPU, whatever the others do."""
    @fn
    def blow() -> None:
        unmask()
        while blows():
            action()
        call(Function.SYSTEM_RESET, 0, 0, 0)

    @fn
    def further(argument: u64) -> Never:
        enter()
        blow()
        while True:
            cpu_relax()

    start = starter(further)

    @fn
    def run_and_restart() -> None:
        begin(0)
        wind.end = now() + milliseconds(20 + below(80))
        prepare()
        for cpu in range(u32(1), board.cpus):
            start(cpu, 0)
        blow()
    return run_and_restart


@fn
def events_with_going() -> None:
    """Of the one that stays."""
    events_with(GOES)


@fn
def events_with_staying() -> None:
    """Of the one that goes."""
    events_with(STAYS)


@fn
def grants_with_going() -> None:
    """Of the one that stays."""
    grants_with(GOES)


@fn
def grants_with_staying() -> None:
    """Of the one that goes."""
    grants_with(STAYS)


send_events = storm(events_with_going)
send_and_go = comes_and_goes(events_with_staying)
use_grants = storm(grants_with_going)
use_grants_and_go = comes_and_goes(grants_with_staying)


@fn
def event_storm() -> Never:
    """Channels to a domain that is often not there."""
    prepare()
    send_events()
    report(b"event_storm")


@fn
def event_guest() -> Never:
    """The domain that is often not there."""
    send_and_go()
    report(b"event_guest")


@fn
def grant_storm() -> Never:
    """Grants from and to a domain that is often not there."""
    prepare()
    use_grants()
    report(b"grant_storm")


@fn
def grant_guest() -> Never:
    """The domain that is often not there."""
    use_grants_and_go()
    report(b"grant_guest")
