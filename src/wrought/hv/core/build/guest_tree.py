"""The device tree of an ordinary guest: memory, CPUs, interrupt controller, timer, PSCI, and the
node by which Linux finds Xen.

Bindings: Linux, Documentation/devicetree/bindings (arm/xen.txt, arm/psci.yaml,
interrupt-controller/arm,gic*.yaml, timer/arm,arch_timer.yaml, serial/arm_sbsa_uart.txt).
"""

from __future__ import annotations

from wrought.hv.abi import layout as at
from wrought.hv.abi.layout import GuestLayout, vcpu_affinity
from wrought.hv.core.build.config import DomainConfig
from wrought.hv.core.build.memory_map import MemoryMap
from wrought.hv.core.build.shared_memory import write_shared_memory
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.rt.fdt_write import FdtWriter

GIC_PHANDLE = 0xFDE8
"""As Xen has it: fragments of passed-through devices refer to it by this number."""
PPI = 1
SPI = 0
LEVEL_LOW, LEVEL_HIGH, EDGE_RISING = 8, 4, 1
ALL_CPUS = 0xF00
"""GICv2 wants a CPU mask in the third cell of a PPI; GICv3 ignores it."""


@struct
class TreeFacts:
    """What goes into the tree besides the configuration."""

    map: Ptr[MemoryMap]
    layout: Ptr[GuestLayout]
    ramdisk: u64
    """Guest address, with the size 0 where there is none."""
    ramdisk_size: u64
    clock: u32
    """Hertz of the timer where the firmware did not set it, else 0."""
    gic_phandle: u32


@fn
def write_interrupt(w: Ptr[FdtWriter], kind: u32, number: u32, flags: u32) -> None:
    """The three cells of an interrupt."""
    w.word(kind)
    w.word(number)
    w.word(flags)


@fn
def write_ppi(w: Ptr[FdtWriter], intid: u32) -> None:
    """A private interrupt, active low as timers are."""
    write_interrupt(w, PPI, intid - 16, ALL_CPUS | LEVEL_LOW)


@fn
def write_chosen(w: Ptr[FdtWriter], config: Ptr[DomainConfig], facts: Ptr[TreeFacts]) -> None:
    """Command line, ramdisk, console."""
    w.begin(b"chosen")
    w.text(b"bootargs", config.bootargs)
    if facts.ramdisk_size != 0:
        w.double(b"linux,initrd-start", facts.ramdisk)
        w.double(b"linux,initrd-end", facts.ramdisk + facts.ramdisk_size)
    if facts.layout.uart != 0:
        w.text(b"stdout-path", b"/sbsa-uart@22000000")
    w.end()


@fn
def write_memory(w: Ptr[FdtWriter], map: Ptr[MemoryMap]) -> None:
    """A node a bank."""
    for i in range(map.count):
        bank = map.banks[i]
        w.begin_at(b"memory", bank.start)
        w.text(b"device_type", b"memory")
        w.header(b"reg", 16)
        w.number(bank.start)
        w.number(bank.size)
        w.end()


@fn
def write_cpus(w: Ptr[FdtWriter], count: u32) -> None:
    """The vCPUs."""
    w.begin(b"cpus")
    w.cell(b"#address-cells", 1)
    w.cell(b"#size-cells", 0)
    for i in range(count):
        affinity = vcpu_affinity(i)
        w.begin_at(b"cpu", affinity)
        w.text(b"device_type", b"cpu")
        w.text(b"compatible", b"arm,armv8")
        w.cell(b"reg", trunc(u32, affinity))
        w.text(b"enable-method", b"psci")
        w.end()
    w.end()


@fn
def write_psci(w: Ptr[FdtWriter]) -> None:
    """PSCI by HVC."""
    w.begin(b"psci")
    w.property(b"compatible", b"arm,psci-1.0\0arm,psci-0.2\0")
    w.text(b"method", b"hvc")
    w.end()


@fn
def write_gic(w: Ptr[FdtWriter], layout: Ptr[GuestLayout], phandle: u32) -> None:
    """The interrupt controller of the host's version."""
    w.begin_at(b"interrupt-controller", layout.gicd)
    if layout.version == 3:
        w.text(b"compatible", b"arm,gic-v3")
    else:
        w.text(b"compatible", b"arm,gic-400")
    w.cell(b"#interrupt-cells", 3)
    w.cell(b"#address-cells", 0)
    w.flag(b"interrupt-controller")
    w.header(b"reg", 32)
    w.number(layout.gicd)
    w.number(layout.gicd_size)
    if layout.version == 3:
        w.number(layout.gicr)
        w.number(layout.gicr_size)
    else:
        w.number(layout.gicc)
        w.number(layout.gicc_size)
    w.cell(b"phandle", phandle)
    w.end()


@fn
def write_timer(w: Ptr[FdtWriter], clock: u32) -> None:
    """The architected timer."""
    w.begin(b"timer")
    w.text(b"compatible", b"arm,armv8-timer")
    w.header(b"interrupts", 36)
    write_ppi(w, at.SECURE_TIMER_PPI)
    write_ppi(w, at.PHYSICAL_TIMER_PPI)
    write_ppi(w, at.VIRTUAL_TIMER_PPI)
    if clock != 0:
        w.cell(b"clock-frequency", clock)
    w.end()


@fn
def write_uart(w: Ptr[FdtWriter], base: u64) -> None:
    """The emulated UART as the subset of a PL011 that SBSA names."""
    w.begin_at(b"sbsa-uart", base)
    w.text(b"compatible", b"arm,sbsa-uart")
    w.header(b"reg", 16)
    w.number(base)
    w.number(at.PL011_SIZE)
    w.header(b"interrupts", 12)
    write_interrupt(w, SPI, at.PL011_SPI - 32, LEVEL_HIGH)
    w.cell(b"current-speed", 115200)
    w.end()


@fn
def write_hypervisor(w: Ptr[FdtWriter], layout: Ptr[GuestLayout]) -> None:
    """Where Linux finds that it runs on Xen: grant table region and event interrupt."""
    w.begin(b"hypervisor")
    w.property(b"compatible", b"xen,xen-4.17\0xen,xen\0")
    w.header(b"reg", 16)
    w.number(layout.grants)
    w.number(layout.grants_size)
    w.header(b"interrupts", 12)
    write_interrupt(w, PPI, at.EVENT_PPI - 16, ALL_CPUS | EDGE_RISING)
    w.end()


@fn
def write_guest_tree(w: Ptr[FdtWriter], config: Ptr[DomainConfig], facts: Ptr[TreeFacts]) -> None:
    """The whole tree but the last `end` and `finish`, so that devices can be added to the root."""
    w.begin(b"")
    w.cell(b"#address-cells", 2)
    w.cell(b"#size-cells", 2)
    w.cell(b"interrupt-parent", facts.gic_phandle)
    w.text(b"model", b"XENVM-4.17")
    w.property(b"compatible", b"xen,xenvm-4.17\0xen,xenvm\0")
    write_chosen(w, config, facts)
    write_memory(w, facts.map)
    write_shared_memory(w, config.node, 2, 2)
    write_cpus(w, config.vcpus)
    write_psci(w)
    write_gic(w, facts.layout, facts.gic_phandle)
    write_timer(w, facts.clock)
    if facts.layout.uart != 0:
        write_uart(w, facts.layout.uart)
    if config.enhanced:
        write_hypervisor(w, facts.layout)
