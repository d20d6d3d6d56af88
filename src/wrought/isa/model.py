"""The shapes of CPU facts: fields, system registers, and how a table row is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

Encoding = tuple[int, int, int, int, int]
"""`(op0, op1, CRn, CRm, op2)` of an `MRS`, `MSR` or `SYS` instruction."""

Meanings = Mapping[int, str]
"""What the values of a field stand for."""

RO = "RO"
WO = "WO"
RW = "RW"


class Field(NamedTuple):
    """Bits `hi`..`lo` of a register, both included, as the manual prints them."""

    name: str
    hi: int
    lo: int
    meanings: Meanings = {}

    @property
    def width(self) -> int:
        """Number of bits."""
        return self.hi - self.lo + 1

    @property
    def mask(self) -> int:
        """Its bits in the register."""
        return ((1 << self.width) - 1) << self.lo

    def get(self, value: int) -> int:
        """This field of a register's value."""
        return (value & self.mask) >> self.lo

    def put(self, value: int, bits: int) -> int:
        """A register's value with this field replaced; ValueError if `bits` does not fit."""
        if bits >> self.width:
            raise ValueError(f"{bits:#x} does not fit the {self.width} bits of {self.name}")
        return (value & ~self.mask) | (bits << self.lo)


class SysReg(NamedTuple):
    """An AArch64 system register."""

    name: str
    """As the assembler spells it: `ESR_EL2`."""
    enc: Encoding
    access: str
    """`RO`, `WO` or `RW`: what the architecture lets its highest level of use do."""
    width: int
    """32 or 64: the bits that are defined; `MRS` always gives 64."""
    fields: tuple[Field, ...]
    """From the highest bit down; bits that no field covers are reserved."""
    title: str
    """The manual's name of the register."""
    source: str
    """The manual and section: `Arm ARM DDI 0487, D24.2`."""
    alias: str = ""
    """The register that this is another name for when HCR_EL2.E2H is 1 (`SCTLR_EL12`)."""

    def field(self, name: str) -> Field:
        """A field by name; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name}")

    def decode(self, value: int) -> dict[str, int]:
        """The value of every field."""
        return {field.name: field.get(value) for field in self.fields}

    @property
    def generic_name(self) -> str:
        """The name that every assembler takes: `S3_4_C5_C2_0`."""
        op0, op1, crn, crm, op2 = self.enc
        return f"S{op0}_{op1}_C{crn}_C{crm}_{op2}"


def fields(text: str, meanings: Mapping[str, Meanings] | None = None) -> tuple[Field, ...]:
    """A table row's fields: `"ISS2 55:32, EC 31:26, IL 25"`, highest first.

    `meanings` gives, by field name, what values stand for.
    """
    known = meanings or {}
    found: list[Field] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"(\w+)\s+(\d+)(?::(\d+))?", part)
        if not match:
            raise ValueError(f"not a field: {part!r}")
        hi = int(match[2])
        found.append(Field(match[1], hi, int(match[3] or hi), known.get(match[1], {})))
    missing = set(known) - {field.name for field in found}
    if missing:
        raise ValueError(f"meanings for no field: {sorted(missing)}")
    return tuple(found)


class Table:
    """Collects the rows of one file, which share their manual's section."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.rows: list[SysReg] = []

    def reg(self, name: str, enc: Encoding, access: str, width: int, title: str,
            layout: str | tuple[Field, ...] = "",
            meanings: Mapping[str, Meanings] | None = None) -> SysReg:
        """Add a row; `layout` is the text that `fields` reads, or another row's fields."""
        shape = fields(layout, meanings) if isinstance(layout, str) else layout
        row = SysReg(name, enc, access, width, shape, title, self.source)
        self.rows.append(row)
        return row

    def alias(self, name: str, of: SysReg) -> SysReg:
        """Add the `_EL12` or `_EL02` name of a register: op1 is 5, the rest is the same."""
        op0, _, crn, crm, op2 = of.enc
        row = of._replace(name=name, enc=(op0, 5, crn, crm, op2), alias=of.name,
                          title=f"{of.title}, from EL2 with E2H")
        self.rows.append(row)
        return row
