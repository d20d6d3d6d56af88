"""What keeps the Lua objects of living proxies alive: a table of the runtime's, a slot for each.

Free slots are chained by their numbers.  A proxy that dies while another thread is inside only
notes its slot; the next who enters frees it.
"""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Ptr, Void, i32, u32, u64
from wrought.lua.embed import capi
from wrought.lua.embed.core import Core
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.table.insert import set_int
from wrought.lua.vm.table.lookup import get_int
from wrought.lua.vm.value import as_int, int_value


@fn
def take_slot(core: Ptr[Core], vm: Ptr[Vm], value: u64) -> u32:
    """Keep a value alive; the slot is for `give_back`.  Throws "not enough memory"."""
    slot = core.free_slot
    if slot != 0:
        core.free_slot = bitcast(u32, as_int(get_int(core.table, bitcast(i32, slot))))
        set_int(vm, core.table, bitcast(i32, slot), value)
        return slot
    slot = core.slots + 1
    set_int(vm, core.table, bitcast(i32, slot), value)
    core.slots = slot
    return slot


@fn
def free_slot(core: Ptr[Core], vm: Ptr[Vm], slot: u32) -> None:
    """Chain a slot.  It exists, so that nothing is allocated."""
    set_int(vm, core.table, bitcast(i32, slot), int_value(bitcast(i32, core.free_slot)))
    core.free_slot = slot


@fn
def give_back(core: Ptr[Core], slot: u32) -> None:
    """A proxy has died, in any thread that has the GIL."""
    vm = core.vm
    if vm is None:
        return
    if core.owner == 0 or core.owner == capi.PyThread_get_thread_ident():
        free_slot(core, vm, slot)
        return
    note_pending(core, slot)


@cold
@noinline
@unsafe
@fn
def note_pending(core: Ptr[Core], slot: u32) -> None:
    """Free a slot later.  Where there is no memory for the note, the object stays."""
    # SAFETY: the array has `pending_size` elements.
    if core.pending_used == core.pending_size:
        size = core.pending_size * 2 + 64
        old = bitcast(Ptr[Void], core.pending) if core.pending != 0 else None
        made = capi.PyMem_Realloc(old, size * 8)
        if made is None:
            return
        core.pending = u64(made)
        core.pending_size = size
    bitcast(Ptr[u64], core.pending)[core.pending_used] = u64(slot)
    core.pending_used += 1


@cold
@noinline
@unsafe
@fn
def drop_pending(core: Ptr[Core], vm: Ptr[Vm]) -> None:
    """Free the slots that were noted."""
    # SAFETY: as in note_pending.
    noted = bitcast(Ptr[u64], core.pending)
    while core.pending_used > 0:
        core.pending_used -= 1
        free_slot(core, vm, trunc(u32, noted[core.pending_used]))
