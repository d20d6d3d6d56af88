"""Giving tables other sizes: on demand, and when a key finds no room."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    bitcast,
    copy_memory,
    count_leading_zeros,
    sizeof,
    trunc,
    zeroed,
)
from wrought.lang.core.scalars import Ptr, i32, u8, u32, u64
from wrought.lua.vm.barrier import barrier_back
from wrought.lua.vm.memory import alloc, free
from wrought.lua.vm.memory_layout import BLOCK, SMALL, cell_size, class_of
from wrought.lua.vm.objects import Node, Table, Vm
from wrought.lua.vm.table.census import MAX_ASIZE, Census, best_asize, count_array, count_nodes
from wrought.lua.vm.table.nodes import clear_nodes, has_nodes, new_nodes, node_count, place
from wrought.lua.vm.value import NIL, as_int, int_value, is_int

COLOCATED_ARRAY: u8 = 1
COLOCATED_NODES: u8 = 2

MAX_NODES = 1 << 26
FIRST_NODES = 2
FIRST_SLOTS = 3
"""Sizes of the parts of a table that had none, for the first key: an array part for 0, 1 or 2."""
EXACT = 65
"""Up to so many slots an array part gets exactly the size that the keys suggest."""


@noinline
@fn
def rehash(vm: Ptr[Vm], t: Ptr[Table], key: u64) -> None:
    """Make room for a normal key, with the sizes that suit all keys in use and this one."""
    census = zeroed(Census)
    count_array(t, addr_of(census))
    if has_nodes(t):
        count_nodes(t, addr_of(census))
    census.add(key)
    asize, inside = best_asize(addr_of(census))
    reshape(vm, t, fill_cell(asize), nodes_for(vm, t, census.total - inside))


@fn
def fill_cell(asize: u32) -> u32:
    """As many slots as fit into the cell that `asize` slots need, unless they are few."""
    if asize <= EXACT:
        return asize
    return trunc(u32, whole_cell(u64(asize) * 8) // 8)


@fn
def whole_cell(size: u64) -> u64:
    """Bytes of the cell that is made for `size` bytes."""
    if size <= SMALL:
        return cell_size(class_of(size))
    return (size + BLOCK - 1) // BLOCK * BLOCK


@fn
def nodes_for(vm: Ptr[Vm], t: Ptr[Table], keys: u64) -> u32:
    """Nodes for so many keys: a power of two, at least FIRST_NODES.

    Where that is what the table has, and nearly full, it was keys coming and going that filled
    it: twice as many keep that from happening at every few keys again.
    """
    if keys == 0:
        return 0
    if keys > MAX_NODES:
        run_error(vm, b"table overflow")
    n = power_at_least(trunc(u32, max(keys, FIRST_NODES)))
    if n >= 8 and n == node_count(t) and keys > n - n // 8:
        n *= 2
    return n


@inline
@fn
def power_at_least(n: u32) -> u32:
    """The smallest power of two that is at least n > 1."""
    return u32(1) << 32 - count_leading_zeros(n - 1)


@noinline
@unsafe
@fn
def reshape(vm: Ptr[Vm], t: Ptr[Table], asize: u32, nodes: u32) -> None:
    """Give a table `asize` array slots and `nodes` nodes, enough for what is in it."""
    # SAFETY: the old parts are given back after everything alive was moved into the new ones.
    old_node = t.node
    old_nodes = node_count(t)
    old_flags = t.flags
    old_array = t.array
    old_asize = t.asize
    array = old_array
    if asize > 0 and asize != old_asize:
        array = new_array(vm, asize, old_array, min(asize, old_asize))
    if old_nodes > 0 or nodes > 0:
        t.index_hint = 0
        new_nodes(vm, t, nodes)
        t.flags &= ~COLOCATED_NODES
    if asize != old_asize:
        t.array = array
        t.asize = asize
        t.flags &= ~COLOCATED_ARRAY
        for i in range(asize, old_asize):
            if old_array[i] != NIL:
                put_new(t, int_value(bitcast(i32, i)), old_array[i])
        if old_asize > 0 and old_flags & COLOCATED_ARRAY == 0:
            free(vm, bitcast(Ptr[u8], old_array), u64(old_asize) * 8)
    if old_nodes > 0:
        for i in range(old_nodes):
            node = old_node + i
            if node.value != NIL:
                put_new(t, node.key, node.value)
        if old_flags & COLOCATED_NODES == 0:
            free(vm, bitcast(Ptr[u8], old_node), u64(old_nodes) * sizeof(Node))
    barrier_back(vm, t)


@unsafe
@fn
def new_array(vm: Ptr[Vm], asize: u32, old: Ptr[u64], used: u32) -> Ptr[u64]:
    """An array cell that begins with `used` old slots; the others are nil."""
    # SAFETY: used <= asize.
    array = bitcast(Ptr[u64], alloc(vm, u64(asize) * 8))
    copy_memory(array, old, used)
    fill_nil(array, used, asize)
    return array


@inline
@unsafe
@fn
def fill_nil(array: Ptr[u64], first: u32, last: u32) -> None:
    """Make slots nil."""
    # SAFETY: the caller's slots.
    for i in range(u64(first), u64(last)):
        array[i] = NIL


@inline
@unsafe
@fn
def put_new(t: Ptr[Table], key: u64, value: u64) -> None:
    """Set a key that the table doesn't have, where there is room for it."""
    # SAFETY: the index is tested.
    if is_int(key) and bitcast(u32, as_int(key)) < t.asize:
        t.array[bitcast(u32, as_int(key))] = value
        return
    node = place(t, key)
    assert node is not None, "a table's parts have room for all its keys"
    node.value = value


@fn
def resize(vm: Ptr[Vm], t: Ptr[Table], asize: u32, hbits: u32) -> None:
    """Give a table at least `asize` array slots and, for hbits > 0, 2^(hbits-1) nodes.

    Nothing gets lost: parts stay as large as they must be.  Throws "table overflow".
    """
    if asize > MAX_ASIZE or hbits > 27:
        run_error(vm, b"table overflow")
    nodes: u32 = u32(1) << hbits - 1 if hbits > 0 else 0
    if asize > t.asize or nodes > node_count(t):
        reshape(vm, t, max(asize, t.asize), max(nodes, node_count(t)))


@unsafe
@fn
def clear(t: Ptr[Table]) -> None:
    """Remove all keys; the parts keep their sizes."""
    # SAFETY: the array part has `asize` slots.
    if t.asize > 0:
        fill_nil(t.array, 0, t.asize)
    t.border = 0
    if has_nodes(t):
        clear_nodes(t)


from wrought.lua.vm.errors import run_error  # noqa: E402
