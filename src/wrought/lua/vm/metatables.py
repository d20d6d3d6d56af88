"""Metatables and metamethods of any value."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.objects import Kind, Table, Vm, header_of, string_of, table_of, userdata_of
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.types import type_number
from wrought.lua.vm.value import NIL, is_object, is_table

TABLE_FINALISERS = 2
"""`Vm.options`: the __gc of a table's metatable is called, too, if it is there when the metatable
is set (Lua 5.2 manual, 2.5.1)."""

CACHED = 8
"""Metamethods below this number have a bit in `Table.nomm`."""


@fn
def metatable_of(vm: Ptr[Vm], v: u64) -> Ptr[Table] | None:
    """The metatable of a value, of its own or of its type."""
    if is_table(v):
        return table_of(v).meta
    if is_object(v):
        if header_of(v).kind == Kind.USERDATA:
            return userdata_of(v).meta
    return vm.metatables[type_number(v) & 15]


@inline
@fn
def cached_metamethod(vm: Ptr[Vm], meta: Ptr[Table], mm: Mm) -> u64:
    """A metamethod of the first eight, NIL where the table is known to have none."""
    if meta.nomm >> u8(mm) & 1 != 0:
        return NIL
    return find_metamethod(vm, meta, mm)


@noinline
@fn
def find_metamethod(vm: Ptr[Vm], meta: Ptr[Table], mm: Mm) -> u64:
    """Look a metamethod up; its absence is noted for the first eight."""
    found = get_str(meta, string_of(vm.mm_names[u64(u8(mm)) % len(vm.mm_names)]))
    if found == NIL and u8(mm) < CACHED:
        meta.nomm |= u8(1) << u8(mm)
    return found


@fn
def metamethod(vm: Ptr[Vm], v: u64, mm: Mm) -> u64:
    """A value's metamethod, or NIL."""
    meta = metatable_of(vm, v)
    if meta is None:
        return NIL
    return find_metamethod(vm, meta, mm)
