"""Power State Coordination Interface: CPUs on and off, and the machine (Arm DEN 0022)."""

from __future__ import annotations

from wrought.lang.core.decl import enum
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast, hvc, smc, trunc
from wrought.lang.core.scalars import Never, i32, u32, u64
from wrought.lang.core.static import static


@enum(u32)
class Function:
    """Function identifiers (DEN 0022, 5.1); those with addresses in their 64-bit form."""

    VERSION = 0x8400_0000
    CPU_OFF = 0x8400_0002
    CPU_ON = 0xC400_0003
    AFFINITY_INFO = 0xC400_0004
    SYSTEM_OFF = 0x8400_0008
    SYSTEM_RESET = 0x8400_0009


@enum(i32)
class Status:
    """Results (DEN 0022, 5.2.2)."""

    SUCCESS = 0
    NOT_SUPPORTED = -1
    INVALID_PARAMETERS = -2
    DENIED = -3
    ALREADY_ON = -4
    ON_PENDING = -5
    INTERNAL_FAILURE = -6
    NOT_PRESENT = -7
    DISABLED = -8
    INVALID_ADDRESS = -9


by_hvc = static(bool)
"""Whether the firmware is called by HVC, as below EL2; the device tree's /psci says which."""


@fn
def use_hvc(yes: bool) -> None:
    """Choose the conduit: HVC, or SMC."""
    global by_hvc
    by_hvc = yes


@fn
def call(function: Function, a: u64, b: u64, c: u64) -> Status:
    """Call the firmware."""
    result: u64 = 0
    if by_hvc:
        result, _, _, _ = hvc(0, u64(u32(function)), a, b, c)
    else:
        result, _, _, _ = smc(0, u64(u32(function)), a, b, c)
    return Status(bitcast(i32, trunc(u32, result)))


@fn
def cpu_on(mpidr: u64, entry: u64, context: u64) -> Status:
    """Start the CPU of that affinity at physical address `entry`, with x0 = `context`."""
    return call(Function.CPU_ON, mpidr, entry, context)


@fn
def system_off() -> Never:
    """Switch the machine off."""
    call(Function.SYSTEM_OFF, 0, 0, 0)
    while True:
        pass


@fn
def system_reset() -> Never:
    """Start the machine anew."""
    call(Function.SYSTEM_RESET, 0, 0, 0)
    while True:
        pass
