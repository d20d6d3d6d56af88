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
from wrought.lua.embed.foreign import object_of
from wrought.lua.vm.gc.vector import item
from wrought.lua.vm.objects import Header, Kind, Userdata, Vector


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
    vm = core.vm
    if code != 0 or vm is None:
        return code
    if core.owner != 0 and core.owner != capi.PyThread_get_thread_ident():
        return 0
    code = visit_userdata(addr_of(vm.gc.finalisable), 0, visit, argument)
    if code != 0:
        return code
    return visit_userdata(addr_of(vm.gc.pending), vm.gc.pending_at, visit, argument)


@unsafe
@fn
def visit_userdata(list: Ptr[Vector], first: u64, visit: Fn[[Ptr[Object], u64], i32],
                   argument: u64) -> i32:
    """The objects of a list of the collector's, which has the userdata with finalisers."""
    # SAFETY: the lists hold objects.
    for i in range(first, list.used):
        address = item(list, i)
        if address != 0:
            if bitcast(Ptr[Header], address).kind == Kind.USERDATA:
                code = visit_maybe(object_of(bitcast(Ptr[Userdata], address)), visit, argument)
                if code != 0:
                    return code
    return 0
