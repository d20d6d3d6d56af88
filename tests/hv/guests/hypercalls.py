"""Guests about the small hypercalls: versions, parameters, scheduling, vCPUs, the console."""

from __future__ import annotations

from wrought.hv.abi import console
from wrought.hv.abi.event import Event
from wrought.hv.abi.hvm import Param
from wrought.hv.abi.multicall import MulticallEntry
from wrought.hv.abi.sched import Sched, SchedPoll
from wrought.hv.abi.shared_info import VcpuInfo
from wrought.hv.abi.vcpu import RegisterRunstate, RegisterVcpuInfo, Run, RunstateInfo, VcpuOp
from wrought.hv.abi.version import AUTO_TRANSLATED_PHYSMAP, FeatureInfo, Version
from wrought.hv.abi.xen import Call, Errno
from wrought.hv.guest import gic
from wrought.hv.guest.board import board
from wrought.hv.guest.calls import (
    PAGE,
    bind_ipi,
    call,
    hvm_param,
    on_port,
    sched_op,
    vcpu_op,
    version_op,
)
from wrought.hv.guest.events import clear_pending, is_pending, map_shared_info, set_masked
from wrought.hv.guest.interrupts import came, unmask
from wrought.hv.guest.report import check, expect, finish
from wrought.hv.guest.timer import arm_virtual, milliseconds, now, physical_now
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, bitcast, mask_irqs, trunc, unroll, volatile_load
from wrought.lang.core.scalars import Array, Never, Slice, i64, u8, u32, u64
from wrought.lang.core.static import static
from wrought.rt.bytes import ABSENT, find, find_byte

NOWHERE = 0x3000_0000
"""A guest address with no memory."""
UPPER = 0xFFFF_0000_0000_0000
"""A virtual address that the guest has not mapped."""
text = static(Array[u8, PAGE], align=PAGE)
info = static(Array[VcpuInfo, 4], align=64)
runstate = static(RunstateInfo, align=64)


@fn
def result(got: i64, wanted: Errno, what: Slice[u8]) -> None:
    """Expect a result."""
    expect(bitcast(u64, got), bitcast(u64, i64(wanted)), what)


@fn
def is_text(command: Version, size: u64) -> None:
    """A sub-operation that gives a NUL-terminated text of at most `size` bytes."""
    for i in range(u64(PAGE)):
        text[i] = 0xEE
    check(version_op(command, u64(addr_of(text))) >= 0, b"a text")
    check(find_byte(text[:size], 0, 0) != ABSENT, b"a text without an end")
    check(text[size] == 0xEE, b"a text longer than its buffer")


@fn
def xen_version() -> Never:
    """Every sub-operation, and its errors."""
    expect(bitcast(u64, version_op(Version.VERSION, 0)), 4 << 16 | 17, b"version")
    is_text(Version.EXTRAVERSION, 16)
    is_text(Version.CHANGESET, 64)
    is_text(Version.CAPABILITIES, 1024)
    check(find(text[:1024], b"xen-3.0-aarch64", 0) != ABSENT, b"no xen-3.0-aarch64 capability")
    is_text(Version.COMPILE_INFO, 64 + 16 + 32 + 32)
    is_text(Version.COMMANDLINE, 1024)
    features = FeatureInfo(index=0, bits=0)
    result(version_op(Version.GET_FEATURES, u64(addr_of(features))), Errno.OK, b"features")
    check(features.bits & AUTO_TRANSLATED_PHYSMAP != 0, b"guests are not auto-translated")
    features = FeatureInfo(index=7, bits=0)
    result(version_op(Version.GET_FEATURES, u64(addr_of(features))), Errno.EINVAL, b"feature 7")
    expect(bitcast(u64, version_op(Version.PAGESIZE, 0)), PAGE, b"page size")
    result(version_op(Version.PLATFORM_PARAMETERS, u64(addr_of(text))), Errno.OK, b"parameters")
    result(version_op(Version.GUEST_HANDLE, u64(addr_of(text))), Errno.OK, b"handle")
    result(call(Call.XEN_VERSION, 77, 0, 0), Errno.ENOSYS, b"an unknown sub-operation")
    result(version_op(Version.GUEST_HANDLE, NOWHERE), Errno.EFAULT, b"a pointer to nowhere")
    result(version_op(Version.CAPABILITIES, UPPER), Errno.EFAULT, b"an unmapped pointer")
    edge = board.memory + board.memory_size - 16
    result(version_op(Version.CAPABILITIES, edge), Errno.EFAULT, b"a text over memory's end")
    finish(b"xen_version")


