"""The fake machine's side of vCPUs: interrupts are noted, never delivered."""

from __future__ import annotations

from wrought.hv.abi.address import Gpa
from wrought.hv.core.domain import MAX_DOMAINS, MAX_VCPUS, Domain, Vcpu
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Array, Ptr, u32, u64
from wrought.lang.core.static import static

MAX_RAISED = 256


@struct
class Raised:
    """An interrupt that was raised."""

    domain: u32
    vcpu: u32
    number: u32
    high: bool


raised = static(u64)
"""Interrupts so far; the last MAX_RAISED are in `raised_log`."""
raised_log = static(Array[Raised, MAX_RAISED])
masked = static(bool, True)
hidden_from = static(u64)
hidden_to = static(u64)
"""Virtual addresses from `hidden_from` to here are not mapped by the guest."""
domain_pool = static(Array[Domain, MAX_DOMAINS])
domains_made = static(u64)
vcpu_pool = static(Array[Vcpu, MAX_DOMAINS * 4])
vcpus_made = static(u64)


@fn
def raise_interrupt(vcpu: Ptr[Vcpu], number: u32) -> None:
    """Note it."""
    set_level(vcpu, number, True)


@fn
def set_level(vcpu: Ptr[Vcpu], number: u32, high: bool) -> None:
    """Note it."""
    global raised
    entry = raised_log[raised % MAX_RAISED]
    entry.domain = u32(vcpu.domain.id)
    entry.vcpu = vcpu.id
    entry.number = number
    entry.high = high
    raised += 1


@fn
def interrupts_masked(vcpu: Ptr[Vcpu]) -> bool:
    """As the test set it."""
    return masked


@fn
def translate(vcpu: Ptr[Vcpu], va: u64, write: bool) -> tuple[Gpa, bool]:
    """Virtual addresses are the physical ones, but for those that a test took away."""
    hidden = va >= hidden_from and va < hidden_to
    return Gpa(va), not hidden


@fn
def new_domain() -> Ptr[Domain] | None:
    """The next of the pool."""
    global domains_made
    if domains_made == MAX_DOMAINS:
        return None
    domain_pool[domains_made] = zeroed(Domain)
    domains_made += 1
    return addr_of(domain_pool[domains_made - 1])


@fn
def new_vcpu(domain: Ptr[Domain], id: u32) -> Ptr[Vcpu] | None:
    """The next of the pool, entered into its domain."""
    global vcpus_made
    if vcpus_made == MAX_DOMAINS * 4 or id >= MAX_VCPUS:
        return None
    made = addr_of(vcpu_pool[vcpus_made])
    made.domain = domain
    made.id = id
    domain.vcpus[u64(id)] = made
    if domain.vcpu_count <= id:
        domain.vcpu_count = id + 1
    vcpus_made += 1
    return made


@fn
def forget_all() -> None:
    """Start anew: the pools are empty again."""
    global domains_made, vcpus_made, raised
    domains_made = 0
    vcpus_made = 0
    raised = 0
