"""Reading fields from native code, with metamethods."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.call import call
from wrought.lua.vm.debug.messages import index_error, run_error
from wrought.lua.vm.interp.index import index_chain
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.value import NIL


@unsafe
@fn
def index_value(vm: Ptr[Vm], slot: Ptr[u64]) -> Ptr[u64]:
    """slot[0] becomes slot[0][slot[1]]; where `slot` is then.  The slots from there on are free."""
    # SAFETY: the caller has laid out value and key, and has MIN_SLOTS free slots.
    value, key = slot[0], slot[1]
    result, f, first = index_chain(vm, value, key)
    if f == NIL:
        if first == 1:
            index_error(vm, -1, result)
        if first == 2:
            run_error(vm, b"loop in gettable")
        slot[0] = result
        return slot
    slot[2] = f
    slot[4] = first
    slot[5] = key
    slot, _ = call(vm, slot, 2, 1)
    return slot
