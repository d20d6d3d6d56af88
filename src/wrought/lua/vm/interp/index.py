"""Reading fields: through the place that the instruction noted, by look-up, through metatables."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, handler, inline, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, tail, trunc
from wrought.lang.core.scalars import Ptr, i64, u32, u64
from wrought.lua.vm.bytecode import OP, a_of, b_of, c_here, c_of, d_of, x_here, x_of
from wrought.lua.vm.debug.messages import index_error, run_error
from wrought.lua.vm.interp.metacall import meta_call
from wrought.lua.vm.interp.step import next_ins, save
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import cached_metamethod, metamethod
from wrought.lua.vm.objects import Node, Table, Vm, function_of, string_of, table_of, table_value
from wrought.lua.vm.table.lookup import get, get_int
from wrought.lua.vm.table.nodes import find_in_chain
from wrought.lua.vm.value import INTERNAL, NIL, as_int, is_function, is_table

NODE = 24
"""Bytes of a hash node."""
LOOPS = 100
"""Links of __index or __newindex that are followed."""


@inline
@unsafe
@fn
def main_node(t: Ptr[Table], key: u64) -> Ptr[Node]:
    """The first node to look at for a string key."""
    # SAFETY: the mask keeps the index inside the hash part.
    return t.node + u64(string_of(key).hash & t.hmask)


@inline
@fn
def find_node(t: Ptr[Table], key: u64) -> Ptr[Node] | None:
    """The node of a string key."""
    return find_in_chain(main_node(t, key), key)


@inline
@unsafe
@fn
def node_index(t: Ptr[Table], node: Ptr[Node]) -> u64:
    # SAFETY: both are in one hash part.
    return (u64(node) - u64(t.node)) // NODE


@inline
@unsafe
@fn
def note_place(pc: Ptr[u64], w: u64, index: u64) -> None:
    """Note in the instruction before pc in which node its key was."""
    # SAFETY: pc is behind an instruction.
    if index <= 0xFFFF:
        pc[-1] = w & 0xFFFF_FFFF_FFFF | index << 48


@fn
def index_chain(vm: Ptr[Vm], value: u64, key: u64) -> tuple[u64, u64, u64]:
    """value[key] through metatables: (result, NIL, 0), or (0, function, its first argument).

    The result's third word is 1 where `value` can't be indexed: then the result is that value.
    """
    at = value
    for _ in range(LOOPS):
        handler_of: u64 = NIL
        if is_table(at):
            t = table_of(at)
            found = get(t, key)
            if found != NIL:
                return found, NIL, 0
            meta = t.meta
            if meta is None:
                return NIL, NIL, 0
            handler_of = cached_metamethod(vm, meta, Mm.INDEX)
            if handler_of == NIL:
                return NIL, NIL, 0
        else:
            handler_of = metamethod(vm, at, Mm.INDEX)
            if handler_of == NIL:
                return at, NIL, 1
        if is_function(handler_of):
            return 0, handler_of, at
        at = handler_of
    return 0, NIL, 2


@cold
@fn
def index_failed(vm: Ptr[Vm], register: i64, value: u64, culprit: u64, loop: bool) -> None:
    """Raise the error of a read that `index_chain` has given up at `culprit`: the value in the
    register, or what a metatable's __index has led to."""
    if loop:
        run_error(vm, b"loop in gettable")
    index_error(vm, register if culprit == value else i64(-1), culprit)


