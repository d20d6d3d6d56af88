"""Function bodies, and prototypes when they end."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, sizeof, trunc, zeroed
from wrought.lang.core.scalars import Ptr, i32, u8, u32, u64
from wrought.lua.front.captures import captures_of, settle_captures, upvalue_names
from wrought.lua.front.constants import object_constant
from wrought.lua.front.emit import emit, emit_ad, emit_at, instruction, op_at
from wrought.lua.front.expect import accept, expect, expect_match, expect_name
from wrought.lua.front.gotos import divert_jumps
from wrought.lua.front.growable import close_growable, exact_copy, open_growable
from wrought.lua.front.messages import fail_here
from wrought.lua.front.registers import init, reserve
from wrought.lua.front.scopes import (
    MARKED,
    NONE,
    activate,
    close_block,
    declare,
    declare_hidden,
    first_shared,
    is_return,
    open_block,
)
from wrought.lua.front.state import Block, Exp, Function, Is, Parser
from wrought.lua.front.tokens import TK
from wrought.lua.vm.bytecode import OP, make_abd
from wrought.lua.vm.memory import alloc, free
from wrought.lua.vm.objects import Kind, Proto, VarInfo, proto_value

VARARGS: u8 = 1
CHILDREN: u8 = 2
"""Flags of a prototype."""
SMALLEST_FRAME = 4
"""Stack slots of the least function."""


@unsafe
@fn
def new_function(p: Ptr[Parser], outer: Ptr[Function] | None) -> Ptr[Function]:
    """A function's working memory."""
    # SAFETY: the cell has the struct's size, and all that is read before it is set is set here.
    f = bitcast(Ptr[Function], alloc(p.vm, sizeof(Function)))
    f.outer = outer
    f.inner = None
    open_growable(p.vm, addr_of(f.code), 256)
    open_growable(p.vm, addr_of(f.lines), 256)
    open_growable(p.vm, addr_of(f.constants), 64)
    open_growable(p.vm, addr_of(f.variables), 32)
    open_growable(p.vm, addr_of(f.returns), 16)
    open_growable(p.vm, addr_of(f.diversions), 16)
    return f


@unsafe
@fn
def drop_functions(p: Ptr[Parser], first: Ptr[Function]) -> None:
    """Give the working memory of a function and all inner ones back."""
    # SAFETY: nobody uses them any more.
    f: Ptr[Function] | None = first
    while f is not None:
        close_growable(p.vm, addr_of(f.code))
        close_growable(p.vm, addr_of(f.lines))
        close_growable(p.vm, addr_of(f.constants))
        close_growable(p.vm, addr_of(f.variables))
        close_growable(p.vm, addr_of(f.returns))
        close_growable(p.vm, addr_of(f.diversions))
        inner = f.inner
        free(p.vm, bitcast(Ptr[u8], f), sizeof(Function))
        f = inner


@fn
def open_function(p: Ptr[Parser], f: Ptr[Function], line: u32) -> None:
    """Begin a function; its header is the first instruction."""
    p.serials += 1
    f.serial = p.serials
    f.pc = 0
    f.last_target = 0
    f.free = 0
    f.active = 0
    f.pending = 0
    f.frame_size = SMALLEST_FRAME
    f.first_line = line
    f.parameters = 0
    f.upvalue_count = 0
    f.has_varargs = False
    f.has_children = False
    f.has_open = False
    f.block = None
    f.code.used = 0
    f.lines.used = 0
    f.constants.used = 0
    f.variables.used = 0
    f.returns.used = 0
    f.diversions.used = 0
    p.f = f
    emit_at(p, OP.FUNCF, line)


@fn
def function_body(p: Ptr[Parser], e: Ptr[Exp], is_method: bool, line: u32) -> None:
    """Parameters and body of a function that begins on a line; e is the closure."""
    outer = p.f
    inner = outer.inner
    if inner is None:
        inner = new_function(p, outer)
        outer.inner = inner
    open_function(p, inner, line)
    block = zeroed(Block)
    open_block(p, addr_of(block), False)
    parameters(p, is_method)
    chunk(p)
    if p.token != TK.END:
        expect_match(p, TK.END, TK.FUNCTION, line)
    p.last_line = p.line
    proto = close_function(p)
    p.f = outer
    outer.has_children = True
    k = object_constant(p, proto_value(proto))
    init(e, Is.MOVABLE, emit_ad(p, OP.FNEW, 0, k))
    e.value = u64(proto)
    expect(p, TK.END)


