"""What a match gives to the program: its captures as values."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, noinline, unsafe
from wrought.lang.core.intrinsics import slice_from, trunc
from wrought.lang.core.scalars import Never, Ptr, i32, u64
from wrought.lua.lib.string.matcher import (
    NO_MATCH,
    OPEN_LENGTH,
    POSITION_LENGTH,
    Matcher,
)
from wrought.lua.lib.string.program import PatternError, error_message
from wrought.lua.lib.string.search import search
from wrought.lua.vm.charge import MOST, PER_CHARGE, charge, remaining, used_up
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import Vm, string_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.value import int_value


@cold
@fn
def pattern_error(vm: Ptr[Vm], error: PatternError) -> Never:
    error_text(vm, error_message(error))


@fn
def checked_search(vm: Ptr[Vm], m: Ptr[Matcher], start: u64) -> tuple[u64, u64]:
    """`search.search`, with errors raised; the instruction budget is charged."""
    if vm.budget_on != 0:
        return charged_search(vm, m, start)
    found, end = search(m, start)
    if found == NO_MATCH and m.error != PatternError.NONE:
        pattern_error(vm, m.error)
    return found, end


@noinline
@fn
def charged_search(vm: Ptr[Vm], m: Ptr[Matcher], start: u64) -> tuple[u64, u64]:
    """`checked_search` where a budget is set: a step is an instruction, as are PER_CHARGE
    characters."""
    before = m.steps
    m.allowed = before + remaining(vm)
    found, end = search(m, start)
    last = m.length if found == NO_MATCH else end
    charge(vm, min(m.steps - before + (last - start) // PER_CHARGE, u64(MOST)))
    if found == NO_MATCH and m.error != PatternError.NONE:
        if m.error == PatternError.LIMIT:
            used_up(vm)
        pattern_error(vm, m.error)
    return found, end


@unsafe
@fn
def capture_value(vm: Ptr[Vm], m: Ptr[Matcher], i: u64, start: u64, end: u64) -> u64:
    """Capture i of a match, a string or a position; the whole match as the first where there is
    none."""
    # SAFETY: captures lie within the subject.
    if i >= u64(m.captures):
        if i != 0:
            error_text(vm, b"invalid capture index")
        return string_value(intern(vm, slice_from(m.subject + start, end - start)))
    capture = m.capture[i]
    if capture.length == POSITION_LENGTH:
        return int_value(trunc(i32, capture.start + 1))
    if capture.length == OPEN_LENGTH:
        error_text(vm, b"unfinished capture")
    return string_value(intern(vm, slice_from(m.subject + capture.start, capture.length)))


@unsafe
@fn
def put_captures(vm: Ptr[Vm], m: Ptr[Matcher], to: Ptr[u64], start: u64, end: u64,
                 whole: bool) -> u64:
    """Write all captures to stack slots, at most 32; with `whole` the match where there is none.

    Their number.
    """
    # SAFETY: MIN_SLOTS are free behind the arguments.
    count = u64(m.captures)
    if count == 0 and whole:
        count = 1
    for i in range(count):
        to[i] = capture_value(vm, m, i, start, end)
    return count
