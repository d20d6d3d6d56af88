"""The hash part: a chained scatter table with Brent's variation (Brent, "Reducing the retrieval
time of scatter storage techniques", CACM 16, 1973).

All nodes lie in one array, and a chain begins at the main position of its keys.  A key that
collides gets any free node; but where the occupant of its main position is not in its own, the
occupant moves.  So every key is in the chain of its main position, and a full array is no worse.

A key whose value is nil stays in its node, so that a traversal may clear fields; its node is
used again by a key with that main position, or given up when the table is rehashed.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, sizeof, to_int_raw
from wrought.lang.core.scalars import Ptr, f64, i32, u32, u64
from wrought.lang.core.static import constant
from wrought.lua.vm.memory import alloc
from wrought.lua.vm.objects import Node, Table, Vm, string_of
from wrought.lua.vm.value import INTERNAL, NIL, as_double, int_value, is_double, is_string

EMPTY = constant(Node, Node(value=NIL, key=INTERNAL, next=None))
"""The hash part of tables that have none.  It is never written."""

SPREAD = 0x9E37_79B9_7F4A_7C15
"""2^64 over the golden ratio: multiplying by it spreads what differs by a stride."""


@inline
@fn
def mix(key: u64) -> u64:
    """The hash of a key that is no string, in the low 32 bits."""
    return (key ^ key >> 32) * SPREAD >> 32


@inline
@unsafe
@fn
def main_node(t: Ptr[Table], key: u64) -> Ptr[Node]:
    """The main position of a key."""
    # SAFETY: the mask keeps the index inside the array of nodes.
    hash = u64(string_of(key).hash) if is_string(key) else mix(key)
    return t.node + (hash & t.hmask)


@inline
@fn
def normal_key(key: u64) -> u64:
    """A key as it is stored: a double that an int32 holds is the int32; minus zero is 0."""
    if is_double(key):
        n = to_int_raw(i32, as_double(key))
        if f64(n) == as_double(key):
            return int_value(n)
    return key


@inline
@unsafe
@fn
def find_in_chain(first: Ptr[Node], key: u64) -> Ptr[Node] | None:
    """The node of a normal key, from its main position on."""
    # SAFETY: chains end with None.
    node = first
    while node.key != key:
        following = node.next
        if following is None:
            return None
        node = following
    return node


@inline
@fn
def has_nodes(t: Ptr[Table]) -> bool:
    """Whether the hash part is the table's own."""
    return u64(t.node) != u64(addr_of(EMPTY))


@inline
@fn
def node_count(t: Ptr[Table]) -> u32:
    """Nodes of the table's own hash part."""
    return t.hmask + 1 if has_nodes(t) else 0


@unsafe
@fn
def clear_nodes(t: Ptr[Table]) -> None:
    """Free all nodes of the table's own hash part."""
    # SAFETY: there are hmask + 1.
    nodes = t.node
    count = u64(t.hmask) + 1
    t.free = t.hmask + 1
    for i in range(count):
        node = nodes + i
        node.value = NIL
        node.key = INTERNAL
        node.next = None


@unsafe
@fn
def set_empty(t: Ptr[Table]) -> None:
    """Give a table the shared empty hash part."""
    # SAFETY: whoever writes a node has asked has_nodes or found a key in it.
    t.node = bitcast(Ptr[Node], u64(addr_of(EMPTY)))
    t.hmask = 0
    t.free = 0


@unsafe
@fn
def new_nodes(vm: Ptr[Vm], t: Ptr[Table], count: u32) -> None:
    """Give a table `count` free nodes in a cell of their own; none for 0."""
    # SAFETY: the cell has the size.
    if count == 0:
        set_empty(t)
        return
    t.node = bitcast(Ptr[Node], alloc(vm, u64(count) * sizeof(Node)))
    t.hmask = count - 1
    clear_nodes(t)


@unsafe
@fn
def take_free(t: Ptr[Table]) -> Ptr[Node] | None:
    """A node that no key was ever in, or None."""
    # SAFETY: `free` is at most the number of nodes.
    while t.free > 0:
        t.free -= 1
        node = t.node + t.free
        if node.key == INTERNAL:
            return node
    return None


@unsafe
@fn
def place(t: Ptr[Table], key: u64) -> Ptr[Node] | None:
    """Put a normal key that the hash part doesn't have into it; None where there is no room.

    Other keys may move to another node.
    """
    # SAFETY: nodes of the table's own hash part; an occupant is alive, so its key may be hashed.
    main = main_node(t, key)
    if main.value == NIL and has_nodes(t):
        main.key = key
        return main
    free = take_free(t)
    if free is None:
        return None
    home = main_node(t, main.key)
    if home != main:
        move_node(home, main, free)
        main.key = key
        main.value = NIL
        main.next = None
        return main
    free.key = key
    free.value = NIL
    free.next = main.next
    main.next = free
    return free


@inline
@unsafe
@fn
def move_node(home: Ptr[Node], node: Ptr[Node], to: Ptr[Node]) -> None:
    """Move what is in a node of the chain from `home` on to a free one."""
    # SAFETY: the node is in that chain, behind its home.
    before = home
    while True:
        following = before.next
        if following is None or following == node:
            break
        before = following
    to.value = node.value
    to.key = node.key
    to.next = node.next
    before.next = to
