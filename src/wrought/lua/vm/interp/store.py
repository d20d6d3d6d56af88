"""Writing fields."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, handler, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, tail, trunc
from wrought.lang.core.scalars import Ptr, i32, i64, u32, u64
from wrought.lua.vm.barrier import barrier_back
from wrought.lua.vm.bytecode import OP, a_of, b_of, c_here, c_of, d_of, x_here
from wrought.lua.vm.debug.messages import index_error, run_error
from wrought.lua.vm.interp.index import LOOPS, find_node, node_index, note_place
from wrought.lua.vm.interp.metacall import meta_call
from wrought.lua.vm.interp.step import next_ins, save
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import cached_metamethod, metamethod
from wrought.lua.vm.objects import Vm, function_of, table_of, table_value
from wrought.lua.vm.table.insert import set, set_int
from wrought.lua.vm.table.lookup import get
from wrought.lua.vm.table.resize import resize
from wrought.lua.vm.value import NIL, is_function, is_table


@fn
def store_chain(vm: Ptr[Vm], value: u64, key: u64, stored: u64) -> tuple[u64, u64, u64]:
    """value[key] = stored through metatables: (0, NIL, 0) when done, or (0, function, its first
    argument); (value, NIL, 1) where it can't be indexed."""
    at = value
    for _ in range(LOOPS):
        handler_of: u64 = NIL
        if is_table(at):
            t = table_of(at)
            meta = t.meta
            if meta is None:
                set(vm, t, key, stored)
                return 0, NIL, 0
            if get(t, key) != NIL:
                set(vm, t, key, stored)
                return 0, NIL, 0
            handler_of = cached_metamethod(vm, meta, Mm.NEWINDEX)
            if handler_of == NIL:
                set(vm, t, key, stored)
                return 0, NIL, 0
        else:
            handler_of = metamethod(vm, at, Mm.NEWINDEX)
            if handler_of == NIL:
                return at, NIL, 1
        if is_function(handler_of):
            return 0, handler_of, at
        at = handler_of
    return 0, NIL, 2


@cold
@fn
def store_failed(vm: Ptr[Vm], register: i64, value: u64, culprit: u64, loop: bool) -> None:
    """Raise the error of a write that `store_chain` has given up."""
    if loop:
        run_error(vm, b"loop in settable")
    index_error(vm, register if culprit == value else i64(-1), culprit)


