"""Instructions: appending, changing, jumps and lists of jumps.

A list of jumps is the index of an instruction whose field d has the next one's, and so on; 0 ends
it.  When it is patched the fields become distances.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, trunc
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.front.growable import push
from wrought.lua.front.state import Parser
from wrought.lua.vm.bytecode import OP, make_abc, make_abd, op_of

NO_REGISTER = 0xFFF
"""Field a of a JTC or JFC whose value nobody has asked for yet."""

LOW_HALF = 0xFFFF_FFFF
FIELD_A = 0xFFF << 8
FIELD_B = 0xFFF << 20
FIELD_C = 0xFFFF << 32


@inline
@fn
def emit(p: Ptr[Parser], w: u64) -> u32:
    """Append an instruction, with the line of the token before the current one; its index."""
    return emit_at(p, w, p.last_line)


@fn
def emit_at(p: Ptr[Parser], w: u64, line: u32) -> u32:
    """Append an instruction with a line."""
    f = p.f
    at = f.pc
    push(p.vm, addr_of(f.code), w)
    push(p.vm, addr_of(f.lines), line)
    f.pc = at + 1
    return at


@fn
def unemit(p: Ptr[Parser]) -> None:
    """Take the last instruction back; nothing may jump behind it."""
    p.f.pc -= 1
    p.f.code.used -= 1
    p.f.lines.used -= 1


@inline
@fn
def emit_abc(p: Ptr[Parser], op: u64, a: u32, b: u32, c: u32) -> u32:
    return emit(p, make_abc(op, a, b, c))


@inline
@fn
def emit_ad(p: Ptr[Parser], op: u64, a: u32, d: u32) -> u32:
    return emit(p, make_abd(op, a, 0, bitcast(i32, d)))


@inline
@unsafe
@fn
def instruction(p: Ptr[Parser], at: u32) -> Ptr[u64]:
    """The place of an instruction; valid until the next is emitted."""
    # SAFETY: `at` is below `pc`.
    return p.f.code.items + at


@inline
@fn
def op_at(p: Ptr[Parser], at: u32) -> u64:
    return op_of(instruction(p, at)[0])


@inline
@unsafe
@fn
def set_line(p: Ptr[Parser], at: u32, line: u32) -> None:
    # SAFETY: as in instruction.
    p.f.lines.items[at] = line


@inline
@fn
def set_a(p: Ptr[Parser], at: u32, a: u32) -> None:
    w = instruction(p, at)
    w[0] = w[0] & ~FIELD_A | u64(a) << 8


@inline
@fn
def set_b(p: Ptr[Parser], at: u32, b: u32) -> None:
    w = instruction(p, at)
    w[0] = w[0] & ~FIELD_B | u64(b) << 20


@inline
@fn
def set_c(p: Ptr[Parser], at: u32, c: u32) -> None:
    w = instruction(p, at)
    w[0] = w[0] & ~FIELD_C | u64(c) << 32


@inline
@fn
def set_op(p: Ptr[Parser], at: u32, op: u64) -> None:
    w = instruction(p, at)
    w[0] = w[0] & ~0xFF | op


@inline
@fn
def set_d(p: Ptr[Parser], at: u32, d: u32) -> None:
    w = instruction(p, at)
    w[0] = w[0] & LOW_HALF | u64(d) << 32


@inline
@fn
def next_in_list(p: Ptr[Parser], at: u32) -> u32:
    return trunc(u32, instruction(p, at)[0] >> 32)


@inline
@fn
def here(p: Ptr[Parser]) -> u32:
    """The next instruction as the target of a jump."""
    p.f.last_target = p.f.pc
    return p.f.pc


@inline
@fn
def set_target(p: Ptr[Parser], at: u32, target: u32) -> None:
    """Let a jump go to a target."""
    set_d(p, at, target - (at + 1))


@fn
def emit_jump(p: Ptr[Parser]) -> u32:
    """A jump to be patched: a list of one."""
    return emit_ad(p, OP.JMP, 0, 0)


@fn
def jump_back(p: Ptr[Parser], target: u32) -> None:
    """The jump at the end of a loop."""
    set_target(p, emit_ad(p, OP.LOOP, 0, 0), target)


@fn
def joined(p: Ptr[Parser], first: u32, second: u32) -> u32:
    """Two lists as one."""
    if first == 0 or second == 0:
        return first | second
    last = first
    while True:
        following = next_in_list(p, last)
        if following == 0:
            break
        last = following
    set_d(p, last, second)
    return first


@inline
@fn
def opposite(op: u64) -> u64:
    """The conditional jump that is taken when this one is not: they stand in pairs."""
    return (op - OP.JLT ^ 1) + OP.JLT


@fn
def negate(p: Ptr[Parser], at: u32) -> None:
    """Turn a conditional jump around."""
    set_op(p, at, opposite(op_at(p, at)))


@fn
def gives_value(op: u64) -> bool:
    """Whether a jump can hand over the value that it has tested."""
    return op == OP.JTC or op == OP.JFC


@fn
def take_value(p: Ptr[Parser], at: u32, register: u32) -> bool:
    """Let a jump put its value into a register if it can, or NO_REGISTER; whether it can."""
    op = op_at(p, at)
    if not gives_value(op):
        return False
    tested = trunc(u32, instruction(p, at)[0] >> 20) & 0xFFF
    if register != NO_REGISTER and register != tested:
        set_a(p, at, register)
    else:
        set_op(p, at, op - OP.JTC + OP.JT)
        set_a(p, at, tested)
        set_b(p, at, 0)
    return True


@fn
def needs_value(p: Ptr[Parser], list: u32) -> bool:
    """Whether a list has a jump that hands over no value."""
    at = list
    while at != 0:
        if not gives_value(op_at(p, at)):
            return True
        at = next_in_list(p, at)
    return False


@fn
def drop_values(p: Ptr[Parser], list: u32) -> None:
    """Let no jump of a list hand over its value."""
    at = list
    while at != 0:
        take_value(p, at, NO_REGISTER)
        at = next_in_list(p, at)


@fn
def patch_values(p: Ptr[Parser], list: u32, target: u32, register: u32, other: u32) -> None:
    """Patch a list: jumps that put their value into the register go to target, others to other."""
    at = list
    while at != 0:
        following = next_in_list(p, at)
        set_target(p, at, target if take_value(p, at, register) else other)
        at = following


@fn
def patch(p: Ptr[Parser], list: u32, target: u32) -> None:
    """Let all jumps of a list go to a target; their values are not wanted."""
    patch_values(p, list, target, NO_REGISTER, target)


@fn
def patch_here(p: Ptr[Parser], list: u32) -> None:
    """Let all jumps of a list go to the next instruction."""
    if list != 0:
        patch(p, list, here(p))
