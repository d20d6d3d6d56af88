"""Statements (Lua 5.1 manual, 2.4)."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.front.conditions import go_if_true
from wrought.lua.front.emit import (
    emit_ad,
    emit_at,
    emit_jump,
    instruction,
    joined,
    op_at,
    patch_here,
    set_c,
    set_line,
    unemit,
)
from wrought.lua.front.expect import (
    accept,
    ends_block,
    enter_level,
    expect,
    expect_match,
    expect_name,
)
from wrought.lua.front.gotos import add_goto, label_statement, merge_goto
from wrought.lua.front.growable import push
from wrought.lua.front.lexer import look_ahead, next_token
from wrought.lua.front.names import note_assignment, resolve
from wrought.lua.front.registers import reserve, to_any, to_next, to_register
from wrought.lua.front.scopes import (
    NONE,
    activate,
    close_block,
    declare,
    first_shared,
    is_return,
    open_block,
    variable_of,
)
from wrought.lua.front.state import Block, Exp, Is, Parser
from wrought.lua.front.tokens import TK
from wrought.lua.vm.bytecode import OP, a_of, b_of, make_abc, op_of


@fn
def chunk(p: Ptr[Parser]) -> None:
    """Statements up to the end of a block."""
    enter_level(p)
    last = False
    while not last and not ends_block(p.token):
        last = statement(p)
        accept(p, ord(";"))
        p.f.free = p.f.active
    p.level -= 1


@fn
def block(p: Ptr[Parser]) -> None:
    """Statements in a scope of their own."""
    b = zeroed(Block)
    open_block(p, addr_of(b), False)
    chunk(p)
    close_block(p)


@fn
def statement(p: Ptr[Parser]) -> bool:
    """A statement; whether it must be the block's last."""
    line = p.line
    match p.token:
        case TK.IF:
            if_statement(p, line)
        case TK.WHILE:
            while_loop(p, line)
        case TK.DO:
            next_token(p)
            block(p)
            expect_match(p, TK.END, TK.DO, line)
        case TK.FOR:
            for_loop(p, line)
        case TK.REPEAT:
            repeat_loop(p, line)
        case TK.FUNCTION:
            function_statement(p, line)
        case TK.LOCAL:
            next_token(p)
            if accept(p, TK.FUNCTION):
                local_function(p)
            else:
                local_statement(p)
        case TK.RETURN:
            return_statement(p)
            return True
        case TK.BREAK:
            next_token(p)
            add_goto(p, None)
            return True
        case TK.LABEL:
            label_statement(p)
        case _:
            if p.token == TK.GOTO and look_ahead(p) == TK.NAME:
                next_token(p)
                name = expect_name(p)
                add_goto(p, name)
            else:
                expression_statement(p)
    return False


@fn
def expression_statement(p: Ptr[Parser]) -> None:
    """A call or an assignment."""
    target = zeroed(Target)
    suffixed(p, addr_of(target.place))
    if target.place.kind == Is.CALL:
        set_c(p, target.place.info, 1)
    else:
        assignment(p, addr_of(target), 1)


@fn
def condition(p: Ptr[Parser]) -> u32:
    """An expression that decides: the jumps for false."""
    e = zeroed(Exp)
    expression(p, addr_of(e))
    if e.kind == Is.NIL:
        e.kind = Is.FALSE
    go_if_true(p, addr_of(e))
    return e.f


@fn
def then_part(p: Ptr[Parser]) -> tuple[u32, bool]:
    """"if" or "elseif", condition, "then", block: the jumps for false, and whether the program
    can come to the block's end."""
    next_token(p)
    unless = condition(p)
    expect(p, TK.THEN)
    block(p)
    unless, merged = merge_goto(p, unless)
    return unless, not merged and goes_on(p)


@fn
def goes_on(p: Ptr[Parser]) -> bool:
    """Whether the program can come to the next instruction."""
    if p.f.last_target == p.f.pc:
        return True
    op = op_at(p, p.f.pc - 1)
    return not is_return(op) and op != OP.JMP and op != OP.LOOP


