"""The barrier of tables: one that changed after the collector was through with it is looked at
again as a whole."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.objects import Table, Vm


@inline
@fn
def barrier_back_if_black(vm: Ptr[Vm], t: Ptr[Table]) -> None:
    """After a store of a collectable value, or of a part."""
    if u64(t.epoch) == vm.black:
        turn_grey(vm, t)


from wrought.lua.vm.barrier import turn_grey  # noqa: E402
