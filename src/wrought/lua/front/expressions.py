"""Expressions (Lua 5.1 manual, 2.5)."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import Array, Ptr, u8, u32
from wrought.lang.core.static import constant as table
from wrought.lua.front.constants import constant
from wrought.lua.front.emit import emit_abc
from wrought.lua.front.expect import enter_level, expect, expect_match, expect_name
from wrought.lua.front.lexer import next_token
from wrought.lua.front.messages import fail_here
from wrought.lua.front.names import resolve
from wrought.lua.front.operators import (
    LEFT,
    RIGHT,
    UNARY,
    binary,
    first_operand,
    operator_of,
    unary,
)
from wrought.lua.front.registers import (
    discharge,
    init,
    is_number_constant,
    reserve,
    to_any,
    to_next,
    to_value,
)
from wrought.lua.front.state import Exp, Is, Parser
from wrought.lua.front.tokens import TK, Char
from wrought.lua.vm.bytecode import MAX_CONSTANT, OP
from wrought.lua.vm.objects import string_value
from wrought.lua.vm.value import as_int, is_int

LEFT_STRENGTH = table(Array[u8, len(LEFT)], LEFT)
RIGHT_STRENGTH = table(Array[u8, len(RIGHT)], RIGHT)
"""By operator (`operators`)."""


@fn
def expression(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """An expression."""
    subexpression(p, e, 0)


@fn
def subexpression(p: Ptr[Parser], e: Ptr[Exp], limit: u32) -> u32:
    """An expression of operators that bind more strongly than `limit`; the one after it."""
    enter_level(p)
    token = p.token
    if token == TK.NOT or token == ord("-") or token == ord("#"):
        next_token(p)
        subexpression(p, e, UNARY)
        unary(p, token, e)
    else:
        simple(p, e)
    op = operator_of(p.token)
    while LEFT_STRENGTH[op] > limit:
        next_token(p)
        first_operand(p, op, e)
        right = zeroed(Exp)
        following = subexpression(p, addr_of(right), RIGHT_STRENGTH[op])
        binary(p, op, e, addr_of(right))
        op = following
    p.level -= 1
    return op


@fn
def simple(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """An expression without operators."""
    match p.token:
        case TK.NUMBER:
            init(e, Is.NUMBER, 0)
            e.value = p.value
        case TK.STRING:
            init(e, Is.STRING, 0)
            e.value = p.value
        case TK.NIL:
            init(e, Is.NIL, 0)
        case TK.TRUE:
            init(e, Is.TRUE, 0)
        case TK.FALSE:
            init(e, Is.FALSE, 0)
        case TK.DOTS:
            if not p.f.has_varargs:
                fail_here(p, b"cannot use '...' outside a vararg function")
            init(e, Is.VARARG, emit_abc(p, OP.VARG, 0, 0, 0))
        case Char.BRACE:
            constructor(p, e)
            return
        case TK.FUNCTION:
            next_token(p)
            function_body(p, e, False, p.line)
            return
        case _:
            suffixed(p, e)
            return
    next_token(p)


@fn
def primary(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """A name or an expression in parentheses."""
    if p.token == TK.NAME or p.token == TK.GOTO:
        resolve(p, expect_name(p), e)
    elif p.token == ord("("):
        line = p.line
        next_token(p)
        expression(p, e)
        expect_match(p, ord(")"), ord("("), line)
        discharge(p, e)
    else:
        fail_here(p, b"unexpected symbol")


@fn
def suffixed(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """A name or parentheses with fields, indices and calls behind."""
    primary(p, e)
    while True:
        match p.token:
            case Char.DOT:
                field(p, e)
            case Char.BRACKET:
                to_any(p, e)
                index(p, e)
            case Char.COLON:
                next_token(p)
                method_call(p, e)
            case Char.OPEN | Char.BRACE | TK.STRING:
                to_next(p, e)
                reserve(p, 1)
                call_arguments(p, e, 0)
            case _:
                return


@fn
def field(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """"." Name, or ":" Name in a function's name."""
    to_any(p, e)
    next_token(p)
    name = zeroed(Exp)
    init(addr_of(name), Is.STRING, 0)
    name.value = string_value(expect_name(p))
    make_indexed(p, e, addr_of(name))


@fn
def bracketed(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """"[" exp "]"."""
    next_token(p)
    expression(p, e)
    to_value(p, e)
    expect(p, ord("]"))


@fn
def index(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """"[" exp "]" behind a table that is in a register."""
    key = zeroed(Exp)
    bracketed(p, addr_of(key))
    make_indexed(p, e, addr_of(key))


@fn
def make_indexed(p: Ptr[Parser], e: Ptr[Exp], key: Ptr[Exp]) -> None:
    """e[key], the table being in a register: in the form that suits the key."""
    e.t = 0
    e.f = 0
    if key.kind == Is.STRING:
        k = constant(p, key.value)
        if k <= MAX_CONSTANT:
            e.kind = Is.BY_NAME
            e.aux = k
            return
    if is_number_constant(key) and is_int(key.value):
        n = as_int(key.value)
        if n >= 0 and n <= 0xFFFF:
            e.kind = Is.BY_INT
            e.aux = bitcast(u32, n)
            return
    e.aux = to_any(p, key)
    e.kind = Is.BY_VALUE


@fn
def expression_list(p: Ptr[Parser], e: Ptr[Exp]) -> u32:
    """Expressions with commas between: how many; all but the last are in new registers."""
    n: u32 = 1
    expression(p, e)
    while p.token == ord(","):
        next_token(p)
        to_next(p, e)
        expression(p, e)
        n += 1
    return n


from wrought.lua.front.calls import call_arguments, method_call  # noqa: E402
from wrought.lua.front.constructors import constructor  # noqa: E402
from wrought.lua.front.functions import function_body  # noqa: E402
