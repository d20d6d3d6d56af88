"""Synchronous exits other than hypercalls, by exception class (Arm ARM DDI 0487, D24.2.40)."""

from __future__ import annotations

from wrought.hv.a64.fp import fp_trap
from wrought.hv.a64.inject import inject_undefined
from wrought.hv.a64.traps.mmio import on_data_abort, on_instruction_abort
from wrought.hv.a64.traps.sysregs import on_system_register
from wrought.hv.core.domain import Fault, Vcpu
from wrought.hv.core.life import crash
from wrought.hv.core.sched import block, yield_cpu
from wrought.hv.vdev.firmware import firmware_call
from wrought.lang.core.decl import enum
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Ptr, u8, u32, u64
from wrought.lang.core.sysreg import ELR_EL2, SPSR_EL2
from wrought.rt.a64.syndrome import Esr, ExceptionClass


@enum(u8)
class Exit:
    """Classes of exits, counted for each vCPU; `debug_keys.EXITS` has their names."""

    HYPERCALL = 0
    FIRMWARE = 1
    INTERRUPT = 2
    MMIO = 3
    REGISTER = 4
    WAIT = 5
    FLOAT = 6
    FETCH = 7
    UNDEFINED = 8
    SERROR = 9


WFE = 1
"""ISS of a trapped wait: WFE or WFI."""


@fn(inline=True)
def count(vcpu: Ptr[Vcpu], exit: Exit) -> None:
    """One more exit of a class."""
    vcpu.exits[u64(u8(exit))] += 1


@fn
def on_sync(vcpu: Ptr[Vcpu], syndrome: u64) -> None:
    """A synchronous exit, all registers saved."""
    esr = Esr(syndrome)
    vcpu.crumb = syndrome
    iss = esr.iss
    match esr.ec:
        case ExceptionClass.DATA_ABORT_LOWER:
            count(vcpu, Exit.MMIO)
            on_data_abort(vcpu, iss)
        case ExceptionClass.SYS64:
            count(vcpu, Exit.REGISTER)
            on_system_register(vcpu, iss)
        case ExceptionClass.WFX:
            count(vcpu, Exit.WAIT)
            on_wait(vcpu, iss)
        case ExceptionClass.FP_ASIMD:
            count(vcpu, Exit.FLOAT)
            fp_trap(vcpu)
        case ExceptionClass.INSTRUCTION_ABORT_LOWER:
            count(vcpu, Exit.FETCH)
            on_instruction_abort(vcpu, iss)
        case ExceptionClass.SMC64:
            count(vcpu, Exit.FIRMWARE)
            vcpu.regs.pc += 4
            firmware_call(vcpu)
        case _:
            count(vcpu, Exit.UNDEFINED)
            inject_undefined(vcpu)


@fn
def on_wait(vcpu: Ptr[Vcpu], iss: u32) -> None:
    """WFI sleeps until an interrupt, WFE lets others run; both may return at any time."""
    vcpu.regs.pc += 4
    if iss & WFE != 0:
        yield_cpu(vcpu)
    else:
        block(vcpu)


@fn
def on_firmware(vcpu: Ptr[Vcpu], immediate: u64) -> None:
    """HVC other than Xen's: with immediate 0 a call of firmware (SMCCC, DEN 0028, 2.9), else an
    instruction that does not exist.  Only the registers that calls use are saved."""
    count(vcpu, Exit.FIRMWARE)
    if immediate == 0:
        firmware_call(vcpu)
        return
    vcpu.regs.pc = u64(ELR_EL2.read()) - 4
    vcpu.regs.pstate = u64(SPSR_EL2.read())
    inject_undefined(vcpu)
    ELR_EL2.write(vcpu.regs.pc)
    SPSR_EL2.write(vcpu.regs.pstate)


@fn
def on_serror(vcpu: Ptr[Vcpu], syndrome: u64) -> None:
    """An error of memory or bus while the guest ran: it cannot go on."""
    count(vcpu, Exit.SERROR)
    crash(vcpu, Fault.SERROR, trunc(u32, syndrome))
