"""What handlers of built-in functions share: returning a single value."""

from __future__ import annotations

from wrought.lang.core.function import handler, inline
from wrought.lang.core.intrinsics import bitcast, tail
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.bytecode import c_here
from wrought.lua.vm.frame import LUA
from wrought.lua.vm.interp.returns import back_to_lua, return_values
from wrought.lua.vm.objects import Vm


@inline
@handler
def return_one(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """Leave a built-in function with the value w."""
    link = base[-1]
    if link & 7 == LUA:
        back = bitcast(Ptr[u64], link)
        site = back[-1]
        if c_here(site, back) <= 2:
            base[-2] = w
            return back_to_lua(site, back, base, vm, k, 1, tag)
    base[0] = w
    return tail(return_values)(u64(base), pc, base, vm, k, 1, tag)
