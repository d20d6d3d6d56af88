"""Assignments and local variables (Lua 5.1 manual, 2.4.3 and 2.4.7)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, zeroed
from wrought.lang.core.scalars import Ptr, u32
from wrought.lua.front.constants import constant
from wrought.lua.front.emit import (
    emit_abc,
    emit_ad,
    instruction,
    op_at,
    set_a,
    set_b,
    set_c,
    set_op,
)
from wrought.lua.front.expect import accept, expect, expect_name
from wrought.lua.front.messages import fail_here, fail_limit
from wrought.lua.front.names import note_assignment
from wrought.lua.front.registers import (
    discharge,
    init,
    load_primitive,
    release_exp,
    reserve,
    to_any,
    to_next,
    to_register,
)
from wrought.lua.front.scopes import activate, declare
from wrought.lua.front.state import MAX_LEVELS, Exp, Is, Parser
from wrought.lua.vm.bytecode import OP, a_of, b_of


@struct
class Target:
    """What is assigned to, in a list on the native stack."""

    place: Exp
    before: Ptr[Target] | None


@fn
def store(p: Ptr[Parser], place: Ptr[Exp], e: Ptr[Exp]) -> None:
    """place = e."""
    if place.kind == Is.LOCAL:
        release_exp(p, e)
        to_register(p, e, place.info)
        return
    register = to_any(p, e)
    match place.kind:
        case Is.UPVALUE:
            emit_abc(p, OP.USET, place.info, register, 0)
        case Is.GLOBAL:
            emit_ad(p, OP.GSET, register, constant(p, place.value))
        case Is.BY_NAME:
            emit_abc(p, OP.TSETS, register, place.info, place.aux)
        case Is.BY_INT:
            emit_abc(p, OP.TSETI, register, place.info, place.aux)
        case _:
            emit_abc(p, OP.TSETV, register, place.info, place.aux)
    release_exp(p, e)


@fn
def assignment(p: Ptr[Parser], target: Ptr[Target], n: u32) -> None:
    """The rest of an assignment, behind its n-th target."""
    e = zeroed(Exp)
    kind = target.place.kind
    if kind < Is.LOCAL or kind > Is.BY_VALUE:
        fail_here(p, b"syntax error")
    note_assignment(p, addr_of(target.place))
    if accept(p, ord(",")):
        following = zeroed(Target)
        suffixed(p, addr_of(following.place))
        if following.place.kind == Is.LOCAL:
            keep_operand(p, target, following.place.info)
        if p.level + n >= MAX_LEVELS:
            fail_limit(p, p.f, MAX_LEVELS, b"variable names")
        following.before = target
        assignment(p, addr_of(following), n + 1)
    else:
        expect(p, ord("="))
        count = expression_list(p, addr_of(e))
        if count == n:
            discharge(p, addr_of(e))
            store(p, addr_of(target.place), addr_of(e))
            return
        adjust(p, n, count, addr_of(e))
        if count > n:
            p.f.free -= count - n
    init(addr_of(e), Is.FIXED, p.f.free - 1)
    store(p, addr_of(target.place), addr_of(e))


@fn
def keep_operand(p: Ptr[Parser], target: Ptr[Target], register: u32) -> None:
    """A variable is assigned to: where it is the table or key of a target before, copy it."""
    copy = p.f.free
    found = False
    t: Ptr[Target] | None = target
    while t is not None:
        place = addr_of(t.place)
        if place.kind >= Is.BY_NAME and place.kind <= Is.BY_VALUE:
            if place.info == register:
                place.info = copy
                found = True
            if place.kind == Is.BY_VALUE and place.aux == register:
                place.aux = copy
                found = True
        t = t.before
    if found:
        emit_abc(p, OP.MOVE, copy, register, 0)
        reserve(p, 1)


@fn
def set_results(p: Ptr[Parser], e: Ptr[Exp], n: u32) -> None:
    """Let a call or varargs give n values, into new registers."""
    if e.kind == Is.CALL:
        set_c(p, e.info, n + 1)
    else:
        set_b(p, e.info, n + 1)
        set_a(p, e.info, p.f.free)
        reserve(p, 1)


@fn
def adjust(p: Ptr[Parser], wanted: u32, count: u32, e: Ptr[Exp]) -> None:
    """Bring `count` values, the last of which is e, to a number of registers in a row."""
    if e.kind == Is.CALL or e.kind == Is.VARARG:
        n = wanted + 1 - count if wanted + 1 > count else 0
        set_results(p, e, n)
        if n > 1:
            reserve(p, n - 1)
        return
    if e.kind != Is.VOID:
        to_next(p, e)
    if wanted > count:
        first = p.f.free
        reserve(p, wanted - count)
        load_nil(p, first, wanted - count)


@fn
def load_nil(p: Ptr[Parser], first: u32, n: u32) -> None:
    """Set n registers to nil, together with what the instruction before sets so."""
    f = p.f
    if f.last_target != f.pc:
        w = instruction(p, f.pc - 1)[0]
        op = op_at(p, f.pc - 1)
        start = trunc(u32, a_of(w))
        end = trunc(u32, b_of(w))
        if op == OP.KPRI and end == 0:
            end = start
            op = OP.KNIL
        if op == OP.KNIL and end + 1 == first:
            set_op(p, f.pc - 1, OP.KNIL)
            set_b(p, f.pc - 1, first + n - 1)
            return
    if n == 1:
        load_primitive(p, first, Is.NIL)
    else:
        emit_abc(p, OP.KNIL, first, first + n - 1, 0)


@fn
def local_statement(p: Ptr[Parser]) -> None:
    """"local" names ["=" expressions]; the first name is the current token."""
    n: u32 = 0
    while True:
        declare(p, expect_name(p))
        n += 1
        if not accept(p, ord(",")):
            break
    e = zeroed(Exp)
    count: u32 = 0
    if accept(p, ord("=")):
        count = expression_list(p, addr_of(e))
    adjust(p, n, count, addr_of(e))
    activate(p, n)


from wrought.lua.front.expressions import expression_list, suffixed  # noqa: E402
