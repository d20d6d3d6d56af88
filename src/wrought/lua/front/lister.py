"""The listing of `-bl`: a function's bytecode, one instruction a line.

    -- BYTECODE -- case.lua:0-3
    0000    FUNCV       0    5
    0001    GGET        0    0         ; "print"
    0002    JT          1       => 0004
    0003    KINT        0   42
    0004 => RET0

Functions inside come before the one that makes them, as LuaJIT lists them.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, fill_memory, format_to, slice_from, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, i64, u8, u64
from wrought.lang.core.static import constant
from wrought.lua.vm.buffer import put_byte, put_bytes
from wrought.lua.vm.bytecode import TABLE, a_of, b_of, bs_of, c_of, cs_of, d_of, jump_of, op_of
from wrought.lua.vm.chunkname import chunk_id
from wrought.lua.vm.convert import write_number
from wrought.lua.vm.debug.slots import upvalue_name
from wrought.lua.vm.memory import alloc, free
from wrought.lua.vm.objects import Buffer, Kind, Proto, header_of, proto_of, string_of
from wrought.lua.vm.value import is_number, is_object, is_string, is_table

NAME_WIDTH = 10
SHOWN = 40
"""Bytes of a string that are shown."""
NUMBER_ROOM = 64


def _name(name: str) -> bytes:
    return name.encode()[:NAME_WIDTH].ljust(NAME_WIDTH)


NAMES = constant(Array[u8, 256 * NAME_WIDTH],
                 list(b"".join(_name(op.name) for op in TABLE)
                      + _name("?") * (256 - len(TABLE))))
"""Mnemonics by opcode, padded; those that no prototype has may be cut."""


def _letters(field: str) -> list[int]:
    return [ord(getattr(op, field)) for op in TABLE] + [ord("-")] * (256 - len(TABLE))


A = constant(Array[u8, 256], _letters("a"))
B = constant(Array[u8, 256], _letters("b"))
C = constant(Array[u8, 256], _letters("c"))
D = constant(Array[u8, 256], _letters("d"))
"""Operand letters of the fields, by opcode."""

@unsafe
@fn
def list_function(b: Ptr[Buffer], proto: Ptr[Proto]) -> None:
    """Append the listing of a function and those inside it."""
    # SAFETY: there are `nk` constants, objects among them are prototypes; the cell has a byte for
    # each instruction.
    for value in slice_from(proto.k, proto.nk):
        if is_object(value):
            if header_of(value).kind == Kind.PROTO:
                list_function(b, proto_of(value))
    put_bytes(b, b"-- BYTECODE -- ")
    chunk_id(b, proto.chunk.bytes())
    format_to(b, f":{proto.first_line}-{proto.last_line}\n")
    cell = alloc(b.vm, proto.ncode)
    marks = slice_from(cell, proto.ncode)
    mark_targets(proto, marks)
    for i in range(u64(proto.ncode)):
        list_instruction(b, proto, i, marks[i] != 0)
    free(b.vm, cell, proto.ncode)
    put_byte(b, ord("\n"))


@unsafe
@fn
def list_instruction(b: Ptr[Buffer], proto: Ptr[Proto], index: u64, is_target: bool) -> None:
    """Append one line."""
    # SAFETY: the index is below `ncode`.
    w = proto.code[index]
    op = op_of(w) & 0xFF
    format_to(b, f"{index:04} ")
    put_bytes(b, b"=> " if is_target else b"   ")
    start = b.used
    put_bytes(b, NAMES[op * NAME_WIDTH:(op + 1) * NAME_WIDTH])
    put_field(b, A[op], a_of(w), 0)
    put_field(b, B[op], b_of(w), i64(bs_of(w)))
    if D[op] == ord("j"):
        pad(b, start + NAME_WIDTH + 15)
        target = index + 1 + bitcast(u64, jump_of(w))
        format_to(b, f" => {target:04}")
    elif D[op] != ord("-"):
        put_field(b, D[op], d_of(w), jump_of(w))
    else:
        put_field(b, C[op], c_of(w), i64(cs_of(w)))
    put_comments(b, proto, w, start)
    trim(b)
    put_byte(b, ord("\n"))


@fn
def put_field(b: Ptr[Buffer], letter: u8, plain: u64, signed: i64) -> None:
    """Append an operand in five columns; nothing for one that there is not."""
    if letter == ord("s"):
        format_to(b, f"{signed:5}")
    elif letter != ord("-"):
        format_to(b, f"{plain:5}")


@fn
def pad(b: Ptr[Buffer], column: u64) -> None:
    """Append spaces up to a column, counted from the buffer's start."""
    while b.used < column:
        put_byte(b, ord(" "))


