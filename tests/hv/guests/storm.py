"""What guests share that do one kind of thing at random and as fast as they can, on all vCPUs.

The seed is printed; `seed=N` in the bootargs repeats a sequence (as far as several vCPUs can).
"""

from __future__ import annotations

from hv.guests.hostile import choose_seed, state
from wrought.hv.guest import faults, gic
from wrought.hv.guest.board import CPUS, board
from wrought.hv.guest.interrupts import unmask
from wrought.hv.guest.report import check, finish
from wrought.hv.guest.smp import starter
from wrought.hv.guest.timer import arm_virtual, milliseconds, now
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import Compiled, fn
from wrought.lang.core.intrinsics import isb, mask_irqs, wfi
from wrought.lang.core.scalars import Array, Atomic, Never, Slice, u8, u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import VBAR_EL1
from wrought.rt.a64.cpu import this_cpu
from wrought.rt.a64.psci import Status

TIME = 3000
"""Milliseconds of a storm."""
LEAST = 500
"""Actions that it has to come to."""


@struct
class Wind:
    """What the vCPUs share."""

    vectors: u64
    """VBAR_EL1 of the boot CPU."""
    end: u64
    """When it is over."""
    actions: Atomic[u64]
    states: Array[u64, CPUS]
    """Of each vCPU's random numbers."""


wind = static(Wind)


@fn
def random() -> u64:
    """xorshift64*, a sequence for each vCPU."""
    at = this_cpu() % CPUS
    x = wind.states[at]
    x ^= x >> 12
    x ^= x << 25
    x ^= x >> 27
    wind.states[at] = x
    return x * 0x2545_F491_4F6C_DD1D


@fn
def below(n: u64) -> u64:
    """A number from 0 to n - 1."""
    return (random() >> 16) % n


@fn
def blows() -> bool:
    """Count an action; whether there is time for another."""
    wind.actions.add(1, Order.RELAXED)
    return now() < wind.end


@fn
def begin(ms: u64) -> None:
    """On the boot CPU, before anything else."""
    choose_seed()
    faults.clear()
    wind.vectors = u64(VBAR_EL1.read())
    wind.end = now() + milliseconds(ms)
    for i in range(u64(CPUS)):
        wind.states[i] = (state + i) * 0x9E37_79B9_7F4A_7C15 | 1
    listen()


@fn
def listen() -> None:
    """Enable what interrupts a vCPU here."""
    for sgi in range(u32(16)):
        gic.enable(sgi)
    gic.enable(board.virtual_timer)
    gic.enable(board.physical_timer)


@fn
def enter() -> None:
    """On each further vCPU, as often as it comes."""
    VBAR_EL1.write(wind.vectors)
    isb()
    gic.init_cpu()
    listen()


@fn
def nap(eighths: u64) -> None:
    """Sleep until any interrupt, at the latest that of a timer after `eighths` of a millisecond;
    masked, so that none is missed."""
    mask_irqs()
    arm_virtual(now() + milliseconds(eighths) // 8)
    wfi()
    unmask()


def storm(action: Compiled, masked: bool = False) -> Compiled:
    """A function that calls `action()` on all vCPUs until TIME is over."""
    @fn
    def blow() -> None:
        if not masked:
            unmask()
        while blows():
            action()

    @fn
    def further(argument: u64) -> Never:
        enter()
        blow()
        while True:
            wfi()

    start = starter(further)

    @fn
    def run_storm() -> None:
        begin(TIME)
        for cpu in range(u32(1), board.cpus):
            check(start(cpu, 0) == Status.SUCCESS, b"CPU_ON")
        blow()
    return run_storm


@fn
def report(name: Slice[u8]) -> Never:
    """How much it came to, and the verdict."""
    count = wind.actions.load(Order.RELAXED)
    print(f"{count} actions")
    check(count > LEAST, b"too few actions")
    finish(name)
