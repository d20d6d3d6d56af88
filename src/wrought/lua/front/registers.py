"""Where the values of expressions go: registers, variables, and the code that brings them there."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.intrinsics import bitcast, unlikely
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.front.constants import constant
from wrought.lua.front.emit import (
    emit,
    emit_abc,
    emit_ad,
    emit_jump,
    here,
    joined,
    needs_value,
    patch_here,
    patch_values,
    set_a,
    set_b,
    set_c,
)
from wrought.lua.front.messages import fail_here
from wrought.lua.front.state import Exp, Is, Parser
from wrought.lua.vm.bytecode import MAX_REGISTERS, OP, make_abd
from wrought.lua.vm.value import as_int, is_int


@inline
@fn
def init(e: Ptr[Exp], kind: u32, info: u32) -> None:
    """Make an expression without jumps."""
    e.kind = kind
    e.info = info
    e.t = 0
    e.f = 0


@inline
@fn
def has_jumps(e: Ptr[Exp]) -> bool:
    return e.t | e.f != 0


@inline
@fn
def is_number_constant(e: Ptr[Exp]) -> bool:
    return e.kind == Is.NUMBER and not has_jumps(e)


@fn
def reserve(p: Ptr[Parser], n: u32) -> None:
    """Take n registers."""
    f = p.f
    f.free += n
    if f.free > f.frame_size:
        if unlikely(f.free > MAX_REGISTERS):
            fail_here(p, b"function or expression too complex")
        f.frame_size = f.free


@inline
@fn
def release(p: Ptr[Parser], register: u32) -> None:
    """Give back a register, unless it is a variable's."""
    if register >= p.f.active:
        p.f.free -= 1


@inline
@fn
def release_exp(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """Give back the register that holds a value."""
    if e.kind == Is.FIXED:
        release(p, e.info)


@fn
def discharge(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """Turn a variable or call into a value: FIXED, MOVABLE, or what it was."""
    match e.kind:
        case Is.LOCAL:
            e.kind = Is.FIXED
        case Is.UPVALUE:
            move_later(e, emit_abc(p, OP.UGET, 0, e.info, 0))
        case Is.GLOBAL:
            move_later(e, emit_ad(p, OP.GGET, 0, constant(p, e.value)))
        case Is.BY_NAME:
            release(p, e.info)
            move_later(e, emit_abc(p, OP.TGETS, 0, e.info, e.aux))
        case Is.BY_INT:
            release(p, e.info)
            move_later(e, emit_abc(p, OP.TGETI, 0, e.info, e.aux))
        case Is.BY_VALUE:
            release(p, e.aux)
            release(p, e.info)
            move_later(e, emit_abc(p, OP.TGETV, 0, e.info, e.aux))
        case Is.CALL:
            set_c(p, e.info, 2)
            e.kind = Is.FIXED
            e.info = e.aux
        case Is.VARARG:
            set_b(p, e.info, 2)
            e.kind = Is.MOVABLE
        case _:
            pass


@inline
@fn
def move_later(e: Ptr[Exp], at: u32) -> None:
    """An instruction gives the value, to a register that is not known yet."""
    e.kind = Is.MOVABLE
    e.info = at


@fn
def load_primitive(p: Ptr[Parser], register: u32, kind: u32) -> None:
    """Load nil, false or true."""
    emit_abc(p, OP.KPRI, register, kind - Is.NIL, 0)


@fn
def load_value(p: Ptr[Parser], e: Ptr[Exp], register: u32) -> None:
    """Bring the value of an expression into a register, its jumps apart."""
    discharge(p, e)
    match e.kind:
        case Is.NIL | Is.FALSE | Is.TRUE:
            load_primitive(p, register, e.kind)
        case Is.STRING:
            emit_ad(p, OP.KSTR, register, constant(p, e.value))
        case Is.NUMBER:
            load_number(p, e.value, register)
        case Is.MOVABLE:
            set_a(p, e.info, register)
        case Is.FIXED:
            if e.info != register:
                emit_abc(p, OP.MOVE, register, e.info, 0)
        case _:
            return
    e.kind = Is.FIXED
    e.info = register


@fn
def load_number(p: Ptr[Parser], value: u64, register: u32) -> None:
    """Load a number."""
    if is_int(value):
        emit(p, make_abd(OP.KINT, register, 0, as_int(value)))
    else:
        emit(p, make_abd(OP.KNUM, register, 0, bitcast(i32, constant(p, value))))


@fn
def to_register(p: Ptr[Parser], e: Ptr[Exp], register: u32) -> None:
    """Bring the value of an expression into a register."""
    load_value(p, e, register)
    if e.kind == Is.JUMP or has_jumps(e):
        join_jumps(p, e, register)
    init(e, Is.FIXED, register)


@fn
def join_jumps(p: Ptr[Parser], e: Ptr[Exp], register: u32) -> None:
    """The same for what has jumps: all ways end behind, with the value in the register.

    The values that jumps don't bring are loaded: false, then true, each only where wanted.
    """
    falls_false = e.kind == Is.JUMP
    if falls_false:
        e.t = joined(p, e.info, e.t)
    wants_false = falls_false or needs_value(p, e.f)
    wants_true = needs_value(p, e.t)
    over = emit_jump(p) if (wants_false or wants_true) and not falls_false else 0
    on_false = here(p)
    if wants_false:
        load_primitive(p, register, Is.FALSE)
    if wants_false and wants_true:
        over = joined(p, emit_jump(p), over)
    on_true = here(p)
    if wants_true:
        load_primitive(p, register, Is.TRUE)
    patch_here(p, over)
    final = here(p)
    patch_values(p, e.f, final, register, on_false)
    patch_values(p, e.t, final, register, on_true)


@fn
def to_next(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """Bring the value into the first free register, which is taken."""
    discharge(p, e)
    release_exp(p, e)
    reserve(p, 1)
    to_register(p, e, p.f.free - 1)


@fn
def to_any(p: Ptr[Parser], e: Ptr[Exp]) -> u32:
    """Bring the value into some register: which one."""
    discharge(p, e)
    if e.kind == Is.FIXED:
        if not has_jumps(e):
            return e.info
        if e.info >= p.f.active:
            to_register(p, e, e.info)
            return e.info
    to_next(p, e)
    return e.info


@fn
def to_value(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """Bring the value into a register, except a constant or what one instruction gives."""
    if has_jumps(e):
        to_any(p, e)
    else:
        discharge(p, e)


@fn
def release_two(p: Ptr[Parser], a: Ptr[Exp], b: Ptr[Exp]) -> None:
    """Give back the registers of two operands."""
    release_exp(p, a)
    release_exp(p, b)

