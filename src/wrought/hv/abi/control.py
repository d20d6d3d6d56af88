"""Calls of toolstack and hardware domain: platform_op, sysctl, domctl (xen/public/platform.h,
sysctl.h, domctl.h)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Untrusted, u32, u64

PLATFORM_VERSION = 0x0300_0001
SYSCTL_VERSION = 0x15
DOMCTL_VERSION = 0x15

SETTIME32 = 17
SETTIME64 = 62


@struct(size=8)
class ControlHead:
    """Every one of them begins so."""

    command: Untrusted[u32]
    version: Untrusted[u32]


@struct(size=24)
class SetTime32:
    """Wall-clock time, and the system time in nanoseconds when it was so."""

    head: ControlHead
    seconds: u32
    nanoseconds: u32
    system_time: u64


@struct(size=32)
class SetTime64:
    """The same with 64 bits of seconds."""

    head: ControlHead
    seconds: u64
    nanoseconds: u32
    zero: u32
    system_time: u64
