"""Conversions between numbers and strings (5.1 manual, 2.2.1)."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import trunc, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u32, u64
from wrought.lua.vm.numbers.format import NUMBER_BUFFER, format_int, format_number
from wrought.lua.vm.numbers.parse import NumberKind, parse_number
from wrought.lua.vm.objects import Str, Vm
from wrought.lua.vm.strings import intern, text
from wrought.lua.vm.value import NIL, TAG_INT, as_int, is_int, is_number, is_string


@fn
def text_to_number(source: Slice[u8]) -> tuple[u64, bool]:
    """A text that reads as a number, as the lexer and `tonumber` have it; whether it does."""
    kind, bits = parse_number(source)
    if kind == NumberKind.INT:
        return TAG_INT | u64(trunc(u32, bits)), True
    if kind == NumberKind.DOUBLE:
        return bits, True
    return NIL, False


@fn
def to_number(v: u64) -> tuple[u64, bool]:
    """A number, or a string that reads as one, as a number; whether it was."""
    if is_number(v):
        return v, True
    if is_string(v):
        return text_to_number(text(v))
    return NIL, False


@fn
def write_number(out: Slice[u8], v: u64) -> u64:
    """The digits of a number as `tostring` has them; `out` has NUMBER_BUFFER bytes."""
    if is_int(v):
        return format_int(out, as_int(v))
    return format_number(out, v)


@fn
def number_to_string(vm: Ptr[Vm], v: u64) -> Ptr[Str]:
    """A number's text as a string."""
    digits = zeroed(Array[u8, NUMBER_BUFFER])
    length = write_number(digits[:], v)
    return intern(vm, digits[:length])
