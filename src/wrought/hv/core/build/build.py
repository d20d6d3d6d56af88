"""Building a domain: memory, images, device tree, vCPUs.  The same code runs at EL2 and, on the
host in simulated memory, in `wrought check`."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.hv.abi.hvm import CALLBACK_PPI, Param
from wrought.hv.abi.layout import GuestLayout
from wrought.hv.core.build.channels import keep_channels
from wrought.hv.core.build.config import DomainConfig, Module
from wrought.hv.core.build.hardware import complete, give_board
from wrought.hv.core.build.host import host
from wrought.hv.core.build.image import ALIGN, ImageKind
from wrought.hv.core.build.load import load
from wrought.hv.core.build.load_kernel import load_kernel, look_at_kernel
from wrought.hv.core.build.load_tree import Places, load_tree, tree_room
from wrought.hv.core.build.memory_map import Bank, MemoryMap
from wrought.hv.core.build.passthrough import give_devices
from wrought.hv.core.build.ram import give_ram, give_ram_direct, give_static
from wrought.hv.core.build.result import Built
from wrought.hv.core.build.shared_memory import give_shared
from wrought.hv.core.console_ring import console_ring_init
from wrought.hv.core.domain import MAX_VCPUS, Domain, DomainState
from wrought.hv.core.events import event_open_unbound
from wrought.hv.core.events_life import events_init
from wrought.hv.core.grants_life import grants_init
from wrought.hv.core.hvm_op import set_param
from wrought.hv.core.sched_admin import sched_add
from wrought.hv.core.stage2 import stage2_new
from wrought.hv.machine.guest import (
    guest_layout,
    ipa_bits,
    most_vcpus,
    new_vcpu,
    prepare_domain,
    start_vcpu,
)
from wrought.hv.machine.memory import bytes_at
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u16, u32, u64

LOW = 128 << 20
"""Ramdisk and tree lie below this much of the first bank, where any boot code finds them."""
MAX_GUEST = 1 << 40
NOT_YET = 0xFFFF_FFFF_FFFF_FFFF
"""STORE_PFN of a store that is still to come (Xen, docs/features/dom0less.pandoc)."""


@fn
def module_bytes(module: Module) -> Slice[u8]:
    """A module's contents."""
    return bytes_at(Hpa(module.start), module.size)


@fn
def give_memory(domain: Ptr[Domain], map: Ptr[MemoryMap]) -> bool:
    """RAM as configured."""
    config = addr_of(domain.config)
    if len(config.static_memory) > 0:
        return give_static(domain, map, config.static_memory)
    if config.memory == 0 or config.memory > MAX_GUEST:
        return False
    size = config.memory + 0xFFF & ~u64(0xFFF)
    if domain.direct:
        return give_ram_direct(domain, map, size)
    return give_ram(domain, map, size)


@fn
def place_in(bank: Bank, config: Ptr[DomainConfig], memory: u64, offset: u64, tree_size: u64,
             places: Ptr[Places]) -> bool:
    """Kernel at the bottom of the bank, tree and ramdisk as high as LOW allows, the ramdisk below
    the tree."""
    first = bank.start + ALIGN - 1 & ~u64(ALIGN - 1)
    places.kernel = first + offset
    end = bank.start + bank.size
    low = min(end, max(bank.start + LOW, places.kernel + memory + config.ramdisk.size
                       + tree_size + 2 * ALIGN))
    need = tree_size + config.ramdisk.size + 2 * ALIGN + offset + memory
    if first >= end or need > low - first:
        return False
    places.tree = low - tree_size & ~u64(ALIGN - 1)
    places.ramdisk = places.tree - config.ramdisk.size & ~u64(0xFFF)
    return places.ramdisk >= places.kernel + memory


@fn
def place(config: Ptr[DomainConfig], map: Ptr[MemoryMap], memory: u64, offset: u64,
          tree_size: u64, places: Ptr[Places]) -> bool:
    """Choose the first bank that has room for all of it."""
    for i in range(map.count):
        if place_in(map.banks[i], config, memory, offset, tree_size, places):
            return True
    return False


