"""A domain's device tree, written and put into its memory."""

from __future__ import annotations

from wrought.hv.abi.layout import GuestLayout
from wrought.hv.core.build.guest_tree import GIC_PHANDLE, TreeFacts, write_guest_tree
from wrought.hv.core.build.hardware import hardware_tree_room, write_hardware_tree
from wrought.hv.core.build.load import load
from wrought.hv.core.build.memory_map import MemoryMap
from wrought.hv.core.build.passthrough import open_fragment
from wrought.hv.core.build.passthrough_tree import gic_phandle_of, write_fragment
from wrought.hv.core.build.result import Built
from wrought.hv.core.domain import Domain
from wrought.hv.core.frames import alloc_frames, free_scrubbed
from wrought.hv.machine.memory import bytes_at
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_write import FdtWriter, begin_tree

TREE_BYTES = 64 << 10
"""Room for an ordinary guest's tree, without its fragment."""


@struct
class Places:
    """Guest addresses of what was loaded."""

    kernel: u64
    tree: u64
    ramdisk: u64


@fn
def tree_room(domain: Ptr[Domain]) -> u64:
    """Bytes in which its tree is written, whole pages."""
    if domain.hardware:
        return hardware_tree_room()
    return TREE_BYTES + domain.config.tree.size + 0xFFF & ~u64(0xFFF)


@fn
def write_tree(domain: Ptr[Domain], blob: Slice[u8], facts: Ptr[TreeFacts]) -> u64:
    """The tree in `blob`: its bytes, 0 where it does not fit."""
    config = addr_of(domain.config)
    writer = zeroed(FdtWriter)
    w = addr_of(writer)
    if domain.hardware:
        return write_hardware_tree(w, blob, config, facts)
    fragment = zeroed(Fdt)
    if config.tree.size != 0:
        if not open_fragment(domain, addr_of(fragment)):
            return 0
        facts.gic_phandle = gic_phandle_of(addr_of(fragment))
    begin_tree(w, blob)
    write_guest_tree(w, config, facts)
    if config.tree.size != 0 and not write_fragment(w, addr_of(fragment)):
        return 0
    writer.end()
    return writer.finish()


@fn
def load_tree(domain: Ptr[Domain], map: Ptr[MemoryMap], layout: Ptr[GuestLayout],
              places: Ptr[Places]) -> Built:
    """Write the guest's device tree and put it into its memory."""
    frames = tree_room(domain) >> 12
    at = alloc_frames(frames, 1)
    if u64(at) == 0:
        return Built.NO_MEMORY
    blob = bytes_at(at, frames << 12)
    facts = TreeFacts(map, layout, places.ramdisk, domain.config.ramdisk.size, 0, GIC_PHANDLE)
    size = write_tree(domain, blob, addr_of(facts))
    done = size != 0 and load(domain, places.tree, blob[:size])
    free_scrubbed(at, frames)
    return Built.OK if done else Built.TREE_TOO_LARGE
