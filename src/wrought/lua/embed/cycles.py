"""References for Python's garbage collector, which sees through Lua this way.

A proxy refers to its runtime, and a runtime to all Python objects that Lua has, so that what only
refers to itself through Lua is found.  While another thread is inside, the runtime is in use and
its objects count as reachable: nothing is shown.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast
from wrought.lang.core.scalars import Fn, Ptr, i32, u64
from wrought.lua.embed import capi
from wrought.lua.embed.capi import Object
from wrought.lua.embed.core import Core, proxy_of
from wrought.lua.embed.foreign import foreign_of
from wrought.lua.vm.table.iterate import iterate
from wrought.lua.vm.value import NIL, is_object


@fn
def traverse_proxy(o: Ptr[Object], visit: Fn[[Ptr[Object], u64], i32], argument: u64) -> i32:
    """tp_traverse of proxies."""
    code = visit(o.type, argument)
    if code != 0:
        return code
    bound = proxy_of(o).bound
    if bound is not None:
        code = visit(bound, argument)
        if code != 0:
            return code
    return visit(addr_of(proxy_of(o).core.head), argument)


@fn
def visit_maybe(o: Ptr[Object] | None, visit: Fn[[Ptr[Object], u64], i32], argument: u64) -> i32:
    return i32(0) if o is None else visit(o, argument)


@unsafe
@fn
def traverse_core(o: Ptr[Object], visit: Fn[[Ptr[Object], u64], i32], argument: u64) -> i32:
    """tp_traverse of runtimes."""
    # SAFETY: the object is a runtime.
    core = bitcast(Ptr[Core], o)
    code = visit(o.type, argument)
    if code == 0:
        code = visit_maybe(core.filter, visit, argument)
    if code == 0:
        code = visit_maybe(core.getter, visit, argument)
    if code == 0:
        code = visit_maybe(core.setter, visit, argument)
    if code == 0:
        code = visit_maybe(core.overflow, visit, argument)
    if code != 0 or core.vm is None:
        return code
    if core.owner != 0 and core.owner != capi.PyThread_get_thread_ident():
        return 0
    return visit_objects(core, visit, argument)


@fn
def visit_objects(core: Ptr[Core], visit: Fn[[Ptr[Object], u64], i32], argument: u64) -> i32:
    """All objects that userdata own: each of these is in the table, or its object counts as used
    from elsewhere."""
    position: u64 = 0
    while True:
        position, key, value = iterate(core.objects, position)
        if key == NIL:
            return 0
        if is_object(value):
            code = visit_maybe(foreign_of(value).object, visit, argument)
            if code != 0:
                return code
