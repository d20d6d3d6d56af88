"""The console on QEMU's models of real UARTs: PL011, Cadence and the 8250 of the BCM2835, found in
device trees of real boards; typed bytes come back, and raise the interrupt that the tree names."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from house.tree import ROOT
from rt.device_trees import real_trees
from wrought.hv.drivers.gic.places import gic
from wrought.hv.drivers.gic.probe import gic_probe
from wrought.hv.drivers.uart.console import (
    clear_receive_interrupt,
    enable_receive_interrupt,
    find_console,
    get,
    open_console,
    put_text,
)
from wrought.hv.drivers.uart.place import UartPlace
from wrought.hv.drivers.uart.registry import DRIVERS
from wrought.lang.build.layout import Layout
from wrought.lang.build.program import Program
from wrought.lang.core.decl import at, mmio
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, cpu_relax, slice_from, trunc
from wrought.lang.core.scalars import Array, Mmio, Never, Ptr, i32, u8, u32, u64
from wrought.lang.core.static import static
from wrought.rt.a64.entry import boot
from wrought.rt.a64.panic import on_panic
from wrought.rt.fdt import Fdt, open_tree, total_size

DEADLINE = 30
ABOVE = 0x20_0000
"""Where QEMU puts an Image, seen from the machine's first RAM."""
GICD_ISPENDR = 0x200

exception_stack = static(Array[u8, 4096], align=16)
tree = static(Fdt)


@mmio
class Word:
    """A register."""

    value: Mmio[u32] = at(0)


@unsafe
@fn
def pending(place: Ptr[UartPlace]) -> u32:
    """1 if the GIC sees the UART's interrupt (IHI 0048, 4.3.7), else 0."""
    intid = u64(place.interrupt.cells[1]) + 32
    register = gic.distributor.start + GICD_ISPENDR + intid // 32 * 4
    # SAFETY: the device tree says that a distributor is there; reading it changes nothing.
    return Ptr[Word](register).value.read() >> trunc(u32, intid % 32) & 1


@fn
def wait_byte() -> i32:
    """The next byte."""
    byte = get()
    while byte < 0:
        cpu_relax()
        byte = get()
    return byte


@unsafe
@fn
def main(device_tree: u64) -> Never:
    """Say which console it is; one byte by interrupt, then echo until q."""
    # SAFETY: the boot protocol passes the tree, which begins with its size.
    size = total_size(slice_from(Ptr[u8](device_tree), 8))
    open_tree(addr_of(tree), slice_from(Ptr[u8](device_tree), size))
    place = find_console(addr_of(tree))
    open_console(place)
    has_gic = gic_probe(addr_of(tree))
    enable_receive_interrupt()
    if has_gic:
        print(f"pending {pending(addr_of(place))}")
    print(f"driver {place.driver} at {place.base:#x}, type")
    while has_gic and pending(addr_of(place)) == 0:
        cpu_relax()
    clear_receive_interrupt()
    byte = wait_byte()
    while byte != ord("q"):
        print(f"got {byte}")
        byte = wait_byte()
    if has_gic:
        clear_receive_interrupt()
        print(f"pending {pending(addr_of(place))}")
    print("end")
    while True:
        cpu_relax()


MACHINES = {
    "virt": (["virt,virtualization=on", "-cpu", "cortex-a57", "-serial", "stdio"], "",
             "pl011", 0x0900_0000, 0x4000_0000),
    "zcu102": (["xlnx-zcu102,virtualization=on", "-m", "1G", "-serial", "stdio"],
               "zynqmp-zcu102-rev1.0", "cadence", 0xFF00_0000, 0),
    "raspi3b": (["raspi3b", "-serial", "null", "-serial", "stdio"], "bcm2837-rpi-3-b",
                "8250-words", 0x3F21_5040, 0),
}
"""Arguments, the board's tree (none: QEMU's own), driver and address expected, first RAM."""


def talk(process: subprocess.Popen[bytes], until: bytes) -> bytes:
    """What the process prints until a text comes."""
    assert process.stdout
    seen, end = b"", time.monotonic() + DEADLINE
    while until not in seen:
        left = end - time.monotonic()
        if left < 0 or not select.select([process.stdout], [], [], left)[0]:
            raise AssertionError(f"{until!r} does not come: {seen!r}")
        more = os.read(process.stdout.fileno(), 4096)
        assert more, f"QEMU has ended: {seen!r}"
        seen += more
    return seen


@pytest.mark.parametrize("name", MACHINES)
def test_console_on(name: str, tmp_path: Path):
    arguments, board, driver, address, ram = MACHINES[name]
    if shutil.which("qemu-system-aarch64") is None:
        pytest.skip("QEMU is not installed")
    trees = [path for path in real_trees() if path.stem == board]
    if board and not trees:
        pytest.skip("the device trees of the kernel package are not in the cache")
    program = Program("console", target="aarch64-none", entry=boot(main, exception_stack),
                      console=put_text, roots=[on_panic], root=ROOT,
                      layout=Layout(ram + ABOVE, linux_header=True))
    image = program.build(tmp_path / "Image", "image")
    command = ["qemu-system-aarch64", "-display", "none", "-nodefaults", "-kernel", str(image),
               "-machine", *arguments, *(["-dtb", str(trees[0])] if trees else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdin
            seen = talk(process, b"type\r\n")
            process.stdin.write(b"aq")
            process.stdin.flush()
            seen += talk(process, b"end\r\n")
        finally:
            process.kill()
    number = [each.name for each in DRIVERS].index(driver)
    pending = [] if name == "raspi3b" else ["pending 0"]
    assert seen.decode().splitlines() == [
        *pending, f"driver {number} at {address:#x}, type", "got 97", *pending, "end"]
