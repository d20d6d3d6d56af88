"""The table of hypercalls: dispatch, permissions and the reference page come from it."""

from __future__ import annotations

from typing import Any

from wrought.hv.abi.xen import CALLS, Call, Errno
from wrought.hv.core import (
    console_io,
    control_op,
    event_op,
    grants_op,
    hvm_op,
    memory_op,
    sched_op,
    vcpu_op,
    version,
)
from wrought.hv.core.call_result import CallFn
from wrought.hv.core.call_table import HARDWARE, Row
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.multicall import multicall_of
from wrought.hv.core.vm_assist import vm_assist
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Untrusted, i64, u64
from wrought.lang.core.static import fn_table


@fn
def no_call(vcpu: Ptr[Vcpu], a0: Untrusted[u64], a1: Untrusted[u64], a2: Untrusted[u64],
            a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """A number without a hypercall, or one that this hypervisor does not offer."""
    return i64(Errno.ENOSYS)


@fn
def no_nesting(vcpu: Ptr[Vcpu], a0: Untrusted[u64], a1: Untrusted[u64], a2: Untrusted[u64],
               a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """A multicall in a multicall."""
    return i64(Errno.EINVAL)


def permitted(row: Row) -> Any:
    """The function of a row, behind its permission."""
    function = row.function
    if row.who != HARDWARE:
        return function

    @fn
    def guarded(vcpu: Ptr[Vcpu], a0: Untrusted[u64], a1: Untrusted[u64], a2: Untrusted[u64],
                a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
        if not vcpu.domain.hardware:
            return i64(Errno.EPERM)
        return function(vcpu, a0, a1, a2, a3, a4)
    return guarded


ROWS = (
    Row(Call.XEN_VERSION, "xen_version", version.xen_version, "command, address",
        "Who the hypervisor is, and what it offers.", "ENOSYS for an unknown command",
        operations=version.OPERATIONS, source="version.h"),
    Row(Call.CONSOLE_IO, "console_io", console_io.console_io, "command, bytes, address",
        "The console that all domains share.", "ENOSYS for an unknown command",
        operations=console_io.OPERATIONS),
    Row(Call.SCHED_OP, "sched_op", sched_op.sched_op, "command, address",
        "Yield, sleep, shut down.", "ENOSYS for an unknown command",
        operations=sched_op.OPERATIONS, source="sched.h"),
    Row(Call.VCPU_OP, "vcpu_op", vcpu_op.vcpu_op, "command, vCPU, address",
        "Where a vCPU's events and times are shown.",
        "ENOENT for no such vCPU, EINVAL for an unknown command",
        operations=vcpu_op.OPERATIONS, source="vcpu.h"),
    Row(Call.EVENT_CHANNEL_OP, "event_channel_op", event_op.event_channel_op, "command, address",
        "Event channels: two-level and FIFO.", "ENOSYS for an unknown command",
        operations=event_op.OPERATIONS, source="event_channel.h"),
    Row(Call.MEMORY_OP, "memory_op", memory_op.memory_op,
        "command (bits 5:0) and extents done before, address", "A domain's memory.",
        "ENOSYS for an unknown command", operations=memory_op.OPERATIONS, source="memory.h"),
    Row(Call.GRANT_TABLE_OP, "grant_table_op", grants_op.grant_table_op,
        "command, address, structures", "Pages shared between domains.",
        "ENOSYS for an unknown command, EINVAL for too many structures; each one's own status is "
        "in it", operations=grants_op.OPERATIONS, source="grant_table.h"),
    Row(Call.HVM_OP, "hvm_op", hvm_op.hvm_op, "command, address", "Parameters of a domain.",
        "ENOSYS for an unknown command", operations=hvm_op.OPERATIONS, source="hvm/hvm_op.h"),
    Row(Call.VM_ASSIST, "vm_assist", vm_assist, "command, assist",
        "Enable (0) or disable (1) the runstate update flag (5), the only assist of Arm.",
        "EINVAL for another assist, ENOSYS for an unknown command"),
    Row(Call.PHYSDEV_OP, "physdev_op", no_call, "command, address",
        "PCI devices, which are not given to domains yet.", "ENOSYS", source="physdev.h"),
    Row(Call.PLATFORM_OP, "platform_op", control_op.platform_op, "address",
        "What the hardware domain asks of the platform.",
        "EPERM, EFAULT, EACCES for another interface version, ENOSYS", HARDWARE,
        control_op.PLATFORM_OPERATIONS, "platform.h"),
    Row(Call.SYSCTL, "sysctl", control_op.sysctl, "address", "Nothing of it is offered.",
        "EPERM, EFAULT, EACCES for another interface version, ENOSYS", HARDWARE,
        source="sysctl.h"),
    Row(Call.DOMCTL, "domctl", control_op.domctl, "address", "Nothing of it is offered.",
        "EPERM, EFAULT, EACCES for another interface version, ENOSYS", HARDWARE,
        source="domctl.h"),
    Row(Call.XSM_OP, "xsm_op", no_call, "address", "There is no security module.", "ENOSYS",
        source="xsm/flask_op.h"),
    Row(Call.HYPFS_OP, "hypfs_op", no_call, "", "There is no hypervisor file system.",
        "EPERM, ENOSYS", HARDWARE, source="hypfs.h"),
    Row(Call.ARGO_OP, "argo_op", no_call, "", "Not offered.", "ENOSYS", source="argo.h"),
    Row(Call.DM_OP, "dm_op", no_call, "", "There are no device models.", "ENOSYS",
        source="hvm/dm_op.h"),
)
"""Every hypercall but multicall, which dispatches over these."""


def handlers_of(rows: tuple[Row, ...]) -> list[Any]:
    """The functions by number."""
    functions = {row.number: permitted(row) for row in rows}
    return [functions.get(n, no_call) for n in range(CALLS)]


MULTICALL = Row(
    Call.MULTICALL, "multicall",
    multicall_of(handlers_of((*ROWS, Row(Call.MULTICALL, "", no_nesting, "", "")))),
    "address, entries", "Several hypercalls in order; each result is in its entry.", "EFAULT")
TABLE = (*ROWS, MULTICALL)
HANDLERS = fn_table(CallFn, handlers_of(TABLE))
