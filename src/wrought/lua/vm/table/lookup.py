"""Reading tables, without metamethods."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.vm.objects import Node, Str, Table, string_of, string_value
from wrought.lua.vm.table.nodes import find_in_chain, main_node, mix, normal_key
from wrought.lua.vm.value import NIL, as_int, int_value, is_int, is_string


@inline
@unsafe
@fn
def find_str(t: Ptr[Table], s: Ptr[Str]) -> Ptr[Node] | None:
    """The node of a string key, if there is one; its value may be nil."""
    # SAFETY: the mask keeps the index inside the array of nodes.
    return find_in_chain(t.node + (s.hash & t.hmask), string_value(s))


@inline
@unsafe
@fn
def find_int(t: Ptr[Table], i: i32) -> Ptr[Node] | None:
    """The node of an integer key that the array part doesn't have, if there is one."""
    # SAFETY: as in find_str.
    key = int_value(i)
    return find_in_chain(t.node + (mix(key) & t.hmask), key)


@unsafe
@fn
def find_node(t: Ptr[Table], key: u64) -> Ptr[Node] | None:
    """The node of any normal key that the array part doesn't have, if there is one."""
    # SAFETY: main_node is inside the hash part.
    return find_in_chain(main_node(t, key), key)


@inline
@fn
def get_str(t: Ptr[Table], s: Ptr[Str]) -> u64:
    """t[s], or NIL."""
    node = find_str(t, s)
    if node is None:
        return NIL
    return node.value


@inline
@unsafe
@fn
def get_int(t: Ptr[Table], i: i32) -> u64:
    """t[i], or NIL."""
    # SAFETY: the array part has `asize` slots.
    if bitcast(u32, i) < t.asize:
        return t.array[bitcast(u32, i)]
    return get_int_hashed(t, i)


@noinline
@fn
def get_int_hashed(t: Ptr[Table], i: i32) -> u64:
    """t[i] where i is not in the array part."""
    node = find_int(t, i)
    if node is None:
        return NIL
    return node.value


@fn
def get(t: Ptr[Table], key: u64) -> u64:
    """t[key] for any value as a key, or NIL."""
    if is_string(key):
        return get_str(t, string_of(key))
    normal = normal_key(key)
    if is_int(normal):
        return get_int(t, as_int(normal))
    node = find_node(t, normal)
    if node is None:
        return NIL
    return node.value
