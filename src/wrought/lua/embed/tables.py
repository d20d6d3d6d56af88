"""Reading and writing Lua tables (and anything with __index) from Python."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, uninit
from wrought.lang.core.scalars import Array, Ptr, i32, i64, u64
from wrought.lua.embed import capi
from wrought.lua.embed.bits import i64_bits
from wrought.lua.embed.capi import Object
from wrought.lua.embed.core import kinds, proxy_of
from wrought.lua.embed.crossing import Work, claim, invoke, place, run, safe
from wrought.lua.embed.lock import enter, leave
from wrought.lua.embed.to_lua import to_lua
from wrought.lua.embed.to_python import to_python
from wrought.lua.vm.interp.index import index_chain, index_failed
from wrought.lua.vm.interp.store import store_chain, store_failed
from wrought.lua.vm.objects import table_of
from wrought.lua.vm.table.insert import set
from wrought.lua.vm.table.length import length
from wrought.lua.vm.table.lookup import get
from wrought.lua.vm.value import NIL, is_table


@inline
@unsafe
@fn
def begin(o: Ptr[Object], work: Ptr[Work], args: Ptr[Ptr[Object]], n: u64) -> bool:
    """Enter the runtime of a proxy for work on its object."""
    # SAFETY: all that is read of the work is written here.
    core = proxy_of(o).core
    vm = enter(core)
    if vm is None:
        return False
    work.core = core
    work.vm = vm
    work.args = args
    work.n = n
    work.target = proxy_of(o).value
    work.result = None
    work.partial = None
    return True


@unsafe
@fn
def get_body(work: Ptr[Work]) -> None:
    """result = target[args[0]]."""
    # SAFETY: `place` has made the room.
    core, vm = work.core, work.vm
    safe(core, vm)
    key = to_lua(core, vm, work.args[0])
    if is_table(work.target):
        found = get(table_of(work.target), key)
        if found != NIL or table_of(work.target).meta is None:
            work.result = to_python(core, vm, found)
            return
    work.result = to_python(core, vm, index_any(work, key))


@noinline
@unsafe
@fn
def index_any(work: Ptr[Work], key: u64) -> u64:
    """target[key] in full generality."""
    # SAFETY: as in get_body.
    core, vm = work.core, work.vm
    own = u64(vm.current.top) - u64(vm.current.stack)
    slot = claim(vm, 2)
    slot[5] = key
    result, f, first = index_chain(vm, work.target, key)
    if f == NIL:
        if first != 0:
            index_failed(vm, -1, work.target, result, first == 2)
    else:
        slot[2] = f
        slot[4] = first
        slot, count = invoke(core, vm, slot, 2)
        result = slot[0] if count > 0 else NIL
    vm.current.top = bitcast(Ptr[u64], u64(vm.current.stack) + own)
    return result


@unsafe
@fn
def set_body(work: Ptr[Work]) -> None:
    """target[args[0]] = args[1], nil for None or where n is 1."""
    # SAFETY: as in get_body.
    core, vm = work.core, work.vm
    thread = vm.current
    slot = place(core, vm, 3)
    slot[4] = NIL
    thread.top = slot + 5
    key = to_lua(core, vm, work.args[0])
    # The stack may have moved, here and below.
    thread.top[0] = key
    thread.top += 1
    stored = to_lua(core, vm, work.args[1]) if work.n > 1 else u64(NIL)
    slot = thread.top - 6
    slot[6] = stored
    thread.top += 1
    if is_table(work.target):
        if table_of(work.target).meta is None:
            set(vm, table_of(work.target), key, stored)
            thread.top = slot
            return
    culprit, f, first = store_chain(vm, work.target, key, stored)
    if f != NIL:
        slot[2] = f
        slot[4] = first
        vm.current.top = slot + 4
        slot, _ = invoke(core, vm, slot, 3)
    elif first != 0:
        store_failed(vm, -1, work.target, culprit, first == 2)
    vm.current.top = slot


@unsafe
@fn
def get_item(o: Ptr[Object], key: Ptr[Object]) -> Ptr[Object] | None:
    """o[key]."""
    # SAFETY: the work is written by `begin`.
    work = uninit(Work)
    given = key
    if not begin(o, addr_of(work), addr_of(given), 1):
        return None
    ok = run(work.core, work.vm, get_body, addr_of(work))
    leave(work.core)
    return work.result if ok else None


@unsafe
@fn
def set_item(o: Ptr[Object], key: Ptr[Object], value: Ptr[Object] | None) -> i32:
    """o[key] = value, and `del o[key]` for None."""
    # SAFETY: as in get_item.
    work = uninit(Work)
    given = uninit(Array[Ptr[Object], 2])
    given[0] = key
    n: u64 = 1
    if value is not None:
        given[1] = value
        n = 2
    if not begin(o, addr_of(work), addr_of(given[0]), n):
        return -1
    ok = run(work.core, work.vm, set_body, addr_of(work))
    leave(work.core)
    return 0 if ok else -1


@unsafe
@fn
def contains(o: Ptr[Object], key: Ptr[Object]) -> i32:
    """Whether o[key] is not nil."""
    # SAFETY: the result is an owned object.
    found = get_item(o, key)
    if found is None:
        return -1
    is_there = found != kinds.none
    capi.drop(found)
    return 1 if is_there else 0


@fn
def size(o: Ptr[Object]) -> i64:
    """`#o`, without metamethods."""
    core = proxy_of(o).core
    if enter(core) is None:
        return -1
    n = length(table_of(proxy_of(o).value))
    leave(core)
    return i64_bits(n)


@unsafe
@fn
def is_special(name: Ptr[Object]) -> i32:
    """1 for names that begin and end with two underscores, which are Python's; -1: an exception."""
    # SAFETY: the text has so many bytes.
    n: i64 = 0
    text = capi.PyUnicode_AsUTF8AndSize(name, addr_of(n))
    if text is None:
        return -1
    if n < 4:
        return 0
    line = u64(ord("_"))
    if (text[0] == line and text[1] == line and text[bitcast(u64, n) - 1] == line
            and text[bitcast(u64, n) - 2] == line):
        return 1
    return 0


@fn
def get_attribute(o: Ptr[Object], name: Ptr[Object]) -> Ptr[Object] | None:
    """o.name: an attribute that proxies have in Python, else o["name"]."""
    special = is_special(name)
    if special < 0:
        return None
    if special != 0 or capi.PySet_Contains(kinds.names, name) != 0:
        return capi.PyObject_GenericGetAttr(o, name)
    return get_item(o, name)


@fn
def set_attribute(o: Ptr[Object], name: Ptr[Object], value: Ptr[Object] | None) -> i32:
    """o.name = value."""
    special = is_special(name)
    if special < 0:
        return -1
    if special != 0:
        capi.PyErr_SetString(kinds.attribute_error, c_str(b"Lua objects have no such attributes"))
        return -1
    return set_item(o, name, value)
