"""The machine of the measurements: QEMU's `virt` with a device tree that describes domains.

With `-icount shift=0` one executed instruction takes one nanosecond of the machine's time, on
every computer and in every run.
"""

from __future__ import annotations

import re
import selectors
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fdt import Node as FdtNode
from fdt import PropBytes, PropStrings, PropWords, parse_dtb

from wrought.errors import WroughtError

COUNTING = ("-icount", "shift=0,sleep=off")
MODULES = 0x5000_0000
"""Where the modules are placed, the first of them; below is room for the hypervisor."""
SPACING = 0x0400_0000
"""Bytes between modules: more than a kernel is large."""
DEADLINE = 120
"""Seconds that a run may take."""


class MachineError(WroughtError):
    """QEMU is missing, or the machine did not get where it should."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of the boot device tree (Xen's docs/misc/arm/device-tree/booting.txt)."""

    kernel: Path
    cpus: int = 1
    memory: int = 64
    """Megabytes."""
    bootargs: str = ""
    ramdisk: Path | None = None
    properties: dict[str, Sequence[int]] = field(default_factory=dict)
    """Further properties of the node, lists of cells; an empty list has no value."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A `virt` machine with a hypervisor and its domains."""

    hypervisor: Path
    domains: Sequence[Domain]
    bootargs: str = ""
    gic: int = 3
    cpus: int = 1
    cpu: str = "cortex-a57"
    memory: int = 1024
    """Megabytes."""
    counting: bool = True

    def start(self, folder: Path) -> list[str]:
        """QEMU's command line; files that it needs are written to `folder`.

        Raises `MachineError` without QEMU.
        """
        qemu = shutil.which("qemu-system-aarch64")
        if qemu is None:
            raise MachineError("qemu-system-aarch64 is needed: install qemu-system-arm")
        tree, loads = folder / "machine.dtb", []
        command = [qemu, "-machine", f"virt,virtualization=on,gic-version={self.gic}",
                   "-cpu", self.cpu, "-smp", str(self.cpus), "-m", str(self.memory),
                   "-display", "none", "-nodefaults", "-serial", "stdio"]
        dump = [part if part != command[2] else f"{part},dumpdtb={tree}" for part in command]
        subprocess.run(dump, check=True, stdin=subprocess.DEVNULL, capture_output=True,
                       timeout=DEADLINE)
        for address, file in describe(tree, self):
            loads += ["-device", f"loader,file={file},addr={address:#x},force-raw=on"]
        counting = COUNTING if self.counting else ()
        return [*command, *counting, "-kernel", str(self.hypervisor), "-dtb", str(tree), *loads]

    def run(self, folder: Path, until: str, deadline: float = DEADLINE) -> str:
        """What is printed until a line matches `until`; then the machine is switched off.

        Raises `MachineError` with the last lines if none does in time.
        """
        with subprocess.Popen(self.start(folder), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            try:
                text = _read_until(process, re.compile(until), deadline)
            finally:
                process.kill()
        return text


def describe(path: Path, machine: Machine) -> list[tuple[int, Path]]:
    """Add the domains to the device tree in `path`; addresses and files of the modules."""
    tree, placed = parse_dtb(path.read_bytes()), []
    chosen = tree.get_node("/chosen")
    if machine.bootargs:
        chosen.append(PropStrings("xen,xen-bootargs", machine.bootargs))
    chosen.append(PropWords("#address-cells", 2))
    chosen.append(PropWords("#size-cells", 2))
    for i, domain in enumerate(machine.domains, 1):
        node = _domain(i, domain)
        modules = [(domain.kernel, "multiboot,kernel")]
        modules += [(domain.ramdisk, "multiboot,ramdisk")] if domain.ramdisk else []
        for file, kind in modules:
            address = MODULES + SPACING * len(placed)
            placed.append((address, file))
            node.append(_module(address, file, kind, domain.bootargs))
        chosen.append(node)
    path.write_bytes(tree.to_dtb())
    return placed


def _domain(i: int, domain: Domain) -> FdtNode:
    node = FdtNode(f"domU{i}")
    node.append(PropStrings("compatible", "xen,domain"))
    node.append(PropWords("#address-cells", 2))
    node.append(PropWords("#size-cells", 2))
    node.append(PropWords("cpus", domain.cpus))
    node.append(PropWords("memory", 0, domain.memory << 10))
    node.append(PropBytes("vpl011"))
    node.append(PropStrings("xen,enhanced", "no-xenstore"))
    for name, cells in domain.properties.items():
        node.append(PropWords(name, *cells) if cells else PropBytes(name))
    return node


def _module(address: int, file: Path, kind: str, bootargs: str) -> FdtNode:
    node = FdtNode(f"module@{address:x}")
    node.append(PropStrings("compatible", kind, "multiboot,module"))
    node.append(PropWords("reg", 0, address, 0, file.stat().st_size))
    if kind == "multiboot,kernel" and bootargs:
        node.append(PropStrings("bootargs", bootargs))
    return node


def _read_until(process: subprocess.Popen[bytes], until: re.Pattern[str], deadline: float) -> str:
    assert process.stdout is not None
    end, text = time.monotonic() + deadline, ""
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        while time.monotonic() < end:
            if not ready.select(timeout=1):
                continue
            data = process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            text += data.decode(errors="replace").replace("\r", "")
            if until.search(text):
                return text
            if not data:
                break
    last = "\n".join(text.splitlines()[-15:])
    raise MachineError(f"no line that matches '{until.pattern}' came; the last ones:\n{last}")
