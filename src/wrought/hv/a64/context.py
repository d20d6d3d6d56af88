"""A vCPU comes to a physical CPU and leaves it."""

from __future__ import annotations

from wrought.hv.a64.cpu import NEVER, cpu_number, set_guest_alarm
from wrought.hv.a64.el2 import HCR_GUEST, HCR_SHARED
from wrought.hv.a64.fp import fp_save
from wrought.hv.a64.state import EL1_PAIRS, arch, arch_domain
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.life import dying
from wrought.hv.core.sched import alone
from wrought.hv.drivers.gic.host import gic
from wrought.hv.vdev.vgic import vgic_load, vgic_save
from wrought.hv.vdev.vtimer import next_deadline, timers_expired, vtimer_load, vtimer_save
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, dsb, ic, isb, tlbi, trunc, unroll
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lang.core.static import percpu
from wrought.lang.core.sysreg import HCR_EL2, VMPIDR_EL2, VTTBR_EL2

current = percpu(Ptr[Vcpu] | None)
"""Whose state is in this CPU's registers."""
slot = percpu(u64)
"""Top of this CPU's stack, where the vectors find the vCPU."""


@fn
def use_stack(top: u64) -> None:
    """Where this CPU's vectors find the vCPU from now on."""
    global slot
    slot = top


@fn
def context_save(vcpu: Ptr[Vcpu]) -> None:
    """Everything that the next vCPU will overwrite."""
    global current
    v = arch(vcpu)
    for i, register in unroll(EL1_PAIRS):
        v.el1[i] = u64(register.read())
    fp_save(vcpu)
    vtimer_save(vcpu)
    vgic_save(vcpu)
    set_guest_alarm(NEVER)
    current = None


@fn
def context_load(vcpu: Ptr[Vcpu]) -> None:
    """Make the registers this vCPU's."""
    global current
    v = arch(vcpu)
    for i, register in unroll(EL1_PAIRS):
        register.write(v.el1[i])
    VMPIDR_EL2.write(v.vmpidr)
    VTTBR_EL2.write(u64(vcpu.domain.memory.vmid) << 48 | u64(vcpu.domain.memory.root))
    vcpu.stack = slot
    separate(vcpu)
    timers_expired(vcpu)
    vgic_load(vcpu)
    vtimer_load(vcpu)
    set_guest_alarm(next_deadline(vcpu))
    current = vcpu
    choose_traps(vcpu)
    isb()


@fn
def separate(vcpu: Ptr[Vcpu]) -> None:
    """vCPUs of a domain share a VMID, but may use addresses and ASIDs each in its own way, as
    CPUs of their own could: what this CPU remembers of another's translations is forgotten
    (D8.13.1)."""
    last = addr_of(arch_domain(vcpu.domain).ran[cpu_number()])
    own = trunc(u8, vcpu.id + 1)
    if last[0] != own:
        if last[0] != 0:
            isb()
            tlbi("vmalle1")
            ic("iallu")
            dsb("nsh")
        last[0] = own


@fn
def choose_traps(vcpu: Ptr[Vcpu]) -> None:
    """Leave waiting to the hardware where nobody else wants this CPU, and nothing else is to do;
    not on a GICv2, for the reason that `run.LOOKS` gives."""
    quiet = dying.load(Order.RELAXED) == 0 and alone(vcpu) and gic.version == 3
    HCR_EL2.write(HCR_GUEST if quiet else HCR_SHARED)
