"""What building the hardware domain needs besides what every domain needs."""

from __future__ import annotations

from wrought.hv.abi.address import PAGE_SHIFT
from wrought.hv.abi.layout import GICR_STRIDE
from wrought.hv.core.build.config import DomainConfig
from wrought.hv.core.build.guest_tree import TreeFacts
from wrought.hv.core.build.host import host
from wrought.hv.core.build.host_devices import map_devices
from wrought.hv.core.build.host_interrupts import route_all
from wrought.hv.core.build.host_tree import MOST, host_tree_room, write_host_tree
from wrought.hv.core.build.result import Built
from wrought.hv.core.domain import MAX_VCPUS, Domain
from wrought.hv.core.frames import free_count
from wrought.hv.machine.guest import guest_layout, most_vcpus
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt_write import FdtWriter

USUAL_MEMORY = 512 << 20
"""Of a hardware domain for which nothing is said, as Xen gives it; less where half of what is
free is less."""


@fn
def complete(config: Ptr[DomainConfig]) -> None:
    """Fill in what was not said: memory, and a vCPU for every CPU that it can have."""
    board = host.board
    if config.memory == 0 and len(config.static_memory) == 0:
        config.memory = min(USUAL_MEMORY, free_count() << PAGE_SHIFT >> 1) & ~u64((2 << 20) - 1)
    if config.vcpus == 0 and board is not None:
        config.vcpus = min(board.cpu_count, min(u32(MAX_VCPUS), most_vcpus()))
        layout = guest_layout(True, False)
        if layout.version == 3:
            config.vcpus = min(config.vcpus, trunc(u32, layout.gicr_size // GICR_STRIDE))


@fn
def give_board(domain: Ptr[Domain]) -> Built:
    """Map the board's devices into the hardware domain, and route their interrupts."""
    tree = host.tree
    if tree is None or host.gic == ABSENT:
        return Built.NO_BOARD
    if host.left_out != 0:
        return Built.TOO_MANY_DEVICES
    if not map_devices(domain, tree, host.gic):
        return Built.NO_MEMORY
    route_all(domain, tree, host.gic)
    return Built.OK


@fn
def hardware_tree_room() -> u64:
    """Bytes in which its device tree is written; more than MOST where there is no board."""
    tree = host.tree
    return host_tree_room(tree) if tree is not None else u64(2 * MOST)


@fn
def write_hardware_tree(w: Ptr[FdtWriter], blob: Slice[u8], config: Ptr[DomainConfig],
                        facts: Ptr[TreeFacts]) -> u64:
    """Its device tree; the bytes, 0 where it does not fit."""
    tree = host.tree
    if tree is None or len(blob) > MOST:
        return 0
    return write_host_tree(w, blob, tree, host.gic, host.console, config, facts)
