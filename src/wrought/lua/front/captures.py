"""Upvalues: where closures find them, and which are captured by value.

A variable that is never assigned after its declaration is captured by value.  That is known when
its function ends (`settle_captures`); the instructions of the functions inside are made to agree
when the whole chunk has been read (`settle_code`).
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, sizeof, slice_from
from wrought.lang.core.scalars import Ptr, Slice, u64
from wrought.lua.front.state import Function, Parser
from wrought.lua.vm.bytecode import OP, b_of, op_of
from wrought.lua.vm.memory import alloc
from wrought.lua.vm.objects import Capture, Proto, proto_of, string_value
from wrought.lua.vm.value import TAG_OBJECT, has_tag

HAS_CHILDREN = 2


@unsafe
@fn
def captures_of(p: Ptr[Parser], f: Ptr[Function]) -> Ptr[Capture] | None:
    """The captures of a function that ends; the index of a local one is that of the variable."""
    # SAFETY: the cell has room for all.
    n = f.upvalue_count
    if n == 0:
        return None
    captures = bitcast(Ptr[Capture], alloc(p.vm, u64(n) * sizeof(Capture)))
    upvalues = addr_of(f.upvalues[0])
    for i in range(n):
        captures[i] = Capture(upvalues[i].index, upvalues[i].is_local, False, False, 0)
    return captures


@unsafe
@fn
def upvalue_names(p: Ptr[Parser], f: Ptr[Function]) -> Ptr[u64] | None:
    """The names of the upvalues, string values."""
    # SAFETY: the cell has room for all.
    n = f.upvalue_count
    if n == 0:
        return None
    names = bitcast(Ptr[u64], alloc(p.vm, u64(n) * 8))
    upvalues = addr_of(f.upvalues[0])
    for i in range(n):
        names[i] = string_value(upvalues[i].name)
    return names


@unsafe
@fn
def captures(proto: Ptr[Proto]) -> Slice[Capture]:
    """The captures of a prototype."""
    # SAFETY: there are `nup`.
    items = proto.captures
    if items is None:
        return slice_from(bitcast(Ptr[Capture], proto), 0)
    return slice_from(items, proto.nup)


@fn
def settle_captures(f: Ptr[Function]) -> None:
    """At a function's end: what the functions inside capture of its variables."""
    if not f.has_children:
        return
    for k in f.constants.all():
        if has_tag(k, TAG_OBJECT):
            for capture in captures(proto_of(k)):
                if capture.is_local:
                    variable = f.variables.at(capture.index)
                    capture.index = variable.register
                    capture.by_value = not variable.assigned
                    capture.is_self = capture.by_value and variable.own == u64(proto_of(k))


@unsafe
@fn
def constants(proto: Ptr[Proto]) -> Slice[u64]:
    # SAFETY: there are `nk`.
    return slice_from(proto.k, proto.nk)


@unsafe
@fn
def settle_code(proto: Ptr[Proto]) -> None:
    """Make the code of a prototype and of those inside agree with their captures."""
    # SAFETY: `ncode` instructions; their upvalues exist.
    own = captures(proto)
    if len(own) != 0:
        for i in range(proto.ncode):
            w = proto.code[i]
            if op_of(w) == OP.UGET and own[b_of(w)].by_value:
                proto.code[i] = w & ~0xFF | OP.UVAL
    if proto.flags & HAS_CHILDREN == 0:
        return
    for k in constants(proto):
        if has_tag(k, TAG_OBJECT):
            child = proto_of(k)
            for capture in captures(child):
                if not capture.is_local:
                    capture.by_value = own[capture.index].by_value
            settle_code(child)
