"""Code for operators.

The left operand is prepared before the right one is read (`first_operand`); constants stay
constants then, for the forms that take them.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.front.compare import SHORT_CONSTANT, compare_equal, compare_order, is_short
from wrought.lua.front.conditions import emit_not, go_if_false, go_if_true
from wrought.lua.front.constants import constant
from wrought.lua.front.emit import emit_abc, instruction, joined, op_at, set_b
from wrought.lua.front.folding import fold, negated
from wrought.lua.front.registers import (
    discharge,
    has_jumps,
    is_number_constant,
    release_exp,
    release_two,
    to_any,
    to_next,
    to_value,
)
from wrought.lua.front.state import Exp, Is, Parser
from wrought.lua.front.tokens import TK, Binary, Char
from wrought.lua.vm.bytecode import MAX_CONSTANT, OP, b_of
from wrought.lua.vm.value import as_int, is_int

LEFT = (6, 6, 7, 7, 7, 10, 5, 3, 3, 3, 3, 3, 3, 2, 1, 0)
RIGHT = (6, 6, 7, 7, 7, 9, 4, 3, 3, 3, 3, 3, 3, 2, 1, 0)
"""How strongly an operator binds to its left and its right; in the order of `Binary`."""
UNARY = 8

RR, RK, KR, RI = range(4)
"""Forms of arithmetic, in the order of the table."""


@fn
def operator_of(token: u32) -> u32:
    """The binary operator that a token is, or NONE."""
    match token:
        case Char.PLUS:
            return Binary.ADD
        case Char.MINUS:
            return Binary.SUB
        case Char.STAR:
            return Binary.MUL
        case Char.SLASH:
            return Binary.DIV
        case Char.PERCENT:
            return Binary.MOD
        case Char.CARET:
            return Binary.POW
        case Char.LESS:
            return Binary.LT
        case Char.GREATER:
            return Binary.GT
        case TK.CONCAT:
            return Binary.CONCAT
        case TK.NE:
            return Binary.NE
        case TK.EQ:
            return Binary.EQ
        case TK.LE:
            return Binary.LE
        case TK.GE:
            return Binary.GE
        case TK.AND:
            return Binary.AND
        case TK.OR:
            return Binary.OR
        case _:
            return Binary.NONE


@fn
def first_operand(p: Ptr[Parser], op: u32, e: Ptr[Exp]) -> None:
    """Prepare the left operand."""
    match op:
        case Binary.AND:
            go_if_true(p, e)
        case Binary.OR:
            go_if_false(p, e)
        case Binary.CONCAT:
            to_next(p, e)
        case Binary.NE | Binary.EQ:
            if e.kind > Is.NUMBER or has_jumps(e):
                to_any(p, e)
        case Binary.LT | Binary.LE | Binary.GT | Binary.GE:
            if not is_short(e):
                to_any(p, e)
        case _:
            if not is_number_constant(e):
                to_any(p, e)


@fn
def binary(p: Ptr[Parser], op: u32, a: Ptr[Exp], b: Ptr[Exp]) -> None:
    """Combine two operands; the result is in a."""
    match op:
        case Binary.AND:
            discharge(p, b)
            b.f = joined(p, b.f, a.f)
            a[0] = b[0]
        case Binary.OR:
            discharge(p, b)
            b.t = joined(p, b.t, a.t)
            a[0] = b[0]
        case Binary.CONCAT:
            concatenate(p, a, b)
        case Binary.NE | Binary.EQ:
            compare_equal(p, op == Binary.EQ, a, b)
        case Binary.LT | Binary.LE | Binary.GT | Binary.GE:
            compare_order(p, op == Binary.LT or op == Binary.GT,
                          op == Binary.GT or op == Binary.GE, a, b)
        case _:
            arithmetic(p, op, a, b)


@fn
def arithmetic(p: Ptr[Parser], op: u32, a: Ptr[Exp], b: Ptr[Exp]) -> None:
    """An arithmetic operator, in the form that suits its operands."""
    left_known = is_number_constant(a)
    if is_number_constant(b):
        if left_known and fold(op, a, b):
            return
        x = to_any(p, a)
        form, y = constant_operand(p, b)
        finish(p, op, form, x, y, a, b)
        return
    if left_known:
        k = constant(p, a.value)
        if k < SHORT_CONSTANT:
            finish(p, op, KR, k, to_any(p, b), a, b)
            return
    y = to_any(p, b)
    finish(p, op, RR, to_any(p, a), y, a, b)


@fn
def constant_operand(p: Ptr[Parser], b: Ptr[Exp]) -> tuple[u32, u32]:
    """The form for a constant on the right, and its operand."""
    if is_int(b.value):
        n = as_int(b.value)
        if n >= -0x8000 and n < 0x8000:
            return RI, bitcast(u32, n) & 0xFFFF
    k = constant(p, b.value)
    if k <= MAX_CONSTANT:
        return RK, k
    return RR, to_any(p, b)


@inline
@fn
def finish(p: Ptr[Parser], op: u32, form: u32, x: u32, y: u32, a: Ptr[Exp], b: Ptr[Exp]) -> None:
    """Emit an arithmetic instruction; a is its result."""
    release_two(p, a, b)
    a.kind = Is.MOVABLE
    a.info = emit_abc(p, u64(op * 4 + form) + OP.ADD_RR, 0, x, y)
    a.t = 0
    a.f = 0


@fn
def concatenate(p: Ptr[Parser], a: Ptr[Exp], b: Ptr[Exp]) -> None:
    """a .. b; a is in the register before the first one that b takes.  Longer runs become one."""
    to_value(p, b)
    if b.kind == Is.MOVABLE and op_at(p, b.info) == OP.CAT:
        if b_of(instruction(p, b.info)[0]) == u64(a.info) + 1:
            release_exp(p, a)
            set_b(p, b.info, a.info)
            a.kind = Is.MOVABLE
            a.info = b.info
            return
    to_next(p, b)
    release_two(p, b, a)
    first = a.info
    a.kind = Is.MOVABLE
    a.info = emit_abc(p, OP.CAT, 0, first, b.info)


@fn
def unary(p: Ptr[Parser], token: u32, e: Ptr[Exp]) -> None:
    """Apply a unary operator."""
    if token == TK.NOT:
        emit_not(p, e)
        return
    if token == ord("-") and is_number_constant(e):
        value, known = negated(e.value)
        if known:
            e.value = value
            return
    register = to_any(p, e)
    release_exp(p, e)
    e.kind = Is.MOVABLE
    e.info = emit_abc(p, OP.UNM if token == ord("-") else OP.LEN, 0, register, 0)
    e.t = 0
    e.f = 0
