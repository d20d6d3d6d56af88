"""A bare-metal image at EL2: MMU with W^X, device tree, decoded exceptions, a second CPU.

Builds the image and starts it on QEMU's `virt` machine, as a boot loader would start Linux.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import image

DEADLINE = 60
"""Seconds that the machine may take."""


def run(path: Path, machine: str = "", cpus: int = 2, cpu: str = "cortex-a57") -> str:
    """What the image prints until it switches the machine off."""
    qemu = shutil.which("qemu-system-aarch64")
    if qemu is None:
        raise SystemExit("qemu-system-aarch64 is needed to run this: install qemu-system-arm")
    done = subprocess.run(
        [qemu, "-machine", f"virt,virtualization=on{machine}", "-cpu", cpu,
         "-smp", str(cpus), "-m", "256", "-display", "none", "-nodefaults", "-serial", "stdio",
         "-kernel", str(path)],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE, check=True)
    return done.stdout.decode().replace("\r\n", "\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        program = image.program()
        built = program.build(Path(folder) / "Image", "image")
        print(program.stack_report(), file=sys.stderr)
        print(run(built), end="")
