"""Guests about event channels: all that one domain can do with itself, 2-level and FIFO."""

from __future__ import annotations

from hv.guests.hypercalls import NOWHERE, result
from wrought.hv.abi.event import MASKED, Event, PortStatus, SetPriority, Status, Virq
from wrought.hv.abi.xen import DOMID_SELF, Errno
from wrought.hv.guest import fifo, gic
from wrought.hv.guest.board import board
from wrought.hv.guest.calls import (
    alloc_unbound,
    bind_interdomain,
    bind_ipi,
    bind_virq,
    event_op,
    on_port,
)
from wrought.hv.guest.events import (
    clear_pending,
    counts,
    is_pending,
    map_shared_info,
    set_masked,
    shared,
)
from wrought.hv.guest.interrupts import unmask
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.timer import delay, milliseconds, now
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, cpu_relax, volatile_load
from wrought.lang.core.scalars import Never, u32, u64


@fn
def prepare() -> None:
    """Have the shared page and the event interrupt."""
    result(map_shared_info(), Errno.OK, b"shared_info")
    gic.enable(board.event_interrupt)
    unmask()


@fn
def events_at(port: u32) -> u64:
    """Events that the handler counted."""
    return volatile_load(addr_of(counts[port]))


@fn
def await_events(port: u32, n: u64) -> None:
    """Wait until the handler has counted `n`."""
    end = now() + milliseconds(1000)
    while events_at(port) < n and now() < end:
        cpu_relax()
    expect(events_at(port), n, b"events at a port")


@fn
def state_of(port: u32) -> Status:
    """EVTCHNOP_status of a port of this domain."""
    status = PortStatus(domain=DOMID_SELF, port=port, status=99, vcpu=0, who=0, remote_port=0)
    result(event_op(Event.STATUS, u64(addr_of(status))), Errno.OK, b"status")
    return Status(status.status)


@fn
def interdomain_with_self() -> Never:
    """Both ends of an interdomain channel in one domain."""
    prepare()
    made, first = alloc_unbound(DOMID_SELF, DOMID_SELF)
    result(made, Errno.OK, b"alloc_unbound")
    check(first > 0 and state_of(first) == Status.UNBOUND, b"an unbound port")
    bound, second = bind_interdomain(DOMID_SELF, first)
    result(bound, Errno.OK, b"bind_interdomain")
    check(state_of(first) == Status.INTERDOMAIN, b"the first end")
    check(state_of(second) == Status.INTERDOMAIN, b"the second end")
    await_events(second, 1)          # binding tells the new end once
    for i in range(u64(20)):
        result(on_port(Event.SEND, first), Errno.OK, b"send")
        await_events(second, i + 2)
        result(on_port(Event.SEND, second), Errno.OK, b"send back")
        await_events(first, i + 1)
    again, _ = bind_interdomain(DOMID_SELF, first)
    check(again < 0, b"a bound port was bound again")
    result(on_port(Event.CLOSE, second), Errno.OK, b"close")
    check(state_of(second) == Status.CLOSED, b"a closed port")
    check(state_of(first) == Status.UNBOUND, b"the other end of a closed port")
    result(on_port(Event.CLOSE, first), Errno.OK, b"close the other")
    finish(b"interdomain_with_self")


@fn
def masked_events() -> Never:
    """Masked ports become pending and are told when they are unmasked."""
    prepare()
    _, port = bind_ipi(0)
    set_masked(port, True)
    result(on_port(Event.SEND, port), Errno.OK, b"send to a masked port")
    delay(milliseconds(1))
    expect(events_at(port), 0, b"events of a masked port")
    check(is_pending(port), b"a masked port is not pending")
    result(on_port(Event.UNMASK, port), Errno.OK, b"unmask")
    await_events(port, 1)
    set_masked(port, True)
    on_port(Event.SEND, port)
    clear_pending(port)
    on_port(Event.UNMASK, port)
    delay(milliseconds(1))
    expect(events_at(port), 1, b"events after the pending bit was cleared")
    finish(b"masked_events")


