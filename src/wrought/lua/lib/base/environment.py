"""getfenv and setfenv."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, i64, u64
from wrought.lua.lib.args import arg_error, check_int, check_table, opt_any
from wrought.lua.vm.barrier import barrier
from wrought.lua.vm.debug.frames import frame_at, function_at
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import Closure, Header, Vm, function_of, function_value, table_value
from wrought.lua.vm.value import NIL, int_value, is_function


@unsafe
@fn
def function_argument(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> Ptr[Closure] | None:
    """A function, or that of a level of the stack; None for level 0."""
    # SAFETY: the tag is tested.
    v = opt_any(args, n, 0)
    if is_function(v):
        return function_of(v)
    level = i64(check_int(vm, args, n, 0))
    if level == 0:
        return None
    frame, found = frame_at(vm.current, level)
    if level < 0 or not found:
        arg_error(vm, 0, b"invalid level")
    return function_at(addr_of(frame))


@unsafe
@fn
def getfenv(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: built-in functions have MIN_SLOTS free slots.
    if opt_any(args, n, 0) == NIL:
        args[0] = int_value(1)
    f = function_argument(vm, args, max(n, 1))
    args[0] = table_value(vm.current.env if f is None else f.env)
    return 1


@unsafe
@fn
def setfenv(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in getfenv.
    env = check_table(vm, args, n, 1)
    f = function_argument(vm, args, n)
    if f is None:
        vm.current.env = env
        barrier(vm, bitcast(Ptr[Header], vm.current), table_value(env))
        return 0
    if f.proto is None:
        error_text(vm, b"'setfenv' cannot change environment of given object")
    f.env = env
    barrier(vm, bitcast(Ptr[Header], f), table_value(env))
    args[0] = function_value(f)
    return 1
