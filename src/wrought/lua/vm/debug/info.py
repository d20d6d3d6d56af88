"""What debug.getinfo and lua_getinfo say of a function and of a level (Lua 5.1 manual, 5.9)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i32, i64, u8, u64
from wrought.lua.vm.buffer import open_buffer
from wrought.lua.vm.chunkname import chunk_id
from wrought.lua.vm.debug.callers import call_name
from wrought.lua.vm.debug.frames import Frame, current_line, function_at
from wrought.lua.vm.debug.slots import Name, NameKind
from wrought.lua.vm.debug.traceback import is_main
from wrought.lua.vm.objects import (
    Buffer,
    Closure,
    Proto,
    Table,
    Thread,
    Vm,
    function_value,
    string_value,
)
from wrought.lua.vm.strings import close_to_string, intern
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_int
from wrought.lua.vm.value import TRUE


@struct
class Info:
    """The fields of debug.getinfo; strings are values."""

    function: u64
    source: u64
    short_source: u64
    line_defined: i64
    last_line_defined: i64
    """-1 for built-in functions, as the one before."""
    current_line: i64
    """-1 unless a level of Lua code was asked for."""
    upvalues: u64
    parameters: u64
    is_vararg: bool
    is_main: bool
    is_native: bool
    name: Name
    """`kind` NONE where there is no name; `kind_text` gives namewhat."""


@fn
def what_text(info: Ptr[Info]) -> Slice[u8]:
    """`what`."""
    if info.is_native:
        return b"C"
    return b"main" if info.is_main else b"Lua"


@unsafe
@fn
def function_info(vm: Ptr[Vm], function: Ptr[Closure]) -> Info:
    """What is known of a function that need not run."""
    # SAFETY: a chunk's name is a string.
    info = zeroed(Info)
    info.function = function_value(function)
    info.upvalues = function.nup
    info.current_line = -1
    info.name = Name(NameKind.NONE, None)
    proto = function.proto
    if proto is None:
        info.is_native = True
        info.is_vararg = True
        info.source = string_value(intern(vm, b"=[C]"))
        info.short_source = string_value(intern(vm, b"[C]"))
        info.line_defined = -1
        info.last_line_defined = -1
        return info
    info.source = string_value(proto.chunk)
    info.short_source = short_source(vm, proto.chunk.bytes())
    info.line_defined = i64(proto.first_line)
    info.last_line_defined = i64(proto.last_line)
    info.parameters = proto.numparams
    info.is_vararg = proto.flags & 1 != 0
    info.is_main = is_main(proto)
    return info


@fn
def short_source(vm: Ptr[Vm], name: Slice[u8]) -> u64:
    """A chunk's shown name as a string value."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    chunk_id(addr_of(b), name)
    return close_to_string(addr_of(b))


@fn
def frame_info(vm: Ptr[Vm], thread: Ptr[Thread], frame: Ptr[Frame]) -> Info:
    """What is known of a level."""
    info = function_info(vm, function_at(frame))
    info.current_line = current_line(frame)
    info.name = call_name(vm, thread, frame)
    return info


@unsafe
@fn
def active_lines(vm: Ptr[Vm], proto: Ptr[Proto]) -> Ptr[Table]:
    """`activelines`: a table with true for every line that has an instruction."""
    # SAFETY: there is a line for each of the `ncode` instructions; the first one is the header.
    t = new_table(vm, 0, 0)
    lines = proto.lines
    if lines is not None:
        for i in range(1, u64(proto.ncode)):
            set_int(vm, t, bitcast(i32, lines[i] & 0x7FFF_FFFF), TRUE)
    return t
