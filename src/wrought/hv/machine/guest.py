"""What a machine does for vCPUs: virtual interrupts, start and stop."""

from __future__ import annotations

from wrought.hv.abi.address import Gpa, Hpa
from wrought.hv.abi.layout import GuestLayout
from wrought.hv.core.domain import Domain, Vcpu
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u8, u32, u64
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


@fn(inline=True)
def translate_whole(vcpu: Ptr[Vcpu], va: u64, write: bool) -> tuple[Hpa, bool]:
    """Both stages of translation for the vCPU that runs here in one step; False where that finds
    anything but ordinary memory, which says nothing: `translate` and the tables decide then."""
    if target.hosted:
        return Hpa(0), False
    return a64.translate_whole(va, write)


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


@fn
def unmask_interrupts(vcpu: Ptr[Vcpu]) -> None:
    """Let interrupts come to the vCPU that runs here and has called (its PSTATE.I)."""
    if target.hosted:
        fake.unmask_interrupts(vcpu)
    else:
        a64.unmask_interrupts(vcpu)


@fn
def guest_layout(own: bool, uart: bool) -> GuestLayout:
    """Where a guest finds its devices: at the machine's own addresses, or at Xen's; with an
    emulated UART or without."""
    if target.hosted:
        return fake.guest_layout(own, uart)
    return a64.guest_layout(own, uart)


@fn
def prepare_domain(domain: Ptr[Domain], layout: Ptr[GuestLayout]) -> bool:
    """Make a domain's devices, once its `memory` is there; False without room for them."""
    if target.hosted:
        return fake.prepare_domain(domain, layout)
    return a64.prepare_domain(domain, layout)


@fn
def destroy_domain(domain: Ptr[Domain]) -> None:
    """Free its devices and vCPUs, none of which runs or is known to the scheduler any more."""
    if target.hosted:
        fake.destroy_domain(domain)
    else:
        a64.destroy_domain(domain)


@fn
def most_vcpus() -> u32:
    """vCPUs that a domain can have on this machine."""
    if target.hosted:
        return fake.most_vcpus()
    return a64.most_vcpus()


@fn
def ipa_bits() -> u8:
    """Bits of guest physical addresses on this machine."""
    if target.hosted:
        return fake.ipa_bits()
    return a64.ipa_bits()


@fn
def start_vcpu(vcpu: Ptr[Vcpu], entry: u64, context: u64) -> bool:
    """Start a vCPU that is off, at guest address `entry` with `context` in x0; False where it is
    on, or still on its way off."""
    if target.hosted:
        return fake.start_vcpu(vcpu, entry, context)
    return a64.start_vcpu(vcpu, entry, context)


@fn
def stop_vcpu(vcpu: Ptr[Vcpu]) -> None:
    """Switch off the vCPU that runs here."""
    if target.hosted:
        fake.stop_vcpu(vcpu)
    else:
        a64.stop_vcpu(vcpu)


@fn
def is_offline(vcpu: Ptr[Vcpu]) -> bool:
    """Whether a vCPU is off and has left its CPU."""
    if target.hosted:
        return fake.is_offline(vcpu)
    return a64.is_offline(vcpu)


# Last, since both call parts of `core` that import this module.
from wrought.hv.a64 import guest as a64  # noqa: E402
from wrought.hv.fake import guest as fake  # noqa: E402
