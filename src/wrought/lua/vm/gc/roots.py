"""What is alive without anything referring to it."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, u64


@unsafe
@fn
def mark_roots(vm: Ptr[Vm], offset: u64) -> None:
    """Mark what the state itself refers to."""
    # SAFETY: pointers may be zero in a state that is being made.
    mark_optional(vm, offset, u64(vm.main))
    mark_optional(vm, offset, u64(vm.current))
    mark_optional(vm, offset, u64(vm.globals))
    mark_optional(vm, offset, u64(vm.registry))
    for i in range(len(vm.metatables)):
        mark_optional(vm, offset, bitcast(u64, vm.metatables[i]))
    mark_values(vm, offset, u64(addr_of(vm.mm_names[0])), len(vm.mm_names))
    mark_values(vm, offset, u64(addr_of(vm.cache[0])), len(vm.cache))
    mark_value(vm, offset, vm.error)
    mark_value(vm, offset, vm.next_function)
    mark_value(vm, offset, vm.ipairs_function)
    mark_value(vm, offset, vm.hook)
    mark_value(vm, offset, vm.memory_error)
    mark_value(vm, offset, vm.error_error)
    mark_value(vm, offset, vm.script_name)
    mark_buffers(vm, offset)
    mark_pending(vm, offset)


@fn
def mark_buffers(vm: Ptr[Vm], offset: u64) -> None:
    """Mark the cells of open buffers."""
    b = vm.buffers
    while b is not None:
        data = b.data
        if data is not None:
            mark_cell(offset, u64(data))
        b = b.next


@fn
def mark_pending(vm: Ptr[Vm], offset: u64) -> None:
    """Mark the objects whose finaliser is due."""
    for i in range(vm.gc.pending_at, vm.gc.pending.used):
        mark_object(vm, offset, item(addr_of(vm.gc.pending), i))


from wrought.lua.vm.gc.mark import (  # noqa: E402
    mark_cell,
    mark_object,
    mark_optional,
    mark_value,
    mark_values,
)
from wrought.lua.vm.gc.vector import item  # noqa: E402
from wrought.lua.vm.objects import Vm  # noqa: E402