@fn
def if_statement(p: Ptr[Parser], line: u32) -> None:
    """"if" … "end"."""
    exits: u32 = 0
    unless, ends = then_part(p)
    while p.token == TK.ELSEIF or p.token == TK.ELSE:
        if ends:
            exits = joined(p, emit_jump(p), exits)
        patch_here(p, unless)
        unless = 0
        if p.token == TK.ELSE:
            next_token(p)
            block(p)
            break
        unless, ends = then_part(p)
    patch_here(p, joined(p, unless, exits))
    expect_match(p, TK.END, TK.IF, line)


@fn
def function_statement(p: Ptr[Parser], line: u32) -> None:
    """"function" name { "." name } [":" name] body."""
    next_token(p)
    place = zeroed(Exp)
    resolve(p, expect_name(p), addr_of(place))
    while p.token == ord("."):
        field(p, addr_of(place))
    is_method = p.token == ord(":")
    if is_method:
        field(p, addr_of(place))
    note_assignment(p, addr_of(place))
    e = zeroed(Exp)
    function_body(p, addr_of(e), is_method, line)
    at = p.f.pc
    store(p, addr_of(place), addr_of(e))
    if p.f.pc != at:
        set_line(p, at, line)


@fn
def local_function(p: Ptr[Parser]) -> None:
    """"local function" name body: the variable is there already in the body."""
    declare(p, expect_name(p))
    register = p.f.free
    reserve(p, 1)
    activate(p, 1)
    e = zeroed(Exp)
    function_body(p, addr_of(e), False, p.line)
    variable = variable_of(p.f, register)
    variable.own = e.value
    to_register(p, addr_of(e), register)
    variable.info.first = p.f.pc


@fn
def return_statement(p: Ptr[Parser]) -> None:
    """"return" [expressions]."""
    next_token(p)
    e = zeroed(Exp)
    first = p.f.active
    if ends_block(p.token) or p.token == ord(";"):
        emit_return(p, OP.RET0)
        return
    n = expression_list(p, addr_of(e))
    if e.kind == Is.CALL and n == 1:
        tail_call(p, addr_of(e))
    elif e.kind == Is.CALL or e.kind == Is.VARARG:
        open_results(p, addr_of(e))
        emit_return(p, make_abc(OP.RETM, first, p.f.free - first, 0))
    elif n == 1:
        emit_return(p, make_abc(OP.RET1, to_any(p, addr_of(e)), 0, 0))
    else:
        to_next(p, addr_of(e))
        emit_return(p, make_abc(OP.RET, first, n, 0))


@fn
def tail_call(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """Turn the call that was emitted last into a tail call."""
    w = instruction(p, e.info)[0]
    line = p.f.lines.at(e.info)[0]
    unemit(p)
    emit_return_at(p, make_abc(op_of(w) - OP.CALL + OP.CALLT, a_of(w), b_of(w), 0), line)


@fn
def emit_return(p: Ptr[Parser], w: u64) -> None:
    """Return."""
    emit_return_at(p, w, p.last_line)


@fn
def emit_return_at(p: Ptr[Parser], w: u64, line: u32) -> None:
    """Return, after closing variables where that is known to be needed.

    Else it is noted: a variable may turn out to be captured further down in a loop.
    """
    closing = first_shared(p.f, 0) != NONE
    if closing:
        emit_ad(p, OP.UCLO, 0, 0)
    at = emit_at(p, w, line)
    if not closing:
        push(p.vm, addr_of(p.f.returns), at)


from wrought.lua.front.assignments import Target, assignment, local_statement, store  # noqa: E402
from wrought.lua.front.calls import open_results  # noqa: E402
from wrought.lua.front.expressions import expression, expression_list, field, suffixed  # noqa: E402
from wrought.lua.front.functions import function_body  # noqa: E402
from wrought.lua.front.loops import for_loop, repeat_loop, while_loop  # noqa: E402
