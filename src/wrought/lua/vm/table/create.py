"""New tables.  What is small lies in the table's own cell."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, copy_memory, sizeof
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.vm.memory import alloc
from wrought.lua.vm.objects import Kind, Node, Table, Vm
from wrought.lua.vm.table.census import MAX_ASIZE
from wrought.lua.vm.table.nodes import clear_nodes, node_count, set_empty
from wrought.lua.vm.table.resize import COLOCATED_ARRAY, COLOCATED_NODES, fill_nil

OWN_ARRAY = 17
"""Slots of the largest array part in a table's own cell."""
OWN_NODES = 8
"""The same for nodes."""
NO_METAMETHODS = 0xFF << 16
"""`nomm` of an empty table, in its header word."""


@unsafe
@fn
def new_parts(vm: Ptr[Vm], asize: u32, nodes: u32) -> Ptr[Table]:
    """A table with parts of these sizes, whose contents are unspecified."""
    # SAFETY: the cell is as large as the table and what lies in it.
    own_array = asize if asize <= OWN_ARRAY else 0
    own_nodes = nodes if nodes <= OWN_NODES else 0
    size = sizeof(Table) + u64(own_array) * 8 + u64(own_nodes) * sizeof(Node)
    t = bitcast(Ptr[Table], alloc(vm, size))
    bitcast(Ptr[u64], t)[0] = u64(Kind.TABLE) | NO_METAMETHODS
    t.meta = None
    t.border = 0
    t.asize = asize
    behind = u64(t) + sizeof(Table)
    t.array = bitcast(Ptr[u64], behind)
    if own_array > 0:
        t.flags |= COLOCATED_ARRAY
    elif asize > 0:
        t.array = bitcast(Ptr[u64], alloc(vm, u64(asize) * 8))
    set_empty(t)
    if nodes > 0:
        t.hmask = nodes - 1
        t.free = nodes
        if own_nodes > 0:
            t.flags |= COLOCATED_NODES
            t.node = bitcast(Ptr[Node], behind + u64(own_array) * 8)
        else:
            t.node = bitcast(Ptr[Node], alloc(vm, u64(nodes) * sizeof(Node)))
    return t


@fn
def new_table(vm: Ptr[Vm], asize: u32, hbits: u32) -> Ptr[Table]:
    """An empty table with `asize` array slots, the one for 0 included (0: none), and, for
    hbits > 0, 2^(hbits-1) nodes.  Throws "table overflow"."""
    if asize > MAX_ASIZE or hbits > 27:
        run_error(vm, b"table overflow")
    t = new_parts(vm, asize, u32(1) << hbits - 1 if hbits > 0 else 0)
    fill_nil(t.array, 0, asize)
    if hbits > 0:
        clear_nodes(t)
    return t


@unsafe
@fn
def duplicate(vm: Ptr[Vm], template: Ptr[Table]) -> Ptr[Table]:
    """A new table with what is in another one, without its metatable."""
    # SAFETY: the parts have the same sizes; links between nodes keep their distance.
    nodes = node_count(template)
    t = new_parts(vm, template.asize, nodes)
    t.nomm = template.nomm
    t.border = template.border
    copy_memory(t.array, template.array, template.asize)
    if nodes > 0:
        t.free = template.free
        distance = u64(t.node) - u64(template.node)
        for i in range(u64(nodes)):
            node = template.node + i
            copy = t.node + i
            copy.value = node.value
            copy.key = node.key
            following = node.next
            copy.next = None
            if following is not None:
                copy.next = bitcast(Ptr[Node], u64(following) + distance)
    return t


from wrought.lua.vm.errors import run_error  # noqa: E402
