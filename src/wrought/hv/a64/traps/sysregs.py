"""Trapped system registers and instructions: MSR, MRS, SYS of a guest.

What is not listed does not exist for a guest.  Arm ARM DDI 0487, D24.2.40, ISS for EC 0x18.
"""

from __future__ import annotations

from wrought.hv.a64.alarm import guest_timer_changed
from wrought.hv.a64.idregs import shown
from wrought.hv.a64.inject import inject_undefined
from wrought.hv.core.domain import Vcpu
from wrought.hv.vdev.vgic import vgic_deactivate, vgic_sgi0_v3, vgic_sgi_v3
from wrought.hv.vdev.vtimer import ptimer_read, ptimer_write
from wrought.isa.a64.sysregs import SYSREGS
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Ptr, u32, u64

READ = 1
WHERE = 0x3F_FC1E
"""Op0, Op2, Op1, CRn, CRm of the ISS: all but register and direction."""


def _key(op0: int, op1: int, crn: int, crm: int, op2: int) -> int:
    return op0 << 20 | op2 << 17 | op1 << 14 | crn << 10 | crm << 1


def _of(name: str) -> int:
    return _key(*SYSREGS[name].enc)


SGI1R = _of("ICC_SGI1R_EL1")
SGI0R = _of("ICC_SGI0R_EL1")
ASGI1R = _of("ICC_ASGI1R_EL1")
DIR = _of("ICC_DIR_EL1")
SRE = _of("ICC_SRE_EL1")
SRE_FIXED = 7
"""System registers, no bypass, as it always is for guests of a GICv3."""
CNTP_TVAL = _of("CNTP_TVAL_EL0")
CNTP_CTL = _of("CNTP_CTL_EL0")
CNTP_CVAL = _of("CNTP_CVAL_EL0")
ACTLR = _of("ACTLR_EL1")
OSLSR = _of("OSLSR_EL1")
REVIDR = _of("REVIDR_EL1")
AIDR = _of("AIDR_EL1")
OS_LOCK = 1 << 3
"""OSLSR_EL1: an OS lock is implemented, and open."""
ID_BASE = _key(3, 0, 0, 0, 0)
FREE = 7 << 17 | 15 << 1
"""Op2 and CRm: the ID space is Op0 3, Op1 0, CRn 0."""
DEBUG = _key(2, 0, 0, 0, 0)
DEBUG_PART = 3 << 20 | 7 << 14
"""Op0 2, Op1 0: breakpoints, watchpoints, the debug monitor."""
DC_ISW = _key(1, 0, 7, 6, 2)
DC_CSW = _key(1, 0, 7, 10, 2)
DC_CISW = _key(1, 0, 7, 14, 2)


@fn(inline=True)
def get(vcpu: Ptr[Vcpu], n: u64) -> u64:
    """A general register, or zero for number 31."""
    return vcpu.regs.x[n] if n < 31 else u64(0)


@fn(inline=True)
def put(vcpu: Ptr[Vcpu], n: u64, value: u64) -> None:
    """Set a general register; number 31 throws the value away."""
    if n < 31:
        vcpu.regs.x[n] = value


@fn
def on_system_register(vcpu: Ptr[Vcpu], iss: u32) -> None:
    """Emulate the access, or tell the guest that there is no such register."""
    n = u64(iss >> 5 & 31)
    key = iss & WHERE
    if iss & READ == 0:
        if key == SGI1R:
            vgic_sgi_v3(vcpu, get(vcpu, n))
        elif not write_register(vcpu, key, get(vcpu, n)):
            inject_undefined(vcpu)
            return
    elif key & ~u32(FREE) == ID_BASE:
        put(vcpu, n, id_register(key))
    elif not read_register(vcpu, key, n):
        inject_undefined(vcpu)
        return
    vcpu.regs.pc += 4


@fn
def id_register(key: u32) -> u64:
    """A register of the ID space; those that are reserved read as zero."""
    if key == REVIDR:
        return 0
    return shown[u64((key >> 1 & 7) << 3 | key >> 17 & 7)]


@fn
def write_register(vcpu: Ptr[Vcpu], key: u32, value: u64) -> bool:
    """Whether there is such a register to write."""
    if key == CNTP_CTL or key == CNTP_CVAL or key == CNTP_TVAL:
        if ptimer_write(vcpu, timer_register(key), value):
            guest_timer_changed(vcpu)
        return True
    if key == SGI0R:
        vgic_sgi0_v3(vcpu, value)
        return True
    if key == DIR:
        vgic_deactivate(vcpu, trunc(u32, value & 0xFF_FFFF))
        return True
    if key & DEBUG_PART == DEBUG or key == ACTLR or key == ASGI1R or key == SRE:
        return True
    return key == DC_ISW or key == DC_CSW or key == DC_CISW


@fn
def read_register(vcpu: Ptr[Vcpu], key: u32, n: u64) -> bool:
    """Whether there is such a register to read."""
    if key == CNTP_CTL or key == CNTP_CVAL or key == CNTP_TVAL:
        put(vcpu, n, ptimer_read(vcpu, timer_register(key)))
        return True
    if key == OSLSR:
        put(vcpu, n, OS_LOCK)
        return True
    if key == SRE:
        put(vcpu, n, SRE_FIXED)
        return True
    if key & DEBUG_PART == DEBUG or key == ACTLR or key == AIDR:
        put(vcpu, n, 0)
        return True
    return False


@fn
def timer_register(key: u32) -> u32:
    """Op2 of CNTP_…: 0 TVAL, 1 CTL, 2 CVAL."""
    return key >> 17 & 7
