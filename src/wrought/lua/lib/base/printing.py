"""print."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import zeroed
from wrought.lang.core.scalars import Array, Ptr, u8, u64
from wrought.lua.lib.base.text import plain_text
from wrought.lua.lib.numbers import BUILTIN_NUMBERS
from wrought.lua.vm.call import call
from wrought.lua.vm.convert import write_number
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import find_metamethod, metatable_of
from wrought.lua.vm.numbers.general import NUMBER_BUFFER
from wrought.lua.vm.objects import Vm, function_of
from wrought.lua.vm.strings import intern, text
from wrought.lua.vm.system import write_output
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import NIL, is_function, is_number, is_string

TOSTRING = BUILTIN_NUMBERS["tostring"]


@unsafe
@fn
def has_plain_tostring(vm: Ptr[Vm]) -> bool:
    """Whether the global `tostring` is still the built-in function."""
    # SAFETY: the tag is tested.
    f = get_str(vm.globals, intern(vm, b"tostring"))
    return is_function(f) and function_of(f).builtin == TOSTRING


@unsafe
@fn
def lua_print(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Write the arguments as `tostring` shows them, between tabs, to standard output."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots.
    plain = has_plain_tostring(vm)
    for i in range(n):
        if i > 0:
            write_output(b"\t")
        v = args[i]
        if plain and is_string(v):
            write_output(text(v))
        elif plain and is_number(v) and vm.metatables[3] is None:
            digits = zeroed(Array[u8, NUMBER_BUFFER])
            length = write_number(digits[:], v)
            write_output(digits[:length])
        else:
            args = print_value(vm, args, n, i, plain)
    write_output(b"\n")
    return 0


@unsafe
@fn
def print_value(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64, plain: bool) -> Ptr[u64]:
    """Write what the global `tostring` makes of a value; where args are then."""
    # SAFETY: as in lua_print.
    v = args[i]
    meta = metatable_of(vm, v)
    if plain and (meta is None or find_metamethod(vm, meta, Mm.TOSTRING) == NIL):
        write_output(text(plain_text(vm, v)))
        return args
    slot = args + n
    slot[2] = get_str(vm.globals, intern(vm, b"tostring"))
    slot[4] = v
    slot, _ = call(vm, slot, 1, 1)
    if not (is_string(slot[0]) or is_number(slot[0])):
        error_text(vm, b"'tostring' must return a string to 'print'")
    write_output(text(plain_text(vm, slot[0])))
    return slot - n
