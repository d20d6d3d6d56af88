"""What each kind of object refers to."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, likely, sizeof, trunc
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.vm.gc.phase import MARK
from wrought.lua.vm.value import NIL

BIG = 4096
"""A table with more slots and nodes is traversed in pieces."""
PIECE = 1024
OWN_ARRAY: u8 = 1
OWN_NODES: u8 = 2


@unsafe
@fn
def traverse(vm: Ptr[Vm], offset: u64, address: u64) -> u64:
    """Mark what an object refers to; returns about how many bytes were looked at."""
    # SAFETY: the address is an object's, and the kind tells which.
    header = bitcast(Ptr[Header], address)
    if likely(header.kind == Kind.TABLE):
        return traverse_table(vm, offset, bitcast(Ptr[Table], address))
    if header.kind == Kind.CLOSURE or header.kind == Kind.BUILTIN:
        return traverse_closure(vm, offset, bitcast(Ptr[Closure], address))
    return traverse_other(vm, offset, header)


@noinline
@unsafe
@fn
def traverse_other(vm: Ptr[Vm], offset: u64, header: Ptr[Header]) -> u64:
    """The kinds that there are few of."""
    # SAFETY: as in traverse.
    if header.kind == Kind.THREAD:
        push(vm, addr_of(vm.gc.threads), u64(header))
        return traverse_thread(vm, offset, bitcast(Ptr[Thread], header))
    header.epoch = trunc(u8, vm.black)
    if header.kind == Kind.PROTO:
        return traverse_proto(vm, offset, bitcast(Ptr[Proto], header))
    if header.kind == Kind.USERDATA:
        u = bitcast(Ptr[Userdata], header)
        mark_optional(vm, offset, bitcast(u64, u.meta))
        mark_optional(vm, offset, u64(u.env))
    elif header.kind == Kind.UPVALUE:
        traverse_upvalue(vm, offset, bitcast(Ptr[UpValue], header))
    return sizeof(Userdata)


@inline
@unsafe
@fn
def traverse_table(vm: Ptr[Vm], offset: u64, t: Ptr[Table]) -> u64:
    """A table that is not weak: its parts and all that is in them."""
    # SAFETY: the parts have the sizes that the table says.
    t.epoch = trunc(u8, vm.black)
    meta = t.meta
    if meta is not None:
        mark_object(vm, offset, u64(meta))
        if meta.nomm >> u8(Mm.MODE) & 1 == 0:
            if list_weak(vm, offset, t, meta):
                return sizeof(Table)
    mark_parts(offset, t)
    nodes = u64(node_count(t))
    size = u64(t.asize) + nodes
    if size > BIG and vm.gc.phase == MARK:
        if vm.gc.big_table == 0:
            vm.gc.big_table = u64(t)
            vm.gc.big_at = 0
            return sizeof(Table)
    mark_contents(vm, offset, t, 0, size)
    return sizeof(Table) + size * 8 + nodes * 16


@inline
@fn
def mark_parts(offset: u64, t: Ptr[Table]) -> None:
    """Mark the cells of a table's parts, where they have their own."""
    if t.asize > 0 and t.flags & OWN_ARRAY == 0:
        mark_cell(offset, u64(t.array))
    if t.flags & OWN_NODES == 0 and has_nodes(t):
        mark_cell(offset, u64(t.node))


@unsafe
@fn
def mark_contents(vm: Ptr[Vm], offset: u64, t: Ptr[Table], first: u64, last: u64) -> None:
    """Mark keys and values, slots counted on by nodes.  A key whose value is nil does not count:
    it may go on lying there when its object is gone, for nobody can ask for it any more."""
    # SAFETY: `last` is at most the number of slots and nodes.
    asize = u64(t.asize)
    array = t.array
    i = first
    end = min(last, asize)
    while i < end:
        mark_value(vm, offset, array[i])
        i += 1
    while i < last:
        node = t.node + (i - asize)
        if node.value != NIL:
            mark_value(vm, offset, node.key)
            mark_value(vm, offset, node.value)
        i += 1


@fn
def continue_big(vm: Ptr[Vm], offset: u64, t: Ptr[Table]) -> u64:
    """Traverse the next piece of a large table.  One that has changed is on `again`."""
    size = u64(t.asize) + u64(node_count(t))
    at = vm.gc.big_at
    if u64(t.epoch) != vm.black or at >= size:
        vm.gc.big_table = 0
        return 0
    end = min(at + PIECE, size)
    mark_contents(vm, offset, t, at, end)
    vm.gc.big_at = end
    return PIECE * 16


