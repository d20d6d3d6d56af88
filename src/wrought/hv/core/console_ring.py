"""A domain's console by Xen's ring: the hypervisor itself is the other end.

The guest finds page and event channel as HVM parameters (xen/public/hvm/params.h).  It is not
trusted with the ring: its indices say how much is copied, never where.
"""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, PAGE_SHIFT, Gpa, Hpa
from wrought.hv.abi.console_ring import INPUT_BYTES, OUTPUT_BYTES, ConsoleRing
from wrought.hv.abi.hvm import Param
from wrought.hv.abi.layout import MAGIC
from wrought.hv.core.console import console_read, console_write
from wrought.hv.core.domain import Domain
from wrought.hv.core.events import event_notify, event_open_console
from wrought.hv.core.frames import alloc_frames, free_scrubbed
from wrought.hv.core.hvm_op import set_param
from wrought.hv.core.stage2 import stage2_map
from wrought.hv.core.stage2_types import Kind
from wrought.hv.machine.cpu import interrupt_waits
from wrought.hv.machine.memory import address_of, zero_frames
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Array, Ptr, u8, u32, u64

CHUNK = 128
"""Bytes printed or typed at a time."""


@unsafe
@fn(inline=True)
def ring_of(domain: Ptr[Domain]) -> Ptr[ConsoleRing]:
    """Of a domain whose `console.ring` is not 0."""
    # SAFETY: the frame is the hypervisor's own, and stays until `console_ring_destroy`.
    return Ptr[ConsoleRing](address_of(domain.console.ring))


@fn
def console_ring_init(domain: Ptr[Domain]) -> bool:
    """Give a domain that is being built its ring; False without memory, or a place or port for it.
    What was taken is given back by `console_ring_destroy` and with the domain's memory."""
    frame = alloc_frames(1, 1)
    if u64(frame) == 0:
        return False
    zero_frames(frame, 1)
    domain.console.ring = frame
    gpa = u64(frame) if domain.direct else u64(MAGIC)
    if not stage2_map(addr_of(domain.memory), Gpa(gpa), frame, PAGE, Kind.XEN):
        return False
    port = event_open_console(domain)
    if port == 0:
        return False
    domain.console.port = port
    set_param(domain, Param.CONSOLE_PFN, gpa >> PAGE_SHIFT)
    set_param(domain, Param.CONSOLE_EVTCHN, u64(port))
    return True


@fn
def console_ring_destroy(domain: Ptr[Domain]) -> None:
    """Take it back; none of the domain's vCPUs or devices runs."""
    with domain.console.ring_lock:
        if u64(domain.console.ring) != 0:
            free_scrubbed(domain.console.ring, 1)
            domain.console.ring = Hpa(0)


@fn
def console_ring_sent(domain: Ptr[Domain]) -> bool:
    """The guest has told of output, or that it took input; False where it is to tell again, since
    an interrupt waits.

    When this is done the ring is empty, so that the guest is told only where it was so full that
    somebody may wait for room.
    """
    crowded = False
    done = True
    with domain.console.ring_lock:
        if u64(domain.console.ring) != 0:
            crowded, done = drain(domain)
    if crowded:
        event_notify(domain, domain.console.port)
    console_ring_typed(domain)
    return done


@fn
def drain(domain: Ptr[Domain]) -> tuple[bool, bool]:
    """Print what is in the ring, with its lock held: whether there was much, and whether that was
    all."""
    ring = ring_of(domain)
    at = ring.output_taken.load(Order.RELAXED)
    end = ring.output_put.load(Order.ACQUIRE)
    left = end - at
    if left > OUTPUT_BYTES:
        # More than fits is nothing that can be read; begin anew behind it.
        ring.output_taken.store(end, Order.RELEASE)
        return False, True
    crowded = left >= OUTPUT_BYTES // 2
    while left != 0:
        start = u64(at % OUTPUT_BYTES)
        n = min(min(u64(left), CHUNK), OUTPUT_BYTES - start)
        console_write(domain, ring.output[start:start + n])
        at += trunc(u32, n)
        left -= trunc(u32, n)
        ring.output_taken.store(at, Order.RELEASE)
        if left != 0 and interrupt_waits():
            return crowded, False
    return crowded, True


@fn
def console_ring_typed(domain: Ptr[Domain]) -> bool:
    """Put what was typed into the ring, as much as it has room for, and tell the guest; False
    where it has no ring."""
    n: u64 = 0
    with domain.console.ring_lock:
        if u64(domain.console.ring) == 0:
            return False
        ring = ring_of(domain)
        at = ring.input_put.load(Order.RELAXED)
        used = at - ring.input_taken.load(Order.ACQUIRE)
        chunk = zeroed(Array[u8, CHUNK])
        n = console_read(domain, chunk[:min(u64(INPUT_BYTES - min(used, INPUT_BYTES)), CHUNK)])
        for i in range(n):
            ring.input[(u64(at) + i) % INPUT_BYTES] = chunk[i % CHUNK]
        ring.input_put.store(at + trunc(u32, n), Order.RELEASE)
    if n != 0:
        event_notify(domain, domain.console.port)
    return True
