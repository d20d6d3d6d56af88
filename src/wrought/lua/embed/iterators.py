"""Iterating over tables in Python."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, uninit
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.embed import capi
from wrought.lua.embed.capi import Object, drop, keep
from wrought.lua.embed.core import ITEMS, KEYS, VALUES, Iterator, kinds, proxy_of
from wrought.lua.embed.crossing import Work, raised, run
from wrought.lua.embed.lock import leave
from wrought.lua.embed.proxies import free_object
from wrought.lua.embed.tables import begin
from wrought.lua.embed.to_python import to_python
from wrought.lua.vm.objects import table_of
from wrought.lua.vm.table.iterate import iterate
from wrought.lua.vm.value import NIL


@unsafe
@fn
def new_iterator(o: Ptr[Object], what: u64) -> Ptr[Object] | None:
    # SAFETY: the allocated object is a zeroed Iterator.
    made = capi.PyType_GenericAlloc(kinds.iterator, 0)
    if made is None:
        return None
    it = bitcast(Ptr[Iterator], made)
    t = table_of(proxy_of(o).value)
    it.proxy = keep(o)
    it.what = what
    if proxy_of(o).core.vm is not None:
        it.asize, it.hmask, it.node = t.asize, t.hmask, u64(t.node)
    return made


@fn
def keys(o: Ptr[Object], unused: Ptr[Object] | None) -> Ptr[Object] | None:
    return new_iterator(o, KEYS)


@fn
def tp_iter(o: Ptr[Object]) -> Ptr[Object] | None:
    return new_iterator(o, KEYS)


@fn
def values(o: Ptr[Object], unused: Ptr[Object] | None) -> Ptr[Object] | None:
    return new_iterator(o, VALUES)


@fn
def items(o: Ptr[Object], unused: Ptr[Object] | None) -> Ptr[Object] | None:
    return new_iterator(o, ITEMS)


@unsafe
@fn
def next_body(work: Ptr[Work]) -> None:
    # SAFETY: `more` is the iterator's address.
    it = bitcast(Ptr[Iterator], work.more)
    core, vm = work.core, work.vm
    t = table_of(work.target)
    if it.asize != t.asize or it.hmask != t.hmask or it.node != u64(t.node):
        capi.PyErr_SetString(kinds.runtime_error,
                             c_str(b"Lua table changed its size during iteration"))
        raised(vm)
    after, key, value = iterate(t, it.position)
    if key == NIL:
        return
    it.position = after
    if it.what == KEYS:
        work.result = to_python(core, vm, key)
        return
    if it.what == VALUES:
        work.result = to_python(core, vm, value)
        return
    pair = capi.PyTuple_New(2)
    if pair is None:
        raised(vm)
    work.partial = pair
    capi.PyTuple_SetItem(pair, 0, to_python(core, vm, key))
    capi.PyTuple_SetItem(pair, 1, to_python(core, vm, value))
    work.partial = None
    work.result = pair


@unsafe
@fn
def next_item(o: Ptr[Object]) -> Ptr[Object] | None:
    """None without an exception at the end."""
    # SAFETY: the work is written by `begin`.
    it = bitcast(Ptr[Iterator], o)
    work = uninit(Work)
    if not begin(it.proxy, addr_of(work), addr_of(it.proxy), 0):
        return None
    work.more = u64(o)
    ok = run(work.core, work.vm, next_body, addr_of(work))
    leave(work.core)
    return work.result if ok else None


@unsafe
@fn
def die(o: Ptr[Object]) -> None:
    # SAFETY: the iterator owns its proxy.
    proxy = bitcast(Ptr[Iterator], o).proxy
    free_object(o)
    drop(proxy)


@fn
def itself(o: Ptr[Object]) -> Ptr[Object] | None:
    return keep(o)
