"""What the hypervisor reads from the board's device tree before it does anything: memory, what
is reserved in it, CPUs, and how the firmware is called."""

from __future__ import annotations

from wrought.hv.machine.cpu import MAX_CPUS
from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import add_ovf
from wrought.lang.core.scalars import Array, Ptr, u8, u32, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import ROOT, Fdt
from wrought.rt.fdt_address import memreserve, reserved_regions
from wrought.rt.fdt_find import fdt_find, next_child, property_of
from wrought.rt.fdt_tree import is_available
from wrought.rt.fdt_values import Range, equal_text, reg

MAX_BANKS = 32
MAX_RESERVED = 64


@enum(u8)
class Firmware:
    """How CPUs are started."""

    NONE = 0
    """Only the boot CPU can run."""
    SMC = 1
    HVC = 2


@struct
class Region:
    """Bytes `start` … `end` of machine memory."""

    start: u64
    end: u64
    no_map: bool
    """Not even to be mapped."""

    def overlaps(self, start: u64, end: u64) -> bool:
        """Whether they share a byte."""
        return self.start < end and start < self.end


@struct
class Board:
    """The machine."""

    bank_count: u64
    banks: Array[Region, MAX_BANKS]
    """RAM."""
    reserved_count: u64
    reserved: Array[Region, MAX_RESERVED]
    """Parts of it that are taken: by the firmware, the image, the device tree, modules."""
    cpu_count: u32
    cpus: Array[u64, MAX_CPUS]
    """Affinities (MPIDR_EL1) in the tree's order."""
    firmware: Firmware
    left_out: u64
    """Entries that the arrays had no room for."""

    def reserve(self, start: u64, size: u64, no_map: bool) -> None:
        """Take a region out of the memory to be given away."""
        end, wrapped = add_ovf(start, size)
        if size == 0 or wrapped:
            return
        if self.reserved_count == MAX_RESERVED:
            self.left_out += 1
            return
        self.reserved[self.reserved_count] = Region(start, end, no_map)
        self.reserved_count += 1

    def is_ram(self, start: u64, end: u64) -> bool:
        """Whether all of it lies in one bank."""
        for i in range(self.bank_count):
            if self.banks[i].start <= start and end <= self.banks[i].end:
                return start < end
        return False

    def total(self) -> u64:
        """Bytes of RAM."""
        sum: u64 = 0
        for i in range(self.bank_count):
            sum += self.banks[i].end - self.banks[i].start
        return sum


@fn
def add_bank(board: Ptr[Board], place: Range) -> None:
    """A bank of RAM, cut to whole pages."""
    end, wrapped = add_ovf(place.address, place.size)
    start = place.address + 0xFFF & ~u64(0xFFF)
    end = end & ~u64(0xFFF)
    if wrapped or start >= end:
        return
    if board.bank_count == MAX_BANKS:
        board.left_out += 1
        return
    board.banks[board.bank_count] = Region(start, end, False)
    board.bank_count += 1


@fn
def read_memory(tree: Ptr[Fdt], board: Ptr[Board]) -> None:
    """The `/memory` nodes (Devicetree Specification 0.4, 3.4), and what is reserved."""
    node = next_child(tree, ROOT, ABSENT)
    while node != ABSENT:
        kind = property_of(tree, node, b"device_type").data
        if equal_text(kind, b"memory") and is_available(tree, node):
            i: u64 = 0
            place = reg(tree, ROOT, node, i)
            while place.found:
                add_bank(board, place)
                i += 1
                place = reg(tree, ROOT, node, i)
        node = next_child(tree, ROOT, node)
    i: u64 = 0
    place = memreserve(tree, i)
    while place.found:
        board.reserve(place.address, place.size, False)
        i += 1
        place = memreserve(tree, i)
    walk = reserved_regions(tree)
    region = walk.step()
    while region.place.found:
        board.reserve(region.place.address, region.place.size, region.no_map)
        region = walk.step()


@fn
def read_cpus(tree: Ptr[Fdt], board: Ptr[Board]) -> None:
    """The children of `/cpus` (3.8) that can be started."""
    cpus = fdt_find(tree, b"/cpus")
    if cpus == ABSENT:
        return
    node = next_child(tree, cpus, ABSENT)
    while node != ABSENT:
        place = reg(tree, cpus, node, 0)
        is_cpu = equal_text(property_of(tree, node, b"device_type").data, b"cpu")
        if is_cpu and place.found and is_available(tree, node):
            if board.cpu_count == MAX_CPUS:
                board.left_out += 1
            else:
                board.cpus[u64(board.cpu_count)] = place.address
                board.cpu_count += 1
        node = next_child(tree, cpus, node)


@fn
def read_firmware(tree: Ptr[Fdt], board: Ptr[Board]) -> None:
    """PSCI's conduit (Linux, Documentation/devicetree/bindings/arm/psci.yaml)."""
    psci = fdt_find(tree, b"/psci")
    if psci == ABSENT:
        psci = fdt_find(tree, b"/firmware/psci")
    board.firmware = Firmware.NONE
    if psci != ABSENT:
        method = property_of(tree, psci, b"method").data
        board.firmware = Firmware.HVC if equal_text(method, b"hvc") else Firmware.SMC


@fn
def read_board(tree: Ptr[Fdt], board: Ptr[Board]) -> None:
    """Fill a zeroed `board`; what is missing shows in its counts."""
    read_memory(tree, board)
    read_cpus(tree, board)
    read_firmware(tree, board)


@fn
def cpu_index(board: Ptr[Board], affinity: u64) -> u32:
    """The number of the CPU of that affinity, or `cpu_count`."""
    for i in range(board.cpu_count):
        if board.cpus[u64(i)] == affinity:
            return i
    return board.cpu_count
