"""The page of system registers."""

from __future__ import annotations

from wrought.isa.a64.sysregs import SYSREGS
from wrought.isa.model import Field, SysReg
from wrought.lang.core.sysreg import field_name

from .markdown import code, page, table, wrap

INTRO = """Every register that `wrought.lang.core.sysreg` has, with its fields as compiled code
names them. `REG.read()`, `REG.write(x)`, `REG.write(field=x)` and `REG.modify(field=x)` are single
MRS and MSR instructions; `wrought reg NAME VALUE` decodes a value."""


def sysregs() -> str:
    """`sysregs.md`."""
    parts = [part for name in sorted(SYSREGS) for part in _register(SYSREGS[name])]
    return page("System registers", INTRO, "`wrought.isa.a64.sysregs`", parts)


def _register(r: SysReg) -> list[str]:
    alias = f" Another name of {r.alias} where HCR_EL2.E2H is 1." if r.alias else ""
    head = f"{r.title}. {r.generic_name}, {r.access}, {r.width} bits; {r.source}.{alias}"
    fields = table(("bits", "field", "values"), [
        (_bits(f), code(field_name(f.name)), _meanings(f)) for f in r.fields])
    return [f"## {r.name}", wrap(head), *([fields] if fields else [])]


def _bits(f: Field) -> str:
    return f"{f.hi}:{f.lo}" if f.hi != f.lo else str(f.hi)


def _meanings(f: Field) -> str:
    return "; ".join(f"{value:#x} {text}" for value, text in f.meanings.items())
