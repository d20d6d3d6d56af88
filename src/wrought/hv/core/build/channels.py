"""Event channels that are there from the start: `xen,evtchn-v1` nodes of two domains, each of
which names its port and the other node (Xen, docs/misc/arm/device-tree/booting.txt)."""

from __future__ import annotations

from wrought.hv.core.build.host import host
from wrought.hv.core.build.result import Built
from wrought.hv.core.domain import Domain, domains
from wrought.hv.core.events import event_bind_static, event_keep_static, event_wait_static
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import node_name, property_of
from wrought.rt.fdt_tree import cell, find_phandle, phandle_of
from wrought.rt.fdt_values import next_compatible_child

KIND = b"xen,evtchn-v1"


@struct
class ChannelEnd:
    """One node."""

    port: u32
    """0 where the node says none."""
    other: u64
    """The other end's node, or ABSENT."""


@fn
def end_of(tree: Ptr[Fdt], node: u64) -> ChannelEnd:
    """What a node says."""
    value = property_of(tree, node, b"xen,evtchn").data
    if len(value) != 8:
        return ChannelEnd(0, ABSENT)
    return ChannelEnd(cell(value, 0), find_phandle(tree, cell(value, 1)))


@fn
def is_pair(tree: Ptr[Fdt], node: u64, end: ChannelEnd) -> bool:
    """Whether the other end names this one."""
    return (end.other != ABSENT and end.other != node
            and end_of(tree, end.other).other == node and phandle_of(tree, node) != 0)


@fn
def keep_channels(domain: Ptr[Domain]) -> Built:
    """Keep the ports of its channels from being given to others; before the domain has any."""
    tree = host.tree
    if tree is None:
        return Built.OK
    node = next_compatible_child(tree, domain.config.node, ABSENT, KIND)
    while node != ABSENT:
        end = end_of(tree, node)
        if not is_pair(tree, node, end) or not event_keep_static(domain, end.port):
            print(f"{domain.label()}: channel {node_name(tree, node)}")
            return Built.BAD_CHANNEL
        node = next_compatible_child(tree, domain.config.node, node, KIND)
    return Built.OK


@fn
def owner_of(tree: Ptr[Fdt], end: u64) -> Ptr[Domain] | None:
    """The domain in whose node a channel's node lies."""
    for domain in domains:
        if domain is not None:
            node = next_compatible_child(tree, domain.config.node, ABSENT, KIND)
            while node != ABSENT:
                if node == end:
                    return domain
                node = next_compatible_child(tree, domain.config.node, node, KIND)
    return None


@fn
def bind_channels(domain: Ptr[Domain]) -> None:
    """Connect its channels with the domains at the other ends, those that are there; to call when
    a domain has been built, and again for a domain that was built anew."""
    tree = host.tree
    if tree is None:
        return
    node = next_compatible_child(tree, domain.config.node, ABSENT, KIND)
    while node != ABSENT:
        end = end_of(tree, node)
        peer = owner_of(tree, end.other)
        if peer is not None:
            port = end_of(tree, end.other).port
            if not event_bind_static(domain, end.port, peer, port):
                event_wait_static(domain, end.port, peer.id)
        node = next_compatible_child(tree, domain.config.node, node, KIND)
