"""What domains can be given besides the usual: static channels and shared memory, a console by
Xen's ring, a kernel that is gzip'd."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from hv.boot.linux import BOOTARGS, DEADLINE, DEFECT, ask, linux, partition
from hv.boot.test_guests import MEMORY
from hv.guests import image
from hv.guests.shared import FIRST_PORT, SECOND_PORT, WINDOW
from wrought.hv.tool import packages
from wrought.hv.tool.initramfs import READY
from wrought.hv.tool.machine import boot
from wrought.hv.tool.qemu import PROGRAM
from wrought.hv.tool.quantities import Range
from wrought.hv.tool.schema import Channel, Domain, Machine, Partition, SharedMemory

pytestmark = pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"needs {PROGRAM}")
needs_linux = pytest.mark.skipif(bool(packages.available()), reason=packages.available())
SHARED = Range(0x5800_0000, 2 << 20)


@pytest.fixture(scope="session")
def guests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image with all guests."""
    return image.build(tmp_path_factory.mktemp("guests"))


@pytest.mark.parametrize("gic", [2, 3])
def test_static_channel_and_shared_memory(gic: int, guests: Path, ours: Path):
    domains = tuple(Domain(name=name, kernel=str(guests), memory=MEMORY,
                           bootargs=f"guest=static_{name}") for name in ("first", "second"))
    wanted = Partition(
        machine=Machine(cpus=2, memory=512 << 20, gic=gic), domain=domains,
        channel=(Channel(between=(f"first:{FIRST_PORT}", f"second:{SECOND_PORT}")),),
        shared_memory=(SharedMemory(name="both", domains=("first", "second"), memory=SHARED,
                                    address=WINDOW),))
    with boot(wanted, ours) as session:
        for name in ("first", "second"):
            line = session.wait_for(r"^(ok|FAIL) static_(first|second)\b|^panic: ", DEADLINE, name)
            assert line.text == f"ok static_{name}", "\n".join(session.of(name))


@needs_linux
def test_a_gzipped_kernel_with_a_console_ring(ours: Path, tmp_path: Path):
    """Linux uses the console's interrupt, waits for no store, and comes again after a crash."""
    kernel = tmp_path / "vmlinuz"
    kernel.write_bytes(gzip.compress(packages.kernel().read_bytes(), 1))
    arguments = BOOTARGS.replace("ttyAMA0", "hvc0")
    pv = linux("pv", kernel=str(kernel), console="pv", bootargs=arguments)
    with boot(partition(pv), ours) as session:
        session.wait_for(READY, DEADLINE, "pv")
        assert "Xen 4.17 support found" in "\n".join(session.of("pv")), "the boot log is shown"
        assert ask(session, "pv", "echo $((6 * 7))") == "42"
        assert ask(session, "pv", "grep -c hvc_console /proc/interrupts") == "1"
        session.send("pv", "echo c > /proc/sysrq-trigger\n")
        session.wait_for(READY, DEADLINE, "pv")
        assert ask(session, "pv", "echo $((7 * 7))") == "49"
        assert not any(DEFECT.search(line.text) for line in session.lines)
