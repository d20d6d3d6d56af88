"""The machine's side of domains and vCPUs (`wrought.hv.machine.guest`)."""

from __future__ import annotations

from wrought.hv.a64 import el2
from wrought.hv.a64.state import EL1_COUNT, A64Domain, A64Vcpu, arch, arch_domain
from wrought.hv.abi import layout as at
from wrought.hv.abi.address import PAGE, Gpa, Hpa
from wrought.hv.abi.layout import GuestLayout, vcpu_affinity
from wrought.hv.core.domain import MAX_VCPUS, Domain, DomainState, Vcpu, VcpuState
from wrought.hv.core.frames import alloc_frames, free_scrubbed
from wrought.hv.core.sched_admin import sched_off_cpu, sched_offline, sched_online
from wrought.hv.core.stage2 import stage2_map
from wrought.hv.core.stage2_types import Kind
from wrought.hv.drivers.gic.host import gic, virtual_interface
from wrought.hv.machine.memory import zero_frames
from wrought.hv.vdev.vgic import (
    vgic_destroy,
    vgic_init_domain,
    vgic_init_vcpu,
    vgic_inject_edge,
    vgic_map_hw,
    vgic_pending,
    vgic_set_level,
)
from wrought.hv.vdev.vpl011 import vpl011_init
from wrought.hv.vdev.vtimer import vtimer_init
from wrought.hv.vdev.vtimer_host import timer_interrupts
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, at_op, isb, trunc, zeroed
from wrought.lang.core.scalars import Ptr, u8, u32, u64
from wrought.lang.core.sysreg import PAR_EL1, SPSR_EL2
from wrought.rt.a64.symbols import image_end, image_start

PAR_ADDRESS = 0x000F_FFFF_FFFF_F000
PAR_FAULT = 1
PAR_ATTRIBUTES = 56
WRITE_BACK = 0xFF
GUEST_SPIS = 64
"""Shared interrupts of an ordinary guest."""
GICV2_VCPUS = 8
DOMAIN_FRAMES = (A64Domain.size + PAGE - 1) // PAGE
VCPU_FRAMES = (A64Vcpu.size + PAGE - 1) // PAGE
SCTLR_RESET = 0x30D0_0800
"""RES1 bits of SCTLR_EL1: MMU and caches off."""
PSTATE_RESET = 0x3C5
"""EL1 on its own stack, all interrupts masked."""
PSTATE_I = 1 << 7
MPIDR_RES1 = 1 << 31


@fn
def raise_interrupt(vcpu: Ptr[Vcpu], number: u32) -> None:
    """Make an edge-triggered virtual interrupt pending."""
    vgic_inject_edge(vcpu, number)


@fn
def set_level(vcpu: Ptr[Vcpu], number: u32, high: bool) -> None:
    """Set the line of a level-triggered virtual interrupt."""
    vgic_set_level(vcpu, number, high)


@fn
def interrupts_masked(vcpu: Ptr[Vcpu]) -> bool:
    """Whether nothing is pending that would end its sleep: WFI wakes for interrupts that PSTATE
    masks, too."""
    return not vgic_pending(vcpu)


@fn
def unmask_interrupts(vcpu: Ptr[Vcpu]) -> None:
    """Clear PSTATE.I of the vCPU that runs here and has called."""
    SPSR_EL2.write(u64(SPSR_EL2.read()) & ~u64(PSTATE_I))


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


@fn(inline=True)
def translate_whole(va: u64, write: bool) -> tuple[Hpa, bool]:
    """Both stages by the CPU itself; write-back memory only."""
    before = u64(PAR_EL1.read())
    if write:
        at_op("s12e1w", va)
    else:
        at_op("s12e1r", va)
    isb()
    result = u64(PAR_EL1.read())
    PAR_EL1.write(before)
    ordinary = result & PAR_FAULT == 0 and result >> PAR_ATTRIBUTES == WRITE_BACK
    return Hpa(result & PAR_ADDRESS | va & (PAGE - 1)), ordinary


@unsafe
@fn
def new_domain() -> Ptr[Domain] | None:
    """Memory for a domain."""
    made = alloc_frames(DOMAIN_FRAMES, 1)
    if u64(made) == 0:
        return None
    zero_frames(made, DOMAIN_FRAMES)
    # SAFETY: fresh frames, zeroed, as large as the struct.
    return Ptr[Domain](u64(made))


@unsafe
@fn
def new_vcpu(domain: Ptr[Domain], id: u32) -> Ptr[Vcpu] | None:
    """A vCPU in reset state, entered into its domain."""
    if id >= MAX_VCPUS:
        return None
    made = alloc_frames(VCPU_FRAMES, 1)
    if u64(made) == 0:
        return None
    zero_frames(made, VCPU_FRAMES)
    # SAFETY: fresh frames, zeroed, as large as the struct.
    vcpu = Ptr[Vcpu](u64(made))
    vcpu.domain = domain
    vcpu.id = id
    arch(vcpu).vmpidr = MPIDR_RES1 | vcpu_affinity(id)
    domain.vcpus[u64(id)] = vcpu
    domain.vcpu_count = max(domain.vcpu_count, id + 1)
    vgic_init_vcpu(vcpu)
    # Events are edges; a PPI's configuration at reset is the implementation's choice.
    arch(vcpu).vgic.own.edge |= u32(1) << domain.upcall
    vgic_map_hw(vcpu, at.VIRTUAL_TIMER_PPI, timer_interrupts.virtual)
    vtimer_init(vcpu, 0)
    return vcpu


