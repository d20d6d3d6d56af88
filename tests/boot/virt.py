"""QEMU's `virt` machine for boot tests, and programs small enough to read."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from wrought.lang.build.layout import Layout
from wrought.lang.build.program import Program
from wrought.lang.core.function import Compiled, fn, unsafe
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u64
from wrought.lang.core.static import static
from wrought.rt.a64.entry import boot
from wrought.rt.a64.panic import on_panic
from wrought.rt.a64.pl011 import Pl011, put_text

BASE = 0x4020_0000
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "10_el2_image"

exception_stack = static(Array[u8, 4096], align=16)


@unsafe
@fn
def put(text: Slice[u8]) -> None:
    """The console: `virt` has its first UART at this address."""
    # SAFETY: nothing else uses the UART, and the MMU is off.
    put_text(Ptr[Pl011](u64(0x0900_0000)), text)


def program(main: Compiled, roots: Sequence[Compiled] = ()) -> Program:
    """An image that boots into `main(fdt: u64) -> Never` with the console above, MMU off."""
    return Program("boot-test", target="aarch64-none", entry=boot(main, exception_stack),
                   console=put, roots=[on_panic, *roots], layout=Layout(BASE, linux_header=True),
                   root=ROOT)


def command(image: Path, machine: str = "", cpus: int = 1, cpu: str = "cortex-a57") -> list[str]:
    """The command that starts the machine, its UART on standard output."""
    options = "virtualization=on" + (f",{machine}" if machine else "")
    return ["qemu-system-aarch64", "-machine", f"virt,{options}", "-cpu", cpu, "-smp", str(cpus),
            "-m", "128", "-display", "none", "-nodefaults", "-serial", "stdio",
            "-kernel", str(image)]


def run(image: Path, machine: str = "", cpus: int = 1, cpu: str = "cortex-a57",
        deadline: float = 20) -> str:
    """What the image prints until it switches the machine off; TimeoutExpired if it does not."""
    done = subprocess.run(command(image, machine, cpus, cpu), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=deadline, check=True)
    return done.stdout.decode().replace("\r\n", "\n")
