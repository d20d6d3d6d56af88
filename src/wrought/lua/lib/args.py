"""Arguments of built-in functions: what they must be, and what is said where they are not.

`args` has `n` values, `i` counts them from 0; messages count from 1.  A number that stands where a
string is wanted becomes one in place, and the other way round, as in LuaJIT.
"""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, format_to, to_int_raw, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, f64, i32, i64, u8, u64
from wrought.lua.vm.buffer import contents, open_buffer
from wrought.lua.vm.convert import number_to_string, to_number
from wrought.lua.vm.debug.callers import call_name
from wrought.lua.vm.debug.frames import top_frame
from wrought.lua.vm.debug.slots import NameKind
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import (
    Buffer,
    Closure,
    Kind,
    Str,
    Table,
    Userdata,
    Vm,
    function_of,
    header_of,
    string_of,
    string_value,
    table_of,
    userdata_of,
)
from wrought.lua.vm.types import type_name
from wrought.lua.vm.value import (
    NIL,
    as_double,
    as_int,
    is_function,
    is_int,
    is_nil,
    is_number,
    is_object,
    is_string,
    is_table,
    number_of,
)
from wrought.rt.bytes import equal

NO_INT = -0x8000_0000
"""What a number that no int32 is near becomes, as x86-64's conversion has it on every machine."""


@unsafe
@fn
def function_name(vm: Ptr[Vm]) -> tuple[Slice[u8], bool]:
    """The name by which the running built-in function was called, "?" where there is none; whether
    it was called as a method."""
    # SAFETY: a name is a live string.
    frame, found = top_frame(vm.current)
    if found:
        name = call_name(vm, vm.current, addr_of(frame))
        text = name.text
        if text is not None:
            return text.bytes(), name.kind == NameKind.METHOD
    return b"?", False


@cold
@fn
def arg_error(vm: Ptr[Vm], i: u64, text: Slice[u8]) -> Never:
    """Raise "bad argument #i+1 to 'name' (text)".  Methods do not count their self."""
    name, is_method = function_name(vm)
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    if is_method and i == 0:
        format_to(addr_of(b), f"calling '{name}' on bad self ({text})")
    else:
        number = i if is_method else i + 1
        format_to(addr_of(b), f"bad argument #{number} to '{name}' ({text})")
    error_text(vm, contents(addr_of(b)))


@cold
@unsafe
@fn
def type_error(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64, expected: Slice[u8]) -> Never:
    """Raise "bad argument … (expected expected, got …)"."""
    # SAFETY: i is below n where it is read.
    given = type_name(args[i]) if i < n else b"no value"
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"{expected} expected, got {given}")
    arg_error(vm, i, contents(addr_of(b)))


