"""Looking methods up: SELF, which sets an object and the function that its field names."""

from __future__ import annotations

from wrought.lang.core.function import fn, handler, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, tail
from wrought.lang.core.scalars import Ptr, i64, u64
from wrought.lua.vm.bytecode import OP, a_of, b_of, c_here, c_of, x_here, x_of
from wrought.lua.vm.interp.index import (
    find_node,
    index_chain,
    index_failed,
    inherited,
    main_node,
    node_index,
    note_place,
)
from wrought.lua.vm.interp.metacall import meta_call
from wrought.lua.vm.interp.step import next_ins, save
from wrought.lua.vm.objects import Node, Table, Vm, string_of, table_of
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.types import TSTRING
from wrought.lua.vm.value import INTERNAL, NIL, is_string, is_table


@handler("SELF")
def self_method(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    """The common case: the object has no such field, its metatable's __index is a table that has.

    The instruction notes the place in that table, the metatable the place of its "__index".
    """
    value = base[b_of(w)]
    slot = base + a_of(w)
    if is_table(value):
        t = table_of(value)
        key = k[c_here(w, pc)]
        own = main_node(t, key)
        if own.key != key and own.next is None:
            meta = t.meta
            if meta is not None:
                link = bitcast(Ptr[Node], u64(meta.node) + u64(meta.index_hint))
                if link.key == vm.mm_names[0] and is_table(link.value):
                    methods = table_of(link.value)
                    place = x_here(w, pc)
                    if place <= methods.hmask:
                        node = methods.node + place
                        if node.key == key:
                            found = node.value
                            if found != NIL:
                                slot[2] = value
                                slot[0] = found
                                return next_ins(w, pc, base, vm, k, n, tag)
    return tail(self_find)(w, pc, base, vm, k, n, tag)


@noinline
@handler("SELF_FIND")
def self_find(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """Look the method up, and note where it was if it was one step away."""
    value = base[b_of(w)]
    key = k[c_of(w)]
    slot = base + a_of(w)
    found: u64 = INTERNAL
    if is_table(value):
        t = table_of(value)
        own = find_node(t, key)
        if own is not None:
            if own.value != NIL:
                found = own.value
        if found == INTERNAL:
            found = inherited(vm, t, key)
            if x_of(w) == 0:
                note_method(t, key, pc, w)
    elif is_string(value):
        meta = vm.metatables[TSTRING]
        if meta is not None:
            link = find_node(meta, vm.mm_names[0])
            if link is not None:
                if is_table(link.value):
                    found = get_str(table_of(link.value), string_of(key))
    if found != INTERNAL and found != NIL:
        slot[2] = value
        slot[0] = found
        return next_ins(w, pc, base, vm, k, n, tag)
    return tail(self_slow)(w, pc, base, vm, k, n, tag)


@noinline
@handler("SELF_SLOW")
def self_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """A method by a function as __index, of another type's metatable, or none."""
    value = base[b_of(w)]
    key = k[c_of(w)]
    save(vm, base, pc)
    result, f, first = index_chain(vm, value, key)
    if f != NIL:
        base[a_of(w) + 2] = value
        vm.spare[0] = f
        vm.spare[1] = first
        vm.spare[2] = key
        return tail(meta_call)(OP.CONT_STORE, pc, base, vm, k, 2, tag)
    if first != 0:
        index_failed(vm, bitcast(i64, b_of(w)), value, result, first == 2)
    base[a_of(w) + 2] = value
    base[a_of(w)] = result
    return next_ins(w, pc, base, vm, k, n, tag)


@unsafe
@fn
def note_method(t: Ptr[Table], key: u64, pc: Ptr[u64], w: u64) -> None:
    """Note a method's place in the table next to the object's, if it is there."""
    # SAFETY: places are tested again whenever they are used.
    meta = t.meta
    if meta is None:
        return
    link = bitcast(Ptr[Node], u64(meta.node) + u64(meta.index_hint))
    if is_table(link.value):
        methods = table_of(link.value)
        node = find_node(methods, key)
        if node is not None:
            note_place(pc, w, node_index(methods, node))


HANDLERS = {"SELF": self_method}
