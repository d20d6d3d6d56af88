"""A QEMU of the tests' own."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from hv.tool.files import DOMAIN, write_partition
from wrought.hv.tool.devicetree import Node, Tree, strings, words

TWO = DOMAIN + DOMAIN.replace("left", "right")


class Fake(NamedTuple):
    """Where the fake QEMU's files are."""

    folder: Path
    partition: Path
    pids: Path

    def alive(self) -> list[int]:
        """Processes of the fake QEMU that still run, after a moment to end."""
        end, left = time.monotonic() + 5, []
        while time.monotonic() < end:
            left = [pid for pid in map(int, self.pids.read_text().split()) if runs(pid)]
            if not left:
                break
            time.sleep(0.05)
        return left


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def board() -> Tree:
    """A small virt-like board: RAM, a UART with a clock, a device behind a bus, one with IOMMU."""
    root = Node("", {"#address-cells": words(2), "#size-cells": words(2),
                     "compatible": strings("linux,dummy-virt")})
    root.child("chosen").props = {"bootargs": strings("old"),
                                  "stdout-path": strings("/uart@9000000")}
    root.child("memory@40000000").props = {"device_type": strings("memory"),
                                           "reg": words(0, 0x4000_0000, 0, 0x4000_0000)}
    root.child("apb-clk").props = {"compatible": strings("fixed-clock"), "phandle": words(7)}
    root.child("uart@9000000").props = {"reg": words(0, 0x900_0000, 0, 0x1000),
                                        "clocks": words(7, 7), "interrupts": words(0, 1, 4),
                                        "interrupt-parent": words(3)}
    bus = root.child("soc")
    bus.props = {"#address-cells": words(1), "#size-cells": words(1),
                 "ranges": words(0, 0, 0xFE00_0000, 0x100_0000)}
    bus.child("eth@1000").props = {"reg": words(0x1000, 0x200), "iommus": words(9, 0)}
    return Tree(root, [(0x4000_0000, 0x1000)])


@pytest.fixture
def qemu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """A fake QEMU on PATH, and a partition of two domains whose hypervisor is a small Image."""
    tools = tmp_path / "tools"
    tools.mkdir()
    program = tools / "qemu-system-aarch64"
    source = Path(__file__).with_name("fake_qemu.py").read_text()
    program.write_text(f"#!{sys.executable}\n{source}")
    program.chmod(0o755)
    (tmp_path / "board.dtb").write_bytes(board().to_bytes())
    (tmp_path / "pids").touch()
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("TREE", str(tmp_path / "board.dtb"))
    monkeypatch.setenv("PIDS", str(tmp_path / "pids"))
    monkeypatch.delenv("SCRIPT", raising=False)
    path = write_partition(tmp_path, '[hypervisor]\nimage = "Image"\n' + TWO)
    return Fake(tmp_path, path, tmp_path / "pids")
