"""gsub."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    bitcast,
    format_to,
    slice_from,
    trunc,
    uninit,
    zeroed,
)
from wrought.lang.core.scalars import Array, Never, Ptr, Slice, f64, i32, i64, u8, u32, u64
from wrought.lua.lib.args import arg_error, check_string, opt_any, opt_integer
from wrought.lua.lib.index import index_value
from wrought.lua.lib.string.cache import cached_program, program_of
from wrought.lua.lib.string.captures import capture_value, checked_search, put_captures
from wrought.lua.lib.string.matcher import NO_MATCH, POSITION_LENGTH, Matcher, prepare
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_byte, put_bytes
from wrought.lua.vm.call import call
from wrought.lua.vm.convert import write_number
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.numbers.general import NUMBER_BUFFER
from wrought.lua.vm.objects import Buffer, Vm, string_value, userdata_value
from wrought.lua.vm.strings import close_to_string, text
from wrought.lua.vm.types import type_name
from wrought.lua.vm.value import (
    is_falsy,
    is_function,
    is_number,
    is_string,
    is_table,
    normal_number,
)


@struct
class Substitution:
    """What gsub works with; stack slots are counted from its arguments.

    args[0] is the subject, args[2] the replacement, args[free - 1] keeps the program alive.
    """

    vm: Ptr[Vm]
    args: Ptr[u64]
    free: u64
    matcher: Ptr[Matcher]
    out: Ptr[Buffer]


@unsafe
@fn
def string_gsub(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """gsub(s, pattern, replacement, most): the new string, the number of matches."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    s = check_string(vm, args, n, 0)
    pattern = check_string(vm, args, n, 1)
    replacement = opt_any(args, n, 2)
    if is_number(replacement):
        replacement = string_value(check_string(vm, args, n, 2))
    if not (is_string(replacement) or is_table(replacement) or is_function(replacement)):
        arg_error(vm, 2, b"string/function/table expected")
    # C's int: the low half of a 64-bit integer.
    most = i64(bitcast(i32, trunc(u32, opt_integer(vm, args, n, 3, i64(s.length) + 1))))
    program = cached_program(vm, pattern)
    args[n] = userdata_value(program)
    m = uninit(Matcher)
    out = zeroed(Buffer)
    open_buffer(vm, addr_of(out))
    work = Substitution(vm, args, n + 1, addr_of(m), addr_of(out))
    prepare(addr_of(m), program_of(program), s.bytes().ptr, s.length)
    count = substitute(addr_of(work), s.bytes(), replacement, most)
    args = work.args
    if count == 0:
        close_buffer(addr_of(out))
        args[0] = string_value(s)
    else:
        args[0] = close_to_string(addr_of(out))
    args[1] = normal_number(f64(count))
    return 2


@fn
def substitute(work: Ptr[Substitution], s: Slice[u8], replacement: u64, most: i64) -> i64:
    """Write the new text; the number of matches.

    A match that is empty is followed by one character that stays.
    """
    m = work.matcher
    count, at = i64(0), u64(0)
    while count < most:
        found, end = checked_search(work.vm, m, at)
        if found == NO_MATCH:
            break
        count += 1
        put_bytes(work.out, s[at:found])
        if is_string(replacement):
            put_template(work, text(replacement), found, end)
        else:
            put_result(work, replacement, found, end)
        at = end
        if end == found:
            if at >= len(s):
                break
            put_byte(work.out, s[at])
            at += 1
        if m.program.anchored:
            break
    put_bytes(work.out, s[at:])
    return count


@unsafe
@fn
def put_template(work: Ptr[Substitution], template: Slice[u8], start: u64, end: u64) -> None:
    """Append the replacement: %0 … %9 are captures, % before anything else is dropped."""
    # SAFETY: the match lies within the subject.
    i: u64 = 0
    while i < len(template):
        c = template[i]
        i += 1
        if c != ord("%"):
            put_byte(work.out, c)
            continue
        letter = template[i] if i < len(template) else u8(0)
        i += 1
        if letter == ord("0"):
            put_bytes(work.out, slice_from(work.matcher.subject + start, end - start))
        elif letter - ord("0") < 10:
            put_capture(work, u64(letter - ord("1")), start, end)
        else:
            put_byte(work.out, letter)


@unsafe
@fn
def put_capture(work: Ptr[Substitution], i: u64, start: u64, end: u64) -> None:
    """Append a capture."""
    # SAFETY: captures lie within the subject.
    m = work.matcher
    if i < u64(m.captures):
        capture = m.capture[i]
        if capture.length < POSITION_LENGTH:
            put_bytes(work.out, slice_from(m.subject + capture.start, capture.length))
            return
    put_value(work.vm, work.out, capture_value(work.vm, m, i, start, end))


@unsafe
@fn
def put_value(vm: Ptr[Vm], out: Ptr[Buffer], v: u64) -> None:
    """Append a string or a number."""
    # SAFETY: the tag is tested.
    if is_string(v):
        put_bytes(out, text(v))
        return
    digits = zeroed(Array[u8, NUMBER_BUFFER])
    length = write_number(digits[:], v)
    put_bytes(out, digits[:length])


@unsafe
@fn
def put_result(work: Ptr[Substitution], replacement: u64, start: u64, end: u64) -> None:
    """Append what the function or table has for a match; the match itself for false or nil."""
    # SAFETY: the slots from `free` on are free.
    slot = work.args + work.free
    if is_function(replacement):
        slot[2] = replacement
        count = put_captures(work.vm, work.matcher, slot + 4, start, end, True)
        slot, _ = call(work.vm, slot, count, 1)
    else:
        slot[0] = replacement
        slot[1] = capture_value(work.vm, work.matcher, 0, start, end)
        slot = index_value(work.vm, slot)
    work.args = slot - work.free
    v = slot[0]
    if is_falsy(v):
        put_bytes(work.out, slice_from(work.matcher.subject + start, end - start))
    elif is_string(v) or is_number(v):
        put_value(work.vm, work.out, v)
    else:
        replacement_error(work.vm, v)


@cold
@fn
def replacement_error(vm: Ptr[Vm], v: u64) -> Never:
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"invalid replacement value (a {type_name(v)})")
    error_text(vm, contents(addr_of(b)))
