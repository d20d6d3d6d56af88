"""Calls: the function in a register, the next one for the link, then the arguments."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, u32
from wrought.lua.front.constants import name_constant
from wrought.lua.front.emit import emit_abc, emit_ad, set_a, set_b, set_c, set_line
from wrought.lua.front.expect import expect_match, expect_name
from wrought.lua.front.lexer import next_token
from wrought.lua.front.messages import fail_here
from wrought.lua.front.registers import init, release_exp, reserve, to_any, to_next
from wrought.lua.front.state import Exp, Is, Parser
from wrought.lua.front.tokens import TK, Char
from wrought.lua.vm.bytecode import MAX_CONSTANT, OP

HEAD = 2
"""Registers before the first argument."""


@fn
def method_call(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """Name and arguments, behind an object and ":"."""
    name = expect_name(p)
    object = to_any(p, e)
    release_exp(p, e)
    base = p.f.free
    reserve(p, 3)
    k = name_constant(p, name)
    if k <= MAX_CONSTANT:
        emit_abc(p, OP.SELF, base, object, k)
    else:
        emit_abc(p, OP.MOVE, base + 2, object, 0)
        emit_ad(p, OP.KSTR, base + 1, k)
        emit_abc(p, OP.TGETV, base, base + 2, base + 1)
    init(e, Is.FIXED, base)
    call_arguments(p, e, 1)


@fn
def call_arguments(p: Ptr[Parser], e: Ptr[Exp], given: u32) -> None:
    """Arguments and the call, of the function in register e.info; `given` ones are there."""
    line = p.line
    last = zeroed(Exp)
    match p.token:
        case Char.OPEN:
            if line != p.last_line:
                fail_here(p, b"ambiguous syntax (function call x new statement)")
            next_token(p)
            if p.token != ord(")"):
                expression_list(p, addr_of(last))
            expect_match(p, ord(")"), ord("("), line)
        case Char.BRACE:
            constructor(p, addr_of(last))
        case TK.STRING:
            init(addr_of(last), Is.STRING, 0)
            last.value = p.value
            next_token(p)
        case _:
            fail_here(p, b"function arguments expected")
    emit_call(p, e, addr_of(last), line)


@fn
def emit_call(p: Ptr[Parser], e: Ptr[Exp], last: Ptr[Exp], line: u32) -> None:
    """The call; all arguments but the last are in registers, and it is VOID if there is none."""
    base = e.info
    if last.kind == Is.CALL or last.kind == Is.VARARG:
        open_results(p, last)
        at = emit_abc(p, OP.CALLM, base, p.f.free - base - HEAD, 2)
    else:
        if last.kind != Is.VOID:
            to_next(p, last)
        at = emit_abc(p, OP.CALL, base, p.f.free - base - HEAD, 2)
    set_line(p, at, line)
    init(e, Is.CALL, at)
    e.aux = base
    p.f.free = base + 1


@fn
def open_results(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """Let a call or varargs give all values, from the first free register on."""
    if e.kind == Is.CALL:
        set_c(p, e.info, 0)
        p.f.free = e.aux
    else:
        set_b(p, e.info, 0)
        set_a(p, e.info, p.f.free)
        reserve(p, 1)
        p.f.free -= 1


from wrought.lua.front.constructors import constructor  # noqa: E402
from wrought.lua.front.expressions import expression_list  # noqa: E402
