"""The collector's cycle in steps, and when they are done.

A step comes after every `STEP` bytes of allocation and does the more work the more was allocated,
times the step multiplier; so marking ends before the program has allocated much.  A cycle begins
when the heap has grown by `Gc.pause` per cent (Lua 5.1 manual, section 2.10).
"""

from __future__ import annotations

from wrought.lang.core.function import fn, noinline
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.vm.gc.atomic import atomic
from wrought.lua.vm.gc.finalise import call_pending
from wrought.lua.vm.gc.mark import mark_offset
from wrought.lua.vm.gc.phase import FINALISE, LAST_EPOCH, MARK, PAUSE, STRINGS
from wrought.lua.vm.gc.propagate import ENDLESS, propagate
from wrought.lua.vm.gc.roots import mark_roots
from wrought.lua.vm.gc.strings import sweep_strings
from wrought.lua.vm.gc.sweep import clear_marks, give_up, next_cycle, sweep

STEP = 32 * 1024
"""Bytes that are allocated between two steps."""
FULL: u8 = 1
STEPS: u8 = 2
"""`Gc.stress`: every safe point is a whole cycle, or a tiny step."""
TINY = 200
"""Bytes of work of a tiny step."""
FINALISERS = 16
"""Called at one safe point."""


@fn
def set_threshold(vm: Ptr[Vm], bytes: u64) -> None:
    """Have the next safe point after so many allocated bytes noticed."""
    if vm.gc.stress != 0:
        vm.gc.threshold = 0
    elif vm.gc.stopped != 0:
        vm.gc.threshold = vm.gc.limit
    else:
        vm.gc.threshold = min(bytes, vm.gc.limit)


@fn
def start(vm: Ptr[Vm]) -> None:
    """Begin a cycle: the roots are grey."""
    clear_marks(vm)
    vm.gc.cycles += 1
    vm.black = u64(vm.gc.cycles) % LAST_EPOCH + 1
    vm.gc.phase = MARK
    mark_roots(vm, mark_offset(vm))


@fn
def finish(vm: Ptr[Vm]) -> None:
    """The sweep, and what comes after it."""
    sweep(vm)
    vm.gc.phase = FINALISE
    if vm.gc.pending.used == 0:
        rest(vm)
    else:
        set_threshold(vm, vm.gc.allocated)


@fn
def rest(vm: Ptr[Vm]) -> None:
    """A cycle is complete: wait for the next."""
    vm.gc.phase = PAUSE
    set_threshold(vm, next_cycle(vm))


@noinline
@fn
def advance(vm: Ptr[Vm], work: u64) -> None:
    """Go on with the cycle for about so many bytes of work, finalisers excepted."""
    vm.gc.in_step += 1
    if vm.gc.phase == PAUSE:
        start(vm)
    if vm.gc.phase == MARK:
        work = propagate(vm, mark_offset(vm), work)
        if work > 0:
            atomic(vm)
    if vm.gc.phase == STRINGS and work > 0:
        if sweep_strings(vm, work) > 0:
            finish(vm)
    vm.gc.in_step -= 1


@noinline
@fn
def full_cycle(vm: Ptr[Vm]) -> None:
    """Collect everything that is unreachable now; finalisers are due then, not called."""
    if vm.gc.phase == MARK:
        in_step = vm.gc.in_step
        give_up(vm)
        vm.gc.in_step = in_step
    elif vm.gc.phase == STRINGS:
        advance(vm, ENDLESS)
    vm.gc.phase = PAUSE
    advance(vm, ENDLESS)
    vm.gc.checked = vm.gc.allocated


@fn
def step(vm: Ptr[Vm], bytes: u64) -> None:
    """Do the work that is due for so many allocated bytes."""
    multiplier = u64(vm.gc.step_multiplier)
    work: u64 = ENDLESS
    if multiplier > 0:
        work = max(bytes, 1024) // 16 * multiplier // 100 * 16 + 1
    if vm.gc.phase != FINALISE:
        advance(vm, work)
    vm.gc.checked = vm.gc.allocated
    if vm.gc.phase == MARK or vm.gc.phase == STRINGS:
        set_threshold(vm, vm.gc.allocated + STEP)


@fn
def finalise_some(vm: Ptr[Vm], most: u64) -> None:
    """Call finalisers that are due; the cycle ends with the last one."""
    if vm.gc.pending.used > 0:
        set_threshold(vm, vm.gc.allocated + STEP)
        if call_pending(vm, most):
            if vm.gc.phase == FINALISE:
                rest(vm)
    elif vm.gc.phase == FINALISE:
        rest(vm)


@noinline
@fn
def collector_due(vm: Ptr[Vm], size: u64) -> None:
    """The slow part of a safe point, after which `size` bytes are wanted.

    Throws "not enough memory" where the limit is passed and collecting doesn't help; errors of
    finalisers pass through.
    """
    if vm.gc.in_step != 0 or vm.front != 0:
        return
    if vm.gc.stress == STEPS and fits(vm, size):
        if vm.gc.phase != FINALISE:
            advance(vm, TINY)
    elif vm.gc.stress != 0 or not fits(vm, size):
        full_cycle(vm)
        if vm.gc.allocated > vm.gc.limit:
            out_of_memory(vm)
    elif vm.gc.stopped == 0:
        grown = vm.gc.allocated - min(vm.gc.allocated, vm.gc.checked)
        step(vm, max(grown, STEP) if vm.gc.phase != PAUSE else u64(STEP))
    if vm.gc.pending.used > 0 or vm.gc.phase == FINALISE:
        finalise_some(vm, FINALISERS)


from wrought.lua.vm.memory import fits  # noqa: E402
from wrought.lua.vm.memory_arena import out_of_memory  # noqa: E402
from wrought.lua.vm.objects import Vm  # noqa: E402
