"""What `/chosen` asks for: domains and their modules (Xen, docs/misc/arm/device-tree/booting.txt).

The texts and properties stay where they are, in the device tree.
"""

from __future__ import annotations

from wrought.hv.core.build.options import command_line, decimal, option, size_option
from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import fdt_find, next_child, node_name, property_of
from wrought.rt.fdt_tree import cell
from wrought.rt.fdt_values import equal_text, has_text, number, reg, text


@enum(u8)
class Action:
    """What becomes of a domain that ends."""

    DESTROY = 0
    """Its memory is freed."""
    RESTART = 1
    """It starts again from its images."""
    HALT = 2
    """The whole machine switches off with it: of a hardware domain."""


@struct
class Module:
    """A file that the boot loader has placed in memory."""

    start: u64
    size: u64
    """0 where there is none."""
    node: u64


@struct
class DomainConfig:
    """A domain as it was asked for."""

    node: u64
    """Its node, of modules under `/chosen` itself for dom0."""
    hardware: bool
    name: Slice[u8]
    memory: u64
    """Bytes of RAM; 0 where static memory says it, and as `vcpus`."""
    vcpus: u32
    """Of the hardware domain, 0 before that is worked out (`hardware.complete`)."""
    kernel: Module
    ramdisk: Module
    tree: Module
    """A device tree fragment."""
    bootargs: Slice[u8]
    uart: bool
    """It has an emulated PL011."""
    ring: bool
    """It has a console by Xen's ring."""
    direct: bool
    """Guest addresses are machine addresses."""
    enhanced: bool
    """It gets the node that says that it runs on Xen."""
    store: bool
    """And an event channel by which a store may come later."""
    static_memory: Slice[u8]
    """`xen,static-mem`: address and size cells."""
    affinity: u64
    """CPUs it may run on, 0 for all."""
    weight: u32
    cap: u32
    on_crash: Action
    on_poweroff: Action
    on_reboot: Action


@fn
def module_of(tree: Ptr[Fdt], parent: u64, kind: Slice[u8]) -> Module:
    """The first child of `parent` that is a module of that kind."""
    node = next_child(tree, parent, ABSENT)
    while node != ABSENT:
        if has_text(property_of(tree, node, b"compatible").data, kind):
            place = reg(tree, parent, node, 0)
            if place.found:
                return Module(place.address, place.size, node)
        node = next_child(tree, parent, node)
    return Module(0, 0, ABSENT)


@fn
def action(value: Slice[u8], default: Action) -> Action:
    """An action by name."""
    if equal_text(value, b"restart"):
        return Action.RESTART
    if equal_text(value, b"destroy"):
        return Action.DESTROY
    if equal_text(value, b"halt"):
        return Action.HALT
    return default


@fn
def cell_of(tree: Ptr[Fdt], node: u64, name: Slice[u8], default: u32) -> u32:
    """A property of one cell."""
    value = property_of(tree, node, name).data
    return cell(value, 0) if len(value) >= 4 else default


@fn
def memory_of(tree: Ptr[Fdt], node: u64) -> u64:
    """`memory`, in KiB in one or two cells, as bytes."""
    value = property_of(tree, node, b"memory").data
    if len(value) >= 8:
        return number(value, 0, 2) << 10
    return number(value, 0, 1) << 10 if len(value) == 4 else u64(0)


@fn
def read_modules(tree: Ptr[Fdt], config: Ptr[DomainConfig]) -> None:
    """Kernel, ramdisk and fragment, with the command line."""
    config.kernel = module_of(tree, config.node, b"multiboot,kernel")
    config.ramdisk = module_of(tree, config.node, b"multiboot,ramdisk")
    config.tree = module_of(tree, config.node, b"multiboot,device-tree")
    config.bootargs = b""
    if config.kernel.size != 0:
        args = property_of(tree, config.kernel.node, b"bootargs")
        if args.found:
            config.bootargs = text(args.data)


