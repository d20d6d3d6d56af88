"""Writing tables, without metamethods."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.vm.objects import Str, Table, Vm, string_of, string_value
from wrought.lua.vm.table.black import barrier_back_if_black
from wrought.lua.vm.table.lookup import find_int, find_node, find_str
from wrought.lua.vm.table.nodes import normal_key, place
from wrought.lua.vm.table.resize import rehash
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


@noinline
@fn
def insert(vm: Ptr[Vm], t: Ptr[Table], key: u64) -> Ptr[u64]:
    """A slot for a normal key, neither nil nor NaN, that the table doesn't have."""
    node = place(t, key)
    if node is None:
        rehash(vm, t, key)
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
        return slot_for_str(vm, t, string_of(key))
    normal = normal_key(key)
    if is_int(normal):
        return slot_for_int(vm, t, as_int(normal))
    node = find_node(t, normal)
    if node is not None:
        return addr_of(node.value)
    check_key(vm, normal)
    return insert(vm, t, normal)


@fn
def slot_for_int(vm: Ptr[Vm], t: Ptr[Table], i: i32) -> Ptr[u64]:
    """`slot_for` an integer."""
    if bitcast(u32, i) < t.asize:
        return slot_in_array(t, bitcast(u32, i))
    node = find_int(t, i)
    if node is not None:
        return addr_of(node.value)
    return insert(vm, t, int_value(i))


@fn
def slot_for_str(vm: Ptr[Vm], t: Ptr[Table], s: Ptr[Str]) -> Ptr[u64]:
    """`slot_for` a string.  The table is no longer known to lack metamethods if it names one."""
    if s.metamethod != 0:
        t.nomm = 0
    node = find_str(t, s)
    if node is not None:
        return addr_of(node.value)
    return insert(vm, t, string_value(s))


@fn
def check_key(vm: Ptr[Vm], key: u64) -> None:
    """Refuse nil and NaN as a key."""
    if key == NIL:
        error_text(vm, b"table index is nil")
    if is_double(key) and as_double(key) != as_double(key):
        error_text(vm, b"table index is NaN")


@inline
@unsafe
@fn
def store(vm: Ptr[Vm], t: Ptr[Table], slot: Ptr[u64], value: u64) -> None:
    """Write a slot of a table, with the barrier: whatever the value is, the key may be new."""
    # SAFETY: the caller's slot.
    slot[0] = value
    barrier_back_if_black(vm, t)


@fn
def set(vm: Ptr[Vm], t: Ptr[Table], key: u64, value: u64) -> None:
    """t[key] = value.  Throws "table index is nil", "table index is NaN"."""
    store(vm, t, slot_for(vm, t, key), value)


@fn
def set_str(vm: Ptr[Vm], t: Ptr[Table], s: Ptr[Str], value: u64) -> None:
    """t[s] = value."""
    store(vm, t, slot_for_str(vm, t, s), value)


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
    store(vm, t, slot_for_int(vm, t, i), value)


from wrought.lua.vm.errors import error_text  # noqa: E402
