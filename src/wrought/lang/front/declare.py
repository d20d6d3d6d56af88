"""IR declarations: parameters, linkage, attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wrought.lang.core import types as t
from wrought.lang.ir import model as m
from wrought.lang.ir.symbols import PANIC

from .instance import Instance

if TYPE_CHECKING:
    from .unit import Unit

_ATTRS = {"inline": "inline", "noinline": "noinline", "cold": "cold", "nobuiltin": "nobuiltin",
          "floating": "fp"}
"""Option of a declaration to attribute of the IR."""


def parameters(unit: Unit, inst: Instance) -> tuple[list[m.Param], t.Type | None]:
    """The IR parameters, and the type returned through a hidden address, if any."""
    ret = inst.signature.ret
    hidden = ret if ret.ir is None and not t.in_registers(ret) else None
    out = [m.Param("result", "ptr", ("nonnull",))] if hidden is not None else []
    for p in inst.signature.params:
        out.append(m.Param(p.name, t.value_ir(p.type), _param_attrs(p.type), unit.dtype(p.type)))
    return out, hidden


def extension(ty: t.Type) -> str:
    """How a caller extends a value of `ty` to a register, by both C ABIs."""
    storage = ty.storage
    if isinstance(storage, t.BoolType):
        return "zeroext"
    if isinstance(storage, t.IntType) and storage.bits < 32:
        return "signext" if storage.signed else "zeroext"
    return ""


def _param_attrs(ty: t.Type) -> tuple[str, ...]:
    if extension(ty):
        return (extension(ty),)
    if isinstance(ty, t.PtrType) and not ty.nullable:
        return ("nonnull",)
    return ()


def make_function(unit: Unit, inst: Instance) -> tuple[m.Function, t.Type | None]:
    """The IR function without its body."""
    f = inst.compiled
    params, hidden = parameters(unit, inst)
    ret = "void" if hidden is not None else t.value_ir(inst.signature.ret)
    attrs = {word for option, word in _ATTRS.items() if f.options.get(option)}
    if inst.unsafe:
        attrs.add("unsafe")
    if inst.signature.noreturn:
        attrs.add("noreturn")
    exported = "export" in f.options or unit.target.in_process or inst.symbol == PANIC
    if "section" in f.options and f.options["section"] or inst.symbol == PANIC:
        attrs.add("used")
    return m.Function(inst.symbol, params, ret, inst.signature.cc,
                      "export" if exported else "internal", attrs, False,
                      str(f.options.get("section", "")), int(f.options.get("align", 0)),
                      file=f.file, line=f.first_line, title=f.title,
                      ret_dtype=unit.dtype(inst.signature.ret)), hidden


def declare(unit: Unit, inst: Instance) -> m.Function:
    """An external declaration of an instance: a C function, or one loaded before."""
    made, _ = make_function(unit, inst)
    made.linkage, made.variadic = "extern", inst.signature.variadic
    made.attrs -= {"inline", "used"}
    unit.module.functions[inst.symbol] = made
    return made
