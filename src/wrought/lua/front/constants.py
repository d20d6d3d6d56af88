"""The constants of a function: each number and string once."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, sizeof, trunc, unlikely
from wrought.lang.core.scalars import Ptr, u8, u32, u64
from wrought.lua.front.growable import push
from wrought.lua.front.state import ConstantSlot, Parser
from wrought.lua.vm.memory import alloc, free
from wrought.lua.vm.objects import Str, string_value

FIRST_SLOTS = 256


@unsafe
@fn
def open_slots(p: Ptr[Parser], size: u32) -> None:
    """Make an empty table of `size` slots, a power of two."""
    # SAFETY: the cell has room for them.
    p.slots = bitcast(Ptr[ConstantSlot], alloc(p.vm, u64(size) * sizeof(ConstantSlot)))
    p.slot_mask = size - 1
    p.slot_count = 0
    for i in range(size):
        p.slots[i].serial = 0


@unsafe
@fn
def close_slots(p: Ptr[Parser], slots: Ptr[ConstantSlot], size: u32) -> None:
    """Give the memory of a table back."""
    # SAFETY: nobody else knows the cell.
    free(p.vm, bitcast(Ptr[u8], slots), u64(size) * sizeof(ConstantSlot))


@inline
@unsafe
@fn
def slot_for(p: Ptr[Parser], value: u64, serial: u32) -> Ptr[ConstantSlot]:
    """The slot that a constant of a function has, or the free one that it gets."""
    # SAFETY: slot_mask + 1 slots, of which at least one is free.
    mixed = (value + u64(serial)) * 0x9E37_79B9_7F4A_7C15
    i = trunc(u32, mixed >> 32) & p.slot_mask
    while True:
        slot = p.slots + i
        if slot.serial == 0 or (slot.value == value and slot.serial == serial):
            return slot
        i = i + 1 & p.slot_mask


@unsafe
@fn
def constant(p: Ptr[Parser], value: u64) -> u32:
    """The index of a number or string among the constants of the current function."""
    # SAFETY: slot_for gives a slot.
    f = p.f
    slot = slot_for(p, value, f.serial)
    if slot.serial != 0:
        return slot.index
    index = f.constants.used
    slot.value = value
    slot.serial = f.serial
    slot.index = index
    push(p.vm, addr_of(f.constants), value)
    p.slot_count += 1
    if unlikely(p.slot_count > p.slot_mask // 2):
        enlarge_slots(p)
    return index


@inline
@fn
def name_constant(p: Ptr[Parser], name: Ptr[Str]) -> u32:
    """The same for a string."""
    return constant(p, string_value(name))


@fn
def object_constant(p: Ptr[Parser], value: u64) -> u32:
    """The index of a new constant that is like no other: a template or a prototype."""
    push(p.vm, addr_of(p.f.constants), value)
    return p.f.constants.used - 1


@noinline
@unsafe
@fn
def enlarge_slots(p: Ptr[Parser]) -> None:
    """Double the table."""
    # SAFETY: the slots in use are copied into one that is larger.
    old = p.slots
    size = p.slot_mask + 1
    count = p.slot_count
    open_slots(p, size * 2)
    for i in range(size):
        if old[i].serial != 0:
            slot_for(p, old[i].value, old[i].serial)[0] = old[i]
    p.slot_count = count
    close_slots(p, old, size)
