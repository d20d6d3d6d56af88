"""Which name the program has for the value in a register."""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import slice_from
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.vm.bytecode import OP, a_of, b_of, c_of, d_of, op_of
from wrought.lua.vm.effects import ONE, effect_of, sets
from wrought.lua.vm.objects import Proto, Str, string_of
from wrought.lua.vm.value import is_string

SCRATCH = b"(for scratch)"
"""The parser's name of a generic loop's first register, which no program sees."""


@enum(u8)
class NameKind:
    """What kind of place a name is for."""

    NONE = 0
    LOCAL = 1
    GLOBAL = 2
    FIELD = 3
    METHOD = 4
    UPVALUE = 5
    METAMETHOD = 6


@struct
class Name:
    """A name as messages and `debug.getinfo` give it."""

    kind: NameKind
    text: Ptr[Str] | None


@fn
def kind_text(kind: NameKind) -> Slice[u8]:
    """`namewhat` of debug.getinfo; empty where there is no name."""
    match kind:
        case NameKind.LOCAL:
            return b"local"
        case NameKind.GLOBAL:
            return b"global"
        case NameKind.FIELD:
            return b"field"
        case NameKind.METHOD:
            return b"method"
        case NameKind.UPVALUE:
            return b"upvalue"
        case NameKind.METAMETHOD:
            return b"metamethod"
        case _:
            return b""


@unsafe
@fn
def variable_name(proto: Ptr[Proto], index: u64, register: u64) -> Ptr[Str] | None:
    """The local variable that has a register at an instruction.

    Variables that are alive have registers from 0 on, in order.
    """
    # SAFETY: `vars` holds `nvars` descriptions.
    variables = proto.vars
    if variables is None:
        return None
    left = register
    for variable in slice_from(variables, proto.nvars):
        if variable.first > index:
            return None
        if index < variable.last:
            if left == 0:
                return variable.name
            left -= 1
    return None


@unsafe
@fn
def string_constant(proto: Ptr[Proto], k: u64) -> Ptr[Str] | None:
    # SAFETY: there are `nk` constants.
    if k >= proto.nk:
        return None
    value = proto.k[k]
    return string_of(value) if is_string(value) else None


@unsafe
@fn
def upvalue_name(proto: Ptr[Proto], index: u64) -> Ptr[Str] | None:
    """None where the code is stripped."""
    # SAFETY: there are `nup` names, if any.
    names = proto.upvalue_names
    if names is None or index >= proto.nup:
        return None
    return string_of(names[index])


@unsafe
@fn
def find_setter(proto: Ptr[Proto], index: u64, register: u64) -> u64:
    """The last instruction before `index` that has set a register; 0, the header, for none.

    Jumps are not looked at: what stands before in the code is the best guess.
    """
    # SAFETY: `index` is below `ncode`.
    at = index
    while at > 1:
        at -= 1
        if sets(proto.code[at], register):
            return at
    return 0


@unsafe
@fn
def slot_name(proto: Ptr[Proto], index: u64, register: u64) -> Name:
    """The name of what a register holds when the instruction at `index` reads it."""
    # SAFETY: find_setter gives an index of the code.
    at = index
    slot = register
    while True:
        variable = variable_name(proto, at, slot)
        if variable is not None:
            return Name(NameKind.LOCAL, variable)
        at = find_setter(proto, at, slot)
        if at == 0:
            return Name(NameKind.NONE, None)
        w = proto.code[at]
        op = op_of(w)
        moved = op == OP.MOVE or op == OP.SELF and slot == a_of(w) + 2
        if not moved:
            return named_by(proto, w, slot)
        slot = b_of(w)


@fn
def named_by(proto: Ptr[Proto], w: u64, register: u64) -> Name:
    """The name that the instruction has which has set a register."""
    op = op_of(w)
    if effect_of(w) != ONE and (op != OP.SELF or register != a_of(w)):
        return Name(NameKind.NONE, None)
    if op == OP.GGET:
        return named(NameKind.GLOBAL, string_constant(proto, d_of(w)))
    if op == OP.TGETS:
        return named(NameKind.FIELD, string_constant(proto, c_of(w)))
    if op == OP.SELF:
        return named(NameKind.METHOD, string_constant(proto, c_of(w)))
    if op == OP.UGET or op == OP.UVAL:
        return named(NameKind.UPVALUE, upvalue_name(proto, b_of(w)))
    return Name(NameKind.NONE, None)


@fn
def named(kind: NameKind, text: Ptr[Str] | None) -> Name:
    """A name, or none where the text is unknown."""
    if text is None:
        return Name(NameKind.NONE, None)
    return Name(kind, text)
