"""The end of marking, in one piece: what may have changed without a barrier is looked at again."""

from __future__ import annotations

from wrought.lang.core.function import fn, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.gc.phase import NOT_MARKING, STRINGS
from wrought.lua.vm.value import NIL


@fn
def drain_again(vm: Ptr[Vm], offset: u64) -> None:
    """Traverse tables that changed after they were traversed."""
    while vm.gc.again.used > 0:
        traverse_table(vm, offset, table_at(pop(addr_of(vm.gc.again))))
    drain(vm, offset)


@fn
def drain_threads(vm: Ptr[Vm], offset: u64) -> None:
    """Traverse the stacks as they are now."""
    i: u64 = 0
    while i < vm.gc.threads.used:
        traverse_thread(vm, offset, thread_at(item(addr_of(vm.gc.threads), i)))
        drain(vm, offset)
        i += 1


@noinline
@fn
def atomic(vm: Ptr[Vm]) -> None:
    """Complete the marking; the program's next stores need no barrier any more."""
    offset = mark_offset(vm)
    vm.gc.phase = STRINGS
    mark_roots(vm, offset)
    drain(vm, offset)
    drain_again(vm, offset)
    drain_threads(vm, offset)
    known = vm.gc.weak.used
    retraverse_weak(vm, offset, 0)
    drain(vm, offset)
    while known < vm.gc.weak.used:
        known = vm.gc.weak.used
        drain(vm, offset)
    separate(vm, offset)
    drain(vm, offset)
    clear_all_weak(vm, offset)
    for i in range(vm.gc.threads.used):
        tidy_thread(offset, thread_at(item(addr_of(vm.gc.threads), i)))
    vm.gc.threads.used = 0
    vm.black = NOT_MARKING
    vm.gc.sweep_at = 0
    vm.gc.sweep_mask = vm.strings.mask
    vm.gc.premark = 1
    premark_runs(vm)


@unsafe
@fn
def tidy_thread(offset: u64, thread: Ptr[Thread]) -> None:
    """Clear the slots above a thread's top, which may hold what is gone, and forget open
    variables that no function has any more."""
    # SAFETY: the stack has `slots` slots.
    slot = thread.top
    end = u64(thread.stack) + thread.slots * 8
    while u64(slot) < end:
        slot[0] = NIL
        slot += 1
    before: Ptr[UpValue] | None = None
    at = thread.open
    while at is not None:
        following = at.next
        if is_marked(offset, u64(at)):
            before = at
        elif before is None:
            thread.open = following
        else:
            before.next = following
        at = following


from wrought.lua.vm.gc.finalise import separate  # noqa: E402
from wrought.lua.vm.gc.mark import is_marked, mark_offset  # noqa: E402
from wrought.lua.vm.gc.propagate import drain  # noqa: E402
from wrought.lua.vm.gc.roots import mark_roots  # noqa: E402
from wrought.lua.vm.gc.traverse import traverse_table, traverse_thread  # noqa: E402
from wrought.lua.vm.gc.vector import item, pop, table_at, thread_at  # noqa: E402
from wrought.lua.vm.gc.weak import clear_all_weak, retraverse_weak  # noqa: E402
from wrought.lua.vm.memory_runs import premark_runs  # noqa: E402
from wrought.lua.vm.objects import Thread, UpValue, Vm  # noqa: E402
