"""QEMU's machines that start at EL2: their options, their device trees, where QEMU puts what."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from wrought.errors import WroughtError
from wrought.hv.tool import packages
from wrought.hv.tool.checks import RAM_START
from wrought.hv.tool.devicetree import Tree, number64, parse, strings
from wrought.hv.tool.quantities import Range
from wrought.hv.tool.schema import Board, Machine

PROGRAM = "qemu-system-aarch64"
TREE_ROOM = 4 << 20
"""Bytes kept for the device tree: QEMU aligns it to 2 MB and allows it 2 MB."""
TREE_OFFSET = 128 << 20
"""Bytes behind the start of RAM where QEMU puts the tree, in RAM of at least twice that."""
STUB = 2 << 20
"""Bytes at the start of RAM: QEMU's own few instructions that enter the image."""
DTBS = {Board.ZCU102: "zynqmp-zcu102-rev1.0.dtb"}
"""Machines whose tree QEMU does not make: a file of the kernel package."""
MACHINES = {Board.VIRT: "virt,virtualization=on", Board.ZCU102: "xlnx-zcu102,virtualization=on",
            Board.VERSAL: "xlnx-versal-virt"}
"""versal-virt has EL2 always."""
SMP = {Board.VERSAL: 4}
"""CPUs to ask for where the machine takes one number only."""


class QemuError(WroughtError):
    """QEMU is missing or does not take the machine."""


def find() -> str:
    """The program's path.  Raises `QemuError` where it is not installed."""
    found = shutil.which(PROGRAM)
    if found is None:
        raise QemuError(f"{PROGRAM} is not installed; Debian and Ubuntu have it in the package "
                        "qemu-system-arm: sudo apt-get install qemu-system-arm")
    return found


def machine_arguments(machine: Machine) -> list[str]:
    """The command line as far as it makes the board: program, machine, CPUs, memory."""
    board = machine.emulated
    if board is None:
        raise QemuError(f"{machine.dtb} is a real board's device tree: `wrought build` makes the "
                        "files for it; to run in QEMU, name one of its machines in machine.board")
    kind = MACHINES[board]
    cpus = max(machine.cpus, SMP.get(board, 1))
    arguments = [find(), "-machine", kind, "-smp", str(cpus), "-m", f"{machine.memory >> 10}k"]
    if board is Board.VIRT:
        kind += f",gic-version={machine.gic or 3}"
        kind += f",iommu={machine.iommu}" if machine.iommu else ""
        arguments[2:3] = [kind, "-cpu", machine.cpu or "cortex-a57"]
    return [*arguments, "-display", "none", "-monitor", "none", "-nic", "none", "-no-reboot"]


def board_tree(machine: Machine, arguments: Sequence[str], folder: Path,
               dtb: Path | None = None) -> Tree:
    """The board's own tree: a given file, the kernel package's, or what QEMU makes.

    Raises `QemuError`, `TreeError` and `PackageError`.
    """
    board = machine.emulated
    assert board is not None
    if dtb is None and board in DTBS:
        dtb = next((path for path in packages.device_trees() if path.name == DTBS[board]), None)
        if dtb is None:
            raise QemuError(f"the kernel package has no {DTBS[board]}; name one in machine.dtb")
    if dtb is None:
        dtb = folder / "qemu.dtb"
        dump = [f"{word},dumpdtb={dtb}" if before == "-machine" else word
                for before, word in zip(["", *arguments], arguments, strict=False)]
        _dump(dump, dtb)
    tree = parse(dtb.read_bytes(), str(dtb))
    set_memory(tree, Range(RAM_START[board], machine.memory))
    return tree


def _dump(command: Sequence[str], dtb: Path) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60,
                              stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise QemuError("QEMU did not write the machine's device tree within 60 s") from None
    if done.returncode or not dtb.exists():
        said = "\n  ".join(done.stderr.strip().splitlines()[:5])
        raise QemuError(f"QEMU does not take this machine ({' '.join(command[1:6])}):\n  {said}")


def set_memory(tree: Tree, ram: Range) -> None:
    """One memory node, as QEMU itself leaves it when it starts the machine."""
    root = tree.root
    for name in [name for name, node in root.children.items()
                 if node.text("device_type") == "memory"]:
        del root.children[name]
    cells = root.cell("#address-cells", 2), root.cell("#size-cells", 1)
    node = root.child(f"memory@{ram.start:x}")
    node.props = {"device_type": strings("memory"), "reg": b"".join(
        number64(value)[-4 * count:] for value, count in zip(ram, cells, strict=True))}


def used_by_qemu(machine: Machine, image_bytes: int, text_offset: int) -> list[Range]:
    """What of RAM QEMU fills when it starts an Image: its stub, the image, the device tree."""
    board = machine.emulated
    assert board is not None
    start = RAM_START[board]
    tree = start + min(machine.memory // 2, TREE_OFFSET)
    image = Range(start, STUB + text_offset + image_bytes)
    if image.end > tree:
        tree = (image.end + TREE_ROOM) & ~(TREE_ROOM - 1)
    return [image, Range(tree, TREE_ROOM)]


def version() -> tuple[int, ...]:
    """QEMU's version, (7, 2, 22); () where it does not say it."""
    done = subprocess.run([find(), "--version"], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=30)
    match = re.search(r"version (\d+(?:\.\d+)*)", done.stdout)
    return tuple(int(part) for part in match[1].split(".")) if match else ()
