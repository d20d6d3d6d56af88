"""`string.dump`: a function's prototype as bytes (`dump_format`)."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, slice_from, trunc
from wrought.lang.core.scalars import Array, Ptr, i32, i64, u8, u32, u64
from wrought.lang.core.static import constant
from wrought.lua.front.dump_format import (
    BY_VALUE,
    FINGERPRINT,
    LOCAL,
    SELF,
    SIGNATURE,
    STRIPPED,
    VERSION,
    Tag,
)
from wrought.lua.vm.buffer import put_byte, put_bytes
from wrought.lua.vm.bytecode import TABLE, op_of
from wrought.lua.vm.objects import Buffer, Proto, Str, Table, proto_of, string_of, table_of
from wrought.lua.vm.table.nodes import node_count
from wrought.lua.vm.value import (
    FALSE,
    INTERNAL,
    NIL,
    TRUE,
    as_int,
    is_double,
    is_int,
    is_string,
    is_table,
)


def _operand_mask(a: str, b: str, c: str, d: str) -> int:
    fields = ((a, 0xFFF00), (b, 0xFFF << 20), (c, 0xFFFF << 32), (d, 0xFFFF_FFFF << 32))
    return 0xFF | sum(mask for letter, mask in fields if letter != "-")


OPERANDS = constant(Array[u64, 256],
                    [_operand_mask(op.a, op.b, op.c, op.d) for op in TABLE]
                    + [0] * (256 - len(TABLE)))
"""The bits of an instruction that are its own; elsewhere the interpreter keeps notes."""


@fn
def dump(b: Ptr[Buffer], proto: Ptr[Proto], strip: bool) -> None:
    """Append the dump of a function; with `strip` without names and lines."""
    bare = strip or proto.lines is None
    put_bytes(b, SIGNATURE)
    put_byte(b, VERSION)
    put_byte(b, STRIPPED if bare else 0)
    put_word(b, FINGERPRINT, 4)
    if not bare:
        put_text(b, proto.chunk)
    put_proto(b, proto, bare)


@fn
def put_word(b: Ptr[Buffer], word: u64, size: u64) -> None:
    """Append the low bytes of a word."""
    for i in range(size):
        put_byte(b, trunc(u8, word >> 8 * i))


@fn
def put_number(b: Ptr[Buffer], n: u64) -> None:
    """Append a number in unsigned LEB128."""
    left = n
    while left >= 0x80:
        put_byte(b, trunc(u8, left) | 0x80)
        left >>= 7
    put_byte(b, trunc(u8, left))


@unsafe
@fn
def put_text(b: Ptr[Buffer], s: Ptr[Str]) -> None:
    # SAFETY: the bytes follow the header.
    put_number(b, s.length)
    put_bytes(b, s.bytes())


@unsafe
@fn
def put_proto(b: Ptr[Buffer], proto: Ptr[Proto], bare: bool) -> None:
    """Append a prototype and those inside it."""
    # SAFETY: code and constants have the lengths that the prototype says, here and below.
    put_byte(b, proto.flags & 3)
    put_byte(b, proto.numparams)
    put_byte(b, trunc(u8, proto.nup))
    put_number(b, proto.framesize)
    put_number(b, proto.ncode)
    put_number(b, proto.nk)
    put_number(b, 0 if bare else proto.first_line)
    put_number(b, 0 if bare else proto.last_line)
    for w in slice_from(proto.code, proto.ncode):
        put_word(b, w & OPERANDS[op_of(w) & 0xFF], 8)
    for value in slice_from(proto.k, proto.nk):
        put_constant(b, value, bare)
    put_captures(b, proto)
    if not bare:
        put_names(b, proto)
        put_lines(b, proto)
        put_variables(b, proto)


@unsafe
@fn
def put_constant(b: Ptr[Buffer], value: u64, bare: bool) -> None:
    """Append a constant: a prototype where it is no simple value and no table."""
    # SAFETY: other objects are not among a prototype's constants.
    if is_table(value):
        put_template(b, table_of(value))
    elif not put_simple(b, value):
        put_byte(b, u8(Tag.PROTO))
        put_proto(b, proto_of(value), bare)


@unsafe
@fn
def put_simple(b: Ptr[Buffer], value: u64) -> bool:
    """Append a primitive, number or string; false where it is something else."""
    # SAFETY: the tag is tested.
    if value == NIL:
        put_byte(b, u8(Tag.NIL))
    elif value == FALSE:
        put_byte(b, u8(Tag.FALSE))
    elif value == TRUE:
        put_byte(b, u8(Tag.TRUE))
    elif is_int(value):
        put_byte(b, u8(Tag.INT))
        put_word(b, bitcast(u64, i64(as_int(value))), 4)
    elif is_double(value):
        put_byte(b, u8(Tag.DOUBLE))
        put_word(b, value, 8)
    elif is_string(value):
        put_byte(b, u8(Tag.STRING))
        put_text(b, string_of(value))
    else:
        return False
    return True


@unsafe
@fn
def put_template(b: Ptr[Buffer], t: Ptr[Table]) -> None:
    """Append a template table: simple values under simple keys, and keys reserved with nil."""
    # SAFETY: there are `asize` slots and node_count nodes.
    put_byte(b, u8(Tag.TABLE))
    nodes = u64(node_count(t))
    pairs: u64 = 0
    for i in range(nodes):
        pairs += u64((t.node + i).key != INTERNAL)
    put_number(b, t.asize)
    put_number(b, pairs)
    for i in range(u64(t.asize)):
        put_simple(b, t.array[i])
    for i in range(nodes):
        node = t.node + i
        if node.key != INTERNAL:
            put_simple(b, node.key)
            put_simple(b, node.value)


@unsafe
@fn
def put_captures(b: Ptr[Buffer], proto: Ptr[Proto]) -> None:
    # SAFETY: there is one for each upvalue.
    captures = proto.captures
    if captures is None:
        return
    for capture in slice_from(captures, proto.nup):
        flags: u8 = 0
        if capture.is_local:
            flags |= LOCAL
        if capture.by_value:
            flags |= BY_VALUE
        if capture.is_self:
            flags |= SELF
        put_byte(b, flags)
        put_number(b, capture.index)


@unsafe
@fn
def put_names(b: Ptr[Buffer], proto: Ptr[Proto]) -> None:
    # SAFETY: there is a name for each upvalue, or none is known.
    names = proto.upvalue_names
    for i in range(u64(proto.nup)):
        if names is not None:
            put_text(b, string_of(names[i]))
        else:
            put_number(b, 0)


@unsafe
@fn
def put_lines(b: Ptr[Buffer], proto: Ptr[Proto]) -> None:
    # SAFETY: there is a line for each instruction, or none is known.
    lines = proto.lines
    before = proto.first_line
    for i in range(u64(proto.ncode)):
        line = lines[i] if lines is not None else u32(0)
        change = bitcast(i32, line - before)
        put_number(b, bitcast(u32, change << 1 ^ change >> 31))
        before = line


@unsafe
@fn
def put_variables(b: Ptr[Buffer], proto: Ptr[Proto]) -> None:
    # SAFETY: there are `nvars`.
    variables = proto.vars
    if variables is None:
        put_number(b, 0)
        return
    put_number(b, proto.nvars)
    before: u32 = 0
    for variable in slice_from(variables, proto.nvars):
        put_text(b, variable.name)
        put_number(b, variable.first - before)
        put_number(b, variable.last - variable.first)
        before = variable.first
