"""Expressions as conditions: code that goes on when they are true, or when they are false."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.front.emit import (
    NO_REGISTER,
    drop_values,
    emit_abc,
    emit_jump,
    instruction,
    joined,
    negate,
    op_at,
    patch_here,
    unemit,
)
from wrought.lua.front.registers import discharge, release_exp, to_any
from wrought.lua.front.state import Exp, Is, Parser
from wrought.lua.vm.bytecode import OP


@fn
def jump_on(p: Ptr[Parser], e: Ptr[Exp], op: u64) -> u32:
    """Jump by JTC or JFC on a value."""
    last = e.kind == Is.MOVABLE and e.info + 1 == p.f.pc and p.f.last_target != p.f.pc
    if last and op_at(p, e.info) == OP.NOT:
        tested = trunc(u32, instruction(p, e.info)[0] >> 20) & 0xFFF
        unemit(p)
        return emit_abc(p, OP.JT if op == OP.JFC else OP.JF, tested, 0, 0)
    register = to_plain(p, e)
    return emit_abc(p, op, NO_REGISTER, register, 0)


@fn
def to_plain(p: Ptr[Parser], e: Ptr[Exp]) -> u32:
    """The register of a value whose jumps stay open; it is free again."""
    t, f = e.t, e.f
    e.t = 0
    e.f = 0
    register = to_any(p, e)
    release_exp(p, e)
    e.t = t
    e.f = f
    return register


@fn
def go_if_true(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """Go on if the expression is true; jumps for false are in its list f."""
    discharge(p, e)
    at: u32 = 0
    match e.kind:
        case Is.STRING | Is.NUMBER | Is.TRUE:
            pass
        case Is.JUMP:
            negate(p, e.info)
            at = e.info
        case Is.FALSE:
            at = emit_jump(p)
        case _:
            at = jump_on(p, e, OP.JFC)
    e.f = joined(p, at, e.f)
    patch_here(p, e.t)
    e.t = 0


@fn
def go_if_false(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """Go on if the expression is false; jumps for true are in its list t."""
    discharge(p, e)
    at: u32 = 0
    match e.kind:
        case Is.NIL | Is.FALSE:
            pass
        case Is.JUMP:
            at = e.info
        case Is.TRUE:
            at = emit_jump(p)
        case _:
            at = jump_on(p, e, OP.JTC)
    e.t = joined(p, at, e.t)
    patch_here(p, e.f)
    e.f = 0


@fn
def emit_not(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """not e."""
    e.t, e.f = e.f, e.t
    drop_values(p, e.t)
    drop_values(p, e.f)
    discharge(p, e)
    match e.kind:
        case Is.NIL | Is.FALSE:
            e.kind = Is.TRUE
        case Is.STRING | Is.NUMBER | Is.TRUE:
            e.kind = Is.FALSE
        case Is.JUMP:
            negate(p, e.info)
        case _:
            register = to_plain(p, e)
            e.kind = Is.MOVABLE
            e.info = emit_abc(p, OP.NOT, 0, register, 0)
