"""Random numbers; `vm.random` makes them."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.intrinsics import floor as floor_of
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.lib.args import check_number
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.random import next_double, seed
from wrought.lua.vm.value import double_value, normal_number


@unsafe
@fn
def math_random(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """math.random([m [, n]]): below 1; an integer up to m; m plus an integer, up to n."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    r = next_double(vm)
    if n == 0:
        args[0] = double_value(r)
    elif n == 1:
        args[0] = normal_number(floor_of(r * check_number(vm, args, n, 0)) + 1.0)
    else:
        first = check_number(vm, args, n, 0)
        last = check_number(vm, args, n, 1)
        args[0] = normal_number(floor_of(r * (last - first + 1.0)) + first)
    return 1


@unsafe
@fn
def math_randomseed(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """math.randomseed(x): any number, all of whose bits count."""
    # SAFETY: as in math_random.
    seed(vm, bitcast(u64, check_number(vm, args, n, 0)))
    return 0
