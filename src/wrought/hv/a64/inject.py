"""Exceptions given to the guest that runs: it sees what hardware without hypervisor would do.

Arm ARM DDI 0487, D1.3.5 (exception entry) and D24.2.40 (ESR_EL1).
"""

from __future__ import annotations

from wrought.hv.core.domain import Vcpu
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u64
from wrought.lang.core.sysreg import ELR_EL1, ESR_EL1, FAR_EL1, SCTLR_EL1, SPSR_EL1, VBAR_EL1

MODE = 0x1F
EL1T, EL1H = 4, 5
AARCH32 = 1 << 4
MASKS = 0x3C0
"""D, A, I, F."""
NZCV = 0xF000_0000
PAN = 1 << 22
LONG = 1 << 25
"""IL: a 32-bit instruction."""
FROM_LOWER, FROM_SAME = 0x20, 0x21
EXTERNAL = 0x10


@fn
def from_el1(pstate: u64) -> bool:
    """Whether the guest's kernel was interrupted."""
    return pstate & (MODE & ~1) == EL1T


@fn
def entry_offset(pstate: u64) -> u64:
    """Which synchronous vector is taken."""
    if pstate & AARCH32 != 0:
        return 0x600
    if from_el1(pstate):
        return 0x200 if pstate & MODE == EL1H else 0
    return 0x400


@fn
def enter_exception(vcpu: Ptr[Vcpu], esr: u64) -> None:
    """Go on at the guest's vector; `regs` holds where it was."""
    pstate = vcpu.regs.pstate
    ELR_EL1.write(vcpu.regs.pc)
    SPSR_EL1.write(pstate)
    ESR_EL1.write(esr)
    vcpu.regs.pc = u64(VBAR_EL1.read()) + entry_offset(pstate)
    kept = pstate & (NZCV | PAN)
    if not SCTLR_EL1.read().span:
        kept |= PAN
    vcpu.regs.pstate = kept | MASKS | EL1H


@fn
def inject_undefined(vcpu: Ptr[Vcpu]) -> None:
    """The instruction does not exist."""
    enter_exception(vcpu, LONG)


@fn
def inject_abort(vcpu: Ptr[Vcpu], fetch: bool, address: u64) -> None:
    """Nothing answers at that virtual address: a synchronous external abort."""
    lower: u64 = FROM_SAME if from_el1(vcpu.regs.pstate) else FROM_LOWER
    if not fetch:
        lower += 4
    FAR_EL1.write(address)
    enter_exception(vcpu, lower << 26 | LONG | EXTERNAL)
