"""What a guest's device tree says: memory, console, interrupt controller, timers, hypervisor."""

from __future__ import annotations

from wrought.hv.guest.space import map_memory
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, slice_from, trunc
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u32, u64
from wrought.lang.core.static import static
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import ROOT, Check, Fdt, open_tree, total_size
from wrought.rt.fdt_find import fdt_find, next_child, property_of
from wrought.rt.fdt_values import equal_text, find_compatible, number, reg

PPI = 16
"""The interrupt number of the device tree's PPI 0 (Arm GIC binding)."""
CPUS = 8
"""vCPUs that a guest may have."""


@struct
class Board:
    """Addresses are guest-physical, interrupts are INTIDs; 0 where there is none."""

    uart: u64
    gic: u32
    """Version of the interrupt controller: 2 or 3."""
    distributor: u64
    redistributors: u64
    cpu_interface: u64
    """GICC of version 2."""
    virtual_timer: u32
    physical_timer: u32
    xen: bool
    """Whether there is a hypervisor node that speaks Xen's ABI."""
    event_interrupt: u32
    grant_frames: u64
    """The region for the grant table that the hypervisor node offers."""
    cpus: u32
    memory: u64
    memory_size: u64
    """The first range of memory."""


board = static(Board)
tree = static(Fdt)
mpidrs = static(Array[u64, CPUS])
"""The affinity of each vCPU."""


@unsafe
@fn
def blob_at(address: u64) -> Slice[u8]:
    """The device tree's bytes."""
    # SAFETY: the boot protocol says that x0 is the address of a device tree.
    return slice_from(Ptr[u8](address), total_size(slice_from(Ptr[u8](address), 8)))


@fn
def interrupt_of(node: u64, i: u64) -> u32:
    """Entry `i` of `interrupts`, three cells each; 0 where there is none."""
    value = property_of(addr_of(tree), node, b"interrupts").data
    if len(value) < 12 * (i + 1):
        return 0
    base: u64 = PPI if number(value, 3 * i, 1) == 1 else 32
    return trunc(u32, number(value, 3 * i + 1, 1) + base)


@fn
def address(node: u64, i: u64) -> u64:
    """Entry `i` of the `reg` of a node below the root; 0 where there is none."""
    return reg(addr_of(tree), ROOT, node, i).address


@fn
def compatible(a: Slice[u8], b: Slice[u8]) -> u64:
    """The first node that is compatible with `a`, or else with `b`, or ABSENT."""
    node = find_compatible(addr_of(tree), a, ABSENT)
    return node if node != ABSENT else find_compatible(addr_of(tree), b, ABSENT)


@fn
def read_gic() -> None:
    """Find the interrupt controller."""
    node = find_compatible(addr_of(tree), b"arm,gic-v3", ABSENT)
    if node != ABSENT:
        board.gic = 3
        board.redistributors = address(node, 1)
    else:
        node = compatible(b"arm,cortex-a15-gic", b"arm,gic-400")
        assert node != ABSENT, "no interrupt controller that is known"
        board.gic = 2
        board.cpu_interface = address(node, 1)
    board.distributor = address(node, 0)


@fn
def read_memory() -> None:
    """Map all memory; remember the first range."""
    node = next_child(addr_of(tree), ROOT, ABSENT)
    while node != ABSENT:
        if equal_text(property_of(addr_of(tree), node, b"device_type").data, b"memory"):
            i: u64 = 0
            range = reg(addr_of(tree), ROOT, node, i)
            while range.found:
                map_memory(range.address, range.size)
                if board.memory_size == 0:
                    board.memory, board.memory_size = range.address, range.size
                i += 1
                range = reg(addr_of(tree), ROOT, node, i)
        node = next_child(addr_of(tree), ROOT, node)


@fn
def read_cpus() -> None:
    """The vCPUs in the tree's order."""
    parent = fdt_find(addr_of(tree), b"/cpus")
    node = next_child(addr_of(tree), parent, ABSENT)
    while node != ABSENT and board.cpus < CPUS:
        if equal_text(property_of(addr_of(tree), node, b"device_type").data, b"cpu"):
            mpidrs[board.cpus] = reg(addr_of(tree), parent, node, 0).address
            board.cpus += 1
        node = next_child(addr_of(tree), parent, node)


@fn
def read_board(device_tree: u64) -> bool:
    """Fill `board`; False where there is no device tree that can be read."""
    if open_tree(addr_of(tree), blob_at(device_tree)) != Check.OK:
        return False
    read_memory()
    read_cpus()
    read_gic()
    node = compatible(b"arm,pl011", b"arm,sbsa-uart")
    if node != ABSENT:
        board.uart = address(node, 0)
    node = compatible(b"arm,armv8-timer", b"arm,armv7-timer")
    if node != ABSENT:
        board.physical_timer = interrupt_of(node, 1)
        board.virtual_timer = interrupt_of(node, 2)
    node = find_compatible(addr_of(tree), b"xen,xen", ABSENT)
    if node != ABSENT:
        board.xen = True
        board.event_interrupt = interrupt_of(node, 0)
        board.grant_frames = address(node, 0)
    return True
