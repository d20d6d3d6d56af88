"""Writing tables, without metamethods."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.vm.barrier import barrier_back
from wrought.lua.vm.objects import Str, Table, Vm, string_of, string_value
from wrought.lua.vm.table.lookup import find_int, find_node, find_str
from wrought.lua.vm.table.nodes import has_nodes, normal_key, place
from wrought.lua.vm.table.resize import FIRST_NODES, FIRST_SLOTS, rehash, reshape
from wrought.lua.vm.value import (
    NIL,
    as_double,
    as_int,
    int_value,
    is_double,
    is_int,
    is_string,
)


@inline
@unsafe
@fn
def slot_in_array(t: Ptr[Table], i: u32) -> Ptr[u64]:
    """The slot of an index below asize."""
    # SAFETY: the caller has tested it.
    return t.array + i


@inline
@fn
def find_slot(t: Ptr[Table], key: u64) -> Ptr[u64] | None:
    """Where the value of a normal key is stored, if the table has a place for it."""
    if is_int(key) and bitcast(u32, as_int(key)) < t.asize:
        return slot_in_array(t, bitcast(u32, as_int(key)))
    node = find_node(t, key)
    if node is None:
        return None
    return addr_of(node.value)


@fn
def make_room(vm: Ptr[Vm], t: Ptr[Table], key: u64) -> None:
    """Rehash, without counting where it is clear what a small table needs."""
    if not has_nodes(t):
        if not is_int(key):
            reshape(vm, t, t.asize, FIRST_NODES)
            return
        if t.asize == 0 and bitcast(u32, as_int(key)) < FIRST_SLOTS:
            reshape(vm, t, FIRST_SLOTS, 0)
            return
    rehash(vm, t, key)


@noinline
@fn
def insert(vm: Ptr[Vm], t: Ptr[Table], key: u64) -> Ptr[u64]:
    """A slot for a normal key, neither nil nor NaN, that the table doesn't have."""
    node = place(t, key)
    if node is None:
        make_room(vm, t, key)
        if is_int(key) and bitcast(u32, as_int(key)) < t.asize:
            return slot_in_array(t, bitcast(u32, as_int(key)))
        node = place(t, key)
        assert node is not None, "a rehashed table has room"
    return addr_of(node.value)


@noinline
@fn
def slot_for(vm: Ptr[Vm], t: Ptr[Table], key: u64) -> Ptr[u64]:
    """Where the value of a key is stored; a key that is new gets a place, with the value nil.

    The address holds until the next key is inserted.  The caller stores with a barrier.  Throws
    "table index is nil", "table index is NaN".
    """
    if is_string(key):
        drop_absence(t, string_of(key))
    normal = normal_key(key)
    slot = find_slot(t, normal)
    if slot is not None:
        return slot
    check_key(vm, normal)
    return insert(vm, t, normal)


@inline
@fn
def drop_absence(t: Ptr[Table], s: Ptr[Str]) -> None:
    """A table where a metamethod's name is set is no longer known to lack it."""
    if s.metamethod != 0:
        t.nomm = 0


@fn
def check_key(vm: Ptr[Vm], key: u64) -> None:
    """Refuse nil and NaN as a key."""
    if key == NIL:
        run_error(vm, b"table index is nil")
    if is_double(key) and as_double(key) != as_double(key):
        run_error(vm, b"table index is NaN")


@inline
@unsafe
@fn
def store(vm: Ptr[Vm], t: Ptr[Table], slot: Ptr[u64], value: u64) -> None:
    """Write a slot of a table, with the barrier: whatever the value is, the key may be new."""
    # SAFETY: the caller's slot.
    slot[0] = value
    barrier_back(vm, t)


@inline
@fn
def add(vm: Ptr[Vm], t: Ptr[Table], key: u64, value: u64) -> None:
    """Set a normal key that the table doesn't have; nil takes no place."""
    if value != NIL:
        store(vm, t, insert(vm, t, key), value)


@fn
def set(vm: Ptr[Vm], t: Ptr[Table], key: u64, value: u64) -> None:
    """t[key] = value.  Throws "table index is nil", "table index is NaN"."""
    if is_string(key):
        set_str(vm, t, string_of(key), value)
        return
    normal = normal_key(key)
    slot = find_slot(t, normal)
    if slot is None:
        check_key(vm, normal)
        add(vm, t, normal, value)
    else:
        store(vm, t, slot, value)


@fn
def set_str(vm: Ptr[Vm], t: Ptr[Table], s: Ptr[Str], value: u64) -> None:
    """t[s] = value."""
    drop_absence(t, s)
    node = find_str(t, s)
    if node is None:
        add(vm, t, string_value(s), value)
    else:
        store(vm, t, addr_of(node.value), value)


@inline
@fn
def set_int(vm: Ptr[Vm], t: Ptr[Table], i: i32, value: u64) -> None:
    """t[i] = value."""
    if bitcast(u32, i) < t.asize:
        store(vm, t, slot_in_array(t, bitcast(u32, i)), value)
    else:
        set_int_hashed(vm, t, i, value)


@noinline
@fn
def set_int_hashed(vm: Ptr[Vm], t: Ptr[Table], i: i32, value: u64) -> None:
    """t[i] = value where i is not in the array part."""
    node = find_int(t, i)
    if node is None:
        add(vm, t, int_value(i), value)
    else:
        store(vm, t, addr_of(node.value), value)


from wrought.lua.vm.errors import run_error  # noqa: E402
