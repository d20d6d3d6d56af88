"""Atomics and a spin lock between threads of this process."""

from __future__ import annotations

from threading import Barrier, Thread

from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import cpu_relax
from wrought.lang.core.scalars import Atomic, Ptr, u32, u64

THREADS, ROUNDS = 4, 20_000


@struct
class SpinLock:
    """Taken while `held` is 1."""

    held: Atomic[u32]

    def __enter__(self) -> None:
        while self.held.swap(1, Order.ACQUIRE) != 0:
            while self.held.load(Order.RELAXED) != 0:
                cpu_relax()

    def __exit__(self) -> None:  # noqa: PLE0302
        self.held.store(0, Order.RELEASE)


@struct
class Shared:
    lock: SpinLock
    counted: Atomic[u64]
    guarded: u64
    twin: u64
    torn: u64


@fn
def work(s: Ptr[Shared], rounds: u64) -> None:
    """Two fields that are equal whenever the lock is free, and an atomic counter."""
    for _ in range(rounds):
        s.counted.add(1, Order.RELAXED)
        with s.lock:
            if s.guarded != s.twin:
                s.torn += 1
            s.guarded += 1
            s.twin = s.guarded


def test_threads() -> None:
    shared = Shared()
    start = Barrier(THREADS)
    work(shared, 0)

    def run() -> None:
        start.wait()
        work(shared, ROUNDS)
    threads = [Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = THREADS * ROUNDS
    assert int(shared.counted) == total
    assert (shared.guarded, shared.twin, shared.torn) == (total, total, 0)
