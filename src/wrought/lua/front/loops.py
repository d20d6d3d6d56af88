"""Loops (Lua 5.1 manual, 2.4.4 and 2.4.5)."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.front.conditions import go_if_false
from wrought.lua.front.emit import (
    emit_abc,
    emit_ad,
    here,
    jump_back,
    patch_here,
    set_line,
    set_target,
)
from wrought.lua.front.expect import accept, expect, expect_match, expect_name
from wrought.lua.front.lexer import next_token
from wrought.lua.front.messages import fail_here
from wrought.lua.front.registers import is_number_constant, load_number, reserve, to_next
from wrought.lua.front.scopes import (
    NONE,
    activate,
    close_block,
    declare,
    declare_hidden,
    first_shared,
    open_block,
)
from wrought.lua.front.state import Block, Exp, Parser
from wrought.lua.front.tokens import TK
from wrought.lua.vm.bytecode import OP
from wrought.lua.vm.objects import Str
from wrought.lua.vm.value import TAG_INT

ONE = TAG_INT + 1
"""The integer 1."""
ITERATOR_ROOM = 4
"""Registers from the first variable on that an ITERCALL uses."""


@fn
def while_loop(p: Ptr[Parser], line: u32) -> None:
    """"while" … "end"."""
    next_token(p)
    start = here(p)
    exits = condition(p)
    b = zeroed(Block)
    open_block(p, addr_of(b), True)
    expect(p, TK.DO)
    block(p)
    jump_back(p, start)
    expect_match(p, TK.END, TK.WHILE, line)
    close_block(p)
    patch_here(p, exits)


@fn
def repeat_loop(p: Ptr[Parser], line: u32) -> None:
    """"repeat" … "until": the condition sees the variables of the block."""
    start = here(p)
    outer = zeroed(Block)
    inner = zeroed(Block)
    open_block(p, addr_of(outer), True)
    open_block(p, addr_of(inner), False)
    next_token(p)
    chunk(p)
    expect_match(p, TK.UNTIL, TK.REPEAT, line)
    e = zeroed(Exp)
    expression(p, addr_of(e))
    go_if_false(p, addr_of(e))
    shared = first_shared(p.f, inner.active)
    if shared != NONE:
        emit_ad(p, OP.UCLO, shared, 0)
    jump_back(p, start)
    patch_here(p, e.t)
    if shared != NONE:
        emit_ad(p, OP.UCLO, shared, 0)
    inner.closes_itself = True
    close_block(p)
    close_block(p)


@fn
def for_loop(p: Ptr[Parser], line: u32) -> None:
    """"for" … "end"."""
    b = zeroed(Block)
    open_block(p, addr_of(b), True)
    next_token(p)
    name = expect_name(p)
    if p.token == ord("="):
        numeric_loop(p, name, line)
    elif p.token == ord(",") or p.token == TK.IN:
        generic_loop(p, name)
    else:
        fail_here(p, b"'=' or 'in' expected")
    expect_match(p, TK.END, TK.FOR, line)
    close_block(p)


@fn
def to_next_value(p: Ptr[Parser]) -> bool:
    """An expression into the next register; whether it is the constant 1."""
    e = zeroed(Exp)
    expression(p, addr_of(e))
    is_one = is_number_constant(addr_of(e)) and e.value == ONE
    to_next(p, addr_of(e))
    return is_one


@fn
def numeric_loop(p: Ptr[Parser], name: Ptr[Str], line: u32) -> None:
    """"=" start "," limit ["," step] "do" block."""
    base = p.f.free
    declare_hidden(p, b"(for index)")
    declare_hidden(p, b"(for limit)")
    declare_hidden(p, b"(for step)")
    declare(p, name)
    next_token(p)
    to_next_value(p)
    expect(p, ord(","))
    to_next_value(p)
    by_one = True
    if accept(p, ord(",")):
        by_one = to_next_value(p)
    else:
        load_number(p, ONE, p.f.free)
        reserve(p, 1)
    activate(p, 3)
    expect(p, TK.DO)
    prepare = emit_ad(p, OP.FORPREP, base, 0)
    start = here(p)
    loop_body(p, 1)
    op: u64 = OP.FORLOOP1 if by_one else OP.FORLOOP
    loop = emit_ad(p, op, base, 0)
    set_line(p, loop, line)
    set_target(p, loop, start)
    set_target(p, prepare, here(p))


@fn
def loop_body(p: Ptr[Parser], variables: u32) -> None:
    """The block of a loop with its variables, of which every round has its own."""
    b = zeroed(Block)
    open_block(p, addr_of(b), False)
    activate(p, variables)
    reserve(p, variables)
    block(p)
    close_block(p)


@fn
def generic_loop(p: Ptr[Parser], name: Ptr[Str]) -> None:
    """{"," name} "in" expressions "do" block."""
    declare_hidden(p, b"(for scratch)")
    declare_hidden(p, b"(for generator)")
    declare_hidden(p, b"(for state)")
    declare_hidden(p, b"(for control)")
    declare(p, name)
    n: u32 = 1
    while accept(p, ord(",")):
        declare(p, expect_name(p))
        n += 1
    expect(p, TK.IN)
    line = p.line
    reserve(p, 1)
    e = zeroed(Exp)
    count = expression_list(p, addr_of(e))
    adjust(p, 3, count, addr_of(e))
    p.f.free = p.f.active + 4
    activate(p, 4)
    base = p.f.free
    reserve(p, ITERATOR_ROOM)
    p.f.free = base
    expect(p, TK.DO)
    prepare = emit_ad(p, OP.ITERPREP, base, 0)
    start = here(p)
    loop_body(p, n)
    call = emit_abc(p, OP.ITERCALL, base, 0, n + 1)
    set_target(p, prepare, call)
    loop = emit_ad(p, OP.ITERLOOP, base, 0)
    set_target(p, loop, start)
    set_line(p, call, line)
    set_line(p, loop, line)
    here(p)


from wrought.lua.front.assignments import adjust  # noqa: E402
from wrought.lua.front.expressions import expression, expression_list  # noqa: E402
from wrought.lua.front.statements import block, chunk, condition  # noqa: E402
