"""The two hypervisors: ours, built from this tree, and Xen from the distribution."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wrought.hv.tool import packages
from wrought.lang.build.program import Program

XEN_ARGUMENTS = "bootscrub=0"
"""Without the scrubbing of free memory, which runs in the idle loop and delays wake-ups."""


@dataclass(frozen=True, slots=True)
class Hypervisor:
    """An image and further words for its command line."""

    name: str
    image: Path
    bootargs: str = ""


def xen() -> Hypervisor:
    """Debian's Xen.  Raises `PackageError`."""
    return Hypervisor("Xen", packages.xen(), XEN_ARGUMENTS)


def ours(program: Program, folder: Path) -> Hypervisor:
    """Our hypervisor, built into `folder`.  Raises CompileError or BuildError."""
    return Hypervisor("Wrought", program.build(folder / "hypervisor.img", "image"))
