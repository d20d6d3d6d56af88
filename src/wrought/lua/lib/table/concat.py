"""table.concat."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, format_to, trunc, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, i32, i64, u8, u64
from wrought.lua.lib.args import check_bytes, check_int, check_table, is_absent
from wrought.lua.vm.buffer import contents, open_buffer, put_bytes, room
from wrought.lua.vm.charge import charge
from wrought.lua.vm.convert import write_number
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.numbers.format import NUMBER_BUFFER
from wrought.lua.vm.objects import Buffer, Table, Vm
from wrought.lua.vm.strings import close_to_string, text
from wrought.lua.vm.table.length import length
from wrought.lua.vm.table.lookup import get_int
from wrought.lua.vm.types import type_name
from wrought.lua.vm.value import is_number, is_string


@cold
@fn
def element_error(vm: Ptr[Vm], value: u64, i: i64) -> Never:
    """An element that is neither string nor number."""
    name = type_name(value)
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"invalid value ({name}) at index {i} in table for 'concat'")
    error_text(vm, contents(addr_of(b)))


@fn
def put_element(b: Ptr[Buffer], value: u64, i: i64) -> None:
    """Append a string's or number's text."""
    if is_string(value):
        put_bytes(b, text(value))
    elif is_number(value):
        b.used += write_number(room(b, NUMBER_BUFFER), value)
    else:
        element_error(b.vm, value, i)


@fn
def put_list(b: Ptr[Buffer], t: Ptr[Table], first: i64, last: i64, separator: Slice[u8]) -> None:
    """Append t[first], …, t[last]."""
    i = first
    while i <= last:
        if i > first:
            put_bytes(b, separator)
        put_element(b, get_int(t, trunc(i32, i)), i)
        i += 1


@unsafe
@fn
def table_concat(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """table.concat(t [, separator [, first [, last]]])."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    t = check_table(vm, args, n, 0)
    separator = b"" if is_absent(args, n, 1) else check_bytes(vm, args, n, 1)
    first = i64(1) if is_absent(args, n, 2) else i64(check_int(vm, args, n, 2))
    last = bitcast(i64, length(t)) if is_absent(args, n, 3) else i64(check_int(vm, args, n, 3))
    if last > first:
        charge(vm, bitcast(u64, last - first))
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_list(addr_of(b), t, first, last, separator)
    args[0] = close_to_string(addr_of(b))
    return 1
