"""sched_op: yield, sleep, shut down, watchdogs (xen/public/sched.h)."""

from __future__ import annotations

from wrought.hv.abi.sched import (
    MAX_SHUTDOWN,
    Sched,
    SchedRemoteShutdown,
    SchedShutdown,
    SchedWatchdog,
)
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_table import HARDWARE, Operation, by_number
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.guest_memory import read_struct
from wrought.hv.core.life import shutdown_domain
from wrought.hv.core.poll import poll
from wrought.hv.core.sched import block, yield_cpu
from wrought.hv.core.target_domain import live_domain
from wrought.hv.core.watchdog import set_watchdog
from wrought.hv.machine.guest import unmask_interrupts
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Fn, Ptr, Untrusted, i64, u32, u64
from wrought.lang.core.static import fn_table


@fn
def yield_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Let others run."""
    yield_cpu(vcpu)
    return 0


@fn
def block_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Unmask the guest's interrupts and sleep until one comes."""
    unmask_interrupts(vcpu)
    block(vcpu)
    return 0


@fn
def shutdown_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """End the domain."""
    request = zeroed(SchedShutdown)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    reason = request.reason
    if reason > MAX_SHUTDOWN:
        return i64(Errno.EINVAL)
    shutdown_domain(vcpu.domain, u32(reason))
    return 0


@fn
def shutdown_code_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Say why a shutdown will be, before it is: the domain's code is kept, nothing else."""
    request = zeroed(SchedShutdown)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    reason = request.reason
    if reason > MAX_SHUTDOWN:
        return i64(Errno.EINVAL)
    vcpu.domain.shutdown_code = u32(reason)
    return 0


@fn
def remote_shutdown_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """End another domain."""
    request = zeroed(SchedRemoteShutdown)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    domain = live_domain(request.domain)
    if domain is None:
        return i64(Errno.ESRCH)
    if not vcpu.domain.hardware:
        return i64(Errno.EPERM)
    reason = request.reason
    if reason > MAX_SHUTDOWN:
        return i64(Errno.EINVAL)
    shutdown_domain(domain, u32(reason))
    return 0


@fn
def watchdog_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Start, feed or stop a timer that kills the domain."""
    request = zeroed(SchedWatchdog)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    return set_watchdog(vcpu.domain, request.id, request.timeout)


@fn
def no_sched(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Not offered."""
    return i64(Errno.ENOSYS)


OPERATIONS = (
    Operation(Sched.YIELD, "yield", yield_op, "Let other vCPUs run on this CPU."),
    Operation(Sched.BLOCK, "block", block_op,
              "Unmask interrupts (PSTATE.I) and sleep until one is pending."),
    Operation(Sched.SHUTDOWN, "shutdown", shutdown_op,
              "Power off, reboot, suspend or crash the domain.",
              "EFAULT, EINVAL for an unknown reason"),
    Operation(Sched.POLL, "poll", poll,
              "Sleep until one of up to 128 event channels is pending, an interrupt is, or the "
              "system time (ns) is reached.", "EFAULT, EINVAL for too many or unknown ports"),
    Operation(Sched.REMOTE_SHUTDOWN, "remote_shutdown", remote_shutdown_op,
              "End another domain.", "EFAULT, ESRCH, EPERM, EINVAL", HARDWARE),
    Operation(Sched.SHUTDOWN_CODE, "shutdown_code", shutdown_code_op,
              "Keep the reason of a shutdown to come.", "EFAULT, EINVAL"),
    Operation(Sched.WATCHDOG, "watchdog", watchdog_op,
              "Start (id 0, result is its id), feed or stop (0 seconds) one of two timers that "
              "kill the domain.", "EFAULT, EINVAL for an unknown timer, ENOSPC"),
)
SCHED_OPS = fn_table(Fn[[Ptr[Vcpu], Untrusted[u64]], i64], by_number(OPERATIONS, no_sched))


@fn
def sched_op(vcpu: Ptr[Vcpu], command: Untrusted[u64], arg: Untrusted[u64],
             a2: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall."""
    op = trunc(u32, command)
    if op < len(SCHED_OPS):
        return SCHED_OPS[u64(op)](vcpu, arg)
    return i64(Errno.ENOSYS)
