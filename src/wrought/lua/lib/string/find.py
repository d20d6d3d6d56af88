"""find, match, gmatch."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, trunc, uninit
from wrought.lang.core.scalars import Ptr, Slice, i32, i64, u8, u64
from wrought.lua.lib.args import check_string, opt_any, opt_int
from wrought.lua.lib.registry import builtin_word, make_function
from wrought.lua.lib.string.cache import cached_program, compiled, program_of
from wrought.lua.lib.string.captures import checked_search, put_captures
from wrought.lua.lib.string.matcher import NO_MATCH, Matcher, prepare
from wrought.lua.lib.string.search import find_text
from wrought.lua.vm.objects import (
    Vm,
    function_of,
    function_value,
    string_of,
    string_value,
    userdata_of,
    userdata_value,
)
from wrought.lua.vm.value import NIL, as_int, int_value, is_falsy


@fn
def has_specials(pattern: Slice[u8]) -> bool:
    """Whether a pattern is more than plain text."""
    for c in pattern:
        match c:
            case 36 | 37 | 40 | 42 | 43 | 45 | 46 | 63 | 91 | 94:
                return True
            case _:
                pass
    return False


@unsafe
@fn
def start_of(vm: Ptr[Vm], args: Ptr[u64], n: u64, length: u64) -> u64:
    """The offset that the third argument asks for, within the subject."""
    # SAFETY: as in string_find.
    init = i64(opt_int(vm, args, n, 2, 1))
    init = init + bitcast(i64, length) if init < 0 else init - 1
    return min(bitcast(u64, max(init, 0)), length)


@unsafe
@fn
def string_find(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """find(s, pattern, init, plain): start, end, captures; nil."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    s = check_string(vm, args, n, 0)
    pattern = check_string(vm, args, n, 1)
    start = start_of(vm, args, n, s.length)
    if not is_falsy(opt_any(args, n, 3)) or not has_specials(pattern.bytes()):
        found = find_text(s.bytes(), pattern.bytes(), start)
        if found == NO_MATCH:
            args[0] = NIL
            return 1
        args[0] = int_value(trunc(i32, found + 1))
        args[1] = int_value(trunc(i32, found + pattern.length))
        return 2
    m = uninit(Matcher)
    prepare(addr_of(m), program_of(cached_program(vm, pattern)), s.bytes().ptr, s.length)
    found, end = checked_search(vm, addr_of(m), start)
    if found == NO_MATCH:
        args[0] = NIL
        return 1
    args[0] = int_value(trunc(i32, found + 1))
    args[1] = int_value(trunc(i32, end))
    return put_captures(vm, addr_of(m), args + 2, found, end, False) + 2


@unsafe
@fn
def string_match(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """match(s, pattern, init): captures; nil."""
    # SAFETY: as in string_find.
    s = check_string(vm, args, n, 0)
    pattern = check_string(vm, args, n, 1)
    start = start_of(vm, args, n, s.length)
    m = uninit(Matcher)
    prepare(addr_of(m), program_of(cached_program(vm, pattern)), s.bytes().ptr, s.length)
    found, end = checked_search(vm, addr_of(m), start)
    if found == NO_MATCH:
        args[0] = NIL
        return 1
    return put_captures(vm, addr_of(m), args, found, end, True)


GMATCH_NEXT = builtin_word("string.gmatch()")


@unsafe
@fn
def string_gmatch(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """gmatch(s, pattern): an iterator; ^ is no anchor in its pattern."""
    # SAFETY: as in string_find; the function has three upvalues.
    s = check_string(vm, args, n, 0)
    pattern = check_string(vm, args, n, 1)
    text = pattern.bytes()
    program = cached_program(vm, pattern)
    if len(text) > 0 and text[0] == ord("^"):
        program = compiled(vm, pattern, False)
    f = make_function(vm, gmatch_next, 3, GMATCH_NEXT)
    upvalues = f.upvalues()
    upvalues[0] = string_value(s)
    upvalues[1] = userdata_value(program)
    upvalues[2] = int_value(0)
    args[0] = function_value(f)
    return 1


@unsafe
@fn
def gmatch_next(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The next match from where the last has ended; one further if that was empty."""
    # SAFETY: as in string_gmatch.
    upvalues = function_of(args[-2]).upvalues()
    s = string_of(upvalues[0])
    start = u64(bitcast(u64, i64(as_int(upvalues[2]))))
    if start > u64(s.length):
        return 0
    m = uninit(Matcher)
    prepare(addr_of(m), program_of(userdata_of(upvalues[1])), s.bytes().ptr, s.length)
    found, end = checked_search(vm, addr_of(m), start)
    if found == NO_MATCH:
        upvalues[2] = int_value(trunc(i32, u64(s.length) + 1))
        return 0
    upvalues[2] = int_value(trunc(i32, end + 1 if end == found else end))
    return put_captures(vm, addr_of(m), args, found, end, True)
