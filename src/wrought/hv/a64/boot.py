"""What happens from the first instruction until guests run."""

from __future__ import annotations

from wrought.hv.a64 import cpu, el2
from wrought.hv.a64.boot_state import board, tree
from wrought.hv.a64.context import slot
from wrought.hv.a64.entry import boot, later, on_stack
from wrought.hv.a64.idregs import fill_id_registers
from wrought.hv.a64.iommu import iommu_listen, iommu_start
from wrought.hv.a64.irq import listen_on
from wrought.hv.a64.memory import look_at_caches, scrub_at_boot
from wrought.hv.a64.mmu import Access, enable, map_range
from wrought.hv.a64.run import next_vcpu, work
from wrought.hv.a64.smp import SLOT, give_frames, go, init_cpu, online, start_others, starts
from wrought.hv.a64.vectors import enter_guest
from wrought.hv.core.board import Firmware, cpu_index, read_board
from wrought.hv.core.build.all import build_all
from wrought.hv.core.build.log_levels import read_levels
from wrought.hv.core.build.memory import give_memory
from wrought.hv.core.build.options import command_line, option, said
from wrought.hv.core.log import Level, tells
from wrought.hv.core.sched_admin import sched_init
from wrought.hv.core.sched_types import SchedKind
from wrought.hv.core.stage2_tables import vtcr_fields
from wrought.hv.core.version import set_command_line
from wrought.hv.drivers.gic.host import Region, gic, gic_init_boot, gic_probe
from wrought.hv.drivers.gic.specifier import intid_of
from wrought.hv.drivers.held import hold_devices
from wrought.hv.drivers.smmu.host import smmu_address_bits
from wrought.hv.drivers.uart.console import find_console, open_console
from wrought.hv.vdev.vtimer_host import timer_probe
from wrought.lang.core.atomics import Order
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    function_address,
    popcount,
    sev,
    slice_from,
    trunc,
    wfe,
)
from wrought.lang.core.scalars import Array, Never, Ptr, Slice, u8, u32, u64
from wrought.lang.core.static import constant, static
from wrought.lang.core.sysreg import ID_AA64MMFR0_EL1
from wrought.rt.a64.cpu import this_cpu
from wrought.rt.a64.percpu import use_area
from wrought.rt.a64.psci import use_hvc
from wrought.rt.a64.symbols import (
    data_start,
    image_end,
    image_start,
    rodata_end,
    rodata_start,
    text_end,
    text_start,
)
from wrought.rt.bytes import ABSENT, equal
from wrought.rt.fdt import HEADER, Check, open_tree, total_size
from wrought.rt.fdt_find import property_of
from wrought.rt.fdt_interrupt import interrupt
from wrought.rt.fdt_values import text

tree_blob = static(Slice[u8])
console_node = static(u64, ABSENT)
"""The UART's node."""
PA_BITS = constant(Array[u8, 7], (32, 36, 40, 42, 44, 48, 52))
"""By ID_AA64MMFR0_EL1.PARange."""
VTCR_COMMON = 1 << 31 | 3 << 12 | 1 << 10 | 1 << 8
"""VTCR_EL2: RES1, tables inner shareable and write-back, 4 KB pages (Arm ARM DDI 0487,
D24.2.202)."""


@fn
def map_image() -> None:
    """Each part of the image with no more rights than it needs."""
    map_range(text_start(), text_end(), Access.EXECUTE)
    map_range(rodata_start(), rodata_end(), Access.READ)
    map_range(data_start(), image_end(), Access.WRITE)


@unsafe
@fn
def open_device_tree(address: u64) -> Check:
    """Turn the MMU on with the image and the device tree mapped, and open the tree."""
    global tree_blob
    map_image()
    map_range(address, address + HEADER, Access.WRITE)
    enable(data_start(), image_end())
    look_at_caches()
    # SAFETY: the boot protocol says that x0 is a device tree; its first page is mapped.
    size = total_size(slice_from(Ptr[u8](address), 8))
    map_range(address, address + size, Access.WRITE)
    tree_blob = slice_from(Ptr[u8](address), size)
    return open_tree(addr_of(tree), tree_blob)


@fn
def start_console() -> None:
    """Print from here on; nothing is lost that was not worth a UART."""
    global console_node
    place = find_console(addr_of(tree))
    if place.found():
        map_range(place.base, place.base + place.size, Access.DEVICE)
        open_console(place)
        console_node = place.node


@fn
def map_memory() -> None:
    """All RAM, but for the image and what firmware wants left alone."""
    for bank in board.banks[:board.bank_count]:
        at = bank.start
        while at < bank.end:
            end = bank.end
            skip = end
            for gone in board.reserved[:board.reserved_count]:
                if gone.no_map and gone.overlaps(at, end):
                    end = max(gone.start, at)
                    skip = gone.end
            if image_start() < end and at < image_end():
                end = max(image_start(), at)
                skip = image_end()
            if end > at:
                map_range(at, end, Access.WRITE)
            at = skip


