"""Lowering one function: parameters, body, end."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from wrought.lang.core import types as t
from wrought.lang.core.decl import StructType
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.ir import model as m
from wrought.lang.ir.ops import TERMINATORS
from wrought.lang.passes.unreachable import drop_blocks

from . import asmfn
from .declare import declare, make_function
from .instance import Instance
from .lower import (
    access,
    arithmetic,
    assign,
    call,
    compare,
    conditions,
    convert,
    loops,
    match,
    names,
    statements,
    with_,
)
from .lower.context import Lowerer, assigned_names
from .report import fault, name_in
from .values import Known, Local, Place

if TYPE_CHECKING:
    from .unit import Unit

RULES = (access, arithmetic, assign, call, compare, conditions, convert, loops, match, names,
         statements, with_)
"""The modules that know how syntax is lowered: importing them registers their rules."""


def lower_function(unit: Unit, inst: Instance) -> None:
    """Lower `inst` into the unit's module; its errors go to the unit."""
    f = inst.compiled
    if f.kind == "extern":
        _declare_c(unit, inst)
        return
    if f.kind == "asm":
        asmfn.lower_asm(unit, inst)
        return
    source, node = f.source(), f.node()
    if "export" in f.options:
        _check_border(unit, inst)
    if "unsafe" in f.options:
        _check_safety(inst, node)
    function, hidden = make_function(unit, inst)
    function.line = node.lineno
    unit.module.functions[inst.symbol] = function
    low = Lowerer(unit, inst, function, source, inst.env)
    _names(low, inst, node)
    low.e.loc = m.Loc(node.lineno, node.col_offset + 1)
    _enter(low, inst, function, hidden)
    body = node.body
    low.body(body)
    _leave(low, inst, node)
    if not low.diagnostics:
        drop_blocks(function)
    unit.diagnostics.extend(low.diagnostics)
    if unit.keep_types:
        unit.listing.append((inst, low.types_seen))


def _names(low: Lowerer, inst: Instance, node: ast.FunctionDef) -> None:
    """Which names are local, as Python's own rule has it."""
    inst.local_names = assigned_names(*node.body) | {p.name for p in inst.signature.params}
    for stmt in ast.walk(node):
        if isinstance(stmt, ast.Global):
            inst.local_names -= set(stmt.names)
        elif isinstance(stmt, ast.MatchAs) and stmt.name:
            inst.local_names.add(stmt.name)
        elif isinstance(stmt, ast.Call):
            inst.shared.update(_address_taken(inst, stmt))
    consts = {name for name, value in inst.bindings if not isinstance(value, t.Type)}
    for name, value in inst.bindings:
        if name in consts:
            inst.local_names.add(name)
            inst.known[name] = Known(value)


def _address_taken(inst: Instance, node: ast.Call) -> list[str]:
    """The name in `addr_of(name)`: stores through the pointer can change the variable."""
    f = node.func
    name = f.id if isinstance(f, ast.Name) else getattr(f, "attr", "")
    known = inst.env.lookup(name) is addr_of if isinstance(f, ast.Name) else name == "addr_of"
    return [x.id for x in node.args if isinstance(x, ast.Name)] if (
        known and len(node.args) == 1) else []


def _enter(low: Lowerer, inst: Instance, function: m.Function, hidden: t.Type | None) -> None:
    """Parameters become locals."""
    params = function.params
    if hidden is not None:
        low.result_slot = params[0]
        params = params[1:]
    for i, (p, ir) in enumerate(zip(inst.signature.params, params, strict=True)):
        if p.type.ir is None and not t.in_registers(p.type):
            low.locals[p.name] = low_param(low, p.name, p.type, ir)
        else:
            local = low.local(p.name, p.type, p.node or ast.Pass(), i + 1)
            place = Place(p.type, local.slot, p.name)
            if p.type.ir is not None:
                low.e.store(ir, place.addr, p.type.align)
            else:
                convert.scatter(low, ir, p.type, place.addr)
        low.flow.assigned.add(p.name)


def low_param(low: Lowerer, name: str, ty: t.Type, value: m.Param) -> Local:
    """A large struct passed by address: the callee owns the copy."""
    return Local(ty, value, ast.Pass())


def _leave(low: Lowerer, inst: Instance, node: ast.FunctionDef) -> None:
    """The end of the body, and terminators for blocks that nothing reaches."""
    if low.flow.live and not low.e.ended:
        if isinstance(low.ret, t.VoidType):
            low.e.loc = m.Loc(node.end_lineno or node.lineno, 1)
            low.e.end("ret")
        elif not low.diagnostics:
            low.diagnostics.append(fault("F01", low.source, name_in(node),
                                         name=inst.compiled.name).diagnostic)
    for block in low.e.function.blocks:
        if not block.body or block.body[-1].op not in TERMINATORS:
            block.body.append(m.Ins("unreachable", "void"))


def _declare_c(unit: Unit, inst: Instance) -> None:
    """A C function; there are none on bare metal."""
    f = inst.compiled
    if not unit.target.hosted:
        raise fault("M12", f.source(), name_in(f.node()), name=inst.symbol)
    _check_border(unit, inst)
    declare(unit, inst)


def _check_border(unit: Unit, inst: Instance) -> None:
    """What C functions take and return by value: scalars, pointers, slices."""
    sig, f, node = inst.signature, inst.compiled, inst.compiled.node()
    places = [(p.type, p.node.annotation if p.node else None) for p in sig.params]
    for ty, written in [*places, (sig.ret, node.returns)]:
        if isinstance(ty, t.TupleType | t.ArrayType | StructType) or (
                ty.ir is None and not isinstance(ty, t.SliceType)):
            raise fault("C17", f.source(), written or name_in(node), type=ty.name, name=f.name)


def _check_safety(inst: Instance, node: ast.FunctionDef) -> None:
    """An @unsafe function says why it is sound."""
    f = inst.compiled
    source = f.source()
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    lines = source.lines[max(0, first - 2):node.end_lineno]
    if not any("# SAFETY:" in line for line in lines):
        raise fault("P12", source, name_in(node), name=f.name)
