"""What the methods of the runtime's type have in common."""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, uninit
from wrought.lang.core.scalars import Fn, Ptr, i32, i64, u64
from wrought.lua.embed import capi
from wrought.lua.embed.bits import u64_bits
from wrought.lua.embed.capi import Object
from wrought.lua.embed.core import Core
from wrought.lua.embed.crossing import Work, run
from wrought.lua.embed.lock import enter, leave


@inline
@unsafe
@fn
def core_at(o: Ptr[Object]) -> Ptr[Core]:
    # SAFETY: methods of the type get objects of the type.
    return bitcast(Ptr[Core], o)


@unsafe
@fn
def start(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64, body: Fn[[Ptr[Work]], None]
          ) -> Ptr[Object] | None:
    """Run a body for a method of the runtime."""
    # SAFETY: all that is read of the work is written here.
    core = core_at(o)
    vm = enter(core)
    if vm is None:
        return None
    work = uninit(Work)
    work.core = core
    work.vm = vm
    work.args = args
    work.n = u64_bits(n)
    work.result = None
    work.partial = None
    ok = run(core, vm, body, addr_of(work))
    leave(core)
    return work.result if ok else None


@fn
def integer(o: Ptr[Object]) -> u64:
    """A small int that is not negative."""
    overflow: i32 = 0
    return u64_bits(capi.PyLong_AsLongLongAndOverflow(o, addr_of(overflow)))
