"""The machine's side of domains and vCPUs (`wrought.hv.machine.guest`)."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE, Gpa
from wrought.hv.core.domain import Domain, Vcpu
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import at_op, isb
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lang.core.sysreg import PAR_EL1

PAR_ADDRESS = 0x000F_FFFF_FFFF_F000
PAR_FAULT = 1


@fn
def raise_interrupt(vcpu: Ptr[Vcpu], number: u32) -> None:
    """Make an edge-triggered virtual interrupt pending."""


@fn
def set_level(vcpu: Ptr[Vcpu], number: u32, high: bool) -> None:
    """Set the line of a level-triggered virtual interrupt."""


@fn
def interrupts_masked(vcpu: Ptr[Vcpu]) -> bool:
    """Whether nothing is pending that the vCPU would take."""
    return True


@fn
def translate(vcpu: Ptr[Vcpu], va: u64, write: bool) -> tuple[Gpa, bool]:
    """Stage 1 by the CPU itself; PAR_EL1 is the guest's and is put back (D8.2.13)."""
    before = u64(PAR_EL1.read())
    if write:
        at_op("s1e1w", va)
    else:
        at_op("s1e1r", va)
    isb()
    result = u64(PAR_EL1.read())
    PAR_EL1.write(before)
    return Gpa(result & PAR_ADDRESS | va & (PAGE - 1)), result & PAR_FAULT == 0


@fn
def new_domain() -> Ptr[Domain] | None:
    """Memory for a domain."""
    return None


@fn
def new_vcpu(domain: Ptr[Domain], id: u32) -> Ptr[Vcpu] | None:
    """A vCPU in reset state."""
    return None
