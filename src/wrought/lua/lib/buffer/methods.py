"""Methods of string buffers."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, f64, i64, u8, u64
from wrought.lua.lib.args import arg_error, check_int, check_string, opt_any, type_error
from wrought.lua.lib.base.text import to_text
from wrought.lua.lib.buffer.storage import (
    append,
    buffer_of,
    bytes_of,
    check_buffer,
    is_buffer,
    new_buffer,
    release,
    reset,
)
from wrought.lua.lib.string.format import Formatter, format_all
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer
from wrought.lua.vm.convert import write_number
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import metamethod
from wrought.lua.vm.numbers.general import NUMBER_BUFFER
from wrought.lua.vm.objects import Buffer, Vm, string_value, userdata_of, userdata_value
from wrought.lua.vm.strings import concat2, intern, text
from wrought.lua.vm.value import (
    NIL,
    is_number,
    is_string,
    is_table,
    normal_number,
)

EXPECTED = b"string/number/__tostring"


@unsafe
@fn
def new(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """new(size, options) or new(options); options are for `encode`."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    size: i64 = 0
    first = opt_any(args, n, 0)
    if first != NIL and not is_table(first):
        size = i64(check_int(vm, args, n, 0))
        if size < 0:
            arg_error(vm, 0, b"number out of range")
        second = opt_any(args, n, 1)
        if second != NIL and not is_table(second):
            type_error(vm, args, n, 1, b"table")
    args[0] = userdata_value(new_buffer(vm, bitcast(u64, size)))
    return 1


@unsafe
@fn
def put(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Append strings, numbers, buffers, and objects with __tostring."""
    # SAFETY: as in new; values are kept by their slots.
    check_buffer(vm, args, n)
    for i in range(u64(1), n):
        v = args[i]
        if not is_string(v) and not is_number(v) and not is_buffer(v):
            if metamethod(vm, v, Mm.TOSTRING) == NIL:
                type_error(vm, args, n, i, EXPECTED)
            args, v = to_text(vm, args, i, n)
            args[i] = v
            if not is_string(v):
                type_error(vm, args, n, i, EXPECTED)
        put_value(vm, args, i)
    return 1


@unsafe
@fn
def put_value(vm: Ptr[Vm], args: Ptr[u64], i: u64) -> None:
    """Append argument i, a string, number or other buffer."""
    # SAFETY: as in put.
    u = userdata_of(args[0])
    v = args[i]
    if is_string(v):
        append(vm, u, text(v))
    elif is_number(v):
        digits = zeroed(Array[u8, NUMBER_BUFFER])
        length = write_number(digits[:], v)
        append(vm, u, digits[:length])
    elif v == args[0]:
        arg_error(vm, i, b"cannot put buffer into itself")
    else:
        append(vm, u, bytes_of(userdata_of(v)))


@unsafe
@fn
def putf(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Append what string.format makes of the arguments."""
    # SAFETY: as in new; the format is kept by its slot.
    check_buffer(vm, args, n)
    template = check_string(vm, args, n, 1).bytes()
    out = zeroed(Buffer)
    open_buffer(vm, addr_of(out))
    f = Formatter(vm, args, n, 2, addr_of(out))
    format_all(addr_of(f), template)
    append(vm, userdata_of(f.args[0]), contents(addr_of(out)))
    close_buffer(addr_of(out))
    return 1


@unsafe
@fn
def set(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Replace the bytes by a string's."""
    # SAFETY: as in new.
    u = check_buffer(vm, args, n)
    if not is_string(opt_any(args, n, 1)):
        type_error(vm, args, n, 1, b"string")
    reset(u)
    append(vm, u, text(args[1]))
    return 1


@unsafe
@fn
def length_argument(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> u64:
    """A number of bytes."""
    # SAFETY: as in new.
    length = check_int(vm, args, n, i)
    if length < 0:
        arg_error(vm, i, b"number out of range")
    return bitcast(u64, i64(length))


@unsafe
@fn
def skip(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Drop bytes from the front."""
    # SAFETY: as in new.
    check_buffer(vm, args, n)
    take(vm, args, length_argument(vm, args, n, 1))
    return 1


@unsafe
@fn
def take(vm: Ptr[Vm], args: Ptr[u64], most: u64) -> Slice[u8]:
    """Consume at most so many bytes from the front; valid until the buffer changes."""
    # SAFETY: args[0] is a buffer.
    u = userdata_of(args[0])
    used = bytes_of(u)
    taken = used[:min(len(used), most)]
    buffer_of(u).start += len(taken)
    if len(taken) == len(used):
        reset(u)
    return taken


@unsafe
@fn
def get(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Consume bytes: all for nil or without an argument, else at most so many for each."""
    # SAFETY: as in new.
    check_buffer(vm, args, n)
    if n == 1:
        args[0] = string_value(intern(vm, take(vm, args, ALL)))
        return 1
    for i in range(u64(1), n):
        most = u64(ALL)
        if args[i] != NIL:
            most = length_argument(vm, args, n, i)
        args[i] = string_value(intern(vm, take(vm, args, most)))
    for i in range(u64(1), n):
        args[i - 1] = args[i]
    return n - 1


ALL = 0xFFFF_FFFF_FFFF_FFFF


@unsafe
@fn
def tostring(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in new.
    args[0] = string_value(intern(vm, bytes_of(check_buffer(vm, args, n))))
    return 1


@unsafe
@fn
def length(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in new.
    args[0] = normal_number(f64(len(bytes_of(check_buffer(vm, args, n)))))
    return 1


@unsafe
@fn
def clear(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in new.
    reset(check_buffer(vm, args, n))
    return 1


@unsafe
@fn
def free(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in new.
    release(vm, check_buffer(vm, args, n))
    return 1


@unsafe
@fn
def side(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> Slice[u8]:
    """An operand of a concatenation."""
    # SAFETY: as in new; numbers become strings in place.
    if i < n and is_buffer(args[i]):
        return bytes_of(userdata_of(args[i]))
    return check_string(vm, args, n, i).bytes()


@unsafe
@fn
def concat(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """buffer .. string, and the other way round: a string."""
    # SAFETY: as in new.
    args[0] = string_value(concat2(vm, side(vm, args, n, 0), side(vm, args, n, 1)))
    return 1


@unsafe
@fn
def needs_cdata(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """reserve, commit, ref, putcdata."""
    # SAFETY: as in new.
    check_buffer(vm, args, n)
    error_text(vm, b"this buffer method needs the ffi library")
