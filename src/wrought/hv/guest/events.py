"""Event channels with the 2-level ABI: the shared page, and what came (xen/public/xen.h)."""

from __future__ import annotations

from wrought.hv.abi.memory import Space
from wrought.hv.abi.shared_info import WORD_BITS, SharedInfo, VcpuInfo
from wrought.hv.guest.calls import PAGE, add_to_physmap
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, count_trailing_zeros
from wrought.lang.core.scalars import Array, Ptr, i64, u8, u32, u64
from wrought.lang.core.static import static

PORTS = 256
"""Ports whose events are counted."""

page = static(Array[u8, PAGE], align=PAGE)
"""Where the shared page is mapped."""
counts = static(Array[u64, PORTS])
"""Events that `take_events` found, by port."""


@unsafe
@fn
def shared() -> Ptr[SharedInfo]:
    """The shared page."""
    # SAFETY: the page is as large as the structure and aligned; the hypervisor maps its own there.
    return Ptr[SharedInfo](u64(addr_of(page)))


@fn
def map_shared_info() -> i64:
    """Have the hypervisor's shared page; its result."""
    return add_to_physmap(Space.SHARED_INFO, 0, u64(addr_of(page)))


@fn
def is_pending(port: u32) -> bool:
    """The port's bit."""
    word = shared().pending[u64(port) // WORD_BITS].load(Order.ACQUIRE)
    return word >> u64(port) % WORD_BITS & 1 != 0


@fn
def clear_pending(port: u32) -> None:
    """Take the event back."""
    bit = u64(1) << u64(port) % WORD_BITS
    shared().pending[u64(port) // WORD_BITS].and_(~bit, Order.ACQ_REL)


@fn
def set_masked(port: u32, masked: bool) -> None:
    """Mask or unmask without a hypercall; what is pending then stays so."""
    bit = u64(1) << u64(port) % WORD_BITS
    word = addr_of(shared().mask[u64(port) // WORD_BITS])
    if masked:
        word.or_(bit, Order.ACQ_REL)
    else:
        word.and_(~bit, Order.ACQ_REL)


@fn
def take_events(info: Ptr[VcpuInfo]) -> u64:
    """Count and clear every event that this vCPU was told of; how many there were."""
    taken: u64 = 0
    info.upcall_pending.store(0, Order.RELEASE)
    words = info.pending_words.swap(0, Order.ACQ_REL)
    while words != 0:
        i = count_trailing_zeros(words)
        words &= words - 1
        ready = shared().pending[i].load(Order.ACQUIRE) & ~shared().mask[i].load(Order.ACQUIRE)
        shared().pending[i].and_(~ready, Order.ACQ_REL)
        while ready != 0:
            port = i * WORD_BITS + count_trailing_zeros(ready)
            ready &= ready - 1
            if port < PORTS:
                counts[port] += 1
            taken += 1
    return taken
