"""A machine of RAM only, whose device tree asks for domains, and EL2's own builder on it."""

from __future__ import annotations

from typing import Any

from hv.core.machine import START, Ram
from wrought.hv.core import domain as domain_module
from wrought.hv.core import foreign
from wrought.hv.core.board import Board, read_board
from wrought.hv.core.build import all as builder
from wrought.hv.core.build import memory as boot_memory
from wrought.hv.core.build import shared_memory
from wrought.hv.core.build.result import explain
from wrought.hv.core.domain import MAX_DOMAINS
from wrought.hv.core.sched_admin import sched_init
from wrought.hv.core.sched_types import SchedKind
from wrought.hv.core.stage2 import stage2_walk
from wrought.hv.fake import cpu, guest
from wrought.hv.tool.chosen import describe
from wrought.hv.tool.devicetree import Node, Tree, number64, parse, strings, words
from wrought.hv.tool.quantities import Range
from wrought.hv.tool.schema import Partition
from wrought.rt.fdt import Check, Fdt, open_tree

SIZE = 192 << 20
BLOB = START
IMAGE = START + (1 << 20)
MODULES = START + (2 << 20)
RAM0 = 0x4000_0000
"""Where a guest's RAM begins."""
MEMORY = 16 << 20


class BuildWorld:
    """Add domains and files, then `build`."""

    def __init__(self, ram: Ram) -> None:
        self.ram = ram
        self.next = MODULES
        self.tree = Tree(Node())
        root = self.tree.root
        root.props = {"#address-cells": words(2), "#size-cells": words(2)}
        root.child(f"memory@{START:x}").props = {"device_type": strings("memory"),
                                                 "reg": number64(START, SIZE)}
        root.child("cpus").props = {"#address-cells": words(1), "#size-cells": words(0)}
        root.child("cpus").child("cpu@0").props = {"device_type": strings("cpu"),
                                                   "reg": words(0)}
        self.chosen = root.child("chosen")
        self.chosen.props = {"#address-cells": words(2), "#size-cells": words(2)}
        self.files: dict[int, bytes] = {}
        self.said = ""

    def domain(self, name: str, kernel: bytes, **props: bytes) -> Node:
        """A domain's node."""
        node = self.chosen.child(name)
        node.props = {"compatible": strings("xen,domain"), "#address-cells": words(2),
                      "#size-cells": words(2), "cpus": words(1),
                      "memory": number64(MEMORY >> 10)}
        node.props |= {key.replace("_", ","): value for key, value in props.items()}
        self.module(node, "kernel", kernel)
        return node

    def module(self, node: Node, kind: str, data: bytes) -> None:
        """A file that the boot loader has placed."""
        made = node.child(f"module@{self.next:x}")
        made.props = {"compatible": strings(f"multiboot,{kind}", "multiboot,module"),
                      "reg": number64(self.next, len(data))}
        self.files[self.next] = data
        self.next += len(data) + 0x1FFF & ~0xFFF

    def describe(self, partition: Partition, kernel: bytes) -> None:
        """A partition as the tool describes it, every domain with that kernel."""
        places: dict[tuple[int, str], Range] = {}
        for i in range(len(partition.domain)):
            places[i, "kernel"] = Range(self.next, len(kernel))
            self.files[self.next] = kernel
            self.next += len(kernel) + 0x1FFF & ~0xFFF
        describe(self.tree, partition, places)

    def build(self) -> list[str]:
        """Boot up to the first guest; why domains 1, 2, … are there or not."""
        self.ram.begin()
        foreign.forget_foreign()
        shared_memory.forget_shared()
        for i in range(MAX_DOMAINS):
            domain_module.domains.get()[i] = None
            builder.outcomes.get()[i] = 0
        guest.gic_version.set(3)
        guest.guest_bits.set(40)
        cpu.cpus.set(1)
        blob = bytearray(self.tree.to_bytes())
        self.ram.write(BLOB, bytes(blob))
        for at, data in self.files.items():
            self.ram.write(at, data)
        self.blob, self.fdt, self.board = blob, Fdt(), Board()
        assert open_tree(self.fdt, blob) == Check.OK
        read_board(self.fdt, self.board)
        boot_memory.give_memory(self.board, self.fdt, IMAGE, IMAGE + 0x1000, BLOB, len(blob))
        sched_init(SchedKind.FAIR, 1)
        builder.build_all(self.fdt)
        count = sum(node.text("compatible") == "xen,domain"
                    for node in self.chosen.children.values())
        return [bytes(explain(outcome)).decode()
                for outcome in list(builder.outcomes.get())[1:1 + count]]

    def of(self, number: int) -> Any:
        """A domain."""
        return domain_module.domains.get()[number].value

    def read(self, number: int, gpa: int, size: int) -> bytes:
        """What a guest reads."""
        made = b""
        while len(made) < size:
            there = stage2_walk(self.of(number).memory, gpa + len(made))
            assert there.hpa, f"nothing is mapped at {gpa + len(made):#x}"
            made += self.ram.read(there.hpa, min(there.size, size - len(made)))
        return made

    def guest_tree(self, number: int) -> Tree:
        """The device tree that a guest gets."""
        at = self.of(number).tree
        size = int.from_bytes(self.read(number, at + 4, 4), "big")
        return parse(self.read(number, at, size), f"the tree of domain {number}")


