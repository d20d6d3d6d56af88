"""The fake machine's side of vCPUs: interrupts are noted, never delivered."""

from __future__ import annotations

from wrought.hv.abi import layout as at
from wrought.hv.abi.address import Gpa, Hpa
from wrought.hv.abi.layout import GuestLayout
from wrought.hv.core.domain import MAX_DOMAINS, MAX_VCPUS, Domain, Vcpu, VcpuState
from wrought.hv.core.stage2 import stage2_map
from wrought.hv.core.stage2_types import Kind
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Array, Ptr, u8, u32, u64
from wrought.lang.core.static import static

MAX_RAISED = 256
OWN_GRANTS_SIZE = 0x4_0000
PSTATE_I = 1 << 7

gic_version = static(u32, 3)
guest_bits = static(u8, 40)
own_gicd = static(u64, 0x0800_0000)
"""The machine's interrupt controller: QEMU's `virt`, or what `wrought check` found in a tree."""
own_gicd_size = static(u64, 0x1_0000)
own_gicc = static(u64, 0x0801_0000)
own_gicr = static(u64, 0x080A_0000)
own_gicr_size = static(u64, 0xF6_0000)
own_grants = static(u64, 0x4020_0000)
"""Where guests that are mapped one to one have their grant table: the hypervisor's image."""
gicv = static(u64, 0x0804_0000)
"""The virtual CPU interface of a GICv2."""


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
    entry = addr_of(raised_log[raised % MAX_RAISED])
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
    vcpu_pool[vcpus_made] = zeroed(Vcpu)
    made = addr_of(vcpu_pool[vcpus_made])
    made.domain = domain
    made.id = id
    domain.vcpus[u64(id)] = made
    if domain.vcpu_count <= id:
        domain.vcpu_count = id + 1
    vcpus_made += 1
    return made


@fn
def unmask_interrupts(vcpu: Ptr[Vcpu]) -> None:
    """Clear PSTATE.I in its registers."""
    vcpu.regs.pstate &= ~u64(PSTATE_I)


@fn
def guest_layout(own: bool, uart: bool) -> GuestLayout:
    """At the machine's own places, or at Xen's."""
    made = zeroed(GuestLayout)
    made.version = gic_version
    made.gicd = own_gicd if own else u64(at.GICD)
    made.gicd_size = own_gicd_size if gic_version == 3 else u64(at.GICD_SIZE)
    if gic_version == 3:
        made.gicr = own_gicr if own else u64(at.GICR)
        made.gicr_size = own_gicr_size if own else u64(at.GICR_SIZE)
    else:
        made.gicc = own_gicc if own else u64(at.GICC)
        made.gicc_size = at.GICC_SIZE
    if uart:
        made.uart = at.PL011
    made.grants = own_grants if own else u64(at.GRANT_TABLE)
    made.grants_size = OWN_GRANTS_SIZE if own else u64(at.GRANT_TABLE_SIZE)
    return made


@fn
def prepare_domain(domain: Ptr[Domain], layout: Ptr[GuestLayout]) -> bool:
    """The GICv2's virtual CPU interface is the only device that stage 2 shows."""
    domain.upcall = at.EVENT_PPI
    if gic_version == 3:
        return True
    return stage2_map(addr_of(domain.memory), Gpa(layout.gicc), Hpa(gicv), layout.gicc_size,
                      Kind.DEVICE)


@fn
def destroy_domain(domain: Ptr[Domain]) -> None:
    """Forget its vCPUs."""
    for i in range(domain.vcpu_count):
        domain.vcpus[u64(i)] = None
    domain.vcpu_count = 0


@fn
def most_vcpus() -> u32:
    """As the interrupt controller has it."""
    return MAX_VCPUS if gic_version == 3 else u32(8)


@fn
def ipa_bits() -> u8:
    """As the test set it."""
    return guest_bits


@fn
def start_vcpu(vcpu: Ptr[Vcpu], entry: u64, context: u64) -> bool:
    """Note where it would start."""
    if not is_offline(vcpu):
        return False
    vcpu.regs.pc = entry
    vcpu.regs.x[0] = context
    vcpu.state.store(u8(VcpuState.RUNNABLE), Order.RELAXED)
    return True


@fn
def stop_vcpu(vcpu: Ptr[Vcpu]) -> None:
    """It is off at once."""
    vcpu.state.store(u8(VcpuState.OFFLINE), Order.RELAXED)


@fn
def is_offline(vcpu: Ptr[Vcpu]) -> bool:
    """Whether it is off."""
    return vcpu.state.load(Order.RELAXED) == u8(VcpuState.OFFLINE)


@fn
def forget_all() -> None:
    """Start anew: the pools are empty again."""
    global domains_made, vcpus_made, raised
    domains_made = 0
    vcpus_made = 0
    raised = 0
