"""Guests of the measurements as images."""

from __future__ import annotations

from pathlib import Path

from wrought.hv.guest.console import put
from wrought.lang.build.layout import Layout
from wrought.lang.build.program import Program
from wrought.lang.core.function import Compiled
from wrought.rt.a64.panic import on_panic

STACK = 32 << 10


def guest_image(name: str, entry: Compiled, folder: Path) -> Path:
    """The guest as a Linux Image that runs wherever it is loaded.  Raises CompileError or
    BuildError."""
    program = Program(name, target="aarch64-none-el1", entry=entry, console=put, roots=[on_panic],
                      layout=Layout(0, linux_header=True, pie=True, stack=STACK),
                      root=Path(__file__).parents[2])
    return program.build(folder / f"{name}.img", "image")