@fn
def channel_errors() -> Never:
    """What event_channel_op refuses, and how."""
    prepare()
    result(on_port(Event.SEND, 77), Errno.EINVAL, b"send to a closed port")
    result(on_port(Event.SEND, 0xFFFF_FFFF), Errno.EINVAL, b"send to a huge port")
    result(on_port(Event.CLOSE, 0), Errno.EINVAL, b"close port 0")
    result(on_port(Event.UNMASK, 0x10_0000), Errno.EINVAL, b"unmask a port beyond all")
    result(event_op(Event.SEND, NOWHERE), Errno.EFAULT, b"a pointer to nowhere")
    result(event_op(Event(u32(99)), 0), Errno.ENOSYS, b"an unknown command")
    got, _ = bind_ipi(99)
    result(got, Errno.ENOENT, b"an IPI to no vCPU")
    got, _ = bind_virq(Virq(u32(99)), 0)
    result(got, Errno.EINVAL, b"an unknown VIRQ")
    got, _ = bind_virq(Virq.DEBUG, 99)
    result(got, Errno.ENOENT, b"a VIRQ for no vCPU")
    got, _ = bind_virq(Virq.DEBUG, 0)
    result(got, Errno.OK, b"a VIRQ")
    got, _ = bind_virq(Virq.DEBUG, 0)
    result(got, Errno.EEXIST, b"a VIRQ twice")
    got, _ = bind_interdomain(DOMID_SELF, 99)
    check(got < 0, b"bind to a port that is not there")
    got, _ = bind_interdomain(0x1234, 1)
    result(got, Errno.ESRCH, b"bind to a domain that is not there")
    got, _ = alloc_unbound(0x1234, DOMID_SELF)
    check(got < 0, b"a port for a domain that is not there")
    finish(b"channel_errors")


@fn
def many_ports() -> Never:
    """Ports are numbered from 1, each once; closed ones come again; all can carry events."""
    prepare()
    first: u32 = 0
    for i in range(u32(200)):
        made, port = bind_ipi(0)
        result(made, Errno.OK, b"bind_ipi")
        if i == 0:
            first = port
        expect(u64(port), u64(first + i), b"a port's number")
    result(on_port(Event.CLOSE, first + 50), Errno.OK, b"close")
    _, port = bind_ipi(0)
    expect(u64(port), u64(first + 50), b"the port that was closed")
    for i in range(u32(200)):
        on_port(Event.SEND, first + i)
    for i in range(u32(200)):
        await_events(first + i, 1)
    expect(u64(shared().vcpu[0].upcall_pending.load(Order.ACQUIRE)), 0, b"upcall pending")
    finish(b"many_ports")


@fn
def fifo_events() -> Never:
    """The FIFO ABI: events queue in their order, the more urgent priority first."""
    result(map_shared_info(), Errno.OK, b"shared_info")
    result(fifo.init_control(0), Errno.OK, b"init_control")
    result(fifo.expand_array(), Errno.OK, b"expand_array")
    _, a = bind_ipi(0)
    _, b = bind_ipi(0)
    _, c = bind_ipi(0)
    urgent = SetPriority(port=c, priority=0)
    result(event_op(Event.SET_PRIORITY, u64(addr_of(urgent))), Errno.OK, b"set_priority")
    wrong = SetPriority(port=c, priority=99)
    result(event_op(Event.SET_PRIORITY, u64(addr_of(wrong))), Errno.EINVAL, b"priority 99")
    on_port(Event.SEND, b)
    on_port(Event.SEND, a)
    on_port(Event.SEND, c)
    on_port(Event.SEND, b)           # pending already: queued once
    fifo.take_queued()
    expect(fifo.taken_count, 3, b"events")
    expect(u64(fifo.taken[0]), u64(c), b"the urgent one")
    expect(u64(fifo.taken[1]), u64(b), b"the first of the others")
    expect(u64(fifo.taken[2]), u64(a), b"the last")
    fifo.words[a].or_(MASKED, Order.ACQ_REL)
    on_port(Event.SEND, a)
    fifo.take_queued()
    expect(fifo.taken_count, 3, b"events with one masked")
    result(on_port(Event.UNMASK, a), Errno.OK, b"unmask")
    fifo.take_queued()
    expect(fifo.taken_count, 4, b"events after it was unmasked")
    finish(b"fifo_events")