@inline
@unsafe
@fn
def traverse_closure(vm: Ptr[Vm], offset: u64, f: Ptr[Closure]) -> u64:
    """A function: environment, prototype, upvalues."""
    # SAFETY: the prototype's captures tell which words are values.
    f.epoch = trunc(u8, vm.black)
    mark_object(vm, offset, u64(f.env))
    proto = f.proto
    words = bitcast(Ptr[u64], u64(f) + CLOSURE_SIZE)
    n = u64(f.nup)
    if f.kind == Kind.BUILTIN or proto is None:
        mark_values(vm, offset, u64(words), n)
    else:
        mark_object(vm, offset, u64(proto))
        captures = proto.captures
        if captures is not None:
            for i in range(n):
                if (captures + i).by_value:
                    mark_value(vm, offset, words[i])
                elif mark_cell(offset, words[i]):
                    traverse_upvalue(vm, offset, bitcast(Ptr[UpValue], words[i]))
    return CLOSURE_SIZE + n * 8


@unsafe
@fn
def traverse_upvalue(vm: Ptr[Vm], offset: u64, u: Ptr[UpValue]) -> None:
    """A variable.  An open one keeps its thread, whose address is in `closed` as long."""
    # SAFETY: `v` points at a slot or at `closed`.
    u.epoch = trunc(u8, vm.black)
    mark_value(vm, offset, u.v[0])
    if u.is_open != 0:
        mark_value(vm, offset, u.closed)


@unsafe
@fn
def traverse_proto(vm: Ptr[Vm], offset: u64, p: Ptr[Proto]) -> u64:
    """A prototype: its parts, constants, names."""
    # SAFETY: the parts have the sizes that the prototype says.
    mark_cell(offset, u64(p.code))
    mark_cell(offset, u64(p.chunk))
    if p.nk > 0:
        mark_cell(offset, u64(p.k))
        mark_values(vm, offset, u64(p.k), u64(p.nk))
    mark_part(offset, bitcast(u64, p.captures))
    mark_part(offset, bitcast(u64, p.lines))
    names = bitcast(u64, p.upvalue_names)
    if names != 0:
        mark_cell(offset, names)
        mark_values(vm, offset, names, u64(p.nup))
    variables = p.vars
    if variables is not None:
        mark_cell(offset, u64(variables))
        for i in range(p.nvars):
            mark_cell(offset, u64((variables + i).name))
    return sizeof(Proto) + (u64(p.ncode) + u64(p.nk)) * 8


@inline
@fn
def mark_part(offset: u64, cell: u64) -> None:
    """Mark a part that may be missing."""
    if cell != 0:
        mark_cell(offset, cell)


@unsafe
@fn
def traverse_thread(vm: Ptr[Vm], offset: u64, thread: Ptr[Thread]) -> u64:
    """A thread, which never gets black: its stack is looked at again in the atomic phase."""
    # SAFETY: slots from `stack` to `top` are values, links and addresses.
    used = (u64(thread.top) - u64(thread.stack)) // 8
    mark_cell(offset, u64(thread.stack))
    mark_values(vm, offset, u64(thread.stack), used)
    mark_optional(vm, offset, u64(thread.env))
    mark_optional(vm, offset, bitcast(u64, thread.parent))
    mark_value(vm, offset, thread.hook_data)
    return sizeof(Thread) + used * 8


from wrought.lua.vm.gc.mark import (  # noqa: E402
    mark_cell,
    mark_object,
    mark_optional,
    mark_value,
    mark_values,
)
from wrought.lua.vm.gc.vector import push  # noqa: E402
from wrought.lua.vm.gc.weak import list_weak  # noqa: E402
from wrought.lua.vm.metamethods import Mm  # noqa: E402
from wrought.lua.vm.objects import (  # noqa: E402
    CLOSURE_SIZE,
    Closure,
    Header,
    Kind,
    Proto,
    Table,
    Thread,
    UpValue,
    Userdata,
    Vm,
)
from wrought.lua.vm.table.nodes import has_nodes, node_count  # noqa: E402