@unsafe
@fn
def trim(b: Ptr[Buffer]) -> None:
    """Take spaces from the end."""
    # SAFETY: `used` bytes are written.
    data = b.data
    while data is not None and b.used > 0 and data[b.used - 1] == ord(" "):
        b.used -= 1


@unsafe
@fn
def mark_targets(proto: Ptr[Proto], marks: Slice[u8]) -> None:
    """Note for each instruction whether a jump leads to it."""
    # SAFETY: there are `ncode` instructions.
    fill_memory(marks.ptr, 0, len(marks))
    for i in range(1, u64(proto.ncode)):
        w = proto.code[i]
        if D[op_of(w) & 0xFF] == ord("j"):
            target = i + 1 + bitcast(u64, jump_of(w))
            if target < len(marks):
                marks[target] = 1


@fn
def put_comments(b: Ptr[Buffer], proto: Ptr[Proto], w: u64, start: u64) -> None:
    """Append what constants, upvalues and primitives are."""
    op = op_of(w) & 0xFF
    for_constant(b, proto, B[op], b_of(w), start)
    for_constant(b, proto, C[op], c_of(w), start)
    for_constant(b, proto, D[op], d_of(w), start)
    if A[op] == ord("u"):
        for_upvalue(b, proto, a_of(w), start)
    elif B[op] == ord("u"):
        for_upvalue(b, proto, b_of(w), start)
    elif B[op] == ord("p"):
        begin_comment(b, start)
        put_bytes(b, primitive_name(b_of(w)))


@fn
def primitive_name(n: u64) -> Slice[u8]:
    if n == 0:
        return b"nil"
    return b"false" if n == 1 else b"true"


@fn
def begin_comment(b: Ptr[Buffer], start: u64) -> None:
    pad(b, start + NAME_WIDTH + 24)
    put_bytes(b, b" ; ")


@unsafe
@fn
def for_constant(b: Ptr[Buffer], proto: Ptr[Proto], letter: u8, k: u64, start: u64) -> None:
    """Append the constant of an operand that is one."""
    # SAFETY: the index is compared with the number of constants.
    if letter == ord("k") and k < proto.nk:
        begin_comment(b, start)
        put_constant(b, proto.k[k])


@unsafe
@fn
def for_upvalue(b: Ptr[Buffer], proto: Ptr[Proto], index: u64, start: u64) -> None:
    # SAFETY: a name is a string.
    name = upvalue_name(proto, index)
    if name is not None:
        begin_comment(b, start)
        put_bytes(b, name.bytes())


@unsafe
@fn
def put_constant(b: Ptr[Buffer], value: u64) -> None:
    """Append a constant as a comment has it."""
    # SAFETY: the tag is tested.
    if is_number(value):
        room = zeroed(Array[u8, NUMBER_ROOM])
        put_bytes(b, room[:write_number(room[:], value)])
    elif is_string(value):
        put_quoted(b, string_of(value).bytes())
    elif is_table(value):
        put_bytes(b, b"table")
    elif is_object(value):
        child = proto_of(value)
        chunk_id(b, child.chunk.bytes())
        format_to(b, f":{child.first_line}")


@fn
def put_quoted(b: Ptr[Buffer], text: Slice[u8]) -> None:
    """Append the start of a string in quotes, with what is not plain ASCII escaped."""
    put_byte(b, ord("\""))
    for byte in text[:min(len(text), SHOWN)]:
        if byte == ord("\n"):
            put_bytes(b, b"\\n")
        elif byte == ord("\"") or byte == ord("\\"):
            put_byte(b, ord("\\"))
            put_byte(b, byte)
        elif byte < ord(" ") or byte > ord("~"):
            format_to(b, f"\\{byte:03}")
        else:
            put_byte(b, byte)
    put_byte(b, ord("\""))
    if len(text) > SHOWN:
        put_byte(b, ord("~"))
