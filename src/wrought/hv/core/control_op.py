"""platform_op, sysctl, domctl: what the hardware domain and toolstacks call.

Others are refused by the table.  Of these calls only setting the wall-clock time is offered.
"""

from __future__ import annotations

from wrought.hv.abi.control import (
    DOMCTL_VERSION,
    PLATFORM_VERSION,
    SETTIME32,
    SETTIME64,
    SYSCTL_VERSION,
    ControlHead,
    SetTime32,
    SetTime64,
)
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_table import HARDWARE, Operation
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.guest_memory import read_struct
from wrought.hv.core.wallclock import set_wall_clock
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u32, u64

BILLION = 1_000_000_000


@fn
def head_of(vcpu: Ptr[Vcpu], arg: Untrusted[u64], version: u32) -> tuple[u32, i64]:
    """The command, or 0 and why it can't be obeyed."""
    head = zeroed(ControlHead)
    if not read_struct(vcpu, arg, addr_of(head)):
        return 0, i64(Errno.EFAULT)
    if head.version != version:
        return 0, i64(Errno.EACCES)
    if head.command == SETTIME64:
        return SETTIME64, i64(Errno.ENOSYS)
    if head.command == SETTIME32:
        return SETTIME32, i64(Errno.ENOSYS)
    return 0, i64(Errno.ENOSYS)


@fn
def settime64(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Set the wall-clock time that guests are shown."""
    time = zeroed(SetTime64)
    if not read_struct(vcpu, arg, addr_of(time)):
        return i64(Errno.EFAULT)
    if time.zero != 0 or time.nanoseconds >= BILLION:
        return i64(Errno.EINVAL)
    set_wall_clock(time.seconds, time.nanoseconds, time.system_time)
    return 0


@fn
def settime32(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """The same from a kernel that has 32 bits of seconds."""
    time = zeroed(SetTime32)
    if not read_struct(vcpu, arg, addr_of(time)):
        return i64(Errno.EFAULT)
    if time.nanoseconds >= BILLION:
        return i64(Errno.EINVAL)
    set_wall_clock(u64(time.seconds), time.nanoseconds, time.system_time)
    return 0


@fn
def platform_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64], a1: Untrusted[u64],
                a2: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall."""
    command, error = head_of(vcpu, arg, PLATFORM_VERSION)
    if command == SETTIME64:
        return settime64(vcpu, arg)
    if command == SETTIME32:
        return settime32(vcpu, arg)
    return error


@fn
def sysctl(vcpu: Ptr[Vcpu], arg: Untrusted[u64], a1: Untrusted[u64],
           a2: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall: nothing of it yet."""
    _, error = head_of(vcpu, arg, SYSCTL_VERSION)
    return error


@fn
def domctl(vcpu: Ptr[Vcpu], arg: Untrusted[u64], a1: Untrusted[u64],
           a2: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall: nothing of it yet."""
    _, error = head_of(vcpu, arg, DOMCTL_VERSION)
    return error


PLATFORM_OPERATIONS = (
    Operation(SETTIME64, "settime64", settime64, "Set the wall-clock time.",
              "EINVAL for a nanosecond that is none", HARDWARE),
    Operation(SETTIME32, "settime32", settime32, "Set the wall-clock time.", "EINVAL", HARDWARE),
)