@noinline
@handler("INDEX_SLOW")
def index_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """R(a) = R(b)[the key in n] in full generality."""
    save(vm, base, pc)
    result, f, first = index_chain(vm, base[b_of(w)], n)
    if f != NIL:
        vm.spare[0] = f
        vm.spare[1] = first
        vm.spare[2] = n
        return tail(meta_call)(OP.CONT_STORE, pc, base, vm, k, 2, tag)
    if first != 0:
        index_failed(vm, bitcast(i64, b_of(w)), base[b_of(w)], result, first == 2)
    base[a_of(w)] = result
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("TGETS")
def tgets(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    value = base[b_of(w)]
    if is_table(value):
        t = table_of(value)
        place = x_here(w, pc)
        if place <= t.hmask:
            node = t.node + place
            if node.key == k[c_here(w, pc)]:
                found = node.value
                if found != NIL:
                    base[a_of(w)] = found
                    return next_ins(w, pc, base, vm, k, n, tag)
    return tail(tgets_find)(w, pc, base, vm, k, n, tag)


@noinline
@handler("TGETS_FIND")
def tgets_find(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """The key is elsewhere, or absent.

    Where tables of several shapes come by, the first one's place stays noted: the others' keys
    are mostly in their main position, which costs less than to note places in turns.
    """
    value = base[b_of(w)]
    key = k[c_of(w)]
    if is_table(value):
        t = table_of(value)
        main = main_node(t, key)
        if main.key == key and main.value != NIL and x_of(w) != 0:
            base[a_of(w)] = main.value
            return next_ins(w, pc, base, vm, k, n, tag)
        node = find_node(t, key)
        if node is not None:
            if node.value != NIL:
                note_place(pc, w, node_index(t, node))
                base[a_of(w)] = node.value
                return next_ins(w, pc, base, vm, k, n, tag)
        if t.meta is None:
            base[a_of(w)] = NIL
            return next_ins(w, pc, base, vm, k, n, tag)
        found = inherited(vm, t, key)
        if found != INTERNAL:
            base[a_of(w)] = found
            return next_ins(w, pc, base, vm, k, n, tag)
    return tail(index_slow)(w, pc, base, vm, k, key, tag)


@unsafe
@fn
def inherited(vm: Ptr[Vm], first: Ptr[Table], key: u64) -> u64:
    """A string key that a table with a metatable has not itself: what the tables have that are
    reached by __index; INTERNAL where anything else than a table turns up."""
    # SAFETY: hints are tested against the key that they are for.
    t = first
    name = vm.mm_names[0]
    for _ in range(LOOPS):
        meta = t.meta
        if meta is None:
            return NIL
        link = bitcast(Ptr[Node], u64(meta.node) + u64(meta.index_hint))
        if link.key != name:
            found = find_node(meta, name)
            if found is None:
                return NIL
            meta.index_hint = trunc(u32, u64(found) - u64(meta.node))
            link = found
        if not is_table(link.value):
            return NIL if link.value == NIL else u64(INTERNAL)
        t = table_of(link.value)
        node = find_node(t, key)
        if node is not None:
            if node.value != NIL:
                return node.value
    return INTERNAL


@handler("GGET")
def gget(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    t = function_of(base[-2]).env
    place = b_of(w)
    if place <= t.hmask:
        node = t.node + place
        if node.key == k[d_of(w)]:
            found = node.value
            if found != NIL:
                base[a_of(w)] = found
                return next_ins(w, pc, base, vm, k, n, tag)
    return tail(gget_find)(w, pc, base, vm, k, n, tag)


@noinline
@handler("GGET_FIND")
def gget_find(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    t = function_of(base[-2]).env
    key = k[d_of(w)]
    node = find_node(t, key)
    if node is not None:
        if node.value != NIL:
            index = node_index(t, node)
            if index <= 0xFFF:
                pc[-1] = w & ~u64(0xFFF0_0000) | index << 20
            base[a_of(w)] = node.value
            return next_ins(w, pc, base, vm, k, n, tag)
    save(vm, base, pc)
    result, f, first = index_chain(vm, table_value(t), key)
    if f != NIL:
        vm.spare[0] = f
        vm.spare[1] = first
        vm.spare[2] = key
        return tail(meta_call)(OP.CONT_STORE, pc, base, vm, k, 2, tag)
    if first != 0:
        index_failed(vm, -1, table_value(t), result, first == 2)
    base[a_of(w)] = result
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("TGETV")
def tgetv(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    value = base[b_of(w)]
    key = base[c_here(w, pc)]
    if is_table(value):
        t = table_of(value)
        if key >= tag:
            index = key & 0xFFFF_FFFF
            if index < t.asize:
                found = t.array[index]
                if found != NIL or t.meta is None:
                    base[a_of(w)] = found
                    return next_ins(w, pc, base, vm, k, n, tag)
    return tail(tgetv_find)(w, pc, base, vm, k, n, tag)


@noinline
@handler("TGETV_FIND")
def tgetv_find(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    value = base[b_of(w)]
    key = base[c_of(w)]
    if is_table(value):
        t = table_of(value)
        found = get(t, key)
        if found != NIL or t.meta is None:
            base[a_of(w)] = found
            return next_ins(w, pc, base, vm, k, n, tag)
    return tail(index_slow)(w, pc, base, vm, k, key, tag)


@handler("TGETI")
def tgeti(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    value = base[b_of(w)]
    if is_table(value):
        t = table_of(value)
        index = c_here(w, pc)
        if index < t.asize:
            found = t.array[index]
            if found != NIL or t.meta is None:
                base[a_of(w)] = found
                return next_ins(w, pc, base, vm, k, n, tag)
    return tail(tgeti_find)(w, pc, base, vm, k, n, tag)


@noinline
@handler("TGETI_FIND")
def tgeti_find(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    value = base[b_of(w)]
    key = tag | c_of(w)
    if is_table(value):
        t = table_of(value)
        found = get_int(t, as_int(key))
        if found != NIL or t.meta is None:
            base[a_of(w)] = found
            return next_ins(w, pc, base, vm, k, n, tag)
    return tail(index_slow)(w, pc, base, vm, k, key, tag)


HANDLERS = {"TGETS": tgets, "GGET": gget, "TGETV": tgetv, "TGETI": tgeti}
