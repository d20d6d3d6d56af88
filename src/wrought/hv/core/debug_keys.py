"""Commands typed at the hypervisor itself: what domains, vCPUs and memory are doing."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE
from wrought.hv.core.build.config import DomainConfig
from wrought.hv.core.domain import Domain, DomainState, Vcpu, domains
from wrought.hv.core.frames import free_count, total_count
from wrought.hv.core.life import REASON_REBOOT, shutdown_domain
from wrought.hv.core.log import change_level
from wrought.hv.machine.cpu import cpu_count, nanoseconds, now
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, unroll
from wrought.lang.core.scalars import Ptr, Slice, u8, u64

EXITS = (b"hypercalls", b"firmware", b"interrupts", b"mmio", b"registers", b"waits", b"float",
         b"fetches", b"undefined", b"serrors")
"""By `Vcpu.exits`."""
NAMED = tuple(enumerate(EXITS))


@fn
def debug_key(byte: u8) -> None:
    """Do what a key asks for."""
    match byte:
        case 113:
            show_domains()
        case 109:
            show_memory()
        case 43:
            change_level(1)
        case 45:
            change_level(-1)
        case 82:
            reboot_all()
        case _:
            print("keys: q domains and vCPUs, m memory, + more messages, - fewer, "
                  "R restart all domains")


@fn
def state_name(state: u8) -> Slice[u8]:
    """For people and tools."""
    match state:
        case 0:
            return b"offline"
        case 1:
            return b"runnable"
        case 2:
            return b"running"
        case _:
            return b"blocked"


@fn
def show_domains() -> None:
    """A line a domain, a line a vCPU; `key=value` for tools."""
    print(f"time={nanoseconds(now())} cpus={cpu_count()}")
    for domain in domains:
        if domain is not None and domain.state.load(Order.ACQUIRE) != u8(DomainState.EMPTY):
            show_domain(domain)


@fn
def show_domain(domain: Ptr[Domain]) -> None:
    """One domain."""
    print(f"domain={domain.id} name={domain.label()} vcpus={domain.vcpu_count} "
          f"memory={domain.frames * 4}K tables={domain.memory.tables * 4}K "
          f"starts={domain.starts}")
    for i in range(domain.vcpu_count):
        vcpu = domain.vcpu(u64(i))
        if vcpu is not None:
            show_vcpu(vcpu)


@fn
def show_vcpu(vcpu: Ptr[Vcpu]) -> None:
    """State and exits by class."""
    print(f"vcpu={vcpu.domain.label()}.{vcpu.id} cpu={vcpu.cpu} "
          f"state={state_name(vcpu.state.load(Order.RELAXED))}", end="")
    for i, name in unroll(NAMED):
        if vcpu.exits[i] != 0:
            print(f" {name}={vcpu.exits[i]}", end="")
    print("")


@fn
def show_memory() -> None:
    """What there is, what is free, and what the hypervisor keeps for itself, in KiB."""
    total = total_count()
    free = free_count()
    given: u64 = 0
    for domain in domains:
        if domain is not None:
            given += domain.frames + files_of(addr_of(domain.config))
    print(f"memory={total * 4}K free={free * 4}K kept={(total - free - given) * 4}K")


@fn
def files_of(config: Ptr[DomainConfig]) -> u64:
    """Frames of the files that the boot loader placed for a domain."""
    return (config.kernel.size + PAGE - 1) // PAGE + (
        config.ramdisk.size + PAGE - 1) // PAGE + (config.tree.size + PAGE - 1) // PAGE


@fn
def reboot_all() -> None:
    """Restart every domain that may restart."""
    for domain in domains:
        if domain is not None and not domain.hardware:
            shutdown_domain(domain, REASON_REBOOT)
