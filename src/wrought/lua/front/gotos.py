"""goto, labels and break, by LuaJIT's rules.

A goto stays in the list until it is known whether it leaves variables that have to be closed:
forward ones until their label, backward ones until the end of the label's block.  Where a block
ends, those that are left go on to the one around it.
"""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Never, Ptr, u32
from wrought.lua.front.emit import (
    NO_REGISTER,
    emit_at,
    emit_jump,
    here,
    instruction,
    negate,
    next_in_list,
    op_at,
    set_op,
    set_target,
    take_value,
    unemit,
)
from wrought.lua.front.growable import push
from wrought.lua.front.lexer import next_token
from wrought.lua.front.messages import fail, fail_named, fail_scope
from wrought.lua.front.state import Block, Diversion, Goto, Label, Parser
from wrought.lua.front.tokens import TK
from wrought.lua.vm.bytecode import OP, make_abd
from wrought.lua.vm.objects import Str


@fn
def add_goto(p: Ptr[Parser], name: Ptr[Str] | None) -> None:
    """A goto, or a break, from here."""
    at = emit_jump(p)
    push(p.vm, addr_of(p.gotos), Goto(name, at, p.last_line, p.f.active, 0))


@fn
def same(a: Ptr[Str] | None, b: Ptr[Str] | None) -> bool:
    """Whether two names are the same; None is break's."""
    if a is None or b is None:
        return a is None and b is None
    return a == b


@fn
def find_label(p: Ptr[Parser], block: Ptr[Block], name: Ptr[Str] | None) -> Ptr[Label] | None:
    """The label of that name in a block."""
    if name is not None:
        for i in range(block.labels, p.labels.used):
            label = p.labels.at(i)
            if label.name == name:
                return label
    return None


@fn
def settle(p: Ptr[Parser], g: Ptr[Goto], target: u32) -> None:
    """Let a goto go to its target."""
    is_plain = op_at(p, g.pc) == OP.JMP
    if not is_plain and (g.close != 0 or target <= g.pc):
        push(p.vm, addr_of(p.f.diversions), Diversion(g.pc, target, g.close))
        return
    if g.close != 0:
        instruction(p, g.pc)[0] = make_abd(OP.UCLO, g.close - 1, 0, 0)
    elif target <= g.pc:
        set_op(p, g.pc, OP.LOOP)
    set_target(p, g.pc, target)


@fn
def divert_jumps(p: Ptr[Parser]) -> None:
    """At a function's end: what conditional jumps pass where they close variables or go back."""
    f = p.f
    for i in range(f.diversions.used):
        diversion = f.diversions.at(i)
        w = make_abd(OP.LOOP, 0, 0, 0)
        if diversion.close != 0:
            w = make_abd(OP.UCLO, diversion.close - 1, 0, 0)
        at = emit_at(p, w, f.lines.at(diversion.at)[0])
        set_target(p, at, diversion.target)
        set_target(p, diversion.at, at)


@fn
def merge_goto(p: Ptr[Parser], unless: u32) -> tuple[u32, bool]:
    """Where "if" … "then" is followed by nothing but a goto or break: let the last conditional
    jump, turned around, be it.

    Takes the list of jumps for false; gives what is left of it, and whether that was possible.
    Both must be on one line, so that debuggers see the same steps.
    """
    f = p.f
    at = f.pc - 1
    if p.gotos.used == 0 or unless + 1 != at or f.last_target >= at or op_at(p, at) != OP.JMP:
        return unless, False
    g = p.gotos.at(p.gotos.used - 1)
    same_line = f.lines.at(at)[0] == f.lines.at(unless)[0]
    if g.pc != at or not same_line or op_at(p, unless) == OP.JMP:
        return unless, False
    rest = next_in_list(p, unless)
    take_value(p, unless, NO_REGISTER)
    negate(p, unless)
    g.pc = unless
    unemit(p)
    return rest, True


@fn
def settle_forward(p: Ptr[Parser], block: Ptr[Block], name: Ptr[Str] | None, active: u32) -> None:
    """Let the gotos of a block that wait for a label go to the next instruction."""
    kept = block.gotos
    for i in range(block.gotos, p.gotos.used):
        g = p.gotos.at(i)
        if not same(g.name, name):
            p.gotos.at(kept)[0] = g[0]
            kept += 1
        elif g.active < active:
            fail_jump(p, g)
        else:
            settle(p, g, here(p))
    p.gotos.used = kept


@fn
def fail_jump(p: Ptr[Parser], g: Ptr[Goto]) -> Never:
    """A goto jumps over the declaration of a variable that is alive at its label."""
    local = variable_of(p.f, g.active).info.name
    name = g.name
    assert name is not None, "no label is for break"
    p.line = g.line
    fail_scope(p, name, local)


@fn
def add_label(p: Ptr[Parser], name: Ptr[Str]) -> None:
    """A label here."""
    block = p.f.block
    assert block is not None
    if find_label(p, block, name) is not None:
        fail_named(p, b"duplicate label '", name, b"'")
    push(p.vm, addr_of(p.labels), Label(name, here(p), p.f.active))


@fn
def label_statement(p: Ptr[Parser]) -> None:
    """"::" Name "::" and those that follow; at a block's end they are outside its variables."""
    first = p.labels.used
    while True:
        next_token(p)
        add_label(p, expect_name(p))
        expect(p, TK.LABEL)
        if p.token != TK.LABEL:
            break
        enter_level(p)
    p.level -= p.labels.used - first - 1
    block = p.f.block
    assert block is not None
    for i in range(p.labels.used - first):
        label = p.labels.at(p.labels.used - 1 - i)
        if ends_block(p.token) and p.token != TK.UNTIL:
            label.active = block.active
        settle_forward(p, block, label.name, label.active)


@fn
def settle_gotos(p: Ptr[Parser], block: Ptr[Block], shared: u32) -> None:
    """At a block's end: settle backward gotos and breaks, hand the others on.

    `shared` is the lowest register of the block's variables that have to be closed, or NONE.
    """
    if block.is_loop:
        settle_forward(p, block, None, 0)
    kept = block.gotos
    for i in range(block.gotos, p.gotos.used):
        g = p.gotos.at(i)
        label = find_label(p, block, g.name)
        if label is not None:
            lowest = first_shared(p.f, label.active)
            if lowest < g.active:
                g.close = lowest + 1
            settle(p, g, label.pc)
        else:
            hand_on(p, block, g, shared)
            p.gotos.at(kept)[0] = g[0]
            kept += 1
    p.gotos.used = kept


@fn
def hand_on(p: Ptr[Parser], block: Ptr[Block], g: Ptr[Goto], shared: u32) -> None:
    """A goto leaves a block."""
    name = g.name
    if block.outer is None:
        p.line = g.line
        if name is None:
            fail(p, b"no loop to break")
        fail_named(p, b"undefined label '", name, b"'")
    if shared < g.active:
        g.close = shared + 1
    g.active = block.active


from wrought.lua.front.expect import ends_block, enter_level, expect, expect_name  # noqa: E402
from wrought.lua.front.scopes import first_shared, variable_of  # noqa: E402
