"""HVMOP sub-operations and parameters of a domain (xen/public/hvm/hvm_op.h, params.h), and what
vm_assist switches (xen.h)."""

from __future__ import annotations

from wrought.lang.core.decl import at, enum, struct
from wrought.lang.core.scalars import Untrusted, u16, u32, u64

HVMOP_SET_PARAM = 0
HVMOP_GET_PARAM = 1
HVMOP_GUEST_REQUEST_VM_EVENT = 24
PARAMS = 39


@enum(u32)
class Param:
    """The parameters that mean something on Arm."""

    CALLBACK_IRQ = 0
    STORE_PFN = 1
    STORE_EVTCHN = 2
    CONSOLE_PFN = 17
    CONSOLE_EVTCHN = 18
    MONITOR_RING_PFN = 28


CALLBACK_PPI = 2
"""Bits 63:56 of CALLBACK_IRQ: the event interrupt is the PPI in bits 7:0."""


@struct(size=16)
class HvmParam:
    """Whose, which, and the value."""

    domain: Untrusted[u16]
    index: Untrusted[u32] = at(4)
    value: u64


ASSIST_ENABLE = 0
ASSIST_DISABLE = 1
ASSIST_RUNSTATE_UPDATE_FLAG = 5
