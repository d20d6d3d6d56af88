"""Mark bits and the grey list.  Strings and parts have nothing to traverse: a bit is all."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.memory_layout import BITMAP, word_of
from wrought.lua.vm.value import PAYLOAD, TAG_STRING, has_tag, is_collectable


@inline
@fn
def mark_offset(vm: Ptr[Vm]) -> u64:
    """Where the bitmap that is being built lies in every arena."""
    return vm.gc.live_offset ^ BITMAP


@inline
@unsafe
@fn
def mark_cell(offset: u64, cell: u64) -> bool:
    """Mark a cell; whether it was not yet."""
    # SAFETY: the address is a cell's.
    word = word_of(cell, offset)
    bit = u64(1) << (cell >> 4 & 63)
    old = word[0]
    if old & bit != 0:
        return False
    word[0] = old | bit
    return True


@inline
@unsafe
@fn
def mark_object(vm: Ptr[Vm], offset: u64, address: u64) -> None:
    """Mark an object that is no string; it is grey then."""
    # SAFETY: the address is an object's.
    if mark_cell(offset, address):
        push(vm, addr_of(vm.gc.grey), address)


@inline
@fn
def mark_value(vm: Ptr[Vm], offset: u64, v: u64) -> None:
    """Mark what a value refers to, if it does."""
    if is_collectable(v):
        if has_tag(v, TAG_STRING):
            mark_cell(offset, v & PAYLOAD)
        else:
            mark_object(vm, offset, v & PAYLOAD)


@inline
@fn
def mark_optional(vm: Ptr[Vm], offset: u64, address: u64) -> None:
    """Mark an object that is no string by its address; 0 is none."""
    if address != 0:
        mark_object(vm, offset, address)


@inline
@unsafe
@fn
def is_marked(offset: u64, cell: u64) -> bool:
    # SAFETY: the address is a cell's.
    return word_of(cell, offset)[0] >> (cell >> 4 & 63) & 1 != 0


@unsafe
@fn
def mark_values(vm: Ptr[Vm], offset: u64, first: u64, n: u64) -> None:
    """Mark n values from an address on."""
    # SAFETY: there are n words.
    words = bitcast(Ptr[u64], first)
    for i in range(n):
        mark_value(vm, offset, words[i])


from wrought.lua.vm.gc.vector import push  # noqa: E402
from wrought.lua.vm.objects import Vm  # noqa: E402
