"""A device that copies wherever it is told, behind QEMU's SMMUv3."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hv.guests.dma import ECAM, REGISTERS, SLOT, confined_dma
from wrought.hv.guest.console import put
from wrought.hv.guest.interrupts import record
from wrought.hv.guest.start import guest
from wrought.hv.tool.devicetree import Node, Tree, number64, strings, words
from wrought.hv.tool.machine import boot
from wrought.hv.tool.qemu import PROGRAM
from wrought.hv.tool.schema import Domain, Machine, Partition
from wrought.lang.build.layout import Layout
from wrought.lang.build.program import Program
from wrought.rt.a64.panic import on_panic

DEADLINE = 60
STREAM = SLOT << 3
"""The requester ID of device 2 on bus 0, which `iommu-map` of `virt` hands on as it is."""
BRIDGE = "/pcie@10000000"
EDU = ("-device", f"edu,addr={SLOT:#x},dma_mask=0xffffffffffff")

pytestmark = pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"needs {PROGRAM}")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guest as an image of its own."""
    program = Program("dma", target="aarch64-none-el1", entry=guest(confined_dma, record),
                      console=put, roots=[on_panic], root=Path(__file__).parents[3],
                      layout=Layout(0, linux_header=True, pie=True, stack=32 << 10))
    return program.build(tmp_path_factory.mktemp("dma") / "dma.img", "image")


def fragment(folder: Path, trusted: bool = False) -> Path:
    """The bridge for a guest: all of the configuration space, and room for one device."""
    root = Node("", {"#address-cells": words(2), "#size-cells": words(2)})
    bus = root.child("passthrough")
    bus.props = {"compatible": strings("simple-bus"), "ranges": b"", "#address-cells": words(2),
                 "#size-cells": words(2)}
    bridge = bus.child("pcie@10000000")
    bridge.props = {"compatible": strings("pci-host-ecam-generic"), "xen,path": strings(BRIDGE),
                    "reg": number64(ECAM, 0x1000_0000),
                    "xen,reg": number64(ECAM, 0x1000_0000, ECAM)
                    + number64(REGISTERS, 0x10_0000, REGISTERS)}
    if trusted:
        bridge.props["xen,force-assign-without-iommu"] = b""
    path = folder / "bridge.dtb"
    path.write_bytes(Tree(root).to_bytes())
    return path


def partition(folder: Path, kernel: Path, iommu: str | None, trusted: bool = False) -> Partition:
    """One domain with the bridge."""
    tree = fragment(folder, trusted)
    return Partition(machine=Machine(cpus=1, memory=512 << 20, iommu=iommu),
                     domain=(Domain(name="d1", kernel=str(kernel), memory=64 << 20,
                                    device_tree=str(tree)),))


def test_dma_is_confined(tmp_path: Path, kernel: Path, ours: Path):
    with boot(partition(tmp_path, kernel, "smmuv3"), ours, EDU) as session:
        session.wait_for(r"SMMU 0x9050000: stage [12]", DEADLINE)
        beyond = session.wait_for(r"^beyond .* is not ours", DEADLINE, "d1").text.split()[1]
        for access in ("write", "read"):
            session.wait_for(rf"device {STREAM:#x} of d1: {access} of {beyond} was stopped "
                             r"\(event 0x10: nothing is mapped there\)", DEADLINE)
        lent = session.wait_for(r"^lent .* is given back", DEADLINE, "d1").text.split()[1]
        session.wait_for(rf"device {STREAM:#x} of d1: write of {lent} was stopped", DEADLINE)
        line = session.wait_for(r"^(ok|FAIL) confined_dma", DEADLINE, "d1")
        assert line.text == "ok confined_dma", "\n".join(session.of("d1"))


def test_without_iommu_it_is_refused(tmp_path: Path, kernel: Path, ours: Path):
    with boot(partition(tmp_path, kernel, None), ours, EDU) as session:
        session.wait_for(r"d1 is not started: no IOMMU confines the device's DMA", DEADLINE)
