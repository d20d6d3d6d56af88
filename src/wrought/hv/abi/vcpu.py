"""VCPUOP sub-operations (xen/public/vcpu.h)."""

from __future__ import annotations

from wrought.lang.core.decl import at, enum, struct
from wrought.lang.core.scalars import Array, Untrusted, u32, u64


@enum(u32)
class VcpuOp:
    """What VCPUOP does."""

    INITIALISE = 0
    UP = 1
    DOWN = 2
    IS_UP = 3
    GET_RUNSTATE_INFO = 4
    REGISTER_RUNSTATE_MEMORY_AREA = 5
    SET_PERIODIC_TIMER = 6
    STOP_PERIODIC_TIMER = 7
    SET_SINGLESHOT_TIMER = 8
    STOP_SINGLESHOT_TIMER = 9
    REGISTER_VCPU_INFO = 10
    SEND_NMI = 11
    GET_PHYSID = 12
    REGISTER_VCPU_TIME_MEMORY_AREA = 13


@enum(u32)
class Run:
    """What a vCPU is doing, as its guest is told (RUNSTATE_…)."""

    RUNNING = 0
    RUNNABLE = 1
    """It would run, but another vCPU has the CPU: stolen time."""
    BLOCKED = 2
    OFFLINE = 3


RUN_STATES = 4
RUNSTATE_UPDATE = 1 << 63
"""In `entered` while the hypervisor writes, if the guest asked for it by vm_assist."""


@struct(size=48)
class RunstateInfo:
    """Times in nanoseconds, `entered` in system time."""

    state: u32
    entered: u64 = at(8)
    time: Array[u64, RUN_STATES]


@struct(size=8)
class RegisterRunstate:
    """Guest virtual address of a RunstateInfo."""

    area: Untrusted[u64]


@struct(size=16)
class RegisterVcpuInfo:
    """Frame and offset of a vCPU's `vcpu_info`."""

    frame: Untrusted[u64]
    offset: Untrusted[u32]
    reserved: u32
