"""What a machine does for vCPUs: virtual interrupts, start and stop."""

from __future__ import annotations

from wrought.hv.a64 import guest as a64
from wrought.hv.abi.address import Gpa
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.fake import guest as fake
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lang.core.target import target


@fn
def raise_interrupt(vcpu: Ptr[Vcpu], number: u32) -> None:
    """Make the edge-triggered interrupt `number` pending at a vCPU, and kick its CPU or wake it."""
    if target.hosted:
        fake.raise_interrupt(vcpu, number)
    else:
        a64.raise_interrupt(vcpu, number)


@fn
def set_level(vcpu: Ptr[Vcpu], number: u32, high: bool) -> None:
    """Set the line of the level-triggered interrupt `number` (SPI of its domain, or PPI)."""
    if target.hosted:
        fake.set_level(vcpu, number, high)
    else:
        a64.set_level(vcpu, number, high)


@fn
def interrupts_masked(vcpu: Ptr[Vcpu]) -> bool:
    """Whether nothing is pending that the vCPU would take: it may go to sleep."""
    if target.hosted:
        return fake.interrupts_masked(vcpu)
    return a64.interrupts_masked(vcpu)


@fn
def translate(vcpu: Ptr[Vcpu], va: u64, write: bool) -> tuple[Gpa, bool]:
    """Where the kernel of the vCPU that runs here sees the virtual address `va`, and whether it
    may read (or write) there at all."""
    if target.hosted:
        return fake.translate(vcpu, va, write)
    return a64.translate(vcpu, va, write)


@fn
def new_domain() -> Ptr[Domain] | None:
    """Memory for a domain, zeroed; None when there is none left."""
    if target.hosted:
        return fake.new_domain()
    return a64.new_domain()


@fn
def new_vcpu(domain: Ptr[Domain], id: u32) -> Ptr[Vcpu] | None:
    """A vCPU in reset state, OFFLINE."""
    if target.hosted:
        return fake.new_vcpu(domain, id)
    return a64.new_vcpu(domain, id)
