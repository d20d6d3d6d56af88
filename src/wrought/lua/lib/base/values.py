"""Functions on any value: type, tostring, tonumber, assert, error, select, unpack, newproxy."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, trunc, zeroed
from wrought.lang.core.scalars import Ptr, i32, i64, u32, u64
from wrought.lua.lib.args import (
    arg_error,
    check_any,
    check_bytes,
    check_int,
    check_table,
    opt_any,
    opt_int,
    to_number,
)
from wrought.lua.lib.base.text import to_text
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.convert import number_to_string
from wrought.lua.vm.debug.position import position_prefix
from wrought.lua.vm.errors import ERRRUN, error_text, throw_value
from wrought.lua.vm.new import new_userdata
from wrought.lua.vm.numbers.parse import NumberKind, parse_integer_base
from wrought.lua.vm.objects import (
    Buffer,
    Kind,
    Vm,
    header_of,
    userdata_of,
    userdata_value,
)
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.strings import close_to_string, text
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.length import length
from wrought.lua.vm.table.lookup import get_int
from wrought.lua.vm.types import TYPE_NAMES, type_number
from wrought.lua.vm.value import (
    FALSE,
    NIL,
    TRUE,
    int_value,
    is_falsy,
    is_number,
    is_object,
    is_string,
)

MAX_UNPACKED = 400_000
"""Results of `unpack`; a stack has MAX_SLOTS."""


@unsafe
@fn
def lua_type(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    v = check_any(vm, args, n, 0)
    args[0] = vm.cache[(TYPE_NAMES + type_number(v)) % len(vm.cache)]
    return 1


@unsafe
@fn
def tostring(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_type.
    check_any(vm, args, n, 0)
    args, result = to_text(vm, args, 0, n)
    args[0] = result
    return 1


@unsafe
@fn
def tonumber(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_type.
    base = opt_int(vm, args, n, 1, 10)
    if base == 10:
        v, ok = to_number(check_any(vm, args, n, 0))
        args[0] = v if ok else NIL
        return 1
    digits = check_bytes(vm, args, n, 0)
    if base < 2 or base > 36:
        arg_error(vm, 1, b"base out of range")
    kind, bits = parse_integer_base(digits, bitcast(u32, base))
    if kind == NumberKind.INT:
        args[0] = int_value(bitcast(i32, trunc(u32, bits)))
    else:
        args[0] = bits if kind == NumberKind.DOUBLE else NIL
    return 1


@unsafe
@fn
def lua_assert(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The arguments, if the first is true.  As LuaJIT has it, a string as message gets the
    position, and otherwise the last argument is raised."""
    # SAFETY: as in lua_type.
    if not is_falsy(check_any(vm, args, n, 0)):
        return n
    if n == 1:
        error_text(vm, b"assertion failed!")
    if is_string(args[1]) or is_number(args[1]):
        error_text(vm, check_bytes(vm, args, n, 1))
    throw_value(vm, args[n - 1], ERRRUN)


@unsafe
@fn
def error(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Raise a value; a string gets the position of the function at a level, 0 for none."""
    # SAFETY: as in lua_type.
    level = opt_int(vm, args, n, 1, 1)
    v = opt_any(args, n, 0)
    if level > 0 and (is_string(v) or is_number(v)):
        b = zeroed(Buffer)
        open_buffer(vm, addr_of(b))
        position_prefix(vm, addr_of(b), i64(level))
        put_bytes(addr_of(b), text(v) if is_string(v) else number_to_string(vm, v).bytes())
        v = close_to_string(addr_of(b))
    throw_value(vm, v, ERRRUN)


@unsafe
@fn
def select(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_type.
    count = bitcast(i64, n)
    if n > 0 and is_string(args[0]):
        what = text(args[0])
        if len(what) > 0 and what[0] == ord("#"):
            args[0] = int_value(trunc(i32, count - 1))
            return 1
    i = i64(check_int(vm, args, n, 0))
    if i < 0:
        i += count
    elif i > count:
        i = count
    if i < 1:
        arg_error(vm, 0, b"index out of range")
    left = bitcast(u64, count - i)
    for k in range(left):
        args[k] = args[bitcast(u64, i) + k]
    return left


@unsafe
@fn
def unpack(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in lua_type; `ensure` has made the slots.
    t = check_table(vm, args, n, 0)
    first = i64(opt_int(vm, args, n, 1, 1))
    last = bitcast(i64, length(t))
    if opt_any(args, n, 2) != NIL:
        last = i64(check_int(vm, args, n, 2))
    if first > last:
        return 0
    count = bitcast(u64, last - first + 1)
    if count >= MAX_UNPACKED:
        error_text(vm, b"too many results to unpack")
    args = ensure(vm, args, n + count)
    for k in range(count):
        args[k] = get_int(t, trunc(i32, first + bitcast(i64, k)))
    return count


@unsafe
@fn
def newproxy(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """An empty userdata: without a metatable, with a new one for true, or with another proxy's."""
    # SAFETY: the tag is tested.
    v = opt_any(args, n, 0)
    made = new_userdata(vm, 0, vm.globals)
    if v == TRUE:
        made.meta = new_table(vm, 0, 0)
    elif v != NIL and v != FALSE:
        if is_object(v) and header_of(v).kind == Kind.USERDATA and userdata_of(v).type == 0:
            made.meta = userdata_of(v).meta
        if made.meta is None:
            arg_error(vm, 0, b"boolean or proxy expected")
    args[0] = userdata_value(made)
    return 1
