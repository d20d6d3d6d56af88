"""The image: the compiled program with its place in memory."""

from __future__ import annotations

from pathlib import Path

import console
import kernel

from wrought.lang.build.layout import Layout
from wrought.lang.build.program import Program
from wrought.rt.a64.panic import on_panic

STACK, GUARD = 32 << 10, 4 << 10
"""Bytes of the boot stack, and how many of them `space` leaves unmapped."""

BASE = 0x4020_0000
"""Where QEMU's `virt` machine loads a Linux Image: 2 MB above the start of its memory."""


def program() -> Program:
    """The program, to be built as `image` (for boot loaders) or `elf` (for debuggers)."""
    return Program("el2", target="aarch64-none", entry=kernel.entry, console=console.put,
                   roots=[on_panic], layout=Layout(BASE, linux_header=True, stack=STACK),
                   stack_limit=STACK - GUARD, root=Path(__file__).parents[2])
