"""Domains and vCPUs as this machine extends them."""

from __future__ import annotations

from wrought.hv.abi.layout import GuestLayout
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.machine.cpu import MAX_CPUS
from wrought.hv.vdev.vgic_types import VgicCpu, VgicDist
from wrought.hv.vdev.vpl011_types import VPl011
from wrought.hv.vdev.vtimer_types import VTimer
from wrought.lang.core.decl import at, struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Array, Ptr, u8, u64
from wrought.lang.core.sysreg import (
    AFSR0_EL1,
    AFSR1_EL1,
    AMAIR_EL1,
    CNTKCTL_EL1,
    CONTEXTIDR_EL1,
    CPACR_EL1,
    CSSELR_EL1,
    ELR_EL1,
    ESR_EL1,
    FAR_EL1,
    MAIR_EL1,
    PAR_EL1,
    SCTLR_EL1,
    SP_EL0,
    SP_EL1,
    SPSR_EL1,
    TCR_EL1,
    TPIDR_EL0,
    TPIDR_EL1,
    TPIDRRO_EL0,
    TTBR0_EL1,
    TTBR1_EL1,
    VBAR_EL1,
)

EL1 = (SCTLR_EL1, CPACR_EL1, TTBR0_EL1, TTBR1_EL1, TCR_EL1, MAIR_EL1, AMAIR_EL1, VBAR_EL1,
       ESR_EL1, FAR_EL1, AFSR0_EL1, AFSR1_EL1, ELR_EL1, SPSR_EL1, SP_EL0, SP_EL1, TPIDR_EL0,
       TPIDRRO_EL0, TPIDR_EL1, CONTEXTIDR_EL1, PAR_EL1, CSSELR_EL1, CNTKCTL_EL1)
"""Registers of EL1 and EL0 that belong to the vCPU that runs."""
EL1_COUNT = len(EL1)
EL1_PAIRS = tuple(enumerate(EL1))


@struct(align=16)
class FpState:
    """Vector registers, FPCR and FPSR."""

    v: Array[u64, 64]
    fpcr: u64
    fpsr: u64


@struct(align=16)
class A64Vcpu:
    """A vCPU with its state of this machine."""

    core: Vcpu = at(0)
    el1: Array[u64, EL1_COUNT]
    hcr: u64
    vmpidr: u64
    fp: FpState
    fp_live: bool
    """Its vector registers are in this physical CPU's."""
    timer: VTimer
    vgic: VgicCpu


@struct(align=64)
class A64Domain:
    """A domain with its devices."""

    core: Domain = at(0)
    layout: GuestLayout
    vgic: VgicDist
    uart: VPl011
    ran: Array[u8, MAX_CPUS]
    """By physical CPU, the vCPU that ran there last, plus one."""


@unsafe
@fn(inline=True)
def arch(vcpu: Ptr[Vcpu]) -> Ptr[A64Vcpu]:
    """The whole of a vCPU."""
    # SAFETY: on this machine every Vcpu is the head of an A64Vcpu.
    return Ptr[A64Vcpu](vcpu)


@unsafe
@fn(inline=True)
def arch_domain(domain: Ptr[Domain]) -> Ptr[A64Domain]:
    """The whole of a domain."""
    # SAFETY: on this machine every Domain is the head of an A64Domain.
    return Ptr[A64Domain](domain)