@fn
def load_images(domain: Ptr[Domain], map: Ptr[MemoryMap], places: Ptr[Places]) -> Built:
    """Kernel and ramdisk."""
    config = addr_of(domain.config)
    if config.kernel.size == 0:
        return Built.NO_KERNEL
    data = module_bytes(config.kernel)
    image = look_at_kernel(domain, data)
    if image.kind == ImageKind.UNKNOWN:
        return Built.BAD_KERNEL
    if not place(config, map, image.memory, image.text_offset, tree_room(domain), places):
        return Built.KERNEL_TOO_LARGE
    result = load_kernel(domain, places.kernel, data, addr_of(image))
    if result != Built.OK:
        return result
    if config.ramdisk.size != 0:
        if not load(domain, places.ramdisk, module_bytes(config.ramdisk)):
            return Built.KERNEL_TOO_LARGE
    return Built.OK


@fn
def make_vcpus(domain: Ptr[Domain]) -> Built:
    """All vCPUs, switched off."""
    config = addr_of(domain.config)
    for i in range(config.vcpus):
        vcpu = new_vcpu(domain, i)
        if vcpu is None:
            return Built.NO_MEMORY
        vcpu.sched.affinity = config.affinity
        vcpu.sched.weight = config.weight
        vcpu.sched.cap = trunc(u16, config.cap)
        if not sched_add(vcpu):
            return Built.NO_AFFINITY
    return Built.OK


@fn
def build(domain: Ptr[Domain], id: u16, config: Ptr[DomainConfig]) -> Built:
    """Fill a zeroed domain and start its first vCPU.  On failure the caller ends it."""
    domain.id = id
    if config.hardware:
        complete(config)
    domain.config = config[0]
    domain.hardware = config.hardware
    domain.direct = config.direct
    domain.set_name(config.name)
    domain.state.store(u8(DomainState.BUILDING), Order.RELAXED)
    if config.vcpus == 0 or config.vcpus > min(u32(MAX_VCPUS), most_vcpus()):
        return Built.BAD_VCPUS
    layout = guest_layout(config.hardware or config.direct, config.uart)
    if not stage2_new(addr_of(domain.memory), id + 1, ipa_bits()):
        return Built.NO_MEMORY
    if not prepare_domain(domain, addr_of(layout)):
        return Built.NO_DEVICES
    if not events_init(domain) or not grants_init(domain):
        return Built.NO_MEMORY
    kept = keep_channels(domain)
    if kept != Built.OK:
        return kept
    if not open_channels(domain):
        return Built.NO_MEMORY
    return fill(domain, addr_of(layout))


@fn
def open_channels(domain: Ptr[Domain]) -> bool:
    """Channels that the domain finds by its parameters: of a store, which Linux from 5.19 on then
    waits for in the background, and of its console."""
    config = addr_of(domain.config)
    set_param(domain, Param.CALLBACK_IRQ, u64(CALLBACK_PPI) << 56 | u64(domain.upcall))
    if config.store:
        port = event_open_unbound(domain, 0)
        if port == 0:
            return False
        set_param(domain, Param.STORE_EVTCHN, u64(port))
        set_param(domain, Param.STORE_PFN, NOT_YET)
    return not config.ring or console_ring_init(domain)


@fn
def most_tables(domain: Ptr[Domain]) -> u32:
    """Frames of tables that a domain may come to: all its RAM in single pages needs half of what
    is allowed for it, the rest is for what it maps of others."""
    return domain.memory.tables + trunc(u32, domain.frames // 256) + 64


@fn
def fill(domain: Ptr[Domain], layout: Ptr[GuestLayout]) -> Built:
    """Memory with everything in it, then the vCPUs."""
    map = zeroed(MemoryMap)
    places = zeroed(Places)
    if not give_memory(domain, addr_of(map)):
        return Built.NO_MEMORY
    result = give_board(domain) if domain.hardware else give_devices(domain, layout, host.gic)
    if result == Built.OK:
        result = give_shared(domain, layout)
    if result == Built.OK:
        result = load_images(domain, addr_of(map), addr_of(places))
    if result == Built.OK:
        result = load_tree(domain, addr_of(map), layout, addr_of(places))
    if result == Built.OK:
        result = make_vcpus(domain)
    if result != Built.OK:
        return result
    domain.max_frames = domain.frames
    domain.memory.max_tables = most_tables(domain)
    domain.entry = places.kernel
    domain.tree = places.tree
    return Built.OK


@fn
def start(domain: Ptr[Domain]) -> None:
    """Let it run from its entry."""
    domain.starts += 1
    domain.state.store(u8(DomainState.RUNNING), Order.RELEASE)
    vcpu = domain.vcpu(0)
    if vcpu is not None:
        start_vcpu(vcpu, domain.entry, domain.tree)
