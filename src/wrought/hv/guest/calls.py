"""The hypercalls that take a command and the address of a structure."""

from __future__ import annotations

from wrought.hv.abi.event import AllocUnbound, BindInterdomain, BindIpi, BindVirq, Event, Port, Virq
from wrought.hv.abi.grant import GrantOp
from wrought.hv.abi.hvm import HVMOP_GET_PARAM, HvmParam, Param
from wrought.hv.abi.memory import AddToPhysmap, MemoryOp, Space
from wrought.hv.abi.sched import Sched
from wrought.hv.abi.vcpu import VcpuOp
from wrought.hv.abi.version import Version
from wrought.hv.abi.xen import DOMID_SELF, Call
from wrought.hv.guest.hypercall import hypercall
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import i64, u16, u32, u64

PAGE = 4096


@fn
def call(number: Call, a: u64, b: u64, c: u64) -> i64:
    """A hypercall with up to three arguments."""
    return hypercall(a, b, c, 0, 0, u64(u32(number)))


@fn
def event_op(command: Event, argument: u64) -> i64:
    """event_channel_op."""
    return call(Call.EVENT_CHANNEL_OP, u64(u32(command)), argument, 0)


@fn
def memory_op(command: MemoryOp, argument: u64) -> i64:
    """memory_op."""
    return call(Call.MEMORY_OP, u64(u32(command)), argument, 0)


@fn
def sched_op(command: Sched, argument: u64) -> i64:
    """sched_op."""
    return call(Call.SCHED_OP, u64(u32(command)), argument, 0)


@fn
def grant_op(command: GrantOp, argument: u64, count: u64) -> i64:
    """grant_table_op on an array of structures."""
    return call(Call.GRANT_TABLE_OP, u64(u32(command)), argument, count)


@fn
def vcpu_op(command: VcpuOp, vcpu: u64, argument: u64) -> i64:
    """vcpu_op."""
    return call(Call.VCPU_OP, u64(u32(command)), vcpu, argument)


@fn
def version_op(command: Version, argument: u64) -> i64:
    """xen_version."""
    return call(Call.XEN_VERSION, u64(u32(command)), argument, 0)


@fn
def hvm_param(param: Param) -> tuple[i64, u64]:
    """A parameter of this domain."""
    argument = HvmParam(domain=DOMID_SELF, index=u32(param), value=0)
    result = call(Call.HVM_OP, HVMOP_GET_PARAM, u64(addr_of(argument)), 0)
    return result, argument.value


@fn
def add_to_physmap(space: Space, index: u64, address: u64) -> i64:
    """Map frame `index` of a space at a page of ours, whose own frame is lost."""
    argument = AddToPhysmap(domain=DOMID_SELF, size=0, space=u32(space), idx=index,
                            gpfn=address // PAGE)
    return memory_op(MemoryOp.ADD_TO_PHYSMAP, u64(addr_of(argument)))


@fn
def alloc_unbound(domain: u16, remote: u16) -> tuple[i64, u32]:
    """A port of `domain` to which `remote` may bind."""
    argument = AllocUnbound(domain=domain, remote=remote, port=0)
    result = event_op(Event.ALLOC_UNBOUND, u64(addr_of(argument)))
    return result, argument.port


@fn
def bind_interdomain(remote: u16, remote_port: u32) -> tuple[i64, u32]:
    """A port bound to another domain's unbound one."""
    argument = BindInterdomain(remote=remote, remote_port=remote_port, port=0)
    result = event_op(Event.BIND_INTERDOMAIN, u64(addr_of(argument)))
    return result, argument.port


@fn
def bind_virq(virq: Virq, vcpu: u32) -> tuple[i64, u32]:
    """A port for a virtual interrupt."""
    argument = BindVirq(virq=u32(virq), vcpu=vcpu, port=0)
    result = event_op(Event.BIND_VIRQ, u64(addr_of(argument)))
    return result, argument.port


@fn
def bind_ipi(vcpu: u32) -> tuple[i64, u32]:
    """A port from the domain to one of its vCPUs."""
    argument = BindIpi(vcpu=vcpu, port=0)
    result = event_op(Event.BIND_IPI, u64(addr_of(argument)))
    return result, argument.port


@fn
def on_port(command: Event, port: u32) -> i64:
    """CLOSE, SEND or UNMASK."""
    argument = Port(port=port)
    return event_op(command, u64(addr_of(argument)))
