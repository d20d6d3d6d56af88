"""What a name means: a local variable, an upvalue, or a field of the environment."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, unlikely
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.front.messages import fail_limit
from wrought.lua.front.registers import init
from wrought.lua.front.scopes import variable_of
from wrought.lua.front.state import Exp, Function, Is, Parser, UpRef, Variable
from wrought.lua.vm.bytecode import MAX_UPVALUES
from wrought.lua.vm.objects import Str, string_value

NOT_FOUND = 0xFFFF_FFFF


@unsafe
@fn
def find_local(f: Ptr[Function], name: Ptr[Str]) -> u32:
    """The register of the innermost variable of that name, or NOT_FOUND."""
    # SAFETY: `names` holds those of the active variables.
    wanted = u64(name)
    names = addr_of(f.names[0])
    i = f.active
    while i != 0:
        i -= 1
        if names[i] == wanted:
            return i
    return NOT_FOUND


@unsafe
@fn
def find_upvalue(p: Ptr[Parser], f: Ptr[Function], name: Ptr[Str]) -> u32:
    """The upvalue of that name, made if need be; NOT_FOUND where no function around has it.

    The variables around a function don't change while it is being parsed, so that a name means
    the same upvalue all the time.
    """
    # SAFETY: `upvalue_count` of the upvalues are in use; new_upvalue tests the limit.
    upvalues = addr_of(f.upvalues[0])
    for i in range(f.upvalue_count):
        if upvalues[i].name == name:
            return i
    outer = f.outer
    if outer is None:
        return NOT_FOUND
    register = find_local(outer, name)
    if register != NOT_FOUND:
        variable = variable_of(outer, register)
        variable.captured = True
        outer.has_open = outer.has_open or variable.assigned
        return new_upvalue(p, f, UpRef(name, addr_of(outer.map[0])[register], True))
    index = find_upvalue(p, outer, name)
    if index == NOT_FOUND:
        return NOT_FOUND
    return new_upvalue(p, f, UpRef(name, index, False))


@unsafe
@fn
def new_upvalue(p: Ptr[Parser], f: Ptr[Function], upvalue: UpRef) -> u32:
    """Add an upvalue to a function."""
    # SAFETY: the limit is tested.
    index = f.upvalue_count
    if unlikely(index >= MAX_UPVALUES):
        fail_limit(p, f, MAX_UPVALUES, b"upvalues")
    addr_of(f.upvalues[0])[index] = upvalue
    f.upvalue_count = index + 1
    return index


@fn
def resolve(p: Ptr[Parser], name: Ptr[Str], e: Ptr[Exp]) -> None:
    """What a name means here."""
    f = p.f
    register = find_local(f, name)
    if register != NOT_FOUND:
        init(e, Is.LOCAL, register)
        return
    index = find_upvalue(p, f, name)
    if index != NOT_FOUND:
        init(e, Is.UPVALUE, index)
        return
    init(e, Is.GLOBAL, 0)
    e.value = string_value(name)


@unsafe
@fn
def owner_of(f: Ptr[Function], index: u32) -> tuple[Ptr[Function], Ptr[Variable]]:
    """The function and the variable that an upvalue stands for."""
    # SAFETY: an upvalue's outer function is there, and has what it refers to.
    here = f
    at = index
    while True:
        upvalue = addr_of(here.upvalues[0]) + at
        outer = here.outer
        assert outer is not None, "an upvalue comes from a function around"
        at = upvalue.index
        if upvalue.is_local:
            return outer, outer.variables.at(at)
        here = outer


@fn
def note_assignment(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """Remember that a variable does not keep its first value."""
    if e.kind == Is.LOCAL:
        variable = variable_of(p.f, e.info)
        variable.assigned = True
        p.f.has_open = p.f.has_open or variable.captured
    elif e.kind == Is.UPVALUE:
        owner, variable = owner_of(p.f, e.info)
        variable.assigned = True
        owner.has_open = True
