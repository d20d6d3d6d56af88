"""Traversal: array slots by index, then the nodes in their order.

Positions count array slots from 0, then nodes.  Clearing fields on the way changes neither.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, sizeof, trunc
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.vm.objects import Node, Table
from wrought.lua.vm.table.lookup import find_node
from wrought.lua.vm.table.nodes import normal_key
from wrought.lua.vm.value import NIL, as_int, int_value, is_int

INVALID = 0xFFFF_FFFF_FFFF_FFFF
"""No position."""


@unsafe
@fn
def iterate(t: Ptr[Table], position: u64) -> tuple[u64, u64, u64]:
    """The first key in use at or behind a position: where to go on behind it, key, value.

    The key is NIL at the end.
    """
    # SAFETY: indices are tested against the sizes of the parts.
    at = position
    asize = u64(t.asize)
    while at < asize:
        value = t.array[at]
        if value != NIL:
            return at + 1, int_value(bitcast(i32, trunc(u32, at))), value
        at += 1
    at -= asize
    while at <= t.hmask:
        node = t.node + at
        if node.value != NIL:
            return asize + at + 1, node.key, node.value
        at += 1
    return asize + at, NIL, NIL


@unsafe
@fn
def position_behind(t: Ptr[Table], key: u64) -> u64:
    """The position behind a key; 0 for nil, INVALID for a key that the table never had."""
    # SAFETY: a node that was found is in the array of nodes.
    if key == NIL:
        return 0
    normal = normal_key(key)
    if is_int(normal) and bitcast(u32, as_int(normal)) < t.asize:
        return u64(bitcast(u32, as_int(normal))) + 1
    node = find_node(t, normal)
    if node is None:
        return INVALID
    return t.asize + (u64(node) - u64(t.node)) // sizeof(Node) + 1


@fn
def next_entry(t: Ptr[Table], key: u64) -> tuple[bool, u64, u64]:
    """The key after `key` (nil: the first) and its value; NIL at the end.

    False where the table doesn't have `key`, and never had it since it was rehashed.
    """
    position = position_behind(t, key)
    if position == INVALID:
        return False, NIL, NIL
    _, following, value = iterate(t, position)
    return True, following, value
