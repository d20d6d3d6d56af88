"""debug.getinfo and debug.traceback."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, trunc, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i32, i64, u8, u64
from wrought.lua.lib.args import arg_error, check_bytes, int_of, is_absent, opt_int, to_number
from wrought.lua.lib.debug.target import put, text_value, thread_argument
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.convert import number_to_string
from wrought.lua.vm.debug.frames import frame_at
from wrought.lua.vm.debug.info import Info, frame_info, function_info, what_text
from wrought.lua.vm.debug.lines import line_of
from wrought.lua.vm.debug.slots import kind_text
from wrought.lua.vm.debug.traceback import traceback
from wrought.lua.vm.objects import (
    Buffer,
    Closure,
    Table,
    Vm,
    function_of,
    string_value,
    table_value,
)
from wrought.lua.vm.strings import close_to_string, text
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_int
from wrought.lua.vm.value import NIL, TRUE, boolean, int_value, is_function, is_number, is_string

ALL = b"flnSu"
"""The options that stand for a missing argument."""
KNOWN = b"SlunfL"


@fn
def contains(options: Slice[u8], option: u8) -> bool:
    """Whether an option is among others."""
    for c in options:
        if c == option:
            return True
    return False


@unsafe
@fn
def getinfo(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """getinfo([thread,] level or function [, options])."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    thread, first = thread_argument(vm, args, n)
    options = ALL
    if not is_absent(args, n, first + 1):
        options = check_bytes(vm, args, n, first + 1)
    info = zeroed(Info)
    level, is_level = to_number(args[first]) if first < n else (NIL, False)
    if is_level:
        frame, found = frame_at(thread, i64(int_of(level)))
        if not found:
            args[0] = NIL
            return 1
        info = frame_info(vm, thread, addr_of(frame))
    elif first < n and is_function(args[first]):
        info = function_info(vm, function_of(args[first]))
    else:
        arg_error(vm, first, b"function or level expected")
    for option in options:
        if not contains(KNOWN, option):
            arg_error(vm, first + 1, b"invalid option")
    args[0] = table_value(info_table(vm, addr_of(info), options))
    return 1


@fn
def number(n: i64) -> u64:
    """A line or a count as a value."""
    return int_value(trunc(i32, n))


@unsafe
@fn
def info_table(vm: Ptr[Vm], info: Ptr[Info], options: Slice[u8]) -> Ptr[Table]:
    """The fields that are asked for."""
    # SAFETY: a name is a string, `function` a function.
    t = new_table(vm, 0, 4)
    if contains(options, ord("S")):
        put(vm, t, b"source", info.source)
        put(vm, t, b"short_src", info.short_source)
        put(vm, t, b"linedefined", number(info.line_defined))
        put(vm, t, b"lastlinedefined", number(info.last_line_defined))
        put(vm, t, b"what", text_value(vm, what_text(info)))
    if contains(options, ord("l")):
        put(vm, t, b"currentline", number(info.current_line))
    if contains(options, ord("u")):
        put(vm, t, b"nups", int_value(trunc(i32, info.upvalues)))
        put(vm, t, b"nparams", int_value(trunc(i32, info.parameters)))
        put(vm, t, b"isvararg", boolean(info.is_vararg))
    if contains(options, ord("n")):
        name = info.name.text
        if name is not None:
            put(vm, t, b"name", string_value(name))
        put(vm, t, b"namewhat", text_value(vm, kind_text(info.name.kind)))
    if contains(options, ord("L")):
        put(vm, t, b"activelines", active_lines(vm, function_of(info.function)))
    if contains(options, ord("f")):
        put(vm, t, b"func", info.function)
    return t


@fn
def active_lines(vm: Ptr[Vm], function: Ptr[Closure]) -> u64:
    """A table whose keys are the lines with code; nil where none are known."""
    proto = function.proto
    if proto is None or proto.lines is None:
        return NIL
    t = new_table(vm, 0, 0)
    for i in range(1, proto.ncode):
        set_int(vm, t, bitcast(i32, line_of(proto, u64(i))), TRUE)
    return table_value(t)


@unsafe
@fn
def lua_traceback(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """traceback([thread,] [message [, level]]): a message that is no text is returned as it is."""
    # SAFETY: as in getinfo.
    thread, first = thread_argument(vm, args, n)
    has_text = first < n and (is_string(args[first]) or is_number(args[first]))
    if first < n and not has_text:
        args[0] = args[first]
        return 1
    level = opt_int(vm, args, n, first + 1, 1 if thread == vm.current else 0)
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    if has_text:
        message = args[first]
        put_bytes(addr_of(b), text(message) if is_string(message)
                  else number_to_string(vm, message).bytes())
        put_bytes(addr_of(b), b"\n")
    traceback(vm, addr_of(b), thread, i64(level))
    args[0] = close_to_string(addr_of(b))
    return 1
