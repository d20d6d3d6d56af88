"""Locks, interrupt masking and non-local exit."""

from __future__ import annotations

import threading

from wrought.lang.build.dump import disassemble
from wrought.lang.build.program import Program
from wrought.lang.core.decl import struct
from wrought.lang.core.function import export, fn
from wrought.lang.core.intrinsics import addr_of, throw, try_call, zeroed
from wrought.lang.core.scalars import Ptr, i32, u64
from wrought.lang.core.static import static
from wrought.rt.a64.irq import irqs_masked
from wrought.rt.escape import TryFrame
from wrought.rt.lock import TicketLock

ROUNDS = 20_000
lock = static(TicketLock)
total = static(u64)
shared = static(u64)


@fn
def add_many(n: u64) -> None:
    """Add to `total` under the lock, not atomically."""
    global total
    for _ in range(n):
        with lock:
            total += 1


@struct
class Job:
    """What the protected call works on."""

    frame: Ptr[TryFrame]
    depth: u64
    reached: u64


@fn
def dive(job: Ptr[Job], left: u64) -> None:
    """Recurse, then leave everything at once."""
    if left == 0:
        throw(job.frame, 7)
    job.reached += 1
    dive(job, left - 1)
    job.reached = 0


@fn
def work(job: Ptr[Job]) -> None:
    """The protected call."""
    if job.depth > 0:
        dive(job, job.depth)


@fn
def guarded(depth: u64) -> tuple[i32, u64]:
    """(code, how deep it got)."""
    frame = zeroed(TryFrame)
    job = Job(addr_of(frame), depth, 0)
    code = try_call(addr_of(frame), work, addr_of(job))
    return code, job.reached


@export("masked_add")
@fn
def masked_add(p: Ptr[u64]) -> u64:
    """Two ways out of the block, both unmask."""
    with irqs_masked():
        if p[0] == 0:
            return 0
        p[0] += 1
    return p[0]


def test_lock_between_threads() -> None:
    add_many(0)
    before = total.get()
    threads = [threading.Thread(target=add_many, args=(ROUNDS,)) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert total.get() - before == 2 * ROUNDS


def test_try_enter() -> None:
    one = TicketLock()
    assert one.try_enter() is True
    assert one.try_enter() is False
    one.__exit__()
    assert one.try_enter() is True


def test_throw() -> None:
    assert guarded(0) == (0, 0)
    assert guarded(5) == (7, 5)
    assert guarded(1) == (7, 1)


def test_masking_is_undone_on_every_way_out() -> None:
    code = disassemble(Program("m", target="aarch64-none", roots=[masked_add]).object(),
                       "masked_add")
    assert sum("daifset" in line.lower() for line in code) == 1
    restores = sum(line.lower().startswith("msr daif,") or "s3_3_c4_c2_1," in line.lower()
                   for line in code)
    assert restores >= 1
    assert sum(line.startswith("ret") for line in code) <= restores
