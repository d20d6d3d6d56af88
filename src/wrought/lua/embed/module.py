"""The extension module `_native`: its types and functions."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import export, fn, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    bitcast,
    c_str,
    function_address,
    offsetof,
    sizeof,
    zeroed,
)
from wrought.lang.core.scalars import Array, Ptr, Void, i64, u8, u64
from wrought.lang.core.static import static
from wrought.lua.embed import (
    capi,
    chunks,
    cycles,
    iterators,
    limits,
    proxies,
    runtime,
    tables,
    threads,
    wrapping,
)
from wrought.lua.embed.bits import u64_bits
from wrought.lua.embed.calling import as_function_native
from wrought.lua.embed.capi import Object, keep
from wrought.lua.embed.core import Core, Iterator, Proxy, Wrapped, kinds
from wrought.lua.embed.typemaker import (
    BASE_TYPE,
    FASTCALL,
    NO_INSTANCES,
    NOARGS,
    ONE,
    TRAVERSED,
    VECTORCALL,
    Maker,
    Method,
    add_method,
    end_methods,
    make_type,
    methods_used,
)

ASS_SUBSCRIPT, LENGTH, SUBSCRIPT, BOOL, CONTAINS = 3, 4, 5, 9, 41
CALL, DEALLOC, GETATTRO, HASH, ITER, ITERNEXT = 50, 52, 58, 59, 62, 63
CLEAR, NEW, REPR, RICHCOMPARE, SETATTRO, TRAVERSE, FINALIZE = 51, 65, 66, 67, 69, 71, 80
"""Numbers of the slots, as the stable ABI fixes them (typeslots.h)."""
ABI = 3
"""PYTHON_ABI_VERSION, the stable one."""


@struct(size=104)
class ModuleDef:
    """PyModuleDef."""

    references: i64
    base: Array[u64, 4]
    name: Ptr[u8] | None
    doc: Ptr[u8] | None
    size: i64
    methods: Ptr[Method] | None
    rest: Array[u64, 4]


definition = static(ModuleDef)


@fn
def start_type() -> Maker:
    maker = zeroed(Maker)
    maker.first_method = methods_used
    return maker


@fn
def proxy_slots(m: Ptr[Maker]) -> None:
    """What all proxies have."""
    m.slot(CALL, function_address(proxies.tp_call))
    m.slot(DEALLOC, function_address(proxies.die))
    m.slot(HASH, function_address(proxies.hash))
    m.slot(RICHCOMPARE, function_address(proxies.compare))
    m.slot(REPR, function_address(proxies.show))
    m.slot(TRAVERSE, function_address(cycles.traverse_proxy))
    m.offset(c_str(b"__vectorcalloffset__"), offsetof(Proxy, "vectorcall"))
    m.offset(c_str(b"__weaklistoffset__"), offsetof(Proxy, "weak"))


@fn
def index_slots(m: Ptr[Maker]) -> None:
    """What can be indexed."""
    m.slot(SUBSCRIPT, function_address(tables.get_item))
    m.slot(ASS_SUBSCRIPT, function_address(tables.set_item))
    m.slot(GETATTRO, function_address(tables.get_attribute))
    m.slot(SETATTRO, function_address(tables.set_attribute))


@fn
def proxy_type(m: Ptr[Maker], name: Ptr[u8], base: Ptr[Object] | None) -> Ptr[Object] | None:
    return make_type(m, name, sizeof(Proxy), NO_INSTANCES | VECTORCALL | TRAVERSED, base)


@fn
def object_type() -> Ptr[Object] | None:
    m = start_type()
    proxy_slots(addr_of(m))
    index_slots(addr_of(m))
    m.slot(BOOL, function_address(proxies.is_true))
    return make_type(addr_of(m), c_str(b"wrought.lua.LuaObject"), sizeof(Proxy),
                     NO_INSTANCES | VECTORCALL | TRAVERSED | BASE_TYPE, None)


@fn
def table_type(base: Ptr[Object]) -> Ptr[Object] | None:
    m = start_type()
    proxy_slots(addr_of(m))
    index_slots(addr_of(m))
    m.slot(BOOL, function_address(proxies.is_true))
    m.slot(LENGTH, function_address(tables.size))
    m.slot(CONTAINS, function_address(tables.contains))
    m.slot(ITER, function_address(iterators.tp_iter))
    add_method(c_str(b"keys"), function_address(iterators.keys), NOARGS,
               c_str(b"An iterator over the keys."))
    add_method(c_str(b"values"), function_address(iterators.values), NOARGS,
               c_str(b"An iterator over the values."))
    add_method(c_str(b"items"), function_address(iterators.items), NOARGS,
               c_str(b"An iterator over pairs of key and value."))
    return proxy_type(addr_of(m), c_str(b"wrought.lua.LuaTable"), base)


@fn
def function_type(base: Ptr[Object]) -> Ptr[Object] | None:
    m = start_type()
    proxy_slots(addr_of(m))
    m.slot(BOOL, function_address(proxies.is_true))
    m.slot(GETATTRO, function_address(proxies.own_attribute))
    m.slot(SETATTRO, function_address(proxies.no_attribute))
    m.slot(SUBSCRIPT, function_address(proxies.no_item))
    m.slot(ASS_SUBSCRIPT, function_address(proxies.no_item_to_set))
    add_method(c_str(b"coroutine"), function_address(threads.coroutine), FASTCALL,
               c_str(b"coroutine(*args): a generator that runs the function as a coroutine."))
    return proxy_type(addr_of(m), c_str(b"wrought.lua.LuaFunction"), base)


@fn
def thread_type(base: Ptr[Object]) -> Ptr[Object] | None:
    m = start_type()
    proxy_slots(addr_of(m))
    m.slot(BOOL, function_address(threads.is_alive))
    m.slot(GETATTRO, function_address(proxies.own_attribute))
    m.slot(SETATTRO, function_address(proxies.no_attribute))
    m.slot(SUBSCRIPT, function_address(proxies.no_item))
    m.slot(ASS_SUBSCRIPT, function_address(proxies.no_item_to_set))
    m.slot(ITER, function_address(iterators.itself))
    m.slot(ITERNEXT, function_address(threads.next_value))
    add_method(c_str(b"send"), function_address(threads.send), ONE,
               c_str(b"send(value): resume the coroutine; a tuple is several values."))
    return proxy_type(addr_of(m), c_str(b"wrought.lua.LuaThread"), base)


@fn
def iterator_type() -> Ptr[Object] | None:
    m = start_type()
    m.slot(DEALLOC, function_address(iterators.die))
    m.slot(ITER, function_address(iterators.itself))
    m.slot(ITERNEXT, function_address(iterators.next_item))
    return make_type(addr_of(m), c_str(b"wrought.lua.LuaIterator"), sizeof(Iterator),
                     NO_INSTANCES, None)


@fn
def wrapped_type() -> Ptr[Object] | None:
    m = start_type()
    m.slot(DEALLOC, function_address(wrapping.die))
    return make_type(addr_of(m), c_str(b"wrought.lua.Wrapped"), sizeof(Wrapped), NO_INSTANCES,
                     None)


@fn
def core_type() -> Ptr[Object] | None:
    m = start_type()
    m.slot(NEW, function_address(runtime.tp_new))
    m.slot(DEALLOC, function_address(runtime.die))
    m.slot(TRAVERSE, function_address(cycles.traverse_core))
    m.slot(CLEAR, function_address(runtime.clear))
    m.slot(FINALIZE, function_address(runtime.finalise))
    no_doc = c_str(b"")
    add_method(c_str(b"_open"), function_address(runtime.open_runtime), FASTCALL, no_doc)
    add_method(c_str(b"_load"), function_address(chunks.load), FASTCALL, no_doc)
    add_method(c_str(b"_run"), function_address(chunks.run_chunk), FASTCALL, no_doc)
    add_method(c_str(b"_eval"), function_address(chunks.evaluate), FASTCALL, no_doc)
    add_method(c_str(b"_table"), function_address(runtime.table), FASTCALL, no_doc)
    add_method(c_str(b"_limit"), function_address(limits.limit), FASTCALL, no_doc)
    add_method(c_str(b"_budget"), function_address(limits.budget), FASTCALL, no_doc)
    add_method(c_str(b"get_instructions_left"), function_address(limits.instructions_left),
               NOARGS, c_str(b"Instructions that max_instructions still allows, or None."))
    add_method(c_str(b"_test"), function_address(limits.prepare_test), FASTCALL, no_doc)
    add_method(c_str(b"_memory"), function_address(limits.memory), NOARGS, no_doc)
    add_method(c_str(b"globals"), function_address(runtime.globals), NOARGS,
               c_str(b"The table of global variables."))
    add_method(c_str(b"gccollect"), function_address(limits.collect_garbage), NOARGS,
               c_str(b"Collect all Lua objects that nothing refers to."))
    add_method(c_str(b"set_overflow_handler"), function_address(runtime.set_overflow), ONE,
               c_str(b"set_overflow_handler(function or None): who converts ints from 2^63 on."))
    return make_type(addr_of(m), c_str(b"wrought.lua.Core"), sizeof(Core), BASE_TYPE | TRAVERSED,
                     None)


@unsafe
@fn
def configure(module: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_configure(None, True, False, str, bytes, int, float, tuple, …): fill `kinds`.

    The order is that of `Kinds` without the types that this module makes, see `api.native`.
    """
    # SAFETY: the fields of Kinds are addresses of objects, all of the same size.
    at = addr_of(kinds.none)
    own = (u64(addr_of(kinds.object)) - u64(at)) // 8
    behind = (u64(addr_of(kinds.arguments)) - u64(at)) // 8
    total = (u64(addr_of(kinds.call_proxy)) - u64(at)) // 8
    if u64_bits(n) != total - (behind - own):
        return None
    for i in range(u64_bits(n)):
        place = i if i < own else i - own + behind
        at[place] = keep(args[i])
    return keep(args[0])


