"""How a domain ends, and what then becomes of it.

Whoever ends a domain only says so; its vCPUs leave their CPUs at their next exit, and CPUs with
time take it apart piece by piece (`reap`), so that the others are never kept waiting for long.
"""

from __future__ import annotations

from wrought.hv.core.build.config import Action
from wrought.hv.core.console_ring import console_ring_destroy
from wrought.hv.core.domain import (
    MAX_DOMAINS,
    Domain,
    DomainState,
    Fault,
    Vcpu,
    domains,
)
from wrought.hv.core.events_life import events_destroy
from wrought.hv.core.grace import grace_begin, grace_passed
from wrought.hv.core.grants_life import grants_destroy
from wrought.hv.core.log import Level, tells_of
from wrought.hv.core.ram_release import ram_release
from wrought.hv.core.sched_admin import sched_offline, sched_remove
from wrought.hv.core.stage2 import stage2_destroy
from wrought.hv.machine.devices import forget_interrupts
from wrought.hv.machine.guest import destroy_domain
from wrought.hv.machine.iommu import iommu_detach
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import enum
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Array, Atomic, Ptr, Slice, u8, u32, u64
from wrought.lang.core.static import static
from wrought.rt.lock import TicketLock

REASON_POWEROFF, REASON_REBOOT, REASON_SUSPEND, REASON_CRASH, REASON_WATCHDOG = 0, 1, 2, 3, 4
REASON_SOFT_RESET = 5
"""xen/public/sched.h, SHUTDOWN_…"""
PIECE_FRAMES = 512
"""Scrubbed at a time."""

dying = static(Atomic[u32])
"""Domains that have ended and not been taken apart."""
leaving = static(Array[Ptr[Domain] | None, MAX_DOMAINS])
"""Those of them that are in `domains` no longer, by their number."""
lock = static(TicketLock)
"""One CPU at a time takes domains apart."""


@enum(u8)
class Fate:
    """What is left to do after a step of `reap`."""

    NOTHING = 0
    MORE = 1
    """Call again."""
    RESTART = 2
    """The domain is gone; it is to be built anew."""
    HALT = 3
    """The machine is to be switched off."""
    WAIT = 4
    """Call again; other CPUs have to do something first."""


@fn
def reason_name(reason: u32) -> Slice[u8]:
    """For people."""
    match reason:
        case 0:
            return b"powers off"
        case 1:
            return b"reboots"
        case 2:
            return b"suspends"
        case 4:
            return b"is ended by its watchdog"
        case 5:
            return b"resets"
        case _:
            return b"has crashed"


@fn
def fault_of(reason: u32) -> Fault:
    """The fault that a reason for ending stands for."""
    if reason == REASON_CRASH:
        return Fault.CRASHED
    return Fault.WATCHDOG if reason == REASON_WATCHDOG else Fault.NONE


@fn
def shutdown_domain(domain: Ptr[Domain], reason: u32) -> None:
    """End a domain; the first reason counts.  From any CPU, by the domain itself too."""
    _, first = domain.state.compare_exchange(u8(DomainState.RUNNING), u8(DomainState.DYING),
                                             Order.ACQ_REL)
    if not first:
        return
    domain.shutdown_code = reason
    if domain.fault == Fault.NONE:
        domain.fault = fault_of(reason)
    if tells_of(domain, Level.INFO):
        print(f"{domain.label()} {reason_name(reason)}")
    for i in range(domain.vcpu_count):
        vcpu = domain.vcpu(u64(i))
        if vcpu is not None:
            sched_offline(vcpu)
    dying.add(1, Order.RELEASE)


@fn
def crash(vcpu: Ptr[Vcpu], fault: Fault, detail: u32) -> None:
    """End a guest for what it did or what befell it; all its registers are saved."""
    vcpu.domain.fault = fault
    if tells_of(vcpu.domain, Level.ERROR):
        show_crash(vcpu, fault, detail)
    shutdown_domain(vcpu.domain, REASON_CRASH)


