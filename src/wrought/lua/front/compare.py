"""Code for comparisons: conditional jumps that are taken if they hold."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.front.constants import constant
from wrought.lua.front.emit import emit_abc
from wrought.lua.front.registers import has_jumps, release_two, to_any, to_value
from wrought.lua.front.state import Exp, Is, Parser
from wrought.lua.vm.bytecode import OP
from wrought.lua.vm.value import as_int, is_int

SHORT_CONSTANT = 4096
"""Constants below it fit field b."""


@fn
def is_short(e: Ptr[Exp]) -> bool:
    """A constant integer of 12 bits with its sign."""
    if e.kind != Is.NUMBER or has_jumps(e) or not is_int(e.value):
        return False
    n = as_int(e.value)
    return n >= -0x800 and n < 0x800


@fn
def short_field(e: Ptr[Exp]) -> u32:
    """Such a constant as field b."""
    return bitcast(u32, as_int(e.value)) & 0xFFF


@fn
def jump_if(p: Ptr[Parser], op: u64, x: u32, y: u32, a: Ptr[Exp], b: Ptr[Exp]) -> None:
    """Emit a comparison; a is its result."""
    release_two(p, a, b)
    a.kind = Is.JUMP
    a.info = emit_abc(p, op, x, y, 0)
    a.t = 0
    a.f = 0


@fn
def compare_order(p: Ptr[Parser], strict: bool, greater: bool, a: Ptr[Exp], b: Ptr[Exp]) -> None:
    """a < b, a <= b, a > b or a >= b."""
    if is_short(b):
        x = to_any(p, a)
        op = immediate_op(strict, greater)
        jump_if(p, op, x, short_field(b), a, b)
    elif is_short(a):
        y = to_any(p, b)
        op = immediate_op(strict, not greater)
        jump_if(p, op, y, short_field(a), b, a)
        a[0] = b[0]
    else:
        y = to_any(p, b)
        op: u64 = OP.JLT if strict else OP.JLE
        if greater:
            jump_if(p, op, y, a.info, a, b)
        else:
            jump_if(p, op, a.info, y, a, b)


@fn
def immediate_op(strict: bool, greater: bool) -> u64:
    """The jump that compares a register with a number."""
    if greater:
        return OP.JGTI if strict else OP.JGEI
    return OP.JLTI if strict else OP.JLEI


@fn
def compare_equal(p: Ptr[Parser], equal: bool, a: Ptr[Exp], b: Ptr[Exp]) -> None:
    """a == b or a ~= b.  A constant on the left changes places."""
    to_value(p, b)
    if a.kind <= Is.NUMBER:
        if b.kind <= Is.NUMBER:
            to_any(p, a)
        else:
            a[0], b[0] = b[0], a[0]
    x = to_any(p, a)
    if b.kind <= Is.TRUE:
        jump_if(p, OP.JEQP if equal else OP.JNEP, x, b.kind - Is.NIL, a, b)
    elif is_short(b):
        jump_if(p, OP.JEQI if equal else OP.JNEI, x, short_field(b), a, b)
    elif b.kind <= Is.NUMBER and constant(p, b.value) < SHORT_CONSTANT:
        jump_if(p, OP.JEQK if equal else OP.JNEK, x, constant(p, b.value), a, b)
    else:
        jump_if(p, OP.JEQ if equal else OP.JNE, x, to_any(p, b), a, b)
