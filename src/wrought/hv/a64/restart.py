"""Ended domains are taken apart, and built anew where they are to restart."""

from __future__ import annotations

from wrought.hv.a64.guest import DOMAIN_FRAMES
from wrought.hv.abi.address import Hpa
from wrought.hv.core.build.build import build, start
from wrought.hv.core.build.channels import bind_channels
from wrought.hv.core.build.result import Built, explain
from wrought.hv.core.domain import Domain, domains
from wrought.hv.core.life import REASON_REBOOT, Fate, give_up, reap
from wrought.hv.core.log import Level, tells_of
from wrought.hv.machine.memory import zero_frames
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Never, Ptr, u64
from wrought.rt.a64.psci import system_off, system_reset


@fn
def housekeeping() -> bool:
    """One short step of what is left to do besides running guests; whether there is more."""
    fate, domain = reap()
    if domain is None or fate == Fate.NOTHING:
        return False
    match fate:
        case Fate.RESTART:
            rebuild(domain)
        case Fate.HALT:
            stop_machine(domain)
        case _:
            pass
    return True


@fn
def stop_machine(domain: Ptr[Domain]) -> Never:
    """With a domain whose end is the machine's."""
    if domain.shutdown_code == REASON_REBOOT:
        print(f"the machine starts anew with {domain.label()}")
        system_reset()
    print(f"the machine is switched off with {domain.label()}")
    system_off()


@fn
def rebuild(domain: Ptr[Domain]) -> None:
    """Start a domain again from its images."""
    id = domain.id
    config = domain.config
    starts = domain.starts
    zero_frames(Hpa(u64(domain)), DOMAIN_FRAMES)
    result = build(domain, id, addr_of(config))
    if result != Built.OK:
        print(f"{domain.label()} can't be restarted: {explain(result)}")
        give_up(domain)
        return
    domain.starts = starts
    domains[id] = domain
    bind_channels(domain)
    if tells_of(domain, Level.INFO):
        print(f"{domain.label()} restarts")
    start(domain)
