"""Guests about PSCI and SMCCC: what they offer, and vCPUs going on and off."""

from __future__ import annotations

from wrought.hv.guest import gic
from wrought.hv.guest.board import board, mpidrs
from wrought.hv.guest.interrupts import came, unmask
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.smp import starter
from wrought.hv.guest.timer import arm_virtual, delay, milliseconds, now
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import cpu_relax, hvc, mask_irqs
from wrought.lang.core.scalars import Atomic, Never, u32, u64
from wrought.lang.core.static import static
from wrought.lang.core.sysreg import MPIDR_EL1
from wrought.rt.a64.cpu import AFFINITY
from wrought.rt.a64.psci import Function, Status, call

SUSPEND_64 = 0xC400_0001
CPU_ON_32 = 0x8400_0003
MIGRATE_INFO_TYPE = 0x8400_0006
FEATURES = 0x8400_000A
SMCCC_VERSION = 0x8000_0000
SMCCC_FEATURES = 0x8000_0001
NOT_SUPPORTED = 0xFFFF_FFFF
ON, OFF = 0, 1
"""Results of AFFINITY_INFO (Arm DEN 0022, 5.1.8)."""


@struct
class Met:
    """What the second vCPU tells the first."""

    arrivals: Atomic[u64]
    argument: u64
    mpidr: u64


met = static(Met)


@fn
def psci(function: u32, a: u64) -> u64:
    """A call with one argument; its 32-bit result."""
    result, _, _, _ = hvc(0, u64(function), a, 0, 0)
    return result & 0xFFFF_FFFF


@fn
def psci_calls() -> Never:
    """Version, features, and calls that are not there."""
    version = psci(u32(Function.VERSION), 0)
    check(version >> 16 == 1 or version == 2, b"neither PSCI 1.x nor 0.2")
    expect(psci(FEATURES, u64(u32(Function.CPU_ON))), 0, b"feature CPU_ON")
    expect(psci(FEATURES, u64(u32(Function.SYSTEM_OFF))), 0, b"feature SYSTEM_OFF")
    expect(psci(FEATURES, SMCCC_VERSION), 0, b"feature SMCCC_VERSION")
    expect(psci(FEATURES, 0x8400_00FF), NOT_SUPPORTED, b"an unknown feature")
    expect(psci(MIGRATE_INFO_TYPE, 0), 2, b"MIGRATE_INFO_TYPE")
    expect(psci(0x8400_00FF, 0), NOT_SUPPORTED, b"an unknown PSCI function")
    expect(psci(0xBF00_1234, 0), NOT_SUPPORTED, b"a call of an owner that is not there")
    check(psci(SMCCC_VERSION, 0) >= 0x1_0001, b"SMCCC is older than 1.1")
    expect(psci(SMCCC_FEATURES, 0x8000_7FFE), NOT_SUPPORTED, b"an unknown SMCCC feature")
    finish(b"psci_calls")


@fn
def cpu_on_errors() -> Never:
    """CPU_ON of oneself, of nobody; AFFINITY_INFO of both."""
    me = u64(MPIDR_EL1.read()) & AFFINITY
    expect(me, mpidrs[0], b"affinity against the device tree")
    check(call(Function.CPU_ON, me, 0x4000_0000, 0) == Status.ALREADY_ON, b"CPU_ON of oneself")
    check(call(Function.CPU_ON, 0x77, 0x4000_0000, 0) == Status.INVALID_PARAMETERS,
          b"CPU_ON of nobody")
    check(call(Function.CPU_ON, 1 << 56, 0x4000_0000, 0) == Status.INVALID_PARAMETERS,
          b"CPU_ON with reserved bits")
    expect(psci(u32(Function.AFFINITY_INFO), me), ON, b"AFFINITY_INFO of oneself")
    check(call(Function.AFFINITY_INFO, 0x77, 0, 0) == Status.INVALID_PARAMETERS,
          b"AFFINITY_INFO of nobody")
    finish(b"cpu_on_errors")


@fn
def suspend() -> Never:
    """CPU_SUSPEND to standby ends with the timer's interrupt."""
    gic.enable(board.virtual_timer)
    for i in range(u64(3)):
        when = now() + milliseconds(2)
        arm_virtual(when)
        while now() < when:
            result, _, _, _ = hvc(0, SUSPEND_64, 0, 0, 0)
            expect(result & 0xFFFF_FFFF, 0, b"result of CPU_SUSPEND")
        unmask()
        expect(came(board.virtual_timer), i + 1, b"interrupts")
        mask_irqs()
    finish(b"suspend")


@fn
def second(argument: u64) -> Never:
    """The second vCPU: tell, and switch off."""
    met.argument = argument
    met.mpidr = u64(MPIDR_EL1.read()) & AFFINITY
    met.arrivals.add(1, Order.RELEASE)
    call(Function.CPU_OFF, 0, 0, 0)
    while True:
        cpu_relax()


start_second = starter(second)


@fn
def await_arrival(n: u64) -> None:
    """Wait until the second vCPU has come `n` times and is off."""
    end = now() + milliseconds(5000)
    while met.arrivals.load(Order.ACQUIRE) < n and now() < end:
        cpu_relax()
    expect(met.arrivals.load(Order.ACQUIRE), n, b"arrivals of the second vCPU")
    while psci(u32(Function.AFFINITY_INFO), mpidrs[1]) != OFF and now() < end:
        delay(milliseconds(1))
    expect(psci(u32(Function.AFFINITY_INFO), mpidrs[1]), OFF, b"AFFINITY_INFO after CPU_OFF")


@fn
def cpu_on_and_off() -> Never:
    """A second vCPU comes with its context, goes, and comes again."""
    expect(u64(board.cpus), 2, b"vCPUs in the device tree")
    expect(psci(u32(Function.AFFINITY_INFO), mpidrs[1]), OFF, b"AFFINITY_INFO before CPU_ON")
    for i in range(u64(5)):
        check(start_second(1, 0x1234_5678_9ABC_0000 + i) == Status.SUCCESS, b"CPU_ON")
        await_arrival(i + 1)
        expect(met.argument, 0x1234_5678_9ABC_0000 + i, b"the context")
        expect(met.mpidr, mpidrs[1], b"the second vCPU's affinity")
    finish(b"cpu_on_and_off")


@fn
def stay(argument: u64) -> Never:
    """A second vCPU that stays on."""
    met.arrivals.add(1, Order.RELEASE)
    while True:
        cpu_relax()


start_staying = starter(stay)


@fn
def already_on() -> Never:
    """CPU_ON of a vCPU that is on."""
    check(start_staying(1, 0) == Status.SUCCESS, b"CPU_ON")
    end = now() + milliseconds(2000)
    while met.arrivals.load(Order.ACQUIRE) == 0 and now() < end:
        cpu_relax()
    expect(psci(u32(Function.AFFINITY_INFO), mpidrs[1]), ON, b"AFFINITY_INFO")
    check(call(Function.CPU_ON, mpidrs[1], 0x4000_0000, 0) == Status.ALREADY_ON, b"CPU_ON again")
    finish(b"already_on")


@fn
def system_reset() -> Never:
    """Start again; on this hypervisor the domain comes back from its images."""
    print("started")
    call(Function.SYSTEM_RESET, 0, 0, 0)
    check(False, b"SYSTEM_RESET returned")
    finish(b"system_reset")
