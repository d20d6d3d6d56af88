"""jit.util: what tools ask about functions.

Of bytecode it tells what this machine has: `funcbc(f, i)` gives the two halves of instruction
word i, low one first (`vm.bytecode`), `funck(f, -1 - i)` constant i of whatever kind; there is no
list of numbers apart.  There are no traces, so the functions about them return nothing.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, format_to, trunc, zeroed
from wrought.lang.core.scalars import Ptr, f64, i32, i64, u64
from wrought.lua.lib.args import arg_error, check_int, opt_int, type_error
from wrought.lua.lib.debug.target import put
from wrought.lua.lib.registry import library
from wrought.lua.vm.buffer import open_buffer
from wrought.lua.vm.chunkname import chunk_id
from wrought.lua.vm.debug.lines import line_of
from wrought.lua.vm.debug.slots import upvalue_name
from wrought.lua.vm.debug.traceback import native_address
from wrought.lua.vm.objects import (
    Buffer,
    Kind,
    Proto,
    Table,
    Vm,
    function_of,
    header_of,
    proto_of,
    proto_value,
    string_value,
    table_value,
)
from wrought.lua.vm.strings import close_to_string
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.value import boolean, int_value, is_function, is_object, normal_number


@unsafe
@fn
def proto_argument(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> Ptr[Proto] | None:
    """The prototype of a function, or a prototype itself; None for a built-in function."""
    # SAFETY: tag and kind are tested; built-in functions have n arguments and MIN_SLOTS free
    # slots, here and below.
    if n > 0:
        if is_function(args[0]):
            return function_of(args[0]).proto
        if is_object(args[0]) and header_of(args[0]).kind == Kind.PROTO:
            return proto_of(args[0])
    type_error(vm, args, n, 0, b"function")


@unsafe
@fn
def lua_argument(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> Ptr[Proto]:
    """The same, but a built-in function is an error."""
    # SAFETY: as in proto_argument.
    proto = proto_argument(vm, args, n)
    if proto is None:
        arg_error(vm, 0, b"Lua function expected")
    return proto


@fn
def count(n: u64) -> u64:
    """A number as a value."""
    return int_value(trunc(i32, n))


@unsafe
@fn
def funcinfo(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """funcinfo(function [, index of an instruction]): a table."""
    # SAFETY: as in proto_argument.
    proto = proto_argument(vm, args, n)
    t = new_table(vm, 0, 4)
    if proto is None:
        f = function_of(args[0])
        put(vm, t, b"ffid", count(u64(f.builtin)))
        put(vm, t, b"addr", normal_number(f64(native_address(f))))
        put(vm, t, b"upvalues", count(u64(f.nup)))
    else:
        describe(vm, t, proto, i64(opt_int(vm, args, n, 1, 0)))
    args[0] = table_value(t)
    return 1


@fn
def describe(vm: Ptr[Vm], t: Ptr[Table], proto: Ptr[Proto], index: i64) -> None:
    """The fields of a Lua function's table."""
    line = u64(proto.first_line)
    if index > 0 and index < i64(proto.ncode):
        line = u64(line_of(proto, bitcast(u64, index)))
        put(vm, t, b"currentline", count(line))
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    chunk_id(addr_of(b), proto.chunk.bytes())
    format_to(addr_of(b), f":{line}")
    put(vm, t, b"loc", close_to_string(addr_of(b)))
    put(vm, t, b"source", string_value(proto.chunk))
    put(vm, t, b"linedefined", count(u64(proto.first_line)))
    put(vm, t, b"lastlinedefined", count(u64(proto.last_line)))
    put(vm, t, b"stackslots", count(u64(proto.framesize)))
    put(vm, t, b"params", count(u64(proto.numparams)))
    put(vm, t, b"bytecodes", count(u64(proto.ncode)))
    put(vm, t, b"gcconsts", count(u64(proto.nk)))
    put(vm, t, b"nconsts", count(0))
    put(vm, t, b"upvalues", count(u64(proto.nup)))
    put(vm, t, b"isvararg", boolean(proto.flags & 1 != 0))
    put(vm, t, b"children", boolean(proto.flags & 2 != 0))
    put(vm, t, b"proto", proto_value(proto))


@unsafe
@fn
def funcbc(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """funcbc(function, index): the halves of an instruction word; nothing beyond the last one."""
    # SAFETY: as in proto_argument.
    proto = lua_argument(vm, args, n)
    index = bitcast(u64, i64(check_int(vm, args, n, 1)))
    if index >= proto.ncode:
        return 0
    word = proto.code[index]
    args[0] = normal_number(f64(word & 0xFFFF_FFFF))
    args[1] = normal_number(f64(word >> 32))
    return 2


@unsafe
@fn
def funck(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """funck(function, -1 - i): constant i; nothing where there is none."""
    # SAFETY: as in proto_argument.
    proto = lua_argument(vm, args, n)
    index = bitcast(u64, -1 - i64(check_int(vm, args, n, 1)))
    if index >= proto.nk:
        return 0
    args[0] = proto.k[index]
    return 1


@unsafe
@fn
def funcuvname(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """funcuvname(function, i): the name of upvalue i, counted from 0; nothing where there is none.
    """
    # SAFETY: as in proto_argument.
    proto = lua_argument(vm, args, n)
    name = upvalue_name(proto, bitcast(u64, i64(check_int(vm, args, n, 1))))
    if name is None:
        return 0
    args[0] = string_value(name)
    return 1


@fn
def no_trace(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What is known of a trace: there are none."""
    return 0


UTIL = library("jit.util", [
    ("funcinfo", funcinfo), ("funcbc", funcbc), ("funck", funck), ("funcuvname", funcuvname),
    ("traceinfo", no_trace), ("traceir", no_trace), ("tracek", no_trace),
    ("tracesnap", no_trace), ("tracemc", no_trace), ("traceexitstub", no_trace),
    ("ircalladdr", no_trace),
])


@unsafe
@fn
def load_util(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What require "jit.util" calls."""
    # SAFETY: as in proto_argument.
    t = new_table(vm, 0, 4)
    UTIL.open(vm, t)
    args[0] = table_value(t)
    return 1
