"""debug.sethook and debug.gethook."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, i32, u8, u64
from wrought.lua.lib.args import check_bytes, check_function, is_absent, opt_int
from wrought.lua.lib.debug.target import text_value, thread_argument
from wrought.lua.vm.interp.hooks import ON_CALL, ON_COUNT, ON_LINE, ON_RETURN, set_hook
from wrought.lua.vm.objects import Vm, function_value
from wrought.lua.vm.value import NIL, int_value


@fn
def mask_of(text: Slice[u8], count: i32) -> u8:
    """The events that letters and a count ask for."""
    mask: u8 = 0
    for c in text:
        match c:
            case 99:                            # c
                mask |= ON_CALL
            case 114:                           # r
                mask |= ON_RETURN
            case 108:                           # l
                mask |= ON_LINE
            case _:
                pass
    return mask | ON_COUNT if count > 0 else mask


@unsafe
@fn
def sethook(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """sethook([thread,] function, events [, count]); no function sets none.

    Hooks are those of the whole state, whichever thread is given.
    """
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    _, first = thread_argument(vm, args, n)
    if is_absent(args, n, first):
        set_hook(vm, NIL, 0, 0)
        return 0
    events = check_bytes(vm, args, n, first + 1)
    function = check_function(vm, args, n, first)
    count = opt_int(vm, args, n, first + 2, 0)
    set_hook(vm, function_value(function), mask_of(events, count), count)
    return 0


@unsafe
@fn
def gethook(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The hook function, the letters of its events, the count."""
    # SAFETY: as in sethook.
    letters = zeroed(Array[u8, 3])
    used: u64 = 0
    if vm.hook_mask & ON_CALL != 0:
        letters[used] = ord("c")
        used += 1
    if vm.hook_mask & ON_RETURN != 0:
        letters[used % 3] = ord("r")
        used += 1
    if vm.hook_mask & ON_LINE != 0:
        letters[used % 3] = ord("l")
        used += 1
    args[0] = text_value(vm, b"external hook") if vm.hook_native != 0 else vm.hook
    args[1] = text_value(vm, letters[:used])
    args[2] = int_value(vm.hook_count)
    return 3
