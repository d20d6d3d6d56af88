"""A bool in an atomic is one byte, 0 or 1."""

from __future__ import annotations

from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Atomic, Ptr


@struct
class Flag:
    """One flag that CPUs share."""

    up: Atomic[bool]


@fn
def swap(f: Ptr[Flag], new: bool) -> bool:
    """The old value."""
    return f.up.swap(new, Order.SEQ_CST)


@fn
def take(f: Ptr[Flag]) -> bool:
    """Put it up, if it was not."""
    f.up.store(f.up.load(Order.ACQUIRE), Order.RELEASE)
    was, done = f.up.compare_exchange(False, True, Order.SEQ_CST)
    return done and not was


def test_bool_cells() -> None:
    flag = Flag(up=False)
    assert take(flag) is True
    assert take(flag) is False
    assert swap(flag, False) is True
    assert swap(flag, True) is False
