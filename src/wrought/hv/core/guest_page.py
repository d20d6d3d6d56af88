"""Guest memory that the hypervisor writes at any time, not only while a hypercall runs.

Who registers such a place keeps its machine address where `events_use` finds it, and takes the
address with the domain's `memory.lock` held: so the frame is not given away in between or later.
"""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.core.domain import Domain
from wrought.hv.core.stage2_tables import walk
from wrought.hv.core.stage2_types import Kind
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, u64

MAX_FRAME = 1 << 36
"""Frame numbers below this are addresses below 2^48."""


@fn
def own_ram(domain: Ptr[Domain], gpa: u64) -> Hpa:
    """Where the domain's own writable RAM at `gpa` lies; 0 for anything else.  With
    `domain.memory.lock` held."""
    there = walk(addr_of(domain.memory), gpa)
    return there.hpa if there.kind == Kind.RAM else Hpa(0)