@fn
def choose_translation() -> None:
    """How guests' addresses are translated, and what of the processor they see."""
    parange = u64(ID_AA64MMFR0_EL1.read().parange)
    bits = min(PA_BITS[min(parange, len(PA_BITS[:]) - 1)], smmu_address_bits())
    t0sz, sl0 = vtcr_fields(bits)
    el2.ipa_bits = u64(bits)
    el2.vtcr = VTCR_COMMON | u64(t0sz) | u64(sl0) << 6 | min(parange, 5) << 16
    fill_id_registers(min(parange, 5), gic.version == 3)


@fn
def start_interrupts() -> None:
    """Map and set up the interrupt controller."""
    assert gic_probe(addr_of(tree)), "no GICv2 with virtualization extension and no GICv3"
    assert timer_probe(addr_of(tree)), "the timer node lacks the virtual or EL2's interrupt"
    map_region(gic.distributor)
    map_region(gic.cpu_interface)
    map_region(gic.hypervisor)
    for region in gic.redistributors[:gic.redistributor_count]:
        map_region(region[0])
    gic_init_boot()


@fn
def map_region(region: Region) -> None:
    """A device's registers, if there are any."""
    if region.size != 0:
        map_range(region.start, region.start + region.size, Access.DEVICE)


@fn
def greet() -> None:
    """What there is."""
    print(f"Wrought on {text(property_of(addr_of(tree), 0, b'model').data)}: "
          f"{board.cpu_count} CPUs, {board.total() >> 20} MB")


@fn
def main(fdt: u64) -> Never:
    """Runs at EL2 with nothing set up but a stack; `fdt` is the device tree's address."""
    checked = open_device_tree(fdt)
    if checked == Check.OK:
        start_console()
    assert checked == Check.OK, "the device tree is damaged"
    read_levels(addr_of(tree))
    set_command_line(command_line(addr_of(tree)))
    read_board(addr_of(tree), addr_of(board))
    assert board.bank_count != 0, "the device tree has no /memory with a size"
    assert board.cpu_count != 0, "the device tree has no /cpus that can run"
    use_hvc(board.firmware == Firmware.HVC)
    if tells(Level.INFO):
        greet()
    scrub_at_boot(equal(option(command_line(addr_of(tree)), b"bootscrub="), b"on"))
    map_memory()
    give_memory(addr_of(board), addr_of(tree), image_start(), image_end(), u64(tree_blob.ptr),
                len(tree_blob))
    start_interrupts()
    iommu_start(addr_of(tree))
    hold_devices(addr_of(tree))
    choose_translation()
    number = cpu_index(addr_of(board), this_cpu())
    assert number < board.cpu_count, "the boot CPU is not in the device tree"
    frames = give_frames(number)
    use_area(frames.area)
    go_on(frames.stack, frames.stack)


@fn
def listen() -> None:
    """Let what is typed interrupt this CPU, where the UART's interrupt goes to the GIC."""
    if console_node == ABSENT:
        return
    found = interrupt(addr_of(tree), console_node, 0)
    intid = intid_of(addr_of(tree), addr_of(found))
    if intid != 0:
        listen_on(intid)


@fn
def chosen_scheduler() -> SchedKind:
    """As the device tree says; every name but `null` means the fair one."""
    if equal(said(addr_of(tree), b"wrought,scheduler", b"sched="), b"null"):
        return SchedKind.NULL
    return SchedKind.FAIR


@fn
def on_own_stack(top: u64) -> Never:
    """The boot CPU, on a stack like every other's."""
    init_cpu(cpu_index(addr_of(board), this_cpu()), top)
    listen()
    iommu_listen()
    start_others(function_address(later_entry))
    cpu.started = online.mask.load(Order.RELAXED)
    cpu.running = trunc(u32, popcount(online.mask.load(Order.RELAXED)))
    sched_init(chosen_scheduler(), board.cpu_count)
    build_all(addr_of(tree))
    go.mask.store(1, Order.RELEASE)
    sev()
    run_guests()


@fn
def run_guests() -> Never:
    """From here on the vectors have the word."""
    first = next_vcpu(None)
    enter_guest(work(first), slot + SLOT)


@fn
def later_main(number: u64) -> Never:
    """A further CPU, on its own stack and area."""
    init_cpu(trunc(u32, number), u64(starts[number].stack))
    while go.mask.load(Order.ACQUIRE) == 0:
        wfe()
    run_guests()


later_entry = later(later_main)
go_on = on_stack(on_own_stack)
entry = boot(main)