@fn
def parameters(p: Ptr[Parser], is_method: bool) -> None:
    """"(" names ["..."] ")"."""
    f = p.f
    expect(p, ord("("))
    if is_method:
        declare_hidden(p, b"self")
    if p.token != ord(")"):
        while True:
            if p.token == TK.NAME or p.token == TK.GOTO:
                declare(p, expect_name(p))
            elif accept(p, TK.DOTS):
                f.has_varargs = True
                break
            else:
                fail_here(p, b"<name> or '...' expected")
            if not accept(p, ord(",")):
                break
    f.parameters = f.pending
    activate(p, f.pending)
    expect(p, ord(")"))
    reserve(p, f.parameters)


@fn
def close_function(p: Ptr[Parser]) -> Ptr[Proto]:
    """End the current function: its prototype."""
    f = p.f
    block = f.block
    assert block is not None
    block.closes_itself = True
    if f.last_target == f.pc or not is_return(op_at(p, f.pc - 1)):
        shared = first_shared(f, 0)
        if shared != NONE:
            emit_ad(p, OP.UCLO, shared, 0)
        emit(p, OP.RET0)
    close_block(p)
    divert_returns(p)
    divert_jumps(p)
    op: u64 = OP.FUNCV if f.has_varargs else OP.FUNCF
    instruction(p, 0)[0] = make_abd(op, f.parameters, 0, bitcast(i32, f.frame_size))
    settle_captures(f)
    return make_proto(p)


@fn
def divert_returns(p: Ptr[Parser]) -> None:
    """Let returns that leave variables to be closed go by way of a UCLO.

    The return moves to the function's end, for when it was emitted nobody knew.
    """
    f = p.f
    for i in range(f.returns.used):
        at = f.returns.at(i)[0]
        if at & MARKED != 0:
            at ^= MARKED
            moved = emit_at(p, instruction(p, at)[0], f.lines.at(at)[0])
            distance = bitcast(i32, moved - (at + 1))
            instruction(p, at)[0] = make_abd(OP.UCLO, 0, 0, distance)


@unsafe
@fn
def make_proto(p: Ptr[Parser]) -> Ptr[Proto]:
    """The prototype of the current function, which is complete."""
    # SAFETY: the cell has the struct's size, and all fields are set.
    f = p.f
    proto = bitcast(Ptr[Proto], alloc(p.vm, sizeof(Proto)))
    proto.kind = Kind.PROTO
    proto.epoch = 0
    proto.flags = 0
    if f.has_varargs:
        proto.flags |= VARARGS
    if f.has_children:
        proto.flags |= CHILDREN
    proto.numparams = trunc(u8, f.parameters)
    proto.framesize = f.frame_size
    proto.code = exact_copy(p.vm, addr_of(f.code))
    proto.k = exact_copy(p.vm, addr_of(f.constants))
    proto.ncode = f.code.used
    proto.nk = f.constants.used
    proto.nup = f.upvalue_count
    proto.captures = captures_of(p, f)
    proto.upvalue_names = upvalue_names(p, f)
    proto.lines = exact_copy(p.vm, addr_of(f.lines))
    proto.vars = variables_of(p, f)
    proto.nvars = f.variables.used
    proto.first_line = f.first_line
    proto.last_line = p.line
    proto.chunk = p.chunk
    return proto


@unsafe
@fn
def variables_of(p: Ptr[Parser], f: Ptr[Function]) -> Ptr[VarInfo] | None:
    """What debuggers are told about the variables."""
    # SAFETY: the cell has room for all.
    n = f.variables.used
    if n == 0:
        return None
    infos = bitcast(Ptr[VarInfo], alloc(p.vm, u64(n) * sizeof(VarInfo)))
    for i in range(n):
        infos[i] = f.variables.at(i).info
    return infos


from wrought.lua.front.statements import chunk  # noqa: E402
