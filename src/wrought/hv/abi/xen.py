"""Hypercall numbers and error codes of Xen's public ABI (xen/public/xen.h, errno.h).

A guest calls with HVC #0xEA1, the number in x16, arguments in x0 to x4, and finds the result in
x0 (xen/public/arch-arm.h).
"""

from __future__ import annotations

from wrought.lang.core.decl import enum
from wrought.lang.core.scalars import i64, u32

HVC_IMMEDIATE = 0xEA1

DOMID_FIRST_RESERVED = 0x7FF0
DOMID_SELF = 0x7FF0
DOMID_IO = 0x7FF1
DOMID_XEN = 0x7FF2
DOMID_INVALID = 0x7FF4


@enum(u32)
class Call:
    """Hypercall numbers."""

    SET_TRAP_TABLE = 0
    MEMORY_OP = 12
    MULTICALL = 13
    XEN_VERSION = 17
    CONSOLE_IO = 18
    GRANT_TABLE_OP = 20
    VM_ASSIST = 21
    VCPU_OP = 24
    XSM_OP = 27
    SCHED_OP = 29
    EVENT_CHANNEL_OP = 32
    PHYSDEV_OP = 33
    HVM_OP = 34
    SYSCTL = 35
    DOMCTL = 36
    ARGO_OP = 39
    DM_OP = 41
    HYPFS_OP = 42
    PLATFORM_OP = 7
    EVENT_CHANNEL_OP_COMPAT = 16
    PHYSDEV_OP_COMPAT = 19
    SCHED_OP_COMPAT = 6


CALLS = 64
"""Numbers below this can be hypercalls."""


@enum(i64)
class Errno:
    """Results below zero (xen/public/errno.h)."""

    OK = 0
    EPERM = -1
    ENOENT = -2
    ESRCH = -3
    EINTR = -4
    EIO = -5
    ENXIO = -6
    E2BIG = -7
    EBADF = -9
    EAGAIN = -11
    ENOMEM = -12
    EACCES = -13
    EFAULT = -14
    EBUSY = -16
    EEXIST = -17
    EXDEV = -18
    ENODEV = -19
    EINVAL = -22
    ENOSPC = -28
    ERANGE = -34
    EDEADLK = -35
    ENOSYS = -38
    ENODATA = -61
    EBADRQC = -56
    EOVERFLOW = -75
    EILSEQ = -84
    EOPNOTSUPP = -95
