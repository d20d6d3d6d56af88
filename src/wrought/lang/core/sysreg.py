"""System registers as objects: `from wrought.lang.core.sysreg import ESR_EL2`.

`read()`, `write(x)` and `modify(field=…)` become single MRS and MSR instructions; the value has
the register's fields, in lower case.  The facts are in `wrought.isa.a64.sysregs`.
"""

from __future__ import annotations

import difflib
import keyword
from typing import Any, NamedTuple

from wrought.isa.a64.sysregs import SYSREGS
from wrought.isa.model import SysReg
from wrought.lang.source import Span

from .decl import BitfieldType, Field
from .scalars import boolean, u8, u16, u32, u64


class Access(NamedTuple):
    """`REG.read` and friends, waiting for the call."""

    register: Register
    verb: str


class Register:
    """A system register in compiled code."""

    def __init__(self, row: SysReg) -> None:
        self.row, self.name = row, row.name
        self.bits = _value_type(row)
        self.__doc__ = f"{row.title} ({row.source})"

    @property
    def read(self) -> Access:
        """`REG.read()`."""
        return Access(self, "read")

    @property
    def write(self) -> Access:
        """`REG.write(value)`: an integer or a value of the register's own type."""
        return Access(self, "write")

    @property
    def modify(self) -> Access:
        """`REG.modify(field=value)`: read, replace fields, write."""
        return Access(self, "modify")

    def __repr__(self) -> str:
        return f"<system register {self.name}>"


def field_name(name: str) -> str:
    """A field's name in programs."""
    low = name.lower()
    return low + "_" if keyword.iskeyword(low) else low


def _value_type(row: SysReg) -> BitfieldType:
    ty = BitfieldType(None, u64)
    ty.name, ty.methods, ty.module = row.name.title().replace("_", ""), {}, __name__
    fields: dict[str, Field] = {}
    for f in row.fields:
        kind: Any = boolean if f.width == 1 else next(
            k for n, k in ((8, u8), (16, u16), (32, u32), (64, u64)) if f.width <= n)
        name = field_name(f.name)
        fields[name] = Field(name, kind, 0, Span("", 0, 0, 0, 0), None, f.hi, f.lo)
    ty.__dict__["_fields"] = fields
    return ty


_made: dict[str, Register] = {}


def sysreg(name: str) -> Register:
    """The register of that name; AttributeError with the nearest name if there is none."""
    found = _made.get(name)
    if found is None:
        if name not in SYSREGS:
            close = difflib.get_close_matches(name, SYSREGS, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise AttributeError(f"there is no system register '{name}'{hint}")
        found = _made[name] = Register(SYSREGS[name])
    return found


def __getattr__(name: str) -> Register:
    if name.startswith("__"):
        raise AttributeError(name)
    return sysreg(name)
