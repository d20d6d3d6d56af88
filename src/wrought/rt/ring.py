"""A queue of fixed size for one writer and one reader, which may be on different CPUs."""

from __future__ import annotations

from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.intrinsics import static_assert
from wrought.lang.core.scalars import Array, Atomic, Ptr, type_param, u32

T = type_param("T")


@struct(params=(T, "N"))
class Ring:
    """`Ring[T, N]`: N items of T, N a power of two.  The indices run on and wrap at 2^32."""

    head: Atomic[u32]
    """Items ever written."""
    tail: Atomic[u32]
    """Items ever read."""
    items: Array[T, N]  # noqa: F821

    def push(self, item: T) -> bool:
        """Append a copy; False when the ring is full.  For the writer only."""
        static_assert(N & (N - 1) == 0, "a ring's size is a power of two")  # noqa: F821
        head = self.head.load(Order.RELAXED)
        if head - self.tail.load(Order.ACQUIRE) == N:  # noqa: F821
            return False
        self.items[head % N] = item  # noqa: F821
        self.head.store(head + 1, Order.RELEASE)
        return True

    def pop(self, item: Ptr[T]) -> bool:
        """Move the oldest item to `item`; False when there is none.  For the reader only."""
        tail = self.tail.load(Order.RELAXED)
        if self.head.load(Order.ACQUIRE) == tail:
            return False
        item[0] = self.items[tail % N]  # noqa: F821
        self.tail.store(tail + 1, Order.RELEASE)
        return True

    def count(self) -> u32:
        """Items inside, as of now."""
        return self.head.load(Order.ACQUIRE) - self.tail.load(Order.ACQUIRE)
