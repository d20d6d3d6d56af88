"""Wall-clock time in `shared_info`, as the hardware domain set it.

Guests add the system time to it (xen/public/xen.h, wc_sec).  Zero until it is set: a guest then
takes the time from elsewhere.
"""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.core.domain import Domain, domains
from wrought.hv.core.shared import shared_info
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lang.core.static import static
from wrought.rt.lock import TicketLock

BILLION = 1_000_000_000


@struct
class WallClock:
    """The time when the system time was 0."""

    lock: TicketLock
    seconds: u64
    nanoseconds: u32


wall_clock = static(WallClock)


@fn
def set_wall_clock(seconds: u64, nanoseconds: u32, system_time: u64) -> None:
    """It is so late when the system time is `system_time` nanoseconds; tell all domains."""
    total = (seconds % (1 << 33)) * BILLION + u64(nanoseconds) - system_time
    with wall_clock.lock:
        wall_clock.seconds = total // BILLION
        wall_clock.nanoseconds = trunc(u32, total % BILLION)
        for entry in domains[:]:
            if entry is not None:
                write_clock(entry)


@fn
def show_wall_clock(domain: Ptr[Domain]) -> None:
    """Fill in a new domain's `shared_info`."""
    with wall_clock.lock:
        write_clock(domain)


@fn
def take_shared_info(domain: Ptr[Domain]) -> Hpa:
    """The frame of a domain that ends: nobody writes to it any more."""
    with wall_clock.lock:
        frame = domain.shared_info
        domain.shared_info = Hpa(0)
        return frame


@fn
def write_clock(domain: Ptr[Domain]) -> None:
    """Readers try again while the version is odd or has changed."""
    if u64(domain.shared_info) == 0:
        return
    info = shared_info(domain)
    info.clock_version.add(1, Order.SEQ_CST)
    info.clock_seconds = trunc(u32, wall_clock.seconds)
    info.clock_seconds_high = trunc(u32, wall_clock.seconds >> 32)
    info.clock_nanoseconds = wall_clock.nanoseconds
    info.clock_version.add(1, Order.SEQ_CST)