@fn
def redistributors_size() -> u64:
    """Bytes of the machine's redistributors, as far as their regions adjoin."""
    size = gic.redistributors[0].size
    for i in range(u64(1), gic.redistributor_count):
        if gic.redistributors[i].start == gic.redistributors[0].start + size:
            size += gic.redistributors[i].size
    return size


@fn
def guest_layout(own: bool, uart: bool) -> GuestLayout:
    """Where a guest finds its devices: at the machine's own addresses, or at Xen's."""
    made = zeroed(GuestLayout)
    made.version = gic.version
    made.grants = at.GRANT_TABLE
    made.grants_size = at.GRANT_TABLE_SIZE
    if uart:
        made.uart = at.PL011
    made.gicd = at.GICD
    made.gicc = at.GICC
    made.gicr = at.GICR
    if own:
        made.gicd = gic.distributor.start
        made.gicc = gic.cpu_interface.start
        made.gicr = gic.redistributors[0].start
        # Guests mapped one to one have nothing at the hypervisor's own address.
        made.grants = image_start()
        made.grants_size = image_end() - image_start() & ~u64(PAGE - 1)
    if gic.version == 3:
        made.gicd_size = at.GICD_V3_SIZE
        made.gicr_size = at.GICR_SIZE
        if own:
            made.gicr_size = redistributors_size()
    else:
        made.gicd_size = at.GICD_SIZE
        made.gicc_size = at.GICC_SIZE
    return made


@fn
def prepare_domain(domain: Ptr[Domain], layout: Ptr[GuestLayout]) -> bool:
    """Make its devices, before any vCPU."""
    arch_domain(domain).layout = layout[0]
    domain.upcall = at.EVENT_PPI
    spis = u32(GUEST_SPIS)
    if domain.hardware or domain.config.tree.size != 0:
        spis = gic.lines - 32
    if not vgic_init_domain(domain, gic.version, spis):
        return False
    if layout.uart != 0:
        vpl011_init(domain, at.PL011_SPI)
    if gic.version == 2:
        place = virtual_interface()
        return stage2_map(addr_of(domain.memory), Gpa(layout.gicc), Hpa(place.start), place.size,
                          Kind.DEVICE)
    return True


@fn
def destroy_domain(domain: Ptr[Domain]) -> None:
    """Free what was made for its devices and vCPUs, none of which runs any more."""
    vgic_destroy(domain)
    for i in range(domain.vcpu_count):
        vcpu = domain.vcpu(u64(i))
        if vcpu is not None:
            free_scrubbed(Hpa(u64(vcpu)), VCPU_FRAMES)
        domain.vcpus[u64(i)] = None
    domain.vcpu_count = 0


@fn
def most_vcpus() -> u32:
    """vCPUs that the interrupt controller of a domain can tell apart."""
    return MAX_VCPUS if gic.version == 3 else GICV2_VCPUS


@fn
def ipa_bits() -> u8:
    """Bits of guest physical addresses."""
    return trunc(u8, el2.ipa_bits)


@fn
def reset(vcpu: Ptr[Vcpu], entry: u64, context: u64) -> None:
    """As after power-on, with its first instruction at `entry` and `context` in x0."""
    v = arch(vcpu)
    for i in range(u64(31)):
        vcpu.regs.x[i] = 0
    for i in range(u64(EL1_COUNT)):
        v.el1[i] = 0
    v.el1[0] = SCTLR_RESET
    vcpu.regs.x[0] = context
    vcpu.regs.pc = entry
    vcpu.regs.pstate = PSTATE_RESET
    vcpu.work.store(0, Order.RELAXED)


@fn
def start_vcpu(vcpu: Ptr[Vcpu], entry: u64, context: u64) -> bool:
    """Start a vCPU that is off; False where it is on, or not yet quite off, or its domain ends."""
    domain = vcpu.domain
    with domain.lock:
        if domain.state.load(Order.ACQUIRE) != u8(DomainState.RUNNING) or not is_offline(vcpu):
            return False
        reset(vcpu, entry, context)
        return sched_online(vcpu)


@fn
def stop_vcpu(vcpu: Ptr[Vcpu]) -> None:
    """Switch off the vCPU that runs here."""
    sched_offline(vcpu)


@fn
def is_offline(vcpu: Ptr[Vcpu]) -> bool:
    """Whether it is off and has left its CPU."""
    return vcpu.state.load(Order.ACQUIRE) == u8(VcpuState.OFFLINE) and sched_off_cpu(vcpu)