@noinline
@handler("STORE_SLOW")
def store_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """R(b)[the key in n] = R(a) in full generality."""
    save(vm, base, pc)
    culprit, f, first = store_chain(vm, base[b_of(w)], n, base[a_of(w)])
    if f != NIL:
        vm.spare[0] = f
        vm.spare[1] = first
        vm.spare[2] = n
        vm.spare[3] = base[a_of(w)]
        return tail(meta_call)(OP.CONT_DROP, pc, base, vm, k, 3, tag)
    if first != 0:
        store_failed(vm, bitcast(i64, b_of(w)), base[b_of(w)], culprit, first == 2)
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("TSETS")
def tsets(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    value = base[b_of(w)]
    if is_table(value):
        t = table_of(value)
        place = x_here(w, pc)
        if place <= t.hmask:
            node = t.node + place
            if node.key == k[c_here(w, pc)] and node.value != NIL:
                node.value = base[a_of(w)]
                if u64(t.epoch) == vm.black:
                    barrier_back(vm, t)
                return next_ins(w, pc, base, vm, k, n, tag)
    return tail(tsets_find)(w, pc, base, vm, k, n, tag)


@noinline
@handler("TSETS_FIND")
def tsets_find(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    value = base[b_of(w)]
    key = k[c_of(w)]
    if is_table(value):
        t = table_of(value)
        if t.meta is None:
            save(vm, base, pc)
            set(vm, t, key, base[a_of(w)])
            node = find_node(t, key)
            if node is not None:
                note_place(pc, w, node_index(t, node))
            return next_ins(w, pc, base, vm, k, n, tag)
        found = find_node(t, key)
        if found is not None:
            if found.value != NIL:
                note_place(pc, w, node_index(t, found))
                set(vm, t, key, base[a_of(w)])
                return next_ins(w, pc, base, vm, k, n, tag)
    return tail(store_slow)(w, pc, base, vm, k, key, tag)


@handler("GSET")
def gset(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    t = function_of(base[-2]).env
    place = b_of(w)
    if place <= t.hmask:
        node = t.node + place
        if node.key == k[d_of(w)] and node.value != NIL:
            node.value = base[a_of(w)]
            if u64(t.epoch) == vm.black:
                barrier_back(vm, t)
            return next_ins(w, pc, base, vm, k, n, tag)
    return tail(gset_find)(w, pc, base, vm, k, n, tag)


@noinline
@handler("GSET_FIND")
def gset_find(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    save(vm, base, pc)
    t = function_of(base[-2]).env
    key = k[d_of(w)]
    culprit, f, first = store_chain(vm, table_value(t), key, base[a_of(w)])
    if f != NIL:
        vm.spare[0] = f
        vm.spare[1] = first
        vm.spare[2] = key
        vm.spare[3] = base[a_of(w)]
        return tail(meta_call)(OP.CONT_DROP, pc, base, vm, k, 3, tag)
    if first != 0:
        store_failed(vm, -1, table_value(t), culprit, first == 2)
    node = find_node(t, key)
    if node is not None:
        index = node_index(t, node)
        if index <= 0xFFF:
            pc[-1] = w & ~u64(0xFFF0_0000) | index << 20
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("TSETV")
def tsetv(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    value = base[b_of(w)]
    key = base[c_here(w, pc)]
    if is_table(value):
        t = table_of(value)
        if key >= tag:
            index = key & 0xFFFF_FFFF
            if index < t.asize:
                slot = t.array + index
                if t.meta is None or slot[0] != NIL:
                    slot[0] = base[a_of(w)]
                    if u64(t.epoch) == vm.black:
                        barrier_back(vm, t)
                    return next_ins(w, pc, base, vm, k, n, tag)
    return tail(tsetv_find)(w, pc, base, vm, k, key, tag)


@noinline
@handler("TSETV_FIND")
def tsetv_find(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """The key is in n."""
    value = base[b_of(w)]
    if is_table(value):
        t = table_of(value)
        if t.meta is None:
            save(vm, base, pc)
            set(vm, t, n, base[a_of(w)])
            return next_ins(w, pc, base, vm, k, n, tag)
    return tail(store_slow)(w, pc, base, vm, k, n, tag)


@handler("TSETI")
def tseti(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    value = base[b_of(w)]
    index = c_here(w, pc)
    if is_table(value):
        t = table_of(value)
        if index < t.asize:
            slot = t.array + index
            if t.meta is None or slot[0] != NIL:
                slot[0] = base[a_of(w)]
                if u64(t.epoch) == vm.black:
                    barrier_back(vm, t)
                return next_ins(w, pc, base, vm, k, n, tag)
    return tail(tsetv_find)(w, pc, base, vm, k, tag | index, tag)


@handler("TLIST")
def tlist(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    save(vm, base, pc)
    store_list(vm, base + a_of(w), b_of(w), d_of(w))
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("TLISTM")
def tlistm(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
    save(vm, base, pc)
    store_list(vm, base + a_of(w), b_of(w) + n, d_of(w))
    return next_ins(w, pc, base, vm, k, n, tag)


@unsafe
@fn
def store_list(vm: Ptr[Vm], at: Ptr[u64], count: u64, first: u64) -> None:
    """Put the values behind a table into it, from integer key `first` on."""
    # SAFETY: the verifier has seen that the values are inside the frame.
    if not is_table(at[0]):
        return
    t = table_of(at[0])
    if first + count > t.asize and count > 0:
        resize(vm, t, trunc(u32, first + count), 0)
    for i in range(count):
        set_int(vm, t, trunc(i32, first + i), at[i + 1])


HANDLERS = {"TSETS": tsets, "GSET": gset, "TSETV": tsetv, "TSETI": tseti, "TLIST": tlist,
            "TLISTM": tlistm}
