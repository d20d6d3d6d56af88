"""Working off the grey list.

Objects are taken from the list's end, but pass through a short queue before they are traversed, so
that their memory is on its way from the caches meanwhile (Cher, Hosking, Vitek, "Software
prefetching for mark-sweep garbage collection", ASPLOS 2004).
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, prefetch, zeroed
from wrought.lang.core.scalars import Array, Ptr, u64

QUEUE = 8
"""Objects on their way."""
ENDLESS = 1 << 62
"""Work for a whole cycle."""


@unsafe
@fn
def propagate(vm: Ptr[Vm], offset: u64, work: u64) -> u64:
    """Traverse grey objects for about so many bytes; what is left, above 0 when all are done."""
    # SAFETY: the list and the queue hold addresses of objects.
    queue = zeroed(Array[u64, QUEUE])
    at: u64 = 0
    waiting: u64 = 0
    while work > 0:
        if vm.gc.big_table != 0:
            work -= min(work, continue_big(vm, offset, table_at(vm.gc.big_table)))
            continue
        fresh: u64 = 0
        if vm.gc.grey.used > 0:
            fresh = pop(addr_of(vm.gc.grey))
            prefetch(bitcast(Ptr[u64], fresh))
            waiting += 1
        elif waiting == 0:
            return work
        old = queue[at % QUEUE]
        queue[at % QUEUE] = fresh
        at += 1
        if old != 0:
            waiting -= 1
            work -= min(work, traverse(vm, offset, old))
    for i in range(QUEUE):
        if queue[i] != 0:
            push(vm, addr_of(vm.gc.grey), queue[i])
    return 0


@fn
def drain(vm: Ptr[Vm], offset: u64) -> None:
    """Traverse everything that is grey."""
    propagate(vm, offset, ENDLESS)


from wrought.lua.vm.gc.traverse import continue_big, traverse  # noqa: E402
from wrought.lua.vm.gc.vector import pop, push, table_at  # noqa: E402
from wrought.lua.vm.objects import Vm  # noqa: E402
