"""ESR_EL2 as compiled code and printed dumps see it (Arm ARM DDI 0487, D24.2.42).

The values are those of `wrought.isa.a64.syndrome`, which decodes the same register on the host.
"""

from __future__ import annotations

from wrought.isa.a64.syndrome import EXCEPTION_CLASS
from wrought.lang.core.decl import bit, bitfield, bits, enum
from wrought.lang.core.scalars import u8, u16, u32, u64

ExceptionClass = enum(u8)(type(
    "ExceptionClass", (), {name: value for name, (value, _) in EXCEPTION_CLASS.items()}))
"""EC: why the exception was taken."""


@enum(u8)
class Fault:
    """DFSC and IFSC: what an abort found (Table D24-3)."""

    ADDRESS_SIZE_0 = 0b000000
    TRANSLATION_0 = 0b000100
    TRANSLATION_1 = 0b000101
    TRANSLATION_2 = 0b000110
    TRANSLATION_3 = 0b000111
    ACCESS_FLAG_1 = 0b001001
    ACCESS_FLAG_2 = 0b001010
    ACCESS_FLAG_3 = 0b001011
    PERMISSION_1 = 0b001101
    PERMISSION_2 = 0b001110
    PERMISSION_3 = 0b001111
    EXTERNAL = 0b010000
    ALIGNMENT = 0b100001
    TLB_CONFLICT = 0b110000


@bitfield(u64)
class Esr:
    """The whole register."""

    iss: u32 = bits(24, 0)
    il: bool = bit(25)
    ec: ExceptionClass = bits(31, 26)


@bitfield(u32)
class DataAbort:
    """ISS of a data abort."""

    isv: bool = bit(24)
    """Whether the next five fields are valid: for aborts from a lower level only."""
    size: u8 = bits(23, 22)
    sign_extend: bool = bit(21)
    register: u8 = bits(20, 16)
    sixty_four: bool = bit(15)
    acquire_release: bool = bit(14)
    far_not_valid: bool = bit(10)
    external: bool = bit(9)
    cache_maintenance: bool = bit(8)
    stage1_walk: bool = bit(7)
    write: bool = bit(6)
    status: Fault = bits(5, 0)


@bitfield(u32)
class InstructionAbort:
    """ISS of an instruction abort."""

    far_not_valid: bool = bit(10)
    external: bool = bit(9)
    stage1_walk: bool = bit(7)
    status: Fault = bits(5, 0)


@bitfield(u32)
class Break:
    """ISS of BRK."""

    comment: u16 = bits(15, 0)
