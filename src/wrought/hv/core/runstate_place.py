"""Where a guest wants to see a vCPU's times (VCPUOP_register_runstate_memory_area)."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Hpa
from wrought.hv.abi.xen import Errno
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.guest_page import own_ram
from wrought.hv.core.runstate import WORD, WORDS, runstate_changed
from wrought.hv.machine.guest import translate
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import trunc, trust
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u32, u64


@unsafe
@fn
def place_runstate(vcpu: Ptr[Vcpu], target: Ptr[Vcpu], area: Untrusted[u64]) -> i64:
    """Show `target`'s times at a virtual address of the caller's from now on; 0 for no more."""
    # SAFETY: any number may be translated.
    va: u64 = trust(area)
    if va % WORD != 0:
        return i64(Errno.EINVAL)
    with target.runstate.lock:
        target.runstate.first = Hpa(0)
        target.runstate.second = Hpa(0)
    if va == 0:
        return 0
    left = (PAGE - va % PAGE) // WORD
    last = va + (WORDS - 1) * WORD
    first, ok = translate(vcpu, va, True)
    second, also = translate(vcpu, last - last % PAGE, True) if left < WORDS else (first, ok)
    if not ok or not also:
        return i64(Errno.EINVAL)
    with vcpu.domain.memory.lock:
        place = own_ram(vcpu.domain, u64(first))
        rest = own_ram(vcpu.domain, u64(second))
        if u64(place) == 0 or u64(rest) == 0:
            return i64(Errno.EINVAL)
        with vcpu.domain.events.lock, target.runstate.lock:
            target.runstate.in_first = trunc(u32, min(left, WORDS))
            target.runstate.second = rest
            target.runstate.first = place
    runstate_changed(target)
    return 0
