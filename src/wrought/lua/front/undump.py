"""Loading bytecode: the reader of `dump_format`.

A dump may come from anywhere: it is read with every length checked, then `verify` makes sure that
the interpreter can trust the code.  Nothing of it runs or is reachable before.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, sizeof, trunc
from wrought.lang.core.scalars import Ptr, Slice, f64, i32, u8, u32, u64
from wrought.lua.front.dump_format import (
    BY_VALUE,
    FINGERPRINT,
    LOCAL,
    MAX_DEPTH,
    SELF,
    SIGNATURE,
    STRIPPED,
    VERSION,
    Tag,
)
from wrought.lua.front.reader import (
    Reader,
    malformed,
    read_byte,
    read_bytes,
    read_count,
    read_number,
    read_text,
    read_word,
    refuse,
)
from wrought.lua.front.verify import verify
from wrought.lua.vm.memory import alloc
from wrought.lua.vm.new import new_proto
from wrought.lua.vm.objects import (
    Capture,
    Proto,
    Str,
    Table,
    VarInfo,
    Vm,
    proto_value,
    string_value,
    table_value,
)
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set
from wrought.lua.vm.value import FALSE, NIL, TRUE, as_double, foreign_double, int_value, is_double
from wrought.rt.bytes import equal


@fn
def undump(vm: Ptr[Vm], text: Slice[u8], name: Ptr[Str]) -> Ptr[Proto]:
    """The prototype in a dump; `name` is the chunk's as given to load.

    Throws a syntax error, "cannot load incompatible bytecode" for what another program has made,
    "cannot load malformed bytecode" for what would not be safe to run.
    """
    r = Reader(vm, text, 0, name, name, False, 0)
    read_head(addr_of(r))
    proto = read_proto(addr_of(r))
    if r.left() != 0 or not verify(vm, proto):
        malformed(addr_of(r))
    return proto


@fn
def read_head(r: Ptr[Reader]) -> None:
    head = read_bytes(r, min(r.left(), len(SIGNATURE)))
    if not equal(head, SIGNATURE):
        refuse(r, b"cannot load incompatible bytecode")
    version = read_byte(r)
    flags = read_byte(r)
    if version != VERSION or flags > STRIPPED or read_word(r, 4) != FINGERPRINT:
        refuse(r, b"cannot load incompatible bytecode")
    r.stripped = flags & STRIPPED != 0
    if not r.stripped:
        r.chunk = read_text(r)


@fn
def read_proto(r: Ptr[Reader]) -> Ptr[Proto]:
    """A prototype and those inside it."""
    r.depth += 1
    if r.depth > MAX_DEPTH:
        malformed(r)
    proto = new_proto(r.vm, r.chunk)
    proto.flags = read_byte(r)
    if proto.flags > 3:
        malformed(r)
    proto.numparams = read_byte(r)
    proto.nup = read_byte(r)
    proto.framesize = read_number(r)
    proto.ncode = read_count(r, 8)
    proto.nk = read_count(r, 1)
    proto.first_line = read_number(r)
    proto.last_line = read_number(r)
    read_code(r, proto)
    read_constants(r, proto)
    read_captures(r, proto)
    if r.stripped:
        proto.flags |= 4
    else:
        read_names(r, proto)
        read_lines(r, proto)
        read_variables(r, proto)
    r.depth -= 1
    return proto


@unsafe
@fn
def words(r: Ptr[Reader], n: u32) -> Ptr[u64]:
    """A cell for n words, at least one."""
    # SAFETY: only the type changes; the caller writes n words.
    return bitcast(Ptr[u64], alloc(r.vm, 8 * u64(max(n, 1))))


@unsafe
@fn
def read_code(r: Ptr[Reader], proto: Ptr[Proto]) -> None:
    # SAFETY: the cells of this function and those below have room for what is counted.
    count = proto.ncode
    if 8 * u64(count) > r.left():
        malformed(r)
    proto.code = words(r, count)
    for i in range(u64(count)):
        proto.code[i] = read_word(r, 8)


@unsafe
@fn
def read_constants(r: Ptr[Reader], proto: Ptr[Proto]) -> None:
    # SAFETY: as in read_code.
    proto.k = words(r, proto.nk)
    for i in range(u64(proto.nk)):
        proto.k[i] = NIL
    for i in range(u64(proto.nk)):
        proto.k[i] = read_constant(r)


@fn
def read_constant(r: Ptr[Reader]) -> u64:
    """Any constant."""
    tag = read_byte(r)
    if tag == u8(Tag.TABLE):
        return table_value(read_template(r))
    if tag == u8(Tag.PROTO):
        return proto_value(read_proto(r))
    return read_simple(r, tag)


@fn
def read_simple(r: Ptr[Reader], tag: u8) -> u64:
    """A primitive, number or string."""
    match tag:
        case 0:
            return NIL
        case 1:
            return FALSE
        case 2:
            return TRUE
        case 3:
            return int_value(bitcast(i32, trunc(u32, read_word(r, 4))))
        case 4:
            return foreign_double(bitcast(f64, read_word(r, 8)))
        case 5:
            return string_value(read_text(r))
        case _:
            malformed(r)


@fn
def read_template(r: Ptr[Reader]) -> Ptr[Table]:
    """A template table."""
    asize = read_count(r, 1)
    pairs = read_count(r, 2)
    if u64(asize) + 2 * u64(pairs) > r.left():
        malformed(r)
    hbits: u32 = 0
    while hbits < 27 and (u32(1) << hbits >> 1) < pairs:
        hbits += 1
    t = new_table(r.vm, asize, hbits)
    for i in range(u64(asize)):
        value = read_simple(r, read_byte(r))
        if value != NIL:
            set(r.vm, t, int_value(bitcast(i32, trunc(u32, i))), value)
    start = r.at
    read_pairs(r, t, pairs, False)
    r.at = start
    read_pairs(r, t, pairs, True)
    return t


@fn
def read_pairs(r: Ptr[Reader], t: Ptr[Table], pairs: u32, clear: bool) -> None:
    """Set a template's pairs, any value for nil; with `clear` set those to nil afterwards, for a
    node without a value may be taken by another key."""
    for _ in range(pairs):
        key = read_simple(r, read_byte(r))
        if key == NIL or is_double(key) and as_double(key) != as_double(key):
            malformed(r)
        value = read_simple(r, read_byte(r))
        if not clear:
            set(r.vm, t, key, TRUE if value == NIL else value)
        elif value == NIL:
            set(r.vm, t, key, NIL)


@unsafe
@fn
def read_captures(r: Ptr[Reader], proto: Ptr[Proto]) -> None:
    # SAFETY: as in read_code.
    if proto.nup == 0:
        return
    captures = bitcast(Ptr[Capture], alloc(r.vm, sizeof(Capture) * u64(proto.nup)))
    for i in range(u64(proto.nup)):
        flags = read_byte(r)
        if flags > LOCAL | BY_VALUE | SELF:
            malformed(r)
        captures[i] = Capture(read_number(r), flags & LOCAL != 0, flags & BY_VALUE != 0,
                              flags & SELF != 0, 0)
    proto.captures = captures


@unsafe
@fn
def read_names(r: Ptr[Reader], proto: Ptr[Proto]) -> None:
    # SAFETY: as in read_code.
    names = words(r, proto.nup)
    for i in range(u64(proto.nup)):
        names[i] = string_value(read_text(r))
    proto.upvalue_names = names


@unsafe
@fn
def read_lines(r: Ptr[Reader], proto: Ptr[Proto]) -> None:
    # SAFETY: as in read_code.
    if u64(proto.ncode) > r.left():
        malformed(r)
    lines = bitcast(Ptr[u32], alloc(r.vm, 4 * u64(max(proto.ncode, 1))))
    line = proto.first_line
    for i in range(u64(proto.ncode)):
        zigzag = read_number(r)
        line += zigzag >> 1 ^ (0 - (zigzag & 1))
        lines[i] = line
    proto.lines = lines


@unsafe
@fn
def read_variables(r: Ptr[Reader], proto: Ptr[Proto]) -> None:
    # SAFETY: as in read_code.
    count = read_count(r, 3)
    if count == 0:
        return
    variables = bitcast(Ptr[VarInfo], alloc(r.vm, sizeof(VarInfo) * u64(count)))
    first: u32 = 0
    for i in range(u64(count)):
        name = read_text(r)
        first += read_number(r)
        variables[i] = VarInfo(name, first, first + read_number(r))
    proto.vars = variables
    proto.nvars = count
