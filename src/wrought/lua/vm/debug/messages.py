"""Errors that bytecode raises about its operands, in LuaJIT's words.

Callers have stored `thread.base` and `thread.pc` (`save`); the instruction before `pc` has failed.
`register` is the one of that frame from which a value came, so that it can be called by its name;
-1 for a constant or where there is none.  All of them are made of

    operand_error(vm, register, value, b"index")  ->  attempt to index local 'x' (a nil value)

and for any other error that bytecode raises there is `errors.run_error(vm, text)`.
"""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, i64, u8, u64
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.bytecode import OP, op_of
from wrought.lua.vm.debug.frames import NO_INDEX, proto_at, top_frame
from wrought.lua.vm.debug.position import position_prefix
from wrought.lua.vm.debug.slots import Name, NameKind, kind_text, slot_name
from wrought.lua.vm.errors import ERRRUN, run_error, throw_value
from wrought.lua.vm.objects import Buffer, Vm
from wrought.lua.vm.strings import close_to_string
from wrought.lua.vm.types import type_name
from wrought.lua.vm.value import is_number, is_string
from wrought.rt.bytes import equal


@unsafe
@fn
def operand_name(vm: Ptr[Vm], register: i64) -> Name:
    """What the failing instruction's program calls a register."""
    # SAFETY: the index is that of an instruction of the running code.
    frame, found = top_frame(vm.current)
    if found and register >= 0 and frame.index != NO_INDEX:
        proto = proto_at(addr_of(frame))
        if proto is not None:
            # An ITERCALL's function is a copy in a register of its own.
            if op_of(proto.code[frame.index]) != OP.ITERCALL:
                return slot_name(proto, frame.index, bitcast(u64, register))
    return Name(NameKind.NONE, None)


@unsafe
@fn
def put_operand(b: Ptr[Buffer], name: Ptr[Name], value: u64) -> None:
    """Append "local 'x' (a nil value)", or "a nil value"."""
    # SAFETY: a name's text is a string.
    text = name.text
    if text is None:
        put_bytes(b, b"a ")
        put_bytes(b, type_name(value))
        put_bytes(b, b" value")
        return
    put_bytes(b, kind_text(name.kind))
    put_bytes(b, b" '")
    put_bytes(b, text.bytes())
    put_bytes(b, b"' (a ")
    put_bytes(b, type_name(value))
    put_bytes(b, b" value)")


@cold
@fn
def operand_error(vm: Ptr[Vm], register: i64, value: u64, doing: Slice[u8]) -> Never:
    """Raise "attempt to {doing} local 'x' (a nil value)"."""
    name = operand_name(vm, register)
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    position_prefix(vm, addr_of(b), 0)
    put_bytes(addr_of(b), b"attempt to ")
    put_bytes(addr_of(b), doing)
    put_bytes(addr_of(b), b" ")
    put_operand(addr_of(b), addr_of(name), value)
    throw_value(vm, close_to_string(addr_of(b)), ERRRUN)


@cold
@fn
def index_error(vm: Ptr[Vm], register: i64, value: u64) -> Never:
    """A value that can't be indexed, by reading or by writing."""
    operand_error(vm, register, value, b"index")


@cold
@fn
def call_error(vm: Ptr[Vm], register: i64, value: u64) -> Never:
    """A value that can't be called.  With register -1, where native code or a metamethod event has
    called it, the message has no position."""
    if register >= 0:
        operand_error(vm, register, value, b"call")
    name = Name(NameKind.NONE, None)
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_bytes(addr_of(b), b"attempt to call ")
    put_operand(addr_of(b), addr_of(name), value)
    throw_value(vm, close_to_string(addr_of(b)), ERRRUN)


@cold
@fn
def arith_error(vm: Ptr[Vm], register: i64, value: u64) -> Never:
    """An operand that is no number: the second one where the first is one, as a string may be."""
    operand_error(vm, register, value, b"perform arithmetic on")


@cold
@fn
def length_error(vm: Ptr[Vm], register: i64, value: u64) -> Never:
    """A value without length."""
    operand_error(vm, register, value, b"get length of")


@cold
@fn
def concat_error(vm: Ptr[Vm], register: i64, left: u64, right: u64) -> Never:
    """Two neighbours, R(register) and the next, that can't be concatenated: the first that is
    neither string nor number is blamed."""
    if is_string(left) or is_number(left):
        operand_error(vm, register + 1, right, b"concatenate")
    operand_error(vm, register, left, b"concatenate")


@cold
@fn
def compare_error(vm: Ptr[Vm], left: u64, right: u64) -> Never:
    """Two values without order, in the order in which `<` or `<=` had them."""
    first = type_name(left)
    second = type_name(right)
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    position_prefix(vm, addr_of(b), 0)
    put_bytes(addr_of(b), b"attempt to compare ")
    if equal(first, second):
        put_bytes(addr_of(b), b"two ")
        put_bytes(addr_of(b), first)
        put_bytes(addr_of(b), b" values")
    else:
        put_bytes(addr_of(b), first)
        put_bytes(addr_of(b), b" with ")
        put_bytes(addr_of(b), second)
    throw_value(vm, close_to_string(addr_of(b)), ERRRUN)


@cold
@fn
def for_error(vm: Ptr[Vm], which: u64) -> Never:
    """A numeric loop's initial value (0), limit (1) or step (2) is no number."""
    match which:
        case 0:
            run_error(vm, b"'for' initial value must be a number")
        case 1:
            run_error(vm, b"'for' limit must be a number")
        case _:
            run_error(vm, b"'for' step must be a number")
