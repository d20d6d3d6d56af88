"""The hypervisor's image: the compiled program, as boot loaders take a Linux kernel."""

from __future__ import annotations

from pathlib import Path

from wrought.hv.a64 import boot
from wrought.hv.core.console import log
from wrought.lang.build.layout import Layout
from wrought.lang.build.program import Program
from wrought.rt.a64.panic import on_panic

_CORE = ("board", "build", "console_input", "control_op", "debug_keys", "event_bind",
         "event_close", "event_fifo_op", "event_op", "events_life", "foreign", "frame_range",
         "frame_use", "frames", "grants_life", "grants_setup", "grants_version", "hvm_op", "life",
         "memory_op", "multicall", "ram", "ram_release", "sched_admin", "target_domain", "vcpu_op",
         "version", "vm_assist", "wallclock", "watchdog")
_A64 = ("boot", "death", "devices", "domains", "idregs", "iommu", "mmu", "restart", "smp")
SMALL = (*(f"wrought.hv.core.{name}" for name in _CORE), *(f"wrought.hv.a64.{name}"
         for name in _A64), "wrought.hv.drivers.uart", "wrought.hv.drivers.smmu",
         "wrought.hv.machine.iommu", "wrought.hv.drivers.gic.probe",
         "wrought.hv.drivers.gic.specifier", "wrought.hv.vdev.vgic_init", "wrought.hv.vdev.vgicr",
         "wrought.hv.vdev.vtimer_host", "wrought.rt.fdt", "wrought.rt.bytes")
"""Modules that run at boot or on request: small rather than fast."""
STACK = 8 << 10
"""Bytes of each CPU's stack."""
LAYOUT = Layout(0, linux_header=True, pie=True, packed=True, stack=STACK)


def program(debug: bool = True) -> Program:
    """The hypervisor, to be built as `image` (for boot loaders) or `elf` (for debuggers)."""
    return Program("wrought-hv", target="aarch64-none", entry=boot.entry, console=log,
                   roots=[on_panic], layout=LAYOUT,
                   stack_limit=STACK, small=SMALL, debug=debug, root=Path(__file__).parents[3])
