"""Locks between CPUs: a ticket lock, fair and usable from `with`."""

from __future__ import annotations

from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.intrinsics import cpu_relax
from wrought.lang.core.scalars import Atomic, u32


@struct
class TicketLock:
    """First come, first served; zero is unlocked.  Not recursive."""

    next: Atomic[u32]
    serving: Atomic[u32]

    def __enter__(self) -> None:
        """Wait for the turn; what the last holder wrote is visible afterwards."""
        mine = self.next.add(1, Order.RELAXED)
        while self.serving.load(Order.ACQUIRE) != mine:
            cpu_relax()

    def __exit__(self) -> None:
        """Let the next one in."""
        self.serving.store(self.serving.load(Order.RELAXED) + 1, Order.RELEASE)

    def try_enter(self) -> bool:
        """Take the lock if nobody has it; the caller then owes `__exit__`."""
        now = self.serving.load(Order.RELAXED)
        if self.next.load(Order.RELAXED) != now:
            return False
        _, taken = self.next.compare_exchange(now, now + 1, Order.ACQUIRE)
        return taken
