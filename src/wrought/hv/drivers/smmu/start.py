"""Finding and starting the SMMUs (Arm IHI 0070, 3.11)."""

from __future__ import annotations

from wrought.hv.core import frames
from wrought.hv.drivers.smmu.entries import Command, Opcode
from wrought.hv.drivers.smmu.queue import PATIENCE, before_device, command, forget_streams, sync
from wrought.hv.drivers.smmu.registers import (
    ALLOCATE,
    INNER_SHAREABLE,
    REGISTERS,
    WRITE_BACK,
    Bypass,
    Consumer,
    Control0,
    Control1,
    Control2,
    Interrupts,
)
from wrought.hv.drivers.smmu.streams import make_table
from wrought.hv.drivers.smmu.units import MAX_UNITS, Mode, Unit, registers_of, set_count, units
from wrought.hv.machine.memory import zero_frames
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, cpu_relax, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.rt.bytes import ABSENT
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_address import translate
from wrought.rt.fdt_find import property_of
from wrought.rt.fdt_interrupt import interrupt
from wrought.rt.fdt_tree import is_reachable
from wrought.rt.fdt_values import find_compatible, text_index

COMMAND_BITS, EVENT_BITS = 8, 7
"""Queues of one frame: 256 commands, 128 events."""
AARCH64 = 2
SPI_FIRST = 32
LEVEL = 0xC
"""Flags of a GIC's interrupt specifier (Linux bindings, arm,gic.yaml)."""


@fn
def smmu_probe(tree: Ptr[Fdt]) -> u64:
    """Find the SMMUs that are on; their number.  Their registers are to be mapped next."""
    count: u64 = 0
    node = find_compatible(tree, b"arm,smmu-v3", ABSENT)
    while node != ABSENT and count < MAX_UNITS:
        place = translate(tree, node, 0)
        if is_reachable(tree, node) and place.found and place.size >= REGISTERS:
            units[count] = zeroed(Unit)
            unit = addr_of(units[count])
            unit.base = place.address
            unit.node = node
            unit.event_line, unit.edge = line_of(tree, node, b"eventq")
            unit.error_line, _ = line_of(tree, node, b"gerror")
            count += 1
        node = find_compatible(tree, b"arm,smmu-v3", node)
    set_count(count)
    return count


@fn
def line_of(tree: Ptr[Fdt], node: u64, name: Slice[u8]) -> tuple[u32, bool]:
    """INTID of a wired interrupt by its name, or of the one that stands for all, and whether an
    edge means it; 0 for none."""
    names = property_of(tree, node, b"interrupt-names").data
    at = text_index(names, name)
    if at == ABSENT:
        at = text_index(names, b"combined")
    if at == ABSENT:
        return 0, False
    found = interrupt(tree, node, at)
    if found.controller == ABSENT or found.count < 3 or found.cells[0] != 0:
        return 0, False
    return found.cells[1] + SPI_FIRST, found.cells[2] & LEVEL == 0


@fn
def what_is_missing(unit: Ptr[Unit]) -> Slice[u8]:
    """Why a unit cannot serve; empty where it can."""
    r = registers_of(unit)
    first = r.idr0.read()
    second = r.idr1.read()
    fifth = r.idr5.read()
    if not first.stage1 and not first.stage2:
        return b"it translates nothing"
    if first.formats & AARCH64 == 0 or not fifth.pages_4k:
        return b"it does not read tables of AArch64 with 4 KB pages"
    if not first.coherent:
        return b"it reads tables past the caches"
    if second.tables_preset or second.queues_preset:
        return b"its tables lie where the hardware wants them"
    return b""


@fn
def smmu_start(unit: Ptr[Unit]) -> bool:
    """Let no device reach memory that was not given to it; False, and said why, where a unit
    can't be used.  Registers are mapped and frames can be had."""
    missing = what_is_missing(unit)
    if len(missing) > 0:
        print(f"SMMU {unit.base:#x} is not used: {missing}")
        return False
    r = registers_of(unit)
    first = r.idr0.read()
    second = r.idr1.read()
    unit.address_size = r.idr5.read().address_size
    unit.vmid16 = first.vmid16
    unit.stream_bits = second.stream_bits
    unit.command_bits = min(second.command_bits, u8(COMMAND_BITS))
    unit.event_bits = min(second.event_bits, u8(EVENT_BITS))
    unit.commands = frames.alloc_frames(1, 1)
    unit.events = frames.alloc_frames(1, 1)
    if u64(unit.commands) == 0 or u64(unit.events) == 0:
        return False
    zero_frames(unit.commands, 1)
    zero_frames(unit.events, 1)
    if not switch_off(unit) or not make_table(unit, first.level2 == 1):
        return False
    unit.mode = Mode.STAGE2 if first.stage2 else Mode.STAGE1
    if not switch_on(unit):
        unit.mode = Mode.OFF
        print(f"SMMU {unit.base:#x} is not used: it does not answer")
        return False
    return True


@fn
def acknowledged(unit: Ptr[Unit], control: Control0) -> bool:
    """Write CR0 and wait until it holds."""
    r = registers_of(unit)
    before_device()
    r.cr0.write(control)
    for _ in range(u64(PATIENCE)):
        if u32(r.cr0ack.read()) == u32(control):
            return True
        cpu_relax()
    return False


@fn
def switch_off(unit: Ptr[Unit]) -> bool:
    """Stop what the firmware left; streams end in nothing from here on, where it can do that."""
    r = registers_of(unit)
    r.gbpa.write(Bypass(update=True, abort=True))
    for _ in range(u64(PATIENCE)):
        if not r.gbpa.read().update:
            break
        cpu_relax()
    r.irq_ctrl.write(Interrupts())
    return acknowledged(unit, Control0())


@fn
def switch_on(unit: Ptr[Unit]) -> bool:
    """Tables and queues are there: commands first, then events, then translation."""
    r = registers_of(unit)
    r.cr1.write(Control1(
        table_shareable=INNER_SHAREABLE, table_outer=WRITE_BACK, table_inner=WRITE_BACK,
        queue_shareable=INNER_SHAREABLE, queue_outer=WRITE_BACK, queue_inner=WRITE_BACK))
    r.cr2.write(Control2(private=True, record_bad=True))
    r.cmdq_base.write(u64(unit.commands) | ALLOCATE | u64(unit.command_bits))
    r.cmdq_prod.write(0)
    r.cmdq_cons.write(Consumer())
    unit.produced = 0
    if not acknowledged(unit, Control0(commands=True)):
        return False
    forget_streams(unit)
    command(unit, u64(Command(opcode=u8(Opcode.TLB_ALL))), 0)
    if not sync(unit):
        return False
    r.eventq_base.write(u64(unit.events) | ALLOCATE | u64(unit.event_bits))
    r.eventq_prod.write(0)
    r.eventq_cons.write(0)
    if not acknowledged(unit, Control0(commands=True, events=True)):
        return False
    # Wired interrupts: messages have no address.
    r.eventq_irq_cfg0.write(0)
    r.gerror_irq_cfg0.write(0)
    r.irq_ctrl.write(Interrupts(events=True, errors=True))
    return acknowledged(unit, Control0(commands=True, events=True, enable=True))
