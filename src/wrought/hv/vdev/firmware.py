"""Firmware as guests see it: PSCI 1.1 and the SMC calling convention.

Arm DEN 0022 (PSCI), DEN 0028 (SMCCC).  Other services, a board's own among them, answer "not
supported": a guest cannot reach the machine's firmware.
"""

from __future__ import annotations

from wrought.hv.abi.layout import vcpu_affinity
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.life import REASON_POWEROFF, REASON_REBOOT, shutdown_domain
from wrought.hv.core.sched import block
from wrought.hv.machine.guest import is_offline, start_vcpu, stop_vcpu
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Ptr, i32, i64, u32, u64
from wrought.rt.a64.psci import Status

PSCI = 0x8400_0000
SMC64 = 0x4000_0000
"""Set in identifiers whose arguments are 64 bits wide."""
VERSION, SUSPEND, OFF, ON, INFO, MIGRATE_TYPE = 0, 1, 2, 3, 4, 6
SYSTEM_OFF, SYSTEM_RESET, FEATURES, SYSTEM_RESET2 = 8, 9, 10, 18
PSCI_1_1 = 1 << 16 | 1
NO_MIGRATION = 2
"""MIGRATE_INFO_TYPE: no trusted OS wants to be moved (5.1.6)."""
IN_64 = 1 << SUSPEND | 1 << ON | 1 << INFO | 1 << SYSTEM_RESET2
IMPLEMENTED = (1 << VERSION | 1 << SUSPEND | 1 << OFF | 1 << ON | 1 << INFO | 1 << MIGRATE_TYPE
               | 1 << SYSTEM_OFF | 1 << SYSTEM_RESET | 1 << FEATURES | 1 << SYSTEM_RESET2)
SMCCC_VERSION = 0x8000_0000
SMCCC_ARCH_FEATURES = 0x8000_0001
SMCCC_1_1 = 1 << 16 | 1
POWER_DOWN = 1 << 16
"""StateType of a power state in the original format (5.4.2)."""


@fn
def firmware_call(vcpu: Ptr[Vcpu]) -> None:
    """Answer the call whose identifier is in w0."""
    id = trunc(u32, vcpu.regs.x[0])
    number = id & 0x1F
    if id & ~u32(SMC64 | 0x1F) == PSCI and u32(IMPLEMENTED) >> number & 1 != 0:
        if id & SMC64 == 0 or u32(IN_64) >> number & 1 != 0:
            psci(vcpu, number, id & SMC64 != 0)
            return
    result = i64(i32(Status.NOT_SUPPORTED))
    if id == SMCCC_VERSION:
        result = SMCCC_1_1
    elif id == SMCCC_ARCH_FEATURES and trunc(u32, vcpu.regs.x[1]) == SMCCC_VERSION:
        result = 0
    vcpu.regs.x[0] = bitcast(u64, result)


@fn
def psci(vcpu: Ptr[Vcpu], number: u32, wide: bool) -> None:
    """One of the functions that are there; arguments of 32-bit calls are cut."""
    mask: u64 = 0xFFFF_FFFF_FFFF_FFFF if wide else 0xFFFF_FFFF
    a = vcpu.regs.x[1] & mask
    b = vcpu.regs.x[2] & mask
    c = vcpu.regs.x[3] & mask
    result = i64(0)
    match number:
        case 0:
            result = PSCI_1_1
        case 3:
            result = i64(i32(cpu_on(vcpu.domain, a, b, c)))
        case 4:
            result = affinity_info(vcpu.domain, a, b)
        case 6:
            result = NO_MIGRATION
        case 10:
            result = features(trunc(u32, a))
        case 1:
            if not suspend(vcpu, a, b):
                result = i64(i32(Status.INVALID_ADDRESS))
        case 2:
            stop_vcpu(vcpu)
        case 8:
            shutdown_domain(vcpu.domain, REASON_POWEROFF)
        case _:
            shutdown_domain(vcpu.domain, REASON_REBOOT)
    vcpu.regs.x[0] = bitcast(u64, result)


@fn
def suspend(vcpu: Ptr[Vcpu], state: u64, entry: u64) -> bool:
    """CPU_SUSPEND (5.1.2): every state is treated as a standby, from which it returns."""
    if state & POWER_DOWN != 0 and entry & 3 != 0:
        return False
    block(vcpu)
    return True


@fn
def find_vcpu(domain: Ptr[Domain], affinity: u64) -> Ptr[Vcpu] | None:
    """The vCPU with that affinity."""
    id = trunc(u32, affinity & 0xF | affinity >> 4 & 0xFF0)
    if vcpu_affinity(id) != affinity:
        return None
    return domain.vcpu(u64(id))


@fn
def cpu_on(domain: Ptr[Domain], affinity: u64, entry: u64, context: u64) -> Status:
    """CPU_ON (5.1.4)."""
    target = find_vcpu(domain, affinity)
    if target is None:
        return Status.INVALID_PARAMETERS
    if entry & 3 != 0:
        return Status.INVALID_ADDRESS
    return Status.SUCCESS if start_vcpu(target, entry, context) else Status.ALREADY_ON


@fn
def affinity_info(domain: Ptr[Domain], affinity: u64, level: u64) -> i64:
    """AFFINITY_INFO (5.1.5): 0 on, 1 off; only of single vCPUs."""
    target = find_vcpu(domain, affinity)
    if target is None or level != 0:
        return i64(i32(Status.INVALID_PARAMETERS))
    return 1 if is_offline(target) else 0


@fn
def features(id: u32) -> i64:
    """PSCI_FEATURES (5.1.15)."""
    number = id & 0x1F
    known = id & ~u32(SMC64 | 0x1F) == PSCI and u32(IMPLEMENTED) >> number & 1 != 0
    if known and id & SMC64 != 0:
        known = u32(IN_64) >> number & 1 != 0
    return 0 if known or id == SMCCC_VERSION else i64(i32(Status.NOT_SUPPORTED))
