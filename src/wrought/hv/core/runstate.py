"""A guest's copy of its vCPUs' times (VCPUOP_register_runstate_memory_area).

The scheduler accounts (`SchedUnit.runstate`, `since`, `times`, in ticks) and calls
`runstate_changed` after every change, with the lock held that protects them.
"""

from __future__ import annotations

from wrought.hv.abi.hvm import ASSIST_RUNSTATE_UPDATE_FLAG
from wrought.hv.abi.vcpu import RUN_STATES, RUNSTATE_UPDATE, RunstateInfo
from wrought.hv.core.domain import Vcpu
from wrought.hv.machine.cpu import nanoseconds, now
from wrought.hv.machine.memory import address_of
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import fence, trunc, unroll, volatile_store, zeroed
from wrought.lang.core.scalars import Ptr, u8, u32, u64

WORD = 8
STATE = 0
ENTERED = 1
TIMES = 2
WORDS = TIMES + RUN_STATES
"""Words of a RunstateInfo."""


@fn
def runstate_changed(vcpu: Ptr[Vcpu]) -> None:
    """Show the guest what was accounted, if it wants to see it."""
    if u64(vcpu.runstate.first) != 0:
        with vcpu.runstate.lock:
            if u64(vcpu.runstate.first) != 0:
                show(vcpu)


@fn
def runstate_now(vcpu: Ptr[Vcpu]) -> RunstateInfo:
    """The times up to this moment, nanoseconds."""
    info = zeroed(RunstateInfo)
    unit = vcpu.sched
    time = now()
    state = u64(u8(unit.runstate)) % RUN_STATES
    info.state = trunc(u32, state)
    info.entered = nanoseconds(time)
    for i in unroll(range(RUN_STATES)):
        ticks = unit.times[i] + (time - unit.since if state == i else 0)
        info.time[i] = nanoseconds(ticks)
    return info


@unsafe
@fn
def word(vcpu: Ptr[Vcpu], i: u64) -> Ptr[u64]:
    """Word `i` of the guest's copy."""
    # SAFETY: registration looked at both addresses, which are multiples of 8 in the guest's own
    # RAM, and `events_use` keeps them there.
    first = u64(vcpu.runstate.in_first)
    at = vcpu.runstate.first + i * 8
    if i >= first:
        at = vcpu.runstate.second + (i - first) * 8
    return Ptr[u64](address_of(at))


@fn
def show(vcpu: Ptr[Vcpu]) -> None:
    """Write the guest's copy.

    With the assist, readers see the flag before anything changes and until all has
    (xen/public/vcpu.h, XEN_RUNSTATE_UPDATE).
    """
    flagged = vcpu.domain.calls.assists.load(Order.RELAXED) >> ASSIST_RUNSTATE_UPDATE_FLAG & 1 != 0
    entered = nanoseconds(vcpu.sched.since)
    if flagged:
        volatile_store(word(vcpu, ENTERED), entered | RUNSTATE_UPDATE)
        fence(Order.SEQ_CST)
    volatile_store(word(vcpu, STATE), u64(u8(vcpu.sched.runstate)))
    for i in unroll(range(RUN_STATES)):
        volatile_store(word(vcpu, TIMES + i), nanoseconds(vcpu.sched.times[i]))
    if flagged:
        fence(Order.SEQ_CST)
    volatile_store(word(vcpu, ENTERED), entered)
