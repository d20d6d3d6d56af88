"""Commands to an SMMU (Arm IHI 0070, 3.5 and chapter 4); the caller holds the unit's lock."""

from __future__ import annotations

from wrought.hv.drivers.smmu.entries import (
    COMMAND_BYTES,
    LEAF,
    RANGE_ALL,
    Command,
    Opcode,
    StreamCommand,
)
from wrought.hv.drivers.smmu.registers import Errors
from wrought.hv.drivers.smmu.units import Mode, Unit, registers_of, store
from wrought.hv.machine.memory import tables_written
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import cpu_relax, dsb
from wrought.lang.core.scalars import Ptr, u8, u16, u32, u64
from wrought.lang.core.target import target

PATIENCE = 1 << 24
"""Looks at a register before a unit counts as dead."""


@fn
def before_device() -> None:
    """What was written to memory is seen by the SMMU before the next register write."""
    if target.hosted:
        tables_written()
    else:
        dsb("sy")


@fn
def drained(unit: Ptr[Unit], room: u32) -> bool:
    """Wait until at most `room` commands are left in the queue; False where the unit is dead."""
    r = registers_of(unit)
    mask = (u32(2) << u32(unit.command_bits)) - 1
    looks: u64 = 0
    while True:
        if unit.produced - r.cmdq_cons.read().at & mask <= room:
            return True
        if r.gerror.read().commands != r.gerrorn.read().commands:
            skip(unit)
        looks += 1
        if looks == PATIENCE:
            if not unit.dead:
                print(f"SMMU {unit.base:#x} does not take commands")
            unit.dead = True
            return False
        cpu_relax()


@fn
def skip(unit: Ptr[Unit]) -> None:
    """A command was refused: our defect, or the unit's.  A SYNC takes its place (7.1)."""
    r = registers_of(unit)
    cons = r.cmdq_cons.read()
    slot = u64(cons.at) & ((u64(1) << u64(unit.command_bits)) - 1)
    print(f"SMMU {unit.base:#x}: command refused with error {cons.error}")
    put_command(unit, slot, u64(Command(opcode=u8(Opcode.SYNC))), 0)
    before_device()
    acknowledged = u32(r.gerrorn.read()) ^ u32(Errors(commands=True))
    r.gerrorn.write(Errors(acknowledged))


@fn
def put_command(unit: Ptr[Unit], slot: u64, first: u64, second: u64) -> None:
    """Both words of a command."""
    at = unit.commands + slot * COMMAND_BYTES
    store(at, first)
    store(at + 8, second)


@fn
def command(unit: Ptr[Unit], first: u64, second: u64) -> None:
    """Put a command into the queue."""
    size = u32(1) << u32(unit.command_bits)
    if unit.dead or not drained(unit, size - 1):
        return
    slot = u64(unit.produced & (size - 1))
    put_command(unit, slot, first, second)
    before_device()
    unit.produced = unit.produced + 1 & (2 * size - 1)
    registers_of(unit).cmdq_prod.write(unit.produced)


@fn
def sync(unit: Ptr[Unit]) -> bool:
    """Wait until all commands are done: what was invalidated is not used any more."""
    command(unit, u64(Command(opcode=u8(Opcode.SYNC))), 0)
    return not unit.dead and drained(unit, 0)


@fn
def forget_stream(unit: Ptr[Unit], stream: u32) -> None:
    """Its stream table entry, and the context descriptors found through it."""
    command(unit, u64(StreamCommand(opcode=u8(Opcode.CONFIG_STREAM), stream=stream)), LEAF)
    if unit.mode == Mode.STAGE1:
        command(unit, u64(StreamCommand(opcode=u8(Opcode.CONTEXTS), stream=stream)), 0)


@fn
def forget_streams(unit: Ptr[Unit]) -> None:
    """The whole stream table."""
    command(unit, u64(Command(opcode=u8(Opcode.CONFIG_ALL))), RANGE_ALL)


@fn
def forget_guest(unit: Ptr[Unit], vmid: u16) -> None:
    """All translations of a guest's addresses."""
    if unit.mode == Mode.STAGE1:
        command(unit, u64(Command(opcode=u8(Opcode.TLB_ASID), asid=vmid)), 0)
    else:
        command(unit, u64(Command(opcode=u8(Opcode.TLB_GUEST), vmid=vmid)), 0)


@fn
def forget_page(unit: Ptr[Unit], vmid: u16, ipa: u64) -> None:
    """The translation of one address of a guest; tables above it, too."""
    if unit.mode == Mode.STAGE1:
        forget_guest(unit, vmid)
    else:
        command(unit, u64(Command(opcode=u8(Opcode.TLB_GUEST_PAGE), vmid=vmid)),
                ipa & ~u64(0xFFF))
