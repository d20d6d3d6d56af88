"""The device tree of a board that nobody builds, and the files of its domains."""

from __future__ import annotations

import struct
from pathlib import Path

from wrought.hv.tool.devicetree import Node, Tree, number64, strings, words

MEMORY = 0x4000_0000
GIC, UART, CLOCK = 0x800_0000, 0x900_0000, 0x901_0000
HIGH = 4
"""An interrupt is asked for by a high level."""


def node(parent: Node, name: str, compatible: str, **properties: bytes) -> Node:
    """A new node below another."""
    made = parent.child(name)
    made.props = {"compatible": strings(compatible)}
    made.props |= {key.replace("_", "-"): value for key, value in properties.items()}
    return made


def board() -> Tree:
    """Two Cortex-A72, a gigabyte, a GICv3, a UART, a clock."""
    root = Node("", {"#address-cells": words(2), "#size-cells": words(2),
                     "interrupt-parent": words(1), "model": strings("Example board")})
    memory = root.child(f"memory@{MEMORY:x}")
    memory.props = {"device_type": strings("memory"), "reg": number64(MEMORY, 1 << 30)}
    cpus = root.child("cpus")
    cpus.props = {"#address-cells": words(1), "#size-cells": words(0)}
    for number in range(2):
        cpu = node(cpus, f"cpu@{number}", "arm,cortex-a72", reg=words(number),
                   enable_method=strings("psci"))
        cpu.props["device_type"] = strings("cpu")
    node(root, "psci", "arm,psci-1.0", method=strings("smc"))
    node(root, "timer", "arm,armv8-timer",
         interrupts=words(*(cell for ppi in (13, 14, 11, 10) for cell in (1, ppi, HIGH))))
    gic = node(root, f"interrupt-controller@{GIC:x}", "arm,gic-v3", phandle=words(1),
               interrupt_controller=b"", reg=number64(GIC, 0x1_0000, GIC + 0xA_0000, 0x4_0000))
    gic.props |= {"#interrupt-cells": words(3), "interrupts": words(1, 9, HIGH)}
    for name, kind, at, line in (("serial", "pl011", UART, 1), ("clock", "pl031", CLOCK, 2)):
        node(root, f"{name}@{at:x}", f"arm,{kind}", reg=number64(at, 0x1000),
             interrupts=words(0, line, HIGH))
    root.child("chosen").props["stdout-path"] = strings(f"/serial@{UART:x}")
    return Tree(root)


def kernel(size: int) -> bytes:
    """A file that begins as an arm64 Linux Image does (Linux, booting.rst), and does nothing."""
    header = struct.pack("<IIQQQ", 0x1400_0000, 0, 0, size, 0)
    return header.ljust(56, b"\0") + b"ARM\x64" + bytes(64)


def write_files(folder: Path, partition: str) -> Path:
    """All that the partition file names, and itself."""
    (folder / "board.dtb").write_bytes(board().to_bytes())
    (folder / "hypervisor.img").write_bytes(kernel(1 << 20))
    (folder / "Image").write_bytes(kernel(16 << 20))
    (folder / "partition.toml").write_text(partition, encoding="utf-8")
    return folder / "partition.toml"
