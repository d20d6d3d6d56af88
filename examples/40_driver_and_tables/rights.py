"""What a mapping allows, and how each stage's descriptors say it."""

from __future__ import annotations

from wrought.lang.core.decl import bit, bitfield, enum
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u8, u64
from wrought.rt.a64.descriptors import Shareable, Stage1, Stage2

NORMAL, DEVICE = 0, 1
"""Indices into MAIR for stage 1."""
NORMAL_2, DEVICE_2 = 0b1111, 0b0001
"""MemAttr of stage 2: write-back, Device-nGnRE."""


@enum(u8)
class Stage:
    """Of a regime with one range (EL2), or of a guest's physical addresses."""

    ONE = 1
    TWO = 2


@bitfield(u8)
class Rights:
    """Stage 1 at EL2 can't forbid reading."""

    device: bool = bit(3)
    execute: bool = bit(2)
    write: bool = bit(1)
    read: bool = bit(0)


@fn
def encode(frame: u64, rights: Rights, stage: Stage, page: bool) -> u64:
    """The block or page descriptor for an output address in pages."""
    device = rights.device
    shareable = Shareable.NONE if device else Shareable.INNER
    if stage == Stage.TWO:
        return u64(Stage2(
            valid=True, table=page, accessed=True, frame=frame, shareable=shareable,
            read=rights.read, write=rights.write, execute_never=u8(0) if rights.execute else u8(2),
            memory=u8(DEVICE_2) if device else u8(NORMAL_2)))
    return u64(Stage1(
        valid=True, table=page, accessed=True, user=True, frame=frame, shareable=shareable,
        read_only=not rights.write, execute_never=not rights.execute,
        attribute=u8(DEVICE) if device else u8(NORMAL)))


@fn
def decode(entry: u64, stage: Stage) -> Rights:
    """The rights that a block or page descriptor gives."""
    if stage == Stage.TWO:
        two = Stage2(entry)
        return Rights(read=two.read, write=two.write, execute=two.execute_never == 0,
                      device=two.memory == DEVICE_2)
    one = Stage1(entry)
    return Rights(read=True, write=not one.read_only, execute=not one.execute_never,
                  device=one.attribute == DEVICE)
