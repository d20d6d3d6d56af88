"""Functions that are assembler as a whole: `a64("…")` and `x64("…")` with their holes filled."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from wrought.lang.core.function import Compiled
from wrought.lang.core.intrinsics import a64, x64
from wrought.lang.core.static import Static
from wrought.lang.ir import model as m

from .declare import parameters
from .instance import Instance
from .layout import eval_constant
from .report import fault, name_in

if TYPE_CHECKING:
    from .unit import Unit

_HOLE = re.compile(r"\{([A-Za-z_]\w*)\}")


def lower_asm(unit: Unit, inst: Instance) -> None:
    """Enter the assembler function for the unit's machine."""
    f, source, node = inst.compiled, inst.compiled.source(), inst.compiled.node()
    texts: dict[str, ast.Call] = {}
    for stmt in node.body:
        if isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant):
            continue
        found = _text(inst, stmt)
        if found is None:
            raise fault("M10", source, stmt)
        texts[found[0]] = found[1]
    call = texts.get(unit.target.arch)
    if call is None:
        raise fault("M09", source, name_in(node), name=f.name,
                    arch="AArch64" if unit.target.arch == "a64" else "x86-64")
    text, calls = _fill(unit, inst, call)
    params, _ = parameters(unit, inst)
    options = f.options
    exported = "export" in options or unit.target.in_process
    unit.module.asm[inst.symbol] = m.AsmFunction(
        inst.symbol, text, unit.target.arch, "export" if exported else "internal",
        str(options.get("section") or ""), int(options.get("align") or 4), params,
        unit.ir_signature(unit.pointer_type(f))[0], inst.signature.cc,
        {"noreturn"} if inst.signature.noreturn else set(), calls,
        int(options.get("stack") or 0), f.file, node.lineno, f.title)


def _text(inst: Instance, stmt: ast.stmt) -> tuple[str, ast.Call] | None:
    """A statement `a64("…")` as its machine and the call; None for others."""
    if not (isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call)
            and isinstance(stmt.value.func, ast.Name)):
        return None
    found = inst.env.lookup(stmt.value.func.id)
    if found is not a64 and found is not x64:
        return None
    return "a64" if found is a64 else "x64", stmt.value


def _fill(unit: Unit, inst: Instance, call: ast.Call) -> tuple[str, tuple[str, ...]]:
    """The text with `{name}` replaced by constants and symbols."""
    source = inst.compiled.source()
    if len(call.args) != 1:
        raise fault("C01", source, call, name="a64", want=1, got=len(call.args))
    text = eval_constant(call.args[0], inst.env, source)
    given: dict[str, Any] = {k.arg: eval_constant(k.value, inst.env, source)
                             for k in call.keywords if k.arg}
    symbols: list[str] = []

    def one(found: re.Match[str]) -> str:
        name = found[1]
        if name not in given:
            raise fault("M11", source, call, hole=name)
        value = given[name]
        if isinstance(value, Compiled):
            symbols.append(unit.instance(value, ()).symbol)
        elif isinstance(value, Static):
            symbols.append(unit.static_symbol(value).name)
        else:
            return str(int(value) if isinstance(value, int) else value)
        return f'"{symbols[-1]}"'
    return _HOLE.sub(one, str(text)), tuple(symbols)