@fn
def hvm_parameters() -> Never:
    """Parameters can be read; foreign and unknown ones are refused."""
    for param in unroll((0, 1, 2, 17, 18)):
        got, _ = hvm_param(Param(u32(param)))
        result(got, Errno.OK, b"a parameter")
    got, _ = hvm_param(Param(u32(4096)))
    check(got < 0, b"a parameter that is not there")
    result(call(Call.HVM_OP, 1, NOWHERE, 0), Errno.EFAULT, b"a pointer to nowhere")
    check(call(Call.HVM_OP, 77, u64(addr_of(text)), 0) < 0, b"an unknown sub-operation")
    finish(b"hvm_parameters")


@fn
def sched_calls() -> Never:
    """Yield, block with an event pending, poll with a pending port and with a timeout."""
    for _ in range(u64(10)):
        result(sched_op(Sched.YIELD, 0), Errno.OK, b"yield")
    result(map_shared_info(), Errno.OK, b"shared_info")
    gic.enable(board.event_interrupt)
    bound, port = bind_ipi(0)
    result(bound, Errno.OK, b"bind_ipi")
    ports: Array[u32, 1] = (port,)
    poll = SchedPoll(ports=u64(addr_of(ports)), count=1, timeout=system_time() + 2_000_000)
    start = now()
    set_masked(port, True)
    result(sched_op(Sched.POLL, u64(addr_of(poll))), Errno.OK, b"poll with a timeout")
    check(now() - start >= milliseconds(1), b"poll did not wait")
    on_port(Event.SEND, port)
    check(is_pending(port), b"the port is not pending")
    poll.timeout = 0
    result(sched_op(Sched.POLL, u64(addr_of(poll))), Errno.OK, b"poll of a pending port")
    clear_pending(port)
    set_masked(port, False)
    on_port(Event.SEND, port)
    result(sched_op(Sched.BLOCK, 0), Errno.OK, b"block with an event pending")
    result(sched_op(Sched.POLL, NOWHERE), Errno.EFAULT, b"a pointer to nowhere")
    poll.count = 100_000
    result(sched_op(Sched.POLL, u64(addr_of(poll))), Errno.EINVAL, b"too many ports")
    result(call(Call.SCHED_OP, 77, 0, 0), Errno.ENOSYS, b"an unknown sub-operation")
    finish(b"sched_calls")


@fn
def sleep_by_hypercall() -> Never:
    """The timer ends SCHEDOP_block, and a poll without a timeout."""
    result(map_shared_info(), Errno.OK, b"shared_info")
    gic.enable(board.virtual_timer)
    _, port = bind_ipi(0)
    ports: Array[u32, 1] = (port,)
    poll = SchedPoll(ports=u64(addr_of(ports)), count=1, timeout=0)
    for i in range(u64(4)):
        when = now() + milliseconds(2)
        arm_virtual(when)
        while now() < when:
            if i % 2 == 0:
                result(sched_op(Sched.BLOCK, 0), Errno.OK, b"block")
            else:
                result(sched_op(Sched.POLL, u64(addr_of(poll))), Errno.OK, b"poll")
        unmask()
        expect(came(board.virtual_timer), i + 1, b"timer interrupts")
        mask_irqs()
    finish(b"sleep_by_hypercall")