@fn
def set_methods() -> Ptr[Method]:
    """The module's functions."""
    first = methods_used
    add_method(c_str(b"_configure"), function_address(configure), FASTCALL, c_str(b""))
    add_method(c_str(b"as_attrgetter"), function_address(wrapping.as_attrgetter), ONE,
               c_str(b"as_attrgetter(object): Lua reads its attributes where it indexes it."))
    add_method(c_str(b"as_itemgetter"), function_address(wrapping.as_itemgetter), ONE,
               c_str(b"as_itemgetter(object): Lua reads its items where it indexes it."))
    add_method(c_str(b"lua_type"), function_address(wrapping.lua_type), ONE,
               c_str(b"lua_type(object): the name of its Lua type, None if it is not Lua's."))
    return end_methods(first)


@fn
def add_types(module: Ptr[Object]) -> bool:
    """Make the types; False with an exception."""
    base = object_type()
    if base is None:
        return False
    kinds.object = base
    table, function, thread = table_type(base), function_type(base), thread_type(base)
    wrapped, iterator, core = wrapped_type(), iterator_type(), core_type()
    kinds.call_proxy = function_address(proxies.call_proxy)
    kinds.call_thread = function_address(threads.call_thread)
    kinds.as_function = function_address(as_function_native)
    if table is None or function is None or thread is None:
        return False
    if wrapped is None or iterator is None or core is None:
        return False
    kinds.table, kinds.function, kinds.thread = table, function, thread
    kinds.wrapped, kinds.iterator, kinds.core = wrapped, iterator, core
    failed = capi.PyModule_AddObjectRef(module, c_str(b"LuaObject"), base)
    failed |= capi.PyModule_AddObjectRef(module, c_str(b"LuaTable"), table)
    failed |= capi.PyModule_AddObjectRef(module, c_str(b"LuaFunction"), function)
    failed |= capi.PyModule_AddObjectRef(module, c_str(b"LuaThread"), thread)
    failed |= capi.PyModule_AddObjectRef(module, c_str(b"Core"), core)
    return failed == 0


@export("PyInit__native")
@fn
def make_module() -> Ptr[Object] | None:
    """What CPython calls when the module is imported."""
    if methods_used == 0:
        definition.references = 1
        definition.name = c_str(b"_native")
        definition.size = -1
        definition.methods = set_methods()
    module = capi.PyModule_Create2(definition_address(), ABI)
    if module is None:
        return None
    if not add_types(module):
        capi.drop(module)
        return None
    return module


@unsafe
@fn
def definition_address() -> Ptr[Void]:
    # SAFETY: only CPython looks at it.
    return bitcast(Ptr[Void], addr_of(definition))
