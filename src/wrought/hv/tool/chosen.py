"""`/chosen` as Xen on Arm reads it (docs/misc/arm/device-tree/booting.txt).

Properties of our own, all optional; Xen passes over them:

- of `/chosen`: `wrought,scheduler` ("null", "fair"), `wrought,log-level` ("error" … "debug");
  of the hardware domain, whose node `/chosen` is: `wrought,name`, those below, and
  `wrought,dom0-memory` (KiB, two cells) and `wrought,dom0-cpus` (one), which Xen's command line
  has as `dom0_mem` and `dom0_max_vcpus`;
- of a domain: `wrought,affinity` (a mask of CPUs, two cells), `wrought,weight` (256 is usual),
  `wrought,cap` (percent of one CPU, 0 is none), `wrought,on-crash`, `wrought,on-poweroff`,
  `wrought,on-reboot` ("restart", "destroy", "halt"), and `wrought,console` ("pv") for a console
  by Xen's ring.

A domain's name is its node's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wrought.hv.tool.devicetree import Node, Tree, number64, strings, words
from wrought.hv.tool.initramfs import READY
from wrought.hv.tool.quantities import Range
from wrought.hv.tool.schema import Channel, Console, Domain, End, Partition, SharedMemory

KINDS = ("kernel", "ramdisk", "device-tree")
Modules = Mapping[tuple[int, str], Range]
"""Where the files lie: by the domain's number and the kind."""
XEN_SCHEDULERS = {"null": "null", "fair": "credit2"}
XEN_LEVELS = {"error": "error", "warning": "warning", "info": "info", "debug": "all"}

__all__ = ["KINDS", "READY", "Modules", "describe", "kernel_arguments", "xen_arguments"]


class _Ends(NamedTuple):
    """What ends mean where nothing is said; they need no property."""

    on_crash: End = End.DESTROY
    on_poweroff: End = End.DESTROY
    on_reboot: End = End.RESTART


def describe(tree: Tree, partition: Partition, modules: Modules) -> None:
    """Add the partition to the board's tree."""
    chosen = tree.root.child("chosen")
    # U-Boot's or QEMU's own would be taken for the hardware domain's.
    for name in ("bootargs", "linux,initrd-start", "linux,initrd-end"):
        chosen.props.pop(name, None)
    chosen.props |= {"#address-cells": words(2), "#size-cells": words(2),
                     "xen,xen-bootargs": strings(xen_arguments(partition)),
                     "wrought,scheduler": strings(partition.hypervisor.scheduler),
                     "wrought,log-level": strings(partition.hypervisor.log_level)}
    if partition.hypervisor.console:
        chosen.props["stdout-path"] = strings(partition.hypervisor.console)
    nodes: dict[str, Node] = {}
    for i, domain in enumerate(partition.domain):
        node = chosen if domain.hardware else chosen.child(domain.name)
        nodes[domain.name] = node
        if domain.hardware:
            _hardware(node, domain)
        else:
            _guest(node, domain)
        _options(node, domain)
        _modules(node, i, domain, modules)
    _shared(nodes, partition.shared_memory)
    _channels(tree, nodes, partition.channel)


def xen_arguments(partition: Partition) -> str:
    """The hypervisor's command line, in Xen's words."""
    options = partition.hypervisor
    level = XEN_LEVELS[options.log_level]
    parts = ["console=dtuart", f"sched={XEN_SCHEDULERS[options.scheduler]}", f"loglvl={level}",
             f"guest_loglvl={level}"]
    for domain in partition.domain:
        if domain.hardware:
            parts += [f"dom0_mem={domain.size >> 10}K", f"dom0_max_vcpus={domain.vcpus}"]
    return " ".join([*parts, options.bootargs]).strip()


