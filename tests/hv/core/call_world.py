"""Hypercalls as a guest makes them: registers in, registers out."""

from __future__ import annotations

from hv.core.event_world import World
from wrought.hv.core import hypercall
from wrought.hv.core.domain import WORK_CONTINUE, Vcpu
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u32

OWN = [2**64 - 1 - n for n in range(31)]
"""What registers hold that no hypercall may change."""


@fn
def take_work(vcpu: Ptr[Vcpu]) -> u32:
    """Its work bits, which are cleared."""
    return vcpu.work.swap(0, Order.RELAXED)


def call(world: World, domain: int, number: int, *args: int, vcpu: int = 0, most: int = 10_000
         ) -> int:
    """One hypercall with its restarts; the result as a signed number."""
    return call_counting(world, domain, number, *args, vcpu=vcpu, most=most)[0]


def call_counting(world: World, domain: int, number: int, *args: int, vcpu: int = 0,
                  most: int = 10_000) -> tuple[int, int]:
    """The result, and how often it restarted."""
    v = world.vcpu(domain, vcpu)
    for i, value in enumerate([*args, *OWN[len(args):]]):
        v.regs.x[i] = value
    v.regs.x[16] = number
    for restarts in range(most):
        hypercall.hypercall(v)
        assert list(v.regs.x)[5:16] == OWN[5:16] and list(v.regs.x)[17:] == OWN[17:]
        assert v.regs.x[16] == number
        if not take_work(v) & WORK_CONTINUE:
            result = v.regs.x[0]
            return result - 2**64 if result >> 63 else result, restarts
    raise AssertionError("it never ends")
