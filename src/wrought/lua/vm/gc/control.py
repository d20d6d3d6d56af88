"""What programs ask of the collector: the options of collectgarbage, limits, the state's end."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, f64, u8, u32, u64
from wrought.lua.vm.gc.cycle import (
    FULL,
    STEPS,
    collector_due,
    finalise_some,
    full_cycle,
    set_threshold,
    step,
)
from wrought.lua.vm.gc.finalise import finalise_all
from wrought.lua.vm.gc.phase import FINALISE, NOT_MARKING, PAUSE
from wrought.lua.vm.gc.propagate import ENDLESS
from wrought.lua.vm.gc.sweep import LEAST_GROWTH, give_up
from wrought.lua.vm.gc.vector import release
from wrought.lua.vm.memory_layout import BITMAP, start_of
from wrought.lua.vm.system_memory import unmap_pages

NO_LIMIT: u64 = 0xFFFF_FFFF_FFFF_FFFF
DEFAULT_PAUSE: u32 = 200
DEFAULT_MULTIPLIER: u32 = 200
FIRST_THRESHOLD = 256 * 1024
LEAST_OVERDRAFT = 64 * 1024


@fn
def init(vm: Ptr[Vm]) -> None:
    """Prepare the heap of a zeroed state.  Nothing is mapped before it is needed."""
    vm.black = NOT_MARKING
    vm.gc.limit = NO_LIMIT
    vm.gc.hard_limit = NO_LIMIT
    vm.gc.threshold = FIRST_THRESHOLD
    vm.gc.pause = DEFAULT_PAUSE
    vm.gc.step_multiplier = DEFAULT_MULTIPLIER
    vm.gc.live_offset = BITMAP
    vm.gc.due = collector_due
    vm.gc.give_up = give_up


@fn
def close_state(vm: Ptr[Vm]) -> None:
    """Call all finalisers that were not called yet.  Their errors are ignored."""
    finalise_all(vm)


@unsafe
@fn
def shutdown(vm: Ptr[Vm]) -> None:
    """Give all memory of the heap back, the intern table's too.  No object is left."""
    # SAFETY: the state is not used any more.
    if u64(vm.strings.buckets) != 0:
        raw_free(vm, bitcast(Ptr[u8], vm.strings.buckets), (vm.strings.mask + 1) * 8)
    at = header_at(vm.gc.arenas)
    while at is not None:
        following = at.next
        unmap_pages(bitcast(Ptr[u8], start_of(at)), at.size)
        at = following
    at = header_at(vm.gc.huge)
    while at is not None:
        following = at.next
        unmap_pages(bitcast(Ptr[u8], start_of(at)), at.size)
        at = following
    vm.gc.arenas = 0
    vm.gc.huge = 0
    release(addr_of(vm.gc.grey))
    release(addr_of(vm.gc.again))
    release(addr_of(vm.gc.threads))
    release(addr_of(vm.gc.weak))
    release(addr_of(vm.gc.finalisable))
    release(addr_of(vm.gc.pending))


@fn
def collect(vm: Ptr[Vm]) -> None:
    """collectgarbage("collect"): all that is unreachable, and all finalisers that are due.

    Nothing happens where a finaliser could not be called: inside of the collector or the parser.
    """
    if vm.front != 0:
        return
    full_cycle(vm)
    finalise_some(vm, ENDLESS)


@fn
def stop(vm: Ptr[Vm]) -> None:
    """collectgarbage("stop"): no cycles until `restart`, unless the memory limit is reached."""
    vm.gc.stopped = 1
    set_threshold(vm, 0)


@fn
def restart(vm: Ptr[Vm]) -> None:
    """collectgarbage("restart")."""
    vm.gc.stopped = 0
    set_threshold(vm, vm.gc.allocated)


@fn
def is_running(vm: Ptr[Vm]) -> bool:
    """collectgarbage("isrunning")."""
    return vm.gc.stopped == 0


@fn
def count(vm: Ptr[Vm]) -> f64:
    """collectgarbage("count"): memory in use, in units of 1,024 bytes."""
    return f64(in_use(vm)) / 1024.0


@fn
def step_by(vm: Ptr[Vm], kilobytes: u64) -> bool:
    """collectgarbage("step", n): work as if so much had been allocated; whether a cycle ended."""
    if vm.front != 0:
        return False
    if vm.gc.phase != FINALISE:
        step(vm, max(min(kilobytes, 1 << 40) * 1024, LEAST_GROWTH))
    if vm.gc.phase == FINALISE:
        finalise_some(vm, ENDLESS)
    return vm.gc.phase == PAUSE


@fn
def set_pause(vm: Ptr[Vm], percent: u32) -> u32:
    """collectgarbage("setpause"): returns what it was."""
    old = vm.gc.pause
    vm.gc.pause = percent
    return old


@fn
def set_step_multiplier(vm: Ptr[Vm], percent: u32) -> u32:
    """collectgarbage("setstepmul"): returns what it was."""
    old = vm.gc.step_multiplier
    vm.gc.step_multiplier = percent
    return old


@fn
def set_limit(vm: Ptr[Vm], bytes: u64) -> None:
    """Limit the state's memory; `NO_LIMIT` takes the limit away.

    At safe points the limit is exact.  Between them small cells may pass it by a sixteenth, at
    least 64 KiB, so that native code seldom fails in the middle.
    """
    vm.gc.limit = bytes
    over = max(bytes // 16, LEAST_OVERDRAFT)
    vm.gc.hard_limit = bytes + over if bytes < NO_LIMIT - over else NO_LIMIT
    set_threshold(vm, max(vm.gc.estimate, vm.gc.allocated) + LEAST_GROWTH)


@fn
def set_stress(vm: Ptr[Vm], on: bool) -> None:
    """Testing: a full collection at every safe point, poison in free cells, and every allocation
    the last of its run."""
    stress(vm, FULL if on else u8(0))


@fn
def set_step_stress(vm: Ptr[Vm]) -> None:
    """Testing: a tiny step at every safe point, so that the program changes what the collector has
    half traversed, and a missing barrier is found; otherwise as `set_stress`."""
    stress(vm, STEPS)


@fn
def stress(vm: Ptr[Vm], how: u8) -> None:
    vm.gc.stress = how
    claim_singly(vm)
    set_threshold(vm, vm.gc.allocated + LEAST_GROWTH)


@fn
def fail_after(vm: Ptr[Vm], n: u64) -> None:
    """Testing: let the n-th allocation from now on fail; 0 takes that back."""
    vm.gc.fail_after = n
    claim_singly(vm)


@fn
def claim_singly(vm: Ptr[Vm]) -> None:
    """Claim one cell at a time where a test has to see every allocation."""
    vm.gc.single = 1 if vm.gc.stress != 0 or vm.gc.fail_after != 0 else 0
    drop_runs(vm)


from wrought.lua.vm.memory import in_use, raw_free  # noqa: E402
from wrought.lua.vm.memory_arena import header_at  # noqa: E402
from wrought.lua.vm.memory_runs import drop_runs  # noqa: E402
from wrought.lua.vm.objects import Vm  # noqa: E402
