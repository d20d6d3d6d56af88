"""Functions on strings that need no pattern: byte, char, sub, rep, reverse, lower, upper, dump."""

from __future__ import annotations

from wrought.lang.core.function import Compiled, fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, copy_memory, mul_ovf, trunc, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i32, i64, u8, u64
from wrought.lua.front.dump import dump
from wrought.lua.lib.args import (
    arg_error,
    check_function,
    check_int,
    check_string,
    opt_any,
    opt_int,
    opt_string,
)
from wrought.lua.vm.buffer import open_buffer
from wrought.lua.vm.charge import PER_CHARGE, charge
from wrought.lua.vm.errors import error_text, memory_error
from wrought.lua.vm.memory import reserve
from wrought.lua.vm.objects import Buffer, Str, Vm, string_value
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.strings import (
    MAX_LENGTH,
    close_to_string,
    finish,
    intern,
    new_uninit_string,
)
from wrought.lua.vm.value import NIL, int_value, is_falsy

MAX_SLICE = 8000
"""Results of `string.byte`."""


@inline
@fn
def clamp_range(first: i32, last: i32, length: u64) -> tuple[u64, u64]:
    """From positions that may be negative to offsets [start, end) with start <= end <= length."""
    n = bitcast(i64, length)
    start, end = i64(first), i64(last)
    if end < 0:
        end += n + 1
    elif end > n:
        end = n
    if start < 0:
        start += n + 1
    start = max(start, 1)
    if start > end:
        return 0, 0
    return bitcast(u64, start - 1), bitcast(u64, end)


@unsafe
@fn
def string_len(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    if n == 0:
        args[0] = NIL                # LuaJIT's is a function of Lua: what is missing is nil
    args[0] = int_value(bitcast(i32, check_string(vm, args, max(n, 1), 0).length))
    return 1


@unsafe
@fn
def string_byte(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in string_len; `ensure` has made the slots.
    s = check_string(vm, args, n, 0)
    first = opt_int(vm, args, n, 1, 1)
    start, end = clamp_range(first, opt_int(vm, args, n, 2, first), s.length)
    if end - start > MAX_SLICE:
        error_text(vm, b"string slice too long")
    args = ensure(vm, args, n + end - start)
    text = s.bytes()
    for i in range(end - start):
        args[i] = int_value(i32(text[start + i]))
    return end - start


@unsafe
@fn
def string_char(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: the new string has room for n bytes.
    s = new_uninit_string(vm, n)
    to = s.bytes().ptr
    for i in range(n):
        c = check_int(vm, args, n, i)
        if c < 0 or c > 255:
            arg_error(vm, i, b"invalid value")
        to[i] = trunc(u8, c)
    args[0] = string_value(finish(vm, s))
    return 1


@unsafe
@fn
def string_sub(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in string_len.
    s = check_string(vm, args, n, 0)
    first = check_int(vm, args, n, 1)
    start, end = clamp_range(first, opt_int(vm, args, n, 2, -1), s.length)
    if end - start != s.length:
        s = intern(vm, s.bytes()[start:end])
    args[0] = string_value(s)
    return 1


@unsafe
@fn
def string_rep(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """rep(s, n, separator)."""
    # SAFETY: as in string_len; `fill_repeated` writes all of the new string.
    s = check_string(vm, args, n, 0)
    count = check_int(vm, args, n, 1)
    separator = opt_string(vm, args, n, 2)
    part = s.bytes()
    between = part[:0] if separator is None else separator.bytes()
    if count <= 0 or len(part) + len(between) == 0:
        args[0] = string_value(intern(vm, b""))
        return 1
    times = bitcast(u64, i64(count))
    total, overflow = mul_ovf(times, len(part) + len(between))
    total -= len(between)
    if overflow or total > MAX_LENGTH:
        memory_error(vm)
    charge(vm, total // PER_CHARGE)
    reserve(vm, total)
    made = new_uninit_string(vm, total)
    fill_repeated(made, part, between)
    args[0] = string_value(finish(vm, made))
    return 1


@unsafe
@fn
def fill_repeated(made: Ptr[Str], part: Slice[u8], between: Slice[u8]) -> None:
    """Write part and separator in turn, then copy what is there, twice as much each time."""
    # SAFETY: never more than the string's length is written.
    to = made.bytes()
    n = len(part)
    to[:n].copy_from(part)
    unit = min(n + len(between), len(to))
    if unit > n:
        to[n:unit].copy_from(between)
    done = unit
    while done < len(to):
        more = min(done, len(to) - done)
        copy_memory(to.ptr + done, to.ptr, more)
        done += more


@inline
@unsafe
@fn
def same_length(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> tuple[Slice[u8], Ptr[Str]]:
    """The string args[0], and a new one to write of the same length."""
    # SAFETY: as in string_len.
    s = check_string(vm, args, n, 0)
    return s.bytes(), new_uninit_string(vm, s.length)


@unsafe
@fn
def string_reverse(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: the new string is as long.
    text, made = same_length(vm, args, n)
    to = made.bytes()
    for i in range(len(text)):
        to[len(text) - 1 - i] = text[i]
    args[0] = string_value(finish(vm, made))
    return 1


def changing_case(first: str) -> Compiled:
    """A function that gives the letters from `first` on, 26 of ASCII, the other case."""
    @unsafe
    @fn
    def change(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
        # SAFETY: the new string is as long.
        text, made = same_length(vm, args, n)
        to = made.bytes().ptr
        for i in range(len(text)):
            c = text[i]
            to[i] = c ^ (u8(0x20) if c - ord(first) < 26 else u8(0))
        args[0] = string_value(finish(vm, made))
        return 1
    return change


string_lower, string_upper = changing_case("A"), changing_case("a")


@unsafe
@fn
def string_dump(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """dump(function, strip): bytecode that `load` takes."""
    # SAFETY: as in string_len.
    proto = check_function(vm, args, n, 0).proto
    if proto is None:
        error_text(vm, b"unable to dump given function")
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    dump(addr_of(b), proto, not is_falsy(opt_any(args, n, 1)))
    args[0] = close_to_string(addr_of(b))
    return 1
