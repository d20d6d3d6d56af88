"""The hypervisor's image: the compiled program, as boot loaders take a Linux kernel."""

from __future__ import annotations

from pathlib import Path

from wrought.hv.a64 import boot
from wrought.hv.core.console import log
from wrought.lang.build.layout import Layout
from wrought.lang.build.program import Program
from wrought.rt.a64.panic import on_panic

STACK = 8 << 10
"""Bytes of each CPU's stack."""


def program(debug: bool = True) -> Program:
    """The hypervisor, to be built as `image` (for boot loaders) or `elf` (for debuggers)."""
    return Program("wrought-hv", target="aarch64-none", entry=boot.entry, console=log,
                   roots=[on_panic], layout=Layout(0, linux_header=True, pie=True, stack=STACK),
                   stack_limit=STACK, debug=debug, root=Path(__file__).parents[3])
