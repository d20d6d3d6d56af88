"""Building all domains that the device tree asks for."""

from __future__ import annotations

from wrought.hv.core.build.build import build, start
from wrought.hv.core.build.channels import bind_channels
from wrought.hv.core.build.config import (
    DomainConfig,
    guest_config,
    hardware_config,
    next_guest,
)
from wrought.hv.core.build.result import Built, explain
from wrought.hv.core.build.survey import survey
from wrought.hv.core.console_input import move_focus
from wrought.hv.core.domain import MAX_DOMAINS, domains
from wrought.hv.core.life import give_up
from wrought.hv.core.log import Level, tells
from wrought.hv.machine.guest import new_domain
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc
from wrought.lang.core.scalars import Array, Ptr, u16, u64
from wrought.lang.core.static import static
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt

outcomes = static(Array[Built, MAX_DOMAINS])
"""How building each domain ended, by its number."""


@fn
def build_all(tree: Ptr[Fdt]) -> None:
    """The hardware domain first, then the others in the tree's order; then all start.
    What is typed goes to the hardware domain at first."""
    survey(tree)
    first = hardware_config(tree)
    if first.kernel.size != 0:
        build_one(0, addr_of(first))
    id: u64 = 1
    node = next_guest(tree, ABSENT)
    while node != ABSENT and id < MAX_DOMAINS:
        config = guest_config(tree, node)
        build_one(id, addr_of(config))
        id += 1
        node = next_guest(tree, node)
    for domain in domains:
        if domain is not None:
            bind_channels(domain)
    for domain in domains:
        if domain is not None:
            start(domain)
    if domains[0] is not None:
        move_focus()


@fn
def build_one(id: u64, config: Ptr[DomainConfig]) -> None:
    """Enter a domain into the list; one that can't be built is named and left out."""
    domain = new_domain()
    if domain is None:
        print(f"{config.name}: no memory for the domain itself")
        outcomes[id] = Built.NO_MEMORY
        return
    result = build(domain, trunc(u16, id), config)
    outcomes[id] = result
    if result == Built.OK:
        domains[id] = domain
        if tells(Level.INFO):
            print(f"{config.name}: domain {id}, {domain.frames >> 8} MB, {config.vcpus} vCPUs")
        return
    print(f"{config.name} is not started: {explain(result)}")
    give_up(domain)
