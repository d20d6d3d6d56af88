"""Vector registers change hands lazily: a vCPU that does not touch them never pays for them."""

from __future__ import annotations

from wrought.hv.a64.state import FpState, arch
from wrought.hv.core.domain import Vcpu
from wrought.lang.core.function import asm, fn
from wrought.lang.core.intrinsics import a64, addr_of, isb
from wrought.lang.core.scalars import Ptr, u64
from wrought.lang.core.sysreg import CPTR_EL2, FPCR, FPSR

CPTR_RES1 = 0x32FF
TRAP_SVE, TRAP_FP, TRAP_SME, TRAP_TRACE, TRAP_ACTIVITY = 1 << 8, 1 << 10, 1 << 12, 1 << 20, 1 << 30
CPTR_OPEN = CPTR_RES1 | TRAP_SVE | TRAP_SME | TRAP_TRACE | TRAP_ACTIVITY
"""Only plain vector registers are offered (Arm ARM DDI 0487, D24.2.34, E2H clear)."""
CPTR_CLOSED = CPTR_OPEN | TRAP_FP


def _all(op: str) -> str:
    return "".join(f"{op} q{i}, q{i + 1}, [x0, #{16 * i}]\n" for i in range(0, 32, 2))


@asm
def store_vectors(to: Ptr[FpState]) -> None:
    """All 32 registers into memory."""
    a64(".arch_extension fp\n" + _all("stp") + "ret")


@asm
def load_vectors(from_: Ptr[FpState]) -> None:
    """All 32 registers from memory."""
    a64(".arch_extension fp\n" + _all("ldp") + "ret")


@fn
def fp_save(vcpu: Ptr[Vcpu]) -> None:
    """Put the registers into the vCPU if it has used them since it came here, and close them."""
    v = arch(vcpu)
    if v.fp_live:
        store_vectors(addr_of(v.fp))
        v.fp.fpcr = u64(FPCR.read())
        v.fp.fpsr = u64(FPSR.read())
        v.fp_live = False
        CPTR_EL2.write(CPTR_CLOSED)


@fn
def fp_trap(vcpu: Ptr[Vcpu]) -> None:
    """The first use since it came here: load the registers, and let the instruction run again."""
    v = arch(vcpu)
    CPTR_EL2.write(CPTR_OPEN)
    isb()
    load_vectors(addr_of(v.fp))
    FPCR.write(v.fp.fpcr)
    FPSR.write(v.fp.fpsr)
    v.fp_live = True