def kernel_arguments(domain: Domain) -> str:
    """A kernel's command line: its own, or one that fits its console and ramdisk."""
    if domain.bootargs is not None:
        return domain.bootargs
    pv = domain.hardware or domain.console is Console.PV
    parts = ["console=hvc0"] if pv else (
        ["console=ttyAMA0"] if domain.console is Console.VPL011 else [])
    if domain.ramdisk == "busybox":
        parts.append("rdinit=/init")
    return " ".join(parts)


def _guest(node: Node, domain: Domain) -> None:
    node.props |= {"compatible": strings("xen,domain"), "#address-cells": words(2),
                   "#size-cells": words(2), "cpus": words(domain.vcpus),
                   "memory": number64(domain.size >> 10),
                   "xen,enhanced": strings(_enhanced(domain))}
    if domain.console is Console.VPL011:
        node.props["vpl011"] = b""
    elif domain.console is Console.PV:
        node.props["wrought,console"] = strings("pv")
    if domain.static_memory:
        node.props |= {"#xen,static-mem-address-cells": words(2),
                       "#xen,static-mem-size-cells": words(2),
                       "xen,static-mem": b"".join(number64(*piece)
                                                  for piece in domain.static_memory)}
    if domain.direct_map:
        node.props["direct-map"] = b""


def _enhanced(domain: Domain) -> str:
    """Event channels and grants, without a store that only a dom0 provides.

    With a console ring its channel is there all the same: Linux numbers interrupts of events from
    0 on, and its console takes 0 for none and polls.
    """
    return "enabled" if domain.console is Console.PV else "no-xenstore"


def _hardware(chosen: Node, domain: Domain) -> None:
    chosen.props |= {"wrought,name": strings(domain.name),
                     "wrought,dom0-memory": number64(domain.size >> 10),
                     "wrought,dom0-cpus": words(domain.vcpus),
                     "xen,dom0-bootargs": strings(kernel_arguments(domain))}


def _options(node: Node, domain: Domain) -> None:
    """Our own properties, where they say something."""
    if domain.affinity:
        node.props["wrought,affinity"] = number64(sum(1 << cpu for cpu in set(domain.affinity)))
    if domain.weight != 256:
        node.props["wrought,weight"] = words(domain.weight)
    if domain.cap:
        node.props["wrought,cap"] = words(domain.cap)
    usual = _Ends()
    for name in usual._fields:
        end = getattr(domain, name)
        if end is not getattr(usual, name):
            node.props[f"wrought,{name.replace('_', '-')}"] = strings(end)


def _modules(node: Node, i: int, domain: Domain, modules: Modules) -> None:
    for kind in KINDS:
        place = modules.get((i, kind))
        if place is None:
            continue
        module = node.child(f"module@{place.start:x}")
        module.props = {"compatible": strings(f"multiboot,{kind}", "multiboot,module"),
                        "reg": number64(*place)}
        arguments = kernel_arguments(domain)
        if kind == "kernel" and arguments:
            module.props["bootargs"] = strings(arguments)


def _shared(nodes: Mapping[str, Node], regions: Sequence[SharedMemory]) -> None:
    for region in regions:
        for name in region.domains:
            node = nodes[name].child(f"shared-memory@{region.memory.start:x}")
            role = "owner" if name == region.domains[0] else "borrower"
            node.props = {"compatible": strings("xen,domain-shared-memory-v1"),
                          "role": strings(role), "xen,shm-id": strings(region.name),
                          "xen,shared-mem": number64(region.memory.start, region.guest.start,
                                                     region.memory.size)}


def _channels(tree: Tree, nodes: Mapping[str, Node], channels: Sequence[Channel]) -> None:
    """Each side's node names its port and the other side's node."""
    handle = max((node.cell("phandle", 0) for _, node in tree.root.walk()), default=0)
    for channel in channels:
        first, second = channel.between
        for side, own, other in ((first, handle + 1, handle + 2), (second, handle + 2, handle + 1)):
            node = nodes[side.domain].child(f"evtchn@{side.port:x}")
            node.props = {"compatible": strings("xen,evtchn-v1"),
                          "xen,evtchn": words(side.port, other), "phandle": words(own)}
        handle += 2