@fn
def read_common(tree: Ptr[Fdt], config: Ptr[DomainConfig]) -> None:
    """Properties that all domains may have, ours among them (`wrought,…`)."""
    node = config.node
    name = property_of(tree, node, b"wrought,name")
    if name.found:
        config.name = text(name.data)
    config.weight = cell_of(tree, node, b"wrought,weight", 256)
    config.cap = cell_of(tree, node, b"wrought,cap", 0)
    mask = property_of(tree, node, b"wrought,affinity").data
    if len(mask) >= 8:
        config.affinity = number(mask, 0, 2)
    elif len(mask) == 4:
        config.affinity = number(mask, 0, 1)
    config.on_crash = action(property_of(tree, node, b"wrought,on-crash").data, config.on_crash)
    config.on_poweroff = action(property_of(tree, node, b"wrought,on-poweroff").data,
                                config.on_poweroff)
    config.on_reboot = action(property_of(tree, node, b"wrought,on-reboot").data,
                              config.on_reboot)


@fn
def guest_config(tree: Ptr[Fdt], node: u64) -> DomainConfig:
    """The domain of a `xen,domain` node."""
    config = zeroed(DomainConfig)
    config.node = node
    config.name = node_name(tree, node)
    config.memory = memory_of(tree, node)
    config.vcpus = cell_of(tree, node, b"cpus", 1)
    config.uart = property_of(tree, node, b"vpl011").found
    config.ring = equal_text(property_of(tree, node, b"wrought,console").data, b"pv")
    config.direct = property_of(tree, node, b"direct-map").found
    enhanced = property_of(tree, node, b"xen,enhanced")
    config.enhanced = not equal_text(enhanced.data, b"disabled")
    config.store = enhanced.found and (len(enhanced.data) == 0
                                       or equal_text(enhanced.data, b"enabled"))
    config.static_memory = property_of(tree, node, b"xen,static-mem").data
    config.on_crash = Action.DESTROY
    config.on_poweroff = Action.DESTROY
    config.on_reboot = Action.RESTART
    read_modules(tree, addr_of(config))
    read_common(tree, addr_of(config))
    return config


@fn
def read_hardware(tree: Ptr[Fdt], config: Ptr[DomainConfig]) -> None:
    """Memory and vCPUs: our own properties, else the hypervisor's command line."""
    options = command_line(tree)
    config.memory = size_option(options, b"dom0_mem=")
    config.vcpus = trunc(u32, decimal(option(options, b"dom0_max_vcpus=")))
    memory = property_of(tree, config.node, b"wrought,dom0-memory").data
    if len(memory) >= 8:
        config.memory = number(memory, 0, 2) << 10
    config.vcpus = cell_of(tree, config.node, b"wrought,dom0-cpus", config.vcpus)


@fn
def hardware_config(tree: Ptr[Fdt]) -> DomainConfig:
    """dom0, whose modules stand in `/chosen` itself; no kernel where none is wanted."""
    config = zeroed(DomainConfig)
    config.node = fdt_find(tree, b"/chosen")
    config.hardware = True
    config.name = b"dom0"
    config.direct = True
    config.enhanced = True
    config.on_crash = Action.HALT
    config.on_poweroff = Action.HALT
    config.on_reboot = Action.HALT
    if config.node == ABSENT:
        return config
    read_modules(tree, addr_of(config))
    read_common(tree, addr_of(config))
    read_hardware(tree, addr_of(config))
    args = property_of(tree, config.node, b"xen,dom0-bootargs")
    if args.found:
        config.bootargs = text(args.data)
    return config


@fn
def next_guest(tree: Ptr[Fdt], after: u64) -> u64:
    """The `xen,domain` node under `/chosen` behind `after` (ABSENT: the first), or ABSENT."""
    chosen = fdt_find(tree, b"/chosen")
    if chosen == ABSENT:
        return ABSENT
    node = next_child(tree, chosen, after)
    while node != ABSENT:
        if has_text(property_of(tree, node, b"compatible").data, b"xen,domain"):
            return node
        node = next_child(tree, chosen, node)
    return ABSENT
