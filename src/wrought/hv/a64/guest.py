"""The machine's side of domains and vCPUs (`wrought.hv.machine.guest`)."""

from __future__ import annotations

from wrought.hv.core.domain import Domain, Vcpu
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u32


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
def new_domain() -> Ptr[Domain] | None:
    """Memory for a domain."""
    return None


@fn
def new_vcpu(domain: Ptr[Domain], id: u32) -> Ptr[Vcpu] | None:
    """A vCPU in reset state."""
    return None
