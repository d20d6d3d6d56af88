"""The peer test: Debian's Xen boots what these tools make of a partition."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from wrought.hv.tool import packages
from wrought.hv.tool.initramfs import READY
from wrought.hv.tool.machine import boot
from wrought.hv.tool.qemu import PROGRAM

DEADLINE = 180
TWO = """\
[machine]
cpus = 2
memory = "1 GiB"
gic = {gic}
[hypervisor]
image = "debian:xen"
[[domain]]
name = "left"
kernel = "debian:cloud"
ramdisk = "busybox"
memory = "192 MiB"
[[domain]]
name = "right"
kernel = "debian:cloud"
ramdisk = "busybox"
memory = "192 MiB"
"""

pytestmark = pytest.mark.skipif(
    not shutil.which(PROGRAM) or bool(packages.available()),
    reason=f"needs {PROGRAM} and a package manager: {packages.available()}")


@pytest.mark.parametrize("gic", [3])
def test_two_static_domains(tmp_path: Path, gic: int):
    (tmp_path / "p.toml").write_text(TWO.format(gic=gic))
    with boot(tmp_path / "p.toml") as session:
        for name in ("left", "right"):
            session.wait_for(f"{READY}: .* 1 CPUs, hypervisor xen$", DEADLINE, name)
        session.send("right", "echo $((6 * 7)) answers\n")
        session.wait_for("^42 answers", 30)


DOM0 = """\
[machine]
memory = "1 GiB"
[hypervisor]
image = "debian:xen"
scheduler = "fair"
[[domain]]
name = "control"
hardware = true
kernel = "debian:cloud"
ramdisk = "busybox"
memory = "256 MiB"
[[domain]]
name = "guest"
kernel = "debian:cloud"
ramdisk = "busybox"
memory = "192 MiB"
devices = [{ path = "/pl031@9010000", trusted = true }]
"""


def test_hardware_domain_and_a_guest_with_a_device(tmp_path: Path):
    (tmp_path / "p.toml").write_text(DOM0)
    with boot(tmp_path / "p.toml") as session:
        # Whoever has the input, as the hardware domain has at first, shows no name with Xen.
        session.wait_for(f"{READY}: .* hypervisor", DEADLINE, "guest")
        session.send("guest", "ls /proc/device-tree/passthrough\n")
        session.wait_for("pl031@9010000", 30)
