"""hvm_op: parameters of a domain (xen/public/hvm/hvm_op.h, params.h)."""

from __future__ import annotations

from wrought.hv.abi.hvm import (
    HVMOP_GET_PARAM,
    HVMOP_GUEST_REQUEST_VM_EVENT,
    HVMOP_SET_PARAM,
    PARAMS,
    HvmParam,
    Param,
)
from wrought.hv.abi.xen import Errno
from wrought.hv.core.call_table import Operation, by_number
from wrought.hv.core.domain import Domain, Vcpu
from wrought.hv.core.guest_memory import read_struct, write_struct
from wrought.hv.core.target_domain import any_domain, may_control
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Atomic, Fn, Ptr, Untrusted, i64, u32, u64
from wrought.lang.core.static import fn_table

SHOWN = (1 << int(Param.CALLBACK_IRQ) | 1 << int(Param.STORE_PFN) | 1 << int(Param.STORE_EVTCHN)
         | 1 << int(Param.CONSOLE_PFN) | 1 << int(Param.CONSOLE_EVTCHN))
"""Parameters that a domain may read of itself; only another, that controls it, may set them."""
HIDDEN = 1 << int(Param.MONITOR_RING_PFN)
"""Those of which it may do neither."""


@fn
def set_param(domain: Ptr[Domain], param: Param, value: u64) -> None:
    """For the domain builder: what the guest finds by HVMOP_get_param."""
    domain.calls.params[u64(u32(param))].store(value, Order.RELAXED)


@fn
def access(vcpu: Ptr[Vcpu], request: Ptr[HvmParam], own: u64
           ) -> tuple[Ptr[Atomic[u64]] | None, i64]:
    """The parameter that a request means if it is allowed, else the error.  `own` are those that
    a domain may use of itself."""
    domain = any_domain(vcpu, request.domain)
    if domain is None:
        return None, i64(Errno.ESRCH)
    if not may_control(vcpu, domain):
        return None, i64(Errno.EPERM)
    index = u64(request.index)
    if index >= PARAMS:
        return None, i64(Errno.EINVAL)
    bit = u64(1) << index
    if bit & (SHOWN | HIDDEN) == 0:
        return None, i64(Errno.EINVAL)
    if domain == vcpu.domain and bit & own == 0:
        return None, i64(Errno.EPERM)
    return addr_of(domain.calls.params[index]), 0


@fn
def set_param_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Set a parameter of another domain."""
    request = zeroed(HvmParam)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    param, error = access(vcpu, addr_of(request), 0)
    if param is None:
        return error
    param.store(request.value, Order.RELAXED)
    return 0


@fn
def get_param_op(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Read a parameter."""
    request = zeroed(HvmParam)
    if not read_struct(vcpu, arg, addr_of(request)):
        return i64(Errno.EFAULT)
    param, error = access(vcpu, addr_of(request), SHOWN)
    if param is None:
        return error
    request.value = param.load(Order.RELAXED)
    return 0 if write_struct(vcpu, arg, addr_of(request)) else i64(Errno.EFAULT)


@fn
def request_vm_event(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Tell a monitor, of which there is none."""
    return 0 if arg == 0 else i64(Errno.EINVAL)


@fn
def no_hvm(vcpu: Ptr[Vcpu], arg: Untrusted[u64]) -> i64:
    """Not of Arm."""
    return i64(Errno.ENOSYS)


OPERATIONS = (
    Operation(HVMOP_SET_PARAM, "set_param", set_param_op,
              "Set a parameter of a domain that the caller controls, not of itself.",
              "EFAULT, ESRCH, EPERM, EINVAL for a parameter that does not exist"),
    Operation(HVMOP_GET_PARAM, "get_param", get_param_op,
              "CALLBACK_IRQ, STORE_PFN, STORE_EVTCHN, CONSOLE_PFN or CONSOLE_EVTCHN.",
              "EFAULT, ESRCH, EPERM, EINVAL"),
    Operation(HVMOP_GUEST_REQUEST_VM_EVENT, "guest_request_vm_event", request_vm_event,
              "Nothing: there are no monitors.", "EINVAL when there is an argument"),
)
HVM_OPS = fn_table(Fn[[Ptr[Vcpu], Untrusted[u64]], i64], by_number(OPERATIONS, no_hvm))


@fn
def hvm_op(vcpu: Ptr[Vcpu], command: Untrusted[u64], arg: Untrusted[u64],
           a2: Untrusted[u64], a3: Untrusted[u64], a4: Untrusted[u64]) -> i64:
    """The hypercall; the command has 64 bits here."""
    if command < len(HVM_OPS):
        return HVM_OPS[u64(command)](vcpu, arg)
    return i64(Errno.ENOSYS)
