"""What domains and vCPUs hold for hypercalls that are no subject of their own."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.abi.hvm import PARAMS
from wrought.hv.abi.sched import WATCHDOGS
from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, Atomic, u32, u64
from wrought.rt.lock import TicketLock


@struct
class DomainCalls:
    """HVM parameters, vm_assist, watchdogs."""

    params: Array[Atomic[u64], PARAMS]
    """By number (abi/hvm.py); the domain builder sets them."""
    assists: Atomic[u32]
    """Bits ASSIST_…"""
    watchdogs: Array[Atomic[u64], WATCHDOGS]
    """Counter values at which the domain is killed, 0 for a timer that is free."""


@struct
class RunstateArea:
    """Where a guest wants to see a vCPU's times: a RunstateInfo that may cross a page.

    `lock` keeps a change of the place apart from writing there; nothing is locked inside it."""

    lock: TicketLock
    first: Hpa
    """Machine address of its beginning, 0 for none."""
    second: Hpa
    """Where it goes on, if it crosses a page."""
    in_first: u32
    """Words of it that lie at `first`."""
