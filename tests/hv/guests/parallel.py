"""Guests with several vCPUs at work at once."""

from __future__ import annotations

from wrought.hv.guest import gic
from wrought.hv.guest.board import CPUS, board
from wrought.hv.guest.interrupts import await_count, await_interrupt, came, sleep_until, unmask
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.smp import starter
from wrought.hv.guest.timer import arm_virtual, milliseconds, now
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import Compiled, fn
from wrought.lang.core.intrinsics import cpu_relax, isb, wfi
from wrought.lang.core.scalars import Array, Atomic, Never, u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import VBAR_EL1
from wrought.rt.a64.psci import Status

PING, PONG = 1, 2
ROUNDS = 200


@struct
class Shared:
    """What the vCPUs of a guest share."""

    ready: Atomic[u32]
    done: Atomic[u32]
    sum: Atomic[u64]
    vectors: u64
    """VBAR_EL1 of the boot CPU."""
    ticks: Array[u64, CPUS]


all = static(Shared)


@fn
def join() -> None:
    """A further vCPU's own set-up."""
    VBAR_EL1.write(all.vectors)
    isb()
    gic.init_cpu()
    gic.enable(PING)
    gic.enable(PONG)
    gic.enable(board.virtual_timer)
    all.ready.add(1, Order.RELEASE)


def gather(work: Compiled) -> Compiled:
    """A function that starts all further vCPUs with `work(cpu: u64)` after `join`, and waits until
    they are there."""
    @fn
    def enter(argument: u64) -> Never:
        join()
        work(argument)
        all.done.add(1, Order.RELEASE)
        while True:
            wfi()

    start = starter(enter)

    @fn
    def start_all() -> None:
        all.vectors = u64(VBAR_EL1.read())
        gic.enable(PING)
        gic.enable(PONG)
        gic.enable(board.virtual_timer)
        for cpu in range(u32(1), board.cpus):
            check(start(cpu, u64(cpu)) == Status.SUCCESS, b"CPU_ON")
        end = now() + milliseconds(5000)
        while all.ready.load(Order.ACQUIRE) + 1 < board.cpus and now() < end:
            cpu_relax()
        expect(u64(all.ready.load(Order.ACQUIRE)) + 1, u64(board.cpus), b"vCPUs that came")
    return start_all


@fn
def await_done() -> None:
    """Wait for the others' work."""
    end = now() + milliseconds(10_000)
    while all.done.load(Order.ACQUIRE) + 1 < board.cpus and now() < end:
        cpu_relax()
    expect(u64(all.done.load(Order.ACQUIRE)) + 1, u64(board.cpus), b"vCPUs that finished")


@fn
def answer(cpu: u64) -> None:
    """Answer every PING of the first vCPU."""
    unmask()
    for i in range(u64(ROUNDS)):
        if not await_interrupt(PING, i + 1):
            return
        gic.send_sgi(PONG, 0)


start_answering = gather(answer)


@fn
def sgi_between_cpus() -> Never:
    """SGIs there and back, to vCPUs that spin."""
    start_answering()
    unmask()
    for i in range(u64(ROUNDS)):
        for cpu in range(u32(1), board.cpus):
            gic.send_sgi(PING, cpu)
            check(await_count(0, PONG, i * u64(board.cpus - 1) + u64(cpu)), b"no answer")
    await_done()
    expect(came(PING), 0, b"SGIs to others that came here")
    finish(b"sgi_between_cpus")


@fn
def sleep_and_answer(cpu: u64) -> None:
    """The same out of WFI."""
    unmask()
    for i in range(u64(ROUNDS)):
        sleep_until(PING, i + 1)
        gic.send_sgi(PONG, 0)


start_sleeping = gather(sleep_and_answer)


@fn
def sgi_to_sleepers() -> Never:
    """SGIs there and back, to vCPUs that sleep."""
    start_sleeping()
    unmask()
    for i in range(u64(ROUNDS)):
        for cpu in range(u32(1), board.cpus):
            gic.send_sgi(PING, cpu)
            check(await_count(0, PONG, i * u64(board.cpus - 1) + u64(cpu)), b"no answer")
    await_done()
    finish(b"sgi_to_sleepers")


@fn
def add_up(cpu: u64) -> None:
    """Atomic additions with timer interrupts in between."""
    unmask()
    arm_virtual(now())
    for i in range(u64(20_000)):
        all.sum.add(i + cpu, Order.RELAXED)
        if i % 1000 == 0:
            all.ticks[cpu] = came(board.virtual_timer)
            arm_virtual(now())
    all.ticks[cpu] = came(board.virtual_timer)


start_adding = gather(add_up)


@fn
def atomics_and_timers() -> Never:
    """Every vCPU has its own timer, and memory is coherent."""
    start_adding()
    add_up(0)
    await_done()
    n, cpus = u64(20_000), u64(board.cpus)
    wanted = cpus * (n * (n - 1) // 2) + n * (cpus * (cpus - 1) // 2)
    expect(all.sum.load(Order.ACQUIRE), wanted, b"sum of all additions")
    for cpu in range(u64(board.cpus)):
        check(all.ticks[cpu] >= 10, b"a vCPU missed its timer")
    finish(b"atomics_and_timers")
