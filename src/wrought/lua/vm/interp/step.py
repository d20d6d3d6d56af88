"""From one bytecode to the next."""

from __future__ import annotations

from wrought.lang.core.function import fn, handler, inline
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.objects import Vm


@inline
@handler
def next_ins(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    """Go on with the instruction at `pc`."""
    word = pc[0]
    return vm.handlers[word & 0xFF](word, pc + 1, base, vm, k, n, tag)


@inline
@fn
def collection_due(vm: Ptr[Vm]) -> bool:
    """Whether the collector wants to work: a handler that allocates goes to a safe point first.

    While every safe point is to collect (`gc.stress`) the threshold is 0.
    """
    return vm.gc.allocated >= vm.gc.threshold


@inline
@fn
def save(vm: Ptr[Vm], base: Ptr[u64], pc: Ptr[u64]) -> None:
    """Tell the thread where it is, for errors, hooks and the collector."""
    thread = vm.current
    thread.base = base
    thread.pc = pc
