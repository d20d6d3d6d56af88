"""Weak tables (Lua 5.1 manual, section 2.10.2): what they refer to weakly is not marked by them,
and entries whose key or value is gone are removed in the atomic phase.

Strings count as values and are never removed.  A userdata whose finaliser is due is gone as a
value, and stays as a key until it was called.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.vm.value import NIL, PAYLOAD, TAG_STRING, has_tag, is_collectable, is_string

WEAK_KEYS: u8 = 4
WEAK_VALUES: u8 = 8
FINALISED: u8 = 32
"""In the flags of userdata and tables: the finaliser was called, or is due."""


@unsafe
@fn
def weakness(vm: Ptr[Vm], meta: Ptr[Table]) -> u8:
    """What the mode of a metatable says: WEAK_KEYS, WEAK_VALUES, both or 0."""
    # SAFETY: the tag is tested.
    mode = find_metamethod(vm, meta, Mm.MODE)
    flags: u8 = 0
    if is_string(mode):
        for byte in string_of(mode).bytes():
            if byte == ord("k"):
                flags |= WEAK_KEYS
            elif byte == ord("v"):
                flags |= WEAK_VALUES
    return flags


@noinline
@fn
def list_weak(vm: Ptr[Vm], offset: u64, t: Ptr[Table], meta: Ptr[Table]) -> bool:
    """Whether a table that is reached is weak: it is noted, and never gets black."""
    flags = weakness(vm, meta)
    if flags == 0:
        return False
    t.epoch = 0
    t.flags = t.flags & ~(WEAK_KEYS | WEAK_VALUES) | flags
    push(vm, addr_of(vm.gc.weak), u64(t))
    traverse_weak(vm, offset, t)
    return True


@unsafe
@fn
def traverse_weak(vm: Ptr[Vm], offset: u64, t: Ptr[Table]) -> None:
    """Mark the side that is not weak."""
    # SAFETY: the parts have the sizes that the table says.
    mark_parts(offset, t)
    keys = t.flags & WEAK_KEYS == 0
    values = t.flags & WEAK_VALUES == 0
    if values:
        for i in range(t.asize):
            mark_value(vm, offset, t.array[i])
    if not keys and not values:
        return
    for i in range(node_count(t)):
        node = t.node + i
        if node.value != NIL:
            if keys:
                mark_value(vm, offset, node.key)
            if values:
                mark_value(vm, offset, node.value)


@unsafe
@fn
def retraverse_weak(vm: Ptr[Vm], offset: u64, start: u64) -> None:
    """Look at the weak tables from the list's `start` on again, as they are now; those that no
    longer are weak leave the list."""
    # SAFETY: the list holds tables.
    i = start
    while i < vm.gc.weak.used:
        t = table_at(item(addr_of(vm.gc.weak), i))
        meta = t.meta
        flags: u8 = 0
        if meta is not None:
            mark_object(vm, offset, u64(meta))
            flags = weakness(vm, meta)
        t.flags = t.flags & ~(WEAK_KEYS | WEAK_VALUES) | flags
        traverse_weak(vm, offset, t)
        i += 1


@inline
@fn
def is_gone(offset: u64, v: u64, as_value: bool) -> bool:
    """Whether a weak reference is to be removed."""
    if not is_collectable(v):
        return False
    if has_tag(v, TAG_STRING):
        mark_cell(offset, v & PAYLOAD)
        return False
    if not is_marked(offset, v & PAYLOAD):
        return True
    return as_value and is_finalised(header_of(v))


@fn
def is_finalised(header: Ptr[Header]) -> bool:
    """Whether an object's finaliser was called or is due."""
    if header.kind == Kind.USERDATA:
        return header.a & FINALISED != 0
    return header.kind == Kind.TABLE and header.b & FINALISED != 0


@unsafe
@fn
def clear_weak(offset: u64, t: Ptr[Table]) -> None:
    """Remove the entries of a weak table whose key or value is gone."""
    # SAFETY: the parts have the sizes that the table says.
    values = t.flags & WEAK_VALUES != 0
    keys = t.flags & WEAK_KEYS != 0
    if values:
        for i in range(t.asize):
            if is_gone(offset, t.array[i], True):
                t.array[i] = NIL
    if not keys and not values:
        return
    for i in range(node_count(t)):
        node = t.node + i
        if node.value != NIL:
            if values and is_gone(offset, node.value, True):
                node.value = NIL
            elif keys and is_gone(offset, node.key, False):
                node.value = NIL


@fn
def clear_all_weak(vm: Ptr[Vm], offset: u64) -> None:
    """Remove what is gone from all weak tables that were reached."""
    for i in range(vm.gc.weak.used):
        clear_weak(offset, table_at(item(addr_of(vm.gc.weak), i)))
    vm.gc.weak.used = 0


from wrought.lua.vm.gc.mark import is_marked, mark_cell, mark_object, mark_value  # noqa: E402
from wrought.lua.vm.gc.traverse import mark_parts  # noqa: E402
from wrought.lua.vm.gc.vector import (  # noqa: E402
    item,
    push,
    table_at,
)
from wrought.lua.vm.metamethods import Mm  # noqa: E402
from wrought.lua.vm.metatables import find_metamethod  # noqa: E402
from wrought.lua.vm.objects import Header, Kind, Table, Vm, header_of, string_of  # noqa: E402
from wrought.lua.vm.table.nodes import node_count  # noqa: E402
