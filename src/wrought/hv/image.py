"""The hypervisor's image: the compiled program, as boot loaders take a Linux kernel."""

from __future__ import annotations

from pathlib import Path

from wrought.hv.a64 import boot
from wrought.hv.core.console import log
from wrought.lang.build.layout import Layout
from wrought.lang.build.program import Program
from wrought.rt.a64.panic import on_panic

_A64 = ("alarm", "context", "cpu", "inject", "irq", "run", "traps.")
_CORE = ("call_result", "event_op.send", "event_pending", "event_upcall", "guest_memory",
         "hypercall.", "sched.", "sched_queue", "sched_wake")
_VDEV = ("firmware", "vgic.", "vgic_banks", "vgic_inject", "vgic_sgi", "vgicd", "vtimer.")
FAST = (*(f"wrought.hv.a64.{name}" for name in _A64),
        *(f"wrought.hv.core.{name}" for name in _CORE),
        *(f"wrought.hv.vdev.{name}" for name in _VDEV),
        "wrought.hv.drivers.gic.host", "wrought.hv.drivers.gic.ich",
        "wrought.hv.drivers.gic.gich", "wrought.hv.drivers.gic.lists", "wrought.hv.machine.cpu",
        "wrought.hv.machine.guest", "wrought.hv.machine.memory", "wrought.rt.bytes",
        "wrought.rt.fdt.", "wrought.rt.lock")
"""What guests wait for; all else is made small."""
STACK = 8 << 10
"""Bytes of each CPU's stack."""
LAYOUT = Layout(0, linux_header=True, pie=True, packed=True, stack=STACK)


def program(debug: bool = True) -> Program:
    """The hypervisor, to be built as `image` (for boot loaders) or `elf` (for debuggers)."""
    return Program("wrought-hv", target="aarch64-none", entry=boot.entry, console=log,
                   roots=[on_panic], layout=LAYOUT,
                   stack_limit=STACK, small=("wrought.",), fast=FAST, debug=debug,
                   root=Path(__file__).parents[1])
