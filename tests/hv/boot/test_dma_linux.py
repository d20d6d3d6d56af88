"""Unmodified Debian as hardware domain, with a disk whose DMA goes through QEMU's SMMUv3."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from wrought.hv.tool import packages
from wrought.hv.tool.initramfs import initramfs
from wrought.hv.tool.machine import boot
from wrought.hv.tool.qemu import PROGRAM
from wrought.hv.tool.schema import Domain, Machine, Partition

DEADLINE = 90
DRIVERS = ("virtio/virtio_ring", "virtio/virtio", "virtio/virtio_pci_modern_dev",
           "virtio/virtio_pci_legacy_dev", "virtio/virtio_pci", "block/virtio_blk")
"""In the order in which they need each other."""
INIT = """#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t devtmpfs dev /dev
for i in 0 1 2 3 4 5; do /bin/busybox insmod /m/$i.ko || echo "driver $i is not loaded"; done
while ! [ -e /dev/vda ]; do /bin/busybox sleep 1; done
echo "read: $(/bin/busybox head -c 14 /dev/vda)"
echo from the domain | /bin/busybox dd of=/dev/vda bs=512 seek=4 conv=notrunc,fsync 2>/dev/null
echo "written"
/bin/busybox sleep 1000
"""

pytestmark = [
    pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"needs {PROGRAM}"),
    pytest.mark.skipif(bool(packages.available()), reason=packages.available()),
]


def ramdisk(folder: Path) -> Path:
    """A shell script that loads the kernel's own drivers."""
    root = packages.kernel("cloud").parent.parent
    (drivers,) = root.glob("lib/modules/*/kernel/drivers")
    files = {f"m/{i}.ko": (drivers / f"{name}.ko").read_bytes() for i, name in enumerate(DRIVERS)}
    (folder / "rd.cpio").write_bytes(initramfs(INIT, files))
    return folder / "rd.cpio"


def test_a_disk_of_the_hardware_domain(tmp_path: Path, ours: Path):
    disk = tmp_path / "disk"
    disk.write_bytes(b"from the disk.".ljust(1 << 20, b"\0"))
    partition = Partition(
        machine=Machine(cpus=1, memory=1 << 30, iommu="smmuv3"),
        domain=(Domain(name="dom0", kernel="debian:cloud", ramdisk=str(ramdisk(tmp_path)),
                       bootargs="console=hvc0 rdinit=/init", memory=384 << 20, hardware=True),))
    extra = ("-drive", f"file={disk},if=none,id=d,format=raw", "-device",
             "virtio-blk-pci,iommu_platform=on,disable-legacy=on,drive=d")
    with boot(partition, ours, extra) as session:
        session.wait_for(r"SMMU 0x9050000: stage [12]", DEADLINE)
        session.wait_for(r"read: from the disk\.", DEADLINE, "dom0")
        session.wait_for(r"^written", DEADLINE, "dom0")
    assert disk.read_bytes()[2048:].startswith(b"from the domain\n")
