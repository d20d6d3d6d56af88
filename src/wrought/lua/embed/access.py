"""Lua reads, writes, prints, measures and compares Python objects: their metatable."""

from __future__ import annotations

from wrought.lang.core.function import fn, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, uninit, zeroed
from wrought.lang.core.scalars import Array, Fn, Ptr, f64, u64
from wrought.lua.embed import capi
from wrought.lua.embed.bits import i64_bits
from wrought.lua.embed.calling import call_native, checked_object, give_result, give_value
from wrought.lua.embed.capi import Object, drop
from wrought.lua.embed.core import kinds
from wrought.lua.embed.crossing import Work, raised, visit
from wrought.lua.embed.foreign import collect, foreign_object, foreign_of
from wrought.lua.embed.to_lua import text_to_lua
from wrought.lua.embed.to_python import to_python
from wrought.lua.lib.registry import library
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.strings import text
from wrought.lua.vm.value import boolean, is_object, is_string, normal_number

EQUAL = 2
"""Py_EQ."""


@unsafe
@fn
def access(vm: Ptr[Vm], args: Ptr[u64], n: u64, wanted: u64, body: Fn[[Ptr[Work]], None]) -> u64:
    """Run a body for a metamethod that has so many arguments."""
    # SAFETY: the objects are held in this frame while the body runs.
    if n < wanted:
        error_text(vm, b"Python object expected")
    held = uninit(Array[Ptr[Object], 4])
    work = zeroed(Work)
    work.args = addr_of(held[0])
    work.target = args[0]
    work.count = n
    visit(vm, body, addr_of(work))
    return work.count


@fn
def reads_items(work: Ptr[Work]) -> bool:
    """Whether indexing the target means items."""
    return is_object(work.target) and foreign_of(work.target).items != 0


@unsafe
@fn
def take_key(work: Ptr[Work], as_name: bool) -> Ptr[Object]:
    """The key, held; a name is a str in every encoding."""
    # SAFETY: the key is the second argument.
    v = work.vm.current.base[1]
    if as_name and is_string(v):
        made = capi.PyUnicode_DecodeUTF8(text(v).ptr, i64_bits(len(text(v))), None)
        if made is None:
            raised(work.vm)
        work.args[0] = made
    else:
        work.args[0] = to_python(work.core, work.vm, v)
    work.n = 1
    return work.args[0]


@noinline
@unsafe
@fn
def filtered(work: Ptr[Work], o: Ptr[Object], setting: Ptr[Object]) -> Ptr[Object]:
    """The name of an attribute as attribute_filter has it; it replaces the one that is held."""
    # SAFETY: three arguments are given.
    rule = work.core.filter
    if rule is None:
        return work.args[0]
    given = uninit(Array[Ptr[Object], 3])
    given[0], given[1], given[2] = o, work.args[0], setting
    made = capi.PyObject_Vectorcall(rule, addr_of(given[0]), 3, None)
    if made is None:
        raised(work.vm)
    drop(work.args[0])
    work.args[0] = made
    return made


@unsafe
@fn
def index_body(work: Ptr[Work]) -> None:
    # SAFETY: two arguments are given to the handler.
    core = work.core
    o = checked_object(core, work.vm, work.target)
    getter = core.getter
    items = reads_items(work) and getter is None
    key = take_key(work, not items)
    result: Ptr[Object] | None = None
    if items:
        result = capi.PyObject_GetItem(o, key)
    elif getter is not None:
        given = uninit(Array[Ptr[Object], 2])
        given[0], given[1] = o, key
        result = capi.PyObject_Vectorcall(getter, addr_of(given[0]), 2, None)
    else:
        result = capi.PyObject_GetAttr(o, filtered(work, o, kinds.false))
    work.n = 0
    drop(work.args[0])
    give_result(work, result)


@fn
def index_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    return access(vm, args, n, 2, index_body)


@unsafe
@fn
def newindex_body(work: Ptr[Work]) -> None:
    # SAFETY: three arguments are given to the handler.
    core, vm = work.core, work.vm
    o = checked_object(core, vm, work.target)
    setter = core.setter
    items = reads_items(work) and setter is None
    take_key(work, not items)
    work.args[1] = to_python(core, vm, vm.current.base[2])
    work.n = 2
    failed = False
    if items:
        failed = capi.PyObject_SetItem(o, work.args[0], work.args[1]) != 0
    elif setter is not None:
        given = uninit(Array[Ptr[Object], 3])
        given[0], given[1], given[2] = o, work.args[0], work.args[1]
        made = capi.PyObject_Vectorcall(setter, addr_of(given[0]), 3, None)
        if made is None:
            failed = True
        else:
            drop(made)
    else:
        name = filtered(work, o, kinds.true)
        failed = capi.PyObject_SetAttr(o, name, work.args[1]) != 0
    if failed:
        raised(vm)
    work.n = 0
    drop(work.args[1])
    drop(work.args[0])
    work.count = 0


@fn
def newindex_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    return access(vm, args, n, 3, newindex_body)


@fn
def len_body(work: Ptr[Work]) -> None:
    size = capi.PyObject_Size(checked_object(work.core, work.vm, work.target))
    if size < 0:
        raised(work.vm)
    give_value(work, normal_number(f64(size)))


@fn
def len_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    return access(vm, args, n, 1, len_body)


@fn
def text_body(work: Ptr[Work]) -> None:
    made = capi.PyObject_Str(checked_object(work.core, work.vm, work.target))
    if made is None:
        raised(work.vm)
    work.partial = made
    give_value(work, text_to_lua(work.core, work.vm, made))
    work.partial = None
    drop(made)


@fn
def text_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    return access(vm, args, n, 1, text_body)


@unsafe
@fn
def equal_body(work: Ptr[Work]) -> None:
    # SAFETY: there are two arguments.
    a = foreign_object(work.core, work.target)
    b = foreign_object(work.core, work.vm.current.base[1])
    if a is None or b is None:
        give_value(work, boolean(False))
        return
    same = capi.PyObject_RichCompareBool(a, b, EQUAL)
    if same < 0:
        raised(work.vm)
    give_value(work, boolean(same != 0))


@fn
def equal_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    return access(vm, args, n, 2, equal_body)


METATABLE = library("python object", [
    ("__call", call_native), ("__index", index_native), ("__newindex", newindex_native),
    ("__len", len_native), ("__tostring", text_native), ("__eq", equal_native),
    ("__gc", collect), ("__metatable", b"Python object"),
], prefix="")