@unsafe
@fn
def check_any(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> u64:
    """An argument of any type, but there must be one."""
    # SAFETY: i is below n, here and below.
    if i >= n:
        arg_error(vm, i, b"value expected")
    return args[i]


@inline
@unsafe
@fn
def opt_any(args: Ptr[u64], n: u64, i: u64) -> u64:
    """An argument, nil where there is none."""
    # SAFETY: as in check_any.
    return args[i] if i < n else NIL


@inline
@unsafe
@fn
def is_absent(args: Ptr[u64], n: u64, i: u64) -> bool:
    """Whether an argument is nil or not given."""
    # SAFETY: as in check_any.
    return i >= n or is_nil(args[i])


@inline
@unsafe
@fn
def check_string(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> Ptr[Str]:
    """A string; a number becomes one in place."""
    # SAFETY: as in check_any.
    if i < n and is_string(args[i]):
        return string_of(args[i])
    return convert_to_string(vm, args, n, i)


@unsafe
@fn
def convert_to_string(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> Ptr[Str]:
    # SAFETY: as in check_any.
    if i >= n or not is_number(args[i]):
        type_error(vm, args, n, i, b"string")
    text = number_to_string(vm, args[i])
    args[i] = string_value(text)
    return text


@unsafe
@fn
def opt_string(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> Ptr[Str] | None:
    """A string, or None where the argument is nil or not given."""
    # SAFETY: as in check_any.
    if is_absent(args, n, i):
        return None
    return check_string(vm, args, n, i)


@unsafe
@fn
def check_bytes(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> Slice[u8]:
    """The bytes of a string argument; they stay where they are while the argument does."""
    # SAFETY: as in check_any.
    return check_string(vm, args, n, i).bytes()


@unsafe
@fn
def check_numeric(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> u64:
    """A number as a value, int32 or double; a string that reads as one becomes it in place."""
    # SAFETY: as in check_any.
    if i < n:
        v, ok = to_number(args[i])
        if ok:
            args[i] = v
            return v
    type_error(vm, args, n, i, b"number")


@inline
@unsafe
@fn
def check_number(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> f64:
    """A number as a double."""
    # SAFETY: as in check_any.
    if i < n and is_number(args[i]):
        return number_of(args[i])
    return number_of(check_numeric(vm, args, n, i))


@unsafe
@fn
def opt_number(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64, default: f64) -> f64:
    # SAFETY: as in check_any.
    return default if is_absent(args, n, i) else check_number(vm, args, n, i)


@fn
def truncated(x: f64) -> i32:
    """A double toward zero; NO_INT for NaN and what no int32 is near."""
    if x > -2147483649.0 and x < 2147483648.0:
        return to_int_raw(i32, x)
    return NO_INT


@inline
@fn
def int_of(v: u64) -> i32:
    """A number value as an int32, by `truncated`."""
    return as_int(v) if is_int(v) else truncated(as_double(v))


@inline
@unsafe
@fn
def check_int(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> i32:
    """A number as an int32, by `truncated`."""
    # SAFETY: as in check_any.
    if i < n and is_int(args[i]):
        return as_int(args[i])
    return int_of(check_numeric(vm, args, n, i))


@unsafe
@fn
def opt_int(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64, default: i32) -> i32:
    # SAFETY: as in check_any.
    return default if is_absent(args, n, i) else check_int(vm, args, n, i)


@fn
def int64_of(x: f64) -> i64:
    """A double toward zero; what doesn't fit is -2^63, as x86-64's conversion has it on every
    machine."""
    if x >= -9223372036854775808.0 and x < 9223372036854775808.0:
        return to_int_raw(i64, x)
    return -0x8000_0000_0000_0000


@unsafe
@fn
def opt_integer(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64, default: i64) -> i64:
    """A number as luaL_optinteger converts it, by `int64_of`."""
    # SAFETY: as in check_any.
    return default if is_absent(args, n, i) else int64_of(check_number(vm, args, n, i))


@inline
@unsafe
@fn
def check_table(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> Ptr[Table]:
    # SAFETY: as in check_any.
    if i >= n or not is_table(args[i]):
        type_error(vm, args, n, i, b"table")
    return table_of(args[i])


@unsafe
@fn
def opt_table(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> Ptr[Table] | None:
    """A table, or None where the argument is nil or not given."""
    # SAFETY: as in check_any.
    if is_absent(args, n, i):
        return None
    return check_table(vm, args, n, i)


@unsafe
@fn
def check_table_or_nil(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> Ptr[Table] | None:
    """A table or nil; one must be given."""
    # SAFETY: as in check_any.
    if i < n:
        if is_nil(args[i]):
            return None
        if is_table(args[i]):
            return table_of(args[i])
    arg_error(vm, i, b"nil or table expected")


@unsafe
@fn
def check_function(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64) -> Ptr[Closure]:
    # SAFETY: as in check_any.
    if i >= n or not is_function(args[i]):
        type_error(vm, args, n, i, b"function")
    return function_of(args[i])


@unsafe
@fn
def check_userdata(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64, type: u8,
                   expected: Slice[u8]) -> Ptr[Userdata]:
    """A userdata that a library made as `type`; `expected` names it in the error."""
    # SAFETY: as in check_any.
    if i < n and is_object(args[i]) and header_of(args[i]).kind == Kind.USERDATA:
        u = userdata_of(args[i])
        if u.type == type:
            return u
    type_error(vm, args, n, i, expected)


@unsafe
@fn
def check_option(vm: Ptr[Vm], args: Ptr[u64], n: u64, i: u64, default: i32,
                 names: Slice[u8]) -> i32:
    """The position in `names`, separated by blanks, of a string argument.

    `default` is for nil or no argument, unless it is negative.
    """
    # SAFETY: as in check_any.
    if default >= 0 and is_absent(args, n, i):
        return default
    text = check_bytes(vm, args, n, i)
    number, start, at = i32(0), u64(0), u64(0)
    while at <= len(names):
        if at == len(names) or names[at] == ord(" "):
            if equal(names[start:at], text):
                return number
            number, start = number + 1, at + 1
        at += 1
    invalid_option(vm, i, text)


@cold
@fn
def invalid_option(vm: Ptr[Vm], i: u64, text: Slice[u8]) -> Never:
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"invalid option '{text}'")
    arg_error(vm, i, contents(addr_of(b)))
