"""collectgarbage and gcinfo."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, saturate, trunc
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.lib.args import check_option, opt_int
from wrought.lua.vm.gc import control
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.value import boolean, int_value, normal_number

OPTIONS = b"stop restart collect count \xff step setpause setstepmul \xff isrunning"
STOP, RESTART, COLLECT, COUNT, _, STEP, SETPAUSE, SETSTEPMUL, _, ISRUNNING = range(10)


@fn
def not_negative(n: i32) -> u32:
    return saturate(u32, n)


@unsafe
@fn
def collectgarbage(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: built-in functions have MIN_SLOTS free slots.
    option = check_option(vm, args, n, 0, COLLECT, OPTIONS)
    number = opt_int(vm, args, n, 1, 0)
    result = run_option(vm, option, number)
    # Finalisers may have been called: the stack may have moved.
    vm.current.base[0] = result
    return 1


@fn
def run_option(vm: Ptr[Vm], option: i32, number: i32) -> u64:
    """Do it; the result's value."""
    match option:
        case 0:
            control.stop(vm)
        case 1:
            control.restart(vm)
        case 2:
            control.collect(vm)
        case 3:
            return normal_number(control.count(vm))
        case 5:
            return boolean(control.step_by(vm, u64(not_negative(number))))
        case 6:
            return int_value(bitcast(i32, control.set_pause(vm, not_negative(number))))
        case 7:
            return int_value(bitcast(i32, control.set_step_multiplier(vm, not_negative(number))))
        case _:
            return boolean(control.is_running(vm))
    return int_value(0)


@unsafe
@fn
def gcinfo(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Kilobytes in use."""
    # SAFETY: as in collectgarbage.
    args[0] = int_value(trunc(i32, u64(control.count(vm))))
    return 1
