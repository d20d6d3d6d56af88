"""What a hypercall's function gives back besides results and errors, and its type."""

from __future__ import annotations

from wrought.hv.core.domain import Vcpu
from wrought.lang.core.scalars import Fn, Ptr, Untrusted, i64, u64

RESTART = -85
"""Not done yet: the function has put the arguments of the rest into `vcpu.regs.x`.  No error of
the ABI has this number."""

CallFn = Fn[[Ptr[Vcpu], Untrusted[u64], Untrusted[u64], Untrusted[u64], Untrusted[u64],
             Untrusted[u64]], i64]
"""A hypercall: the vCPU that calls, and five arguments."""
