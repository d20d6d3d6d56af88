"""Local variables and blocks."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, unlikely
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.lua.front.emit import emit_ad, op_at
from wrought.lua.front.growable import push
from wrought.lua.front.messages import fail_limit
from wrought.lua.front.state import Block, Function, Parser, Variable
from wrought.lua.vm.bytecode import MAX_LOCALS, OP
from wrought.lua.vm.objects import Str, VarInfo
from wrought.lua.vm.strings import intern

MARKED = 1 << 31
"""A return in the list that has to close variables."""
NONE = 0xFFFF_FFFF


@fn
def declare(p: Ptr[Parser], name: Ptr[Str]) -> None:
    """A variable, which `activate` makes visible."""
    f = p.f
    if unlikely(f.active + f.pending >= MAX_LOCALS):
        fail_limit(p, f, MAX_LOCALS, b"local variables")
    push(p.vm, addr_of(f.variables),
         Variable(VarInfo(name, 0, 0), 0, False, False, 0, 0, 0))
    f.pending += 1


@fn
def declare_hidden(p: Ptr[Parser], name: Slice[u8]) -> None:
    """A variable of a loop that the program can't name."""
    declare(p, intern(p.vm, name))


@unsafe
@fn
def activate(p: Ptr[Parser], n: u32) -> None:
    """Make the next n declared variables visible; they have the next registers."""
    # SAFETY: `declare` has kept the number of variables below the limit.
    f = p.f
    first = f.variables.used - f.pending
    for i in range(n):
        variable = f.variables.at(first + i)
        variable.info.first = f.pc
        variable.register = f.active
        addr_of(f.map[0])[f.active] = first + i
        addr_of(f.names[0])[f.active] = u64(variable.info.name)
        f.active += 1
    f.pending -= n


@inline
@unsafe
@fn
def variable_of(f: Ptr[Function], register: u32) -> Ptr[Variable]:
    """The active variable that has a register."""
    # SAFETY: the caller's register is below `active`.
    return f.variables.at(addr_of(f.map[0])[register])


@unsafe
@fn
def open_block(p: Ptr[Parser], block: Ptr[Block], is_loop: bool) -> None:
    """Begin a scope, in a struct on the caller's stack that lives until close_block."""
    # SAFETY: the block outlives its use; after an error nobody looks at it.
    f = p.f
    block.outer = f.block
    block.active = f.active
    block.labels = p.labels.used
    block.gotos = p.gotos.used
    block.returns = f.returns.used
    block.is_loop = is_loop
    block.closes_itself = False
    f.block = block


@fn
def first_shared(f: Ptr[Function], from_register: u32) -> u32:
    """The lowest register from one on whose variable has to be closed, or NONE."""
    if not f.has_open:
        return NONE
    for register in range(from_register, f.active):
        variable = variable_of(f, register)
        if variable.captured and variable.assigned:
            return register
    return NONE


@fn
def is_return(op: u64) -> bool:
    return (op >= OP.RET0 and op <= OP.RETM) or op == OP.CALLT or op == OP.CALLMT


@fn
def close_block(p: Ptr[Parser]) -> None:
    """End a scope."""
    f = p.f
    block = f.block
    assert block is not None
    shared = first_shared(f, block.active)
    if shared != NONE:
        mark_returns(f, block, variable_of(f, shared).info.first)
    for register in range(block.active, f.active):
        variable_of(f, register).info.last = f.pc
    dead = f.last_target != f.pc and is_return(op_at(p, f.pc - 1))
    if shared != NONE and not block.closes_itself and not dead:
        emit_ad(p, OP.UCLO, shared, 0)
    settle_gotos(p, block, shared)
    p.labels.used = block.labels
    f.active = block.active
    f.free = block.active
    f.block = block.outer


@fn
def mark_returns(f: Ptr[Function], block: Ptr[Block], first: u32) -> None:
    """Note that the block's returns from an instruction on leave variables to be closed."""
    for i in range(block.returns, f.returns.used):
        at = f.returns.at(i)
        if at[0] >= first:
            at[0] |= MARKED


from wrought.lua.front.gotos import settle_gotos  # noqa: E402
