"""Values as text: `tostring`, `print` and `%s` of `string.format`."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, count_leading_zeros, format_to, trunc, zeroed
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.lib.numbers import FIRST_HIDDEN, NOT_LISTED
from wrought.lua.vm.buffer import open_buffer, put_byte, put_bytes
from wrought.lua.vm.call import call
from wrought.lua.vm.convert import number_to_string
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import metamethod
from wrought.lua.vm.objects import Buffer, Vm, function_of, string_value
from wrought.lua.vm.strings import close_to_string, intern
from wrought.lua.vm.types import type_name
from wrought.lua.vm.value import (
    FALSE,
    NIL,
    PAYLOAD,
    TRUE,
    is_function,
    is_number,
    is_string,
)


@unsafe
@fn
def to_text(vm: Ptr[Vm], args: Ptr[u64], i: u64, free: u64) -> tuple[Ptr[u64], u64]:
    """What `tostring` makes of args[i]: where args are now, and the value, a string unless a
    __tostring has returned something else.  The slots from args[free] on are used."""
    # SAFETY: free is above all that is alive.
    v = args[i]
    if is_string(v):
        return args, v
    f = metamethod(vm, v, Mm.TOSTRING)
    if f != NIL:
        slot = args + free
        slot[2] = f
        slot[4] = v
        slot, _ = call(vm, slot, 1, 1)
        return slot - free, slot[0]
    return args, plain_text(vm, v)


@fn
def plain_text(vm: Ptr[Vm], v: u64) -> u64:
    """A value's text without metamethods, as a string value."""
    if is_string(v):
        return v
    if is_number(v):
        return string_value(number_to_string(vm, v))
    if v == NIL:
        return string_value(intern(vm, b"nil"))
    if v == TRUE or v == FALSE:
        return string_value(intern(vm, b"true" if v == TRUE else b"false"))
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_object(addr_of(b), v)
    return close_to_string(addr_of(b))


@unsafe
@fn
def put_object(b: Ptr[Buffer], v: u64) -> None:
    """Append "table: 0x…", or "function: builtin#…"."""
    # SAFETY: the tag is tested.
    if is_function(v):
        number = function_of(v).builtin
        if number > NOT_LISTED and number < FIRST_HIDDEN:
            format_to(b, f"function: builtin#{number}")
            return
    put_bytes(b, type_name(v))
    put_bytes(b, b": ")
    put_address(b, v & PAYLOAD)


@fn
def put_address(b: Ptr[Buffer], address: u64) -> None:
    """Append an address as LuaJIT shows it: an even number of digits, eight at least."""
    if address == 0:
        put_bytes(b, b"NULL")
        return
    digits = max(u64(8), (64 - count_leading_zeros(address) + 7) // 8 * 2)
    put_bytes(b, b"0x")
    while digits > 0:
        digits -= 1
        digit = trunc(u8, address >> 4 * digits & 15)
        put_byte(b, digit + (ord("0") if digit < 10 else ord("a") - 10))
