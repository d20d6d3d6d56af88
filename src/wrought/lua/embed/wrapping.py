"""`as_attrgetter(object)` and `as_itemgetter(object)` in Python: how Lua shall see an object."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.embed import capi
from wrought.lua.embed.bits import i64_bits
from wrought.lua.embed.capi import Object, drop, keep
from wrought.lua.embed.core import Wrapped, is_proxy, kinds, proxy_of
from wrought.lua.embed.proxies import free_object
from wrought.lua.vm.types import type_name


@unsafe
@fn
def wrap(o: Ptr[Object], items: u64) -> Ptr[Object] | None:
    # SAFETY: the allocated object is a zeroed Wrapped.
    made = capi.PyType_GenericAlloc(kinds.wrapped, 0)
    if made is None:
        return None
    w = bitcast(Ptr[Wrapped], made)
    w.object = keep(o)
    w.items = items
    return made


@fn
def as_attrgetter(module: Ptr[Object], o: Ptr[Object]) -> Ptr[Object] | None:
    """Lua reads the object's attributes where it indexes it."""
    return wrap(o, 0)


@fn
def as_itemgetter(module: Ptr[Object], o: Ptr[Object]) -> Ptr[Object] | None:
    """Lua reads the object's items."""
    return wrap(o, 1)


@unsafe
@fn
def die(o: Ptr[Object]) -> None:
    # SAFETY: it owns the object.
    held = bitcast(Ptr[Wrapped], o).object
    free_object(o)
    drop(held)


@unsafe
@fn
def lua_type(module: Ptr[Object], o: Ptr[Object]) -> Ptr[Object] | None:
    """The Lua type's name of a proxy, None for everything else."""
    # SAFETY: a proxy keeps its object alive.
    if not is_proxy(o) or proxy_of(o).core.vm is None:
        return keep(kinds.none)
    name = type_name(proxy_of(o).value)
    return capi.PyUnicode_DecodeUTF8(name.ptr, i64_bits(len(name)), None)