@fn
def system_time() -> u64:
    """Nanoseconds since the hypervisor started, or a little more: the system time."""
    return physical_now() * 1_000_000 // milliseconds(1)


@fn
def vcpu_calls() -> Never:
    """vcpu_info and run states where the guest wants them."""
    at = u64(addr_of(info[1]))
    place = RegisterVcpuInfo(frame=at // PAGE, offset=trunc(u32, at % PAGE), reserved=0)
    result(vcpu_op(VcpuOp.REGISTER_VCPU_INFO, 9, u64(addr_of(place))), Errno.ENOENT, b"vCPU 9")
    result(vcpu_op(VcpuOp.REGISTER_VCPU_INFO, 0, NOWHERE), Errno.EFAULT, b"a bad pointer")
    wrong = RegisterVcpuInfo(frame=NOWHERE // PAGE, offset=0, reserved=0)
    check(vcpu_op(VcpuOp.REGISTER_VCPU_INFO, 0, u64(addr_of(wrong))) < 0, b"a frame of nobody")
    wrong.frame, wrong.offset = at // PAGE, PAGE - 8
    check(vcpu_op(VcpuOp.REGISTER_VCPU_INFO, 0, u64(addr_of(wrong))) < 0, b"over a page's end")
    result(vcpu_op(VcpuOp.REGISTER_VCPU_INFO, 0, u64(addr_of(place))), Errno.OK, b"vcpu_info")
    check(vcpu_op(VcpuOp.REGISTER_VCPU_INFO, 0, u64(addr_of(place))) < 0, b"vcpu_info again")
    result(map_shared_info(), Errno.OK, b"shared_info")
    _, port = bind_ipi(0)
    on_port(Event.SEND, port)
    check(info[1].upcall_pending.load(Order.ACQUIRE) != 0, b"no event in the registered place")
    area = RegisterRunstate(area=u64(addr_of(runstate)))
    result(vcpu_op(VcpuOp.REGISTER_RUNSTATE_MEMORY_AREA, 0, u64(addr_of(area))), Errno.OK,
           b"run states")
    expect(u64(volatile_load(addr_of(runstate.state))), u64(u32(Run.RUNNING)), b"run state")
    result(vcpu_op(VcpuOp(u32(77)), 0, 0), Errno.EINVAL, b"an unknown sub-operation")
    finish(b"vcpu_calls")


@fn
def console_calls() -> Never:
    """console_io writes, or is refused; a bad pointer is an error."""
    message: Slice[u8] = b"a line by console_io\n"
    wrote = call(Call.CONSOLE_IO, console.WRITE, len(message), u64(message.ptr))
    check(wrote == 0 or wrote == i64(Errno.EPERM), b"result of a write")
    if wrote == 0:
        result(call(Call.CONSOLE_IO, console.WRITE, 16, NOWHERE), Errno.EFAULT, b"a bad pointer")
    check(call(Call.CONSOLE_IO, 77, 0, 0) < 0, b"an unknown sub-operation")
    finish(b"console_calls")


@fn
def multicalls() -> Never:
    """Several calls in one."""
    calls: Array[MulticallEntry, 3] = (entry(17, 0), entry(17, 7), entry(63, 0))
    result(call(Call.MULTICALL, u64(addr_of(calls)), 3, 0), Errno.OK, b"multicall")
    expect(bitcast(u64, calls[0].result), 4 << 16 | 17, b"the first result")
    expect(bitcast(u64, calls[1].result), PAGE, b"the second result")
    result(calls[2].result, Errno.ENOSYS, b"the third result")
    result(call(Call.MULTICALL, NOWHERE, 1, 0), Errno.EFAULT, b"a pointer to nowhere")
    check(gic.acknowledge() >= gic.SPURIOUS, b"an interrupt")
    finish(b"multicalls")


@fn
def entry(number: u64, a: u64) -> MulticallEntry:
    """A call with one argument."""
    return MulticallEntry(number=number, result=0, args=(a, 0, 0, 0, 0, 0))
