"""A board's device tree on the fake machine, and what the hardware domain makes of it."""

from __future__ import annotations

from hv.core.machine import PAGE, Ram
from hv.core.stage2_model import Tables
from wrought.hv.abi.layout import GuestLayout
from wrought.hv.core.board import Board, read_board
from wrought.hv.core.build import config, hardware, host, survey
from wrought.hv.core.build.guest_tree import GIC_PHANDLE, TreeFacts
from wrought.hv.core.build.memory_map import MemoryMap
from wrought.hv.core.frames import add_memory
from wrought.hv.core.stage2 import stage2_new
from wrought.hv.drivers.gic.host import gic_probe
from wrought.hv.drivers.gic.places import gic
from wrought.hv.drivers.held import hold_devices
from wrought.hv.fake import devices, guest, iommu
from wrought.hv.tool.devicetree import Node, Tree, parse
from wrought.rt.fdt import Check, Fdt, open_tree
from wrought.rt.fdt_write import FdtWriter

BITS = 44
TABLES = 0xF00_0000_0000
"""Frames for tables, where no board has anything."""
RAM_SIZE = 8 << 20


class HostWorld:
    """The machine up to the hardware domain's devices."""

    def __init__(self, blob: bytes) -> None:
        self.ram = Ram(RAM_SIZE, TABLES)
        assert add_memory(TABLES, RAM_SIZE)
        self.blob = bytearray(blob)
        self.tree, self.board = Fdt(), Board()
        assert open_tree(self.tree, self.blob) == Check.OK
        self.host = parse(blob, "the board")
        read_board(self.tree, self.board)
        self.usable = bool(gic_probe(self.tree))
        if self.usable:
            self.begin()

    def begin(self) -> None:
        """What boot does, and a hardware domain without vCPUs."""
        found = gic.get()
        guest.gic_version.set(found.version)
        guest.guest_bits.set(BITS)
        guest.own_gicd.set(found.distributor.start)
        guest.own_gicd_size.set(found.distributor.size)
        guest.own_gicc.set(found.cpu_interface.start)
        guest.own_gicr.set(found.redistributors[0].start)
        guest.own_gicr_size.set(found.redistributors[0].size)
        devices.lines.set(1020)
        devices.forget_routes()
        iommu.present.set(False)
        host.use_host(self.tree, self.board)
        hold_devices(self.tree)
        survey.survey(self.tree)
        self.domain = guest.new_domain()
        self.domain.value.hardware = True
        assert stage2_new(self.domain.value.memory, 1, BITS)
        self.built = int(hardware.give_board(self.domain))

    def tables(self) -> Tables:
        """The domain's stage 2, read raw."""
        return Tables(self.ram, self.domain.value.memory.root, BITS)

    def held(self) -> list[tuple[int, int]]:
        """Pages that the hypervisor keeps or set aside: start and end."""
        it = host.host.get()
        return [(it.spans[i].start, it.spans[i].end) for i in range(it.span_count)]

    def routed(self) -> set[int]:
        """Interrupts that the hardware domain gets."""
        return {i for i, route in enumerate(devices.routes.get()) if route.given}

    def layout(self) -> GuestLayout:
        """Of a domain mapped one to one."""
        return guest.guest_layout(True, False)

    def write(self, bootargs: bytes = b"console=hvc0") -> Tree:
        """The hardware domain's device tree."""
        made = config.hardware_config(self.tree)
        made.vcpus, made.bootargs = 2, bootargs
        banks = MemoryMap(count=1)
        banks.banks[0].start, banks.banks[0].size = 0x5000_0000, 0x1000_0000
        facts = TreeFacts(banks, self.layout(), 0x5800_0000, 0x1234, 0, GIC_PHANDLE)
        room = bytearray(hardware.hardware_tree_room())
        size = hardware.write_hardware_tree(FdtWriter(), room, made, facts)
        assert size, "it does not fit"
        self.made = bytes(room[:size])
        return parse(self.made, "the hardware domain's")


def overlaps(start: int, size: int, spans: list[tuple[int, int]]) -> bool:
    """Whether a page of it is in one of them."""
    first, end = start & -PAGE, -(-(start + size) // PAGE) * PAGE
    return any(first < b and a < end for a, b in spans)


def nodes(tree: Tree) -> dict[str, Node]:
    """All nodes by path."""
    return dict(tree.root.walk())
