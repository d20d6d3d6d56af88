"""Values of system registers in words, for dumps and for `wrought reg`."""

from __future__ import annotations

from typing import NamedTuple

from wrought.isa.a64.syndrome import ISS_OF
from wrought.isa.a64.sysregs import BY_ENCODING
from wrought.isa.model import RO, WO, Encoding, Field, SysReg

SYNDROMES = ("ESR_EL1", "ESR_EL2", "ESR_EL12")


class Part(NamedTuple):
    """One field of a value."""

    field: Field
    value: int
    meaning: str
    """What the value stands for, or ""."""


def parts(layout: tuple[Field, ...], value: int) -> list[Part]:
    """Every field of a value, from the highest bit down."""
    found: list[Part] = []
    for field in layout:
        bits = field.get(value)
        found.append(Part(field, bits, field.meanings.get(bits, "")))
    return found


def decode(register: SysReg, value: int) -> list[Part]:
    """The fields of a register's value; of a syndrome, those of its ISS after them."""
    found = parts(register.fields, value)
    if register.name in SYNDROMES:
        layout = ISS_OF.get(value >> 26 & 0x3F)
        if layout:
            found += parts(layout.fields, value)
    return found


def reserved_bits(register: SysReg, value: int) -> int:
    """The bits set in a value that no field covers; 0 where the register has no fields."""
    known = sum(field.mask for field in register.fields)
    return value & ~known if known else 0


def trapped_encoding(esr: int) -> Encoding:
    """What a trapped `MSR`, `MRS` or system instruction (EC 0x18) named."""
    return (esr >> 20 & 3, esr >> 14 & 7, esr >> 10 & 15, esr >> 1 & 15, esr >> 17 & 7)


def trapped_register(esr: int) -> SysReg | None:
    """The system register whose access trapped, or None where no table has it."""
    other = WO if esr & 1 else RO
    for register in BY_ENCODING.get(trapped_encoding(esr), ()):
        if register.access != other:
            return register
    return None


def dump(name: str, value: int, layout: list[Part]) -> str:
    """One line: `ESR_EL2 = 0x96000045: EC=0x25 (data abort from this level) IL=1 …`.

    Fields that are zero and mean nothing special then are left out.
    """
    words = [f"{part.field.name}={part.value:#x}" + (f" ({part.meaning})" if part.meaning else "")
             for part in layout if part.value or part.meaning]
    return f"{name} = {value:#x}: {' '.join(words)}".rstrip(": ")
