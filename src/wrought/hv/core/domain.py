"""Domains and their vCPUs: what all of `core` agrees on.

The machine extends both: it allocates a larger struct that begins with the one here.
"""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.core.build.config import DomainConfig
from wrought.hv.core.call_types import DomainCalls, RunstateArea
from wrought.hv.core.console_types import DomainConsole
from wrought.hv.core.event_types import DomainEvents, VcpuEvents
from wrought.hv.core.grant_types import DomainGrants
from wrought.hv.core.sched_types import SchedUnit
from wrought.hv.core.stage2_types import Stage2
from wrought.lang.core.decl import at, enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, Atomic, Ptr, Slice, u8, u16, u32, u64
from wrought.lang.core.static import static
from wrought.rt.lock import TicketLock

MAX_DOMAINS = 64
MAX_VCPUS = 32
"""Of one domain."""
NAME_BYTES = 32


@enum(u8)
class VcpuState:
    """What a vCPU is doing."""

    OFFLINE = 0
    """Not started, or switched off through PSCI."""
    RUNNABLE = 1
    RUNNING = 2
    BLOCKED = 3
    """Waits for an event: WFI, SCHEDOP_block, poll."""


@enum(u8)
class DomainState:
    """Where a domain is in its life."""

    EMPTY = 0
    BUILDING = 1
    RUNNING = 2
    DYING = 3
    """Switched off, crashed or rebooting; its vCPUs leave their CPUs."""


@enum(u8)
class Fault:
    """Why a domain ended, where that was no wish of its own: the whole list.  Whatever else a guest
    does wrong comes back to it as an exception."""

    NONE = 0
    CRASHED = 1
    """It said so itself: SCHEDOP_shutdown with reason crash."""
    WATCHDOG = 2
    """It did not serve its watchdog."""
    SERROR = 3
    """An error of memory or bus while it ran."""


@struct
class Registers:
    """A guest's general registers and where it was interrupted."""

    x: Array[u64, 31]
    pc: u64
    pstate: u64


@struct(align=16)
class Vcpu:
    """A virtual CPU."""

    regs: Registers = at(0)
    """First: the vectors save here."""
    stack: u64
    """Top of the stack of the physical CPU that runs it."""
    domain: Ptr[Domain]
    id: u32
    cpu: u32
    """The physical CPU that runs it or ran it last."""
    state: Atomic[u8]
    """A `VcpuState`."""
    work: Atomic[u32]
    """Bits of what is to be done before it runs on: `WORK_…`."""
    events: VcpuEvents
    runstate: RunstateArea
    sched: SchedUnit
    poll: u32
    """Event channel of SCHEDOP_poll that it waits for, 0 for any or none."""
    crumb: u64
    """Syndrome of its last exit that was no hypercall and no interrupt, for the report of a
    hypervisor that dies."""
    exits: Array[u64, 16]
    """Exits by class, `Exit`."""


WORK_RESCHEDULE = 1
WORK_INTERRUPTS = 2
"""The virtual interrupt controller has something to deliver."""
WORK_CONTINUE = 8
"""The hypercall is to be executed again: its program counter goes back by one instruction."""


@struct(align=64)
class Domain:
    """A domain: memory, vCPUs, and what it shares with others."""

    id: u16
    state: Atomic[u8]
    """A `DomainState`."""
    fault: Fault
    hardware: bool
    """It is the hardware domain, dom0."""
    lock: TicketLock
    name_length: u64
    name: Array[u8, NAME_BYTES]
    vcpu_count: u32
    vcpus: Array[Ptr[Vcpu] | None, MAX_VCPUS]
    memory: Stage2
    frames: u64
    """Frames of RAM that it owns."""
    max_frames: u64
    shared_info: Hpa
    """The frame of `shared_info`, 0 before it was made."""
    events: DomainEvents
    grants: DomainGrants
    calls: DomainCalls
    console: DomainConsole
    upcall: u32
    """Interrupt that tells of events (a PPI)."""
    shutdown_code: u32
    config: DomainConfig
    """What it was built from, and is built from again."""
    direct: bool
    """Guest addresses are machine addresses; its RAM is not the allocator's."""
    entry: u64
    """Guest address where it starts, with that of its device tree in x0."""
    tree: u64
    hidden: bool
    """It has ended and is out of `domains`, so that no CPU finds it,"""
    grace: u64
    """and when this has passed, none uses it."""
    quiet: bool
    """It has ended, and nothing of it runs or is reached by events and grants any more."""
    starts: u64
    """How often it was started."""

    def label(self) -> Slice[u8]:
        """The name."""
        return self.name[:self.name_length]

    def set_name(self, text: Slice[u8]) -> None:
        """Cut to NAME_BYTES."""
        n = min(len(text), NAME_BYTES)
        self.name[:n].copy_from(text[:n])
        self.name_length = n

    def vcpu(self, i: u64) -> Ptr[Vcpu] | None:
        """The vCPU of that number, if it has one."""
        if i >= u64(self.vcpu_count):
            return None
        return self.vcpus[i]


domains = static(Array[Ptr[Domain] | None, MAX_DOMAINS])
"""By domain number; the list of all domains."""


@fn
def find_domain(id: u64) -> Ptr[Domain] | None:
    """The domain of that number."""
    if id >= MAX_DOMAINS:
        return None
    return domains[id]