@fn
def show_crash(vcpu: Ptr[Vcpu], fault: Fault, detail: u32) -> None:
    """Who, why, and all registers."""
    print(f"{vcpu.domain.label()}: vCPU {vcpu.id}: {fault} ({detail:#x}) at {vcpu.regs.pc:#x}, "
          f"pstate {vcpu.regs.pstate:#x}")
    for i in range(u64(31)):
        print(f"x{i}={vcpu.regs.x[i]:#x} ", end="")
        if i % 4 == 3 or i == 30:
            print("")


@fn
def action_of(domain: Ptr[Domain]) -> Action:
    """What the configuration wants done now."""
    match domain.shutdown_code:
        case 0:
            return domain.config.on_poweroff
        case 1:
            return domain.config.on_reboot
        case _:
            return domain.config.on_crash


@fn
def reap() -> tuple[Fate, Ptr[Domain] | None]:
    """One short step towards the end of a domain that is dying, if there is one."""
    if dying.load(Order.ACQUIRE) == 0 or not lock.try_enter():
        return Fate.NOTHING, None
    fate = Fate.NOTHING
    found: Ptr[Domain] | None = None
    for i in range(u64(MAX_DOMAINS)):
        domain = domains[i] if domains[i] is not None else leaving[i]
        if domain is not None and domain.state.load(Order.ACQUIRE) == u8(DomainState.DYING):
            step = reap_step(domain)
            if step != Fate.NOTHING:
                fate = step
                found = domain
            if step != Fate.NOTHING and step != Fate.WAIT:
                break
    lock.__exit__()
    return fate, found


@fn
def reap_step(domain: Ptr[Domain]) -> Fate:
    """Wait for its vCPUs, then free its memory, then all that was made for it."""
    # One of them may be about to start another (`start_vcpu`).
    with domain.lock:
        for i in range(domain.vcpu_count):
            vcpu = domain.vcpu(u64(i))
            if vcpu is not None and not sched_remove(vcpu):
                return Fate.NOTHING
    action = action_of(domain)
    if action == Action.HALT:
        # Nothing of the machine is used again.
        return Fate.HALT
    if not domain.quiet:
        domain.quiet = True
        # Devices first: they write where the guest could, until then.
        iommu_detach(domain)
        events_destroy(domain)
        console_ring_destroy(domain)
        return Fate.MORE
    if not grants_destroy(domain) or not ram_release(domain, PIECE_FRAMES):
        return Fate.MORE
    if not domain.hidden:
        hide(domain)
    if not grace_passed(domain.grace):
        return Fate.WAIT
    stage2_destroy(addr_of(domain.memory))
    destroy_domain(domain)
    leaving[domain.id] = None
    dying.sub(1, Order.RELEASE)
    match action:
        case Action.RESTART:
            return Fate.RESTART
        case _:
            domain.state.store(u8(DomainState.EMPTY), Order.RELEASE)
            return Fate.MORE


@fn
def hide(domain: Ptr[Domain]) -> None:
    """Let no CPU find the domain any more; those that have found it use it until its grace period
    has passed."""
    forget_interrupts(domain)
    domain.hidden = True
    leaving[domain.id] = domain
    domains[domain.id] = None
    domain.grace = grace_begin()


@fn
def give_up(domain: Ptr[Domain]) -> None:
    """Take apart a domain that could not be built; none of it has run."""
    for i in range(domain.vcpu_count):
        vcpu = domain.vcpu(u64(i))
        if vcpu is not None:
            sched_remove(vcpu)
    forget_interrupts(domain)
    iommu_detach(domain)
    events_destroy(domain)
    console_ring_destroy(domain)
    # Nothing of it has tables where building ended before there were any.
    if u64(domain.memory.root) != 0:
        while not grants_destroy(domain) or not ram_release(domain, PIECE_FRAMES):
            pass
        stage2_destroy(addr_of(domain.memory))
    destroy_domain(domain)
    domain.state.store(u8(DomainState.EMPTY), Order.RELEASE)
