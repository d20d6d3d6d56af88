"""A guest that tells when it was started: `launch TICKS ticks`, the physical counter at its first
instruction."""

from __future__ import annotations

import struct
from pathlib import Path

from bench.hv.image import guest_image
from wrought.hv.guest.start import guest
from wrought.lang.core.function import asm, fn
from wrought.lang.core.intrinsics import a64
from wrought.lang.core.scalars import Never, u64
from wrought.lang.core.sysreg import TPIDR_EL1
from wrought.rt.a64.psci import system_off

PAGE = 4096
ALIGNED = 2 << 20


@fn
def main() -> Never:
    """Print the counter that the entry kept."""
    print(f"launch {u64(TPIDR_EL1.read())} ticks")
    print("launched")
    system_off()


boot = guest(main)


@asm(section=".text.boot")
def entry() -> Never:
    """The first instruction reads the counter."""
    a64("""
        mrs x1, cntpct_el0
        msr tpidr_el1, x1
        b {boot}
    """, boot=boot)


def launch_image(folder: Path) -> Path:
    """The guest alone.  Raises CompileError or BuildError."""
    return guest_image("launch", entry, folder)


def launch_kernel(kernel: Path, folder: Path) -> Path:
    """A real kernel's Image that begins with this guest: as large, and loaded like it.

    The guest stands behind the kernel, and the header's second instruction branches to it
    (Linux, Documentation/arch/arm64/booting.rst).
    """
    guest_bytes = launch_image(folder).read_bytes()
    data = bytearray(kernel.read_bytes())
    _, size = struct.unpack_from("<QQ", data, 8)
    at = (max(size, len(data)) + PAGE - 1) // PAGE * PAGE
    data += bytes(at - len(data)) + guest_bytes
    own_size, = struct.unpack_from("<Q", guest_bytes, 16)
    struct.pack_into("<I", data, 4, 0x1400_0000 | (at - 4) // 4)
    struct.pack_into("<Q", data, 16, at + own_size)
    path = folder / f"launch-{kernel.name}"
    path.write_bytes(data)
    return path
