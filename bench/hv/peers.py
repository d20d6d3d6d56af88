"""The two hypervisors: ours, built from this tree, and Xen from the distribution."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bench.hv.machine import MachineError
from wrought.hv.tool import packages

if TYPE_CHECKING:
    from wrought.lang.build.program import Program

XEN_ARGUMENTS = "console=dtuart bootscrub=0"
"""Without the scrubbing of free memory, which runs in the idle loop and delays wake-ups."""


@dataclass(frozen=True, slots=True)
class Hypervisor:
    """An image and the command line that it is measured with."""

    name: str
    image: Path
    bootargs: str


def xen() -> Hypervisor:
    """Debian's Xen.  Raises `PackageError`."""
    return Hypervisor("Xen", packages.xen(), XEN_ARGUMENTS)


def our_program() -> Program:
    """The program of our hypervisor.  Raises `MachineError` where the tree has none."""
    if find_spec("wrought.hv.image") is None:
        raise MachineError("wrought.hv.image is not there: no hypervisor of ours to measure")
    from wrought.hv.image import program  # pyright: ignore[reportMissingImports]

    return program()


def ours(program: Program, folder: Path) -> Hypervisor:
    """Our hypervisor, built into `folder`.  Raises CompileError or BuildError."""
    return Hypervisor("Wrought", program.build(folder / "hypervisor.img", "image"), "")
