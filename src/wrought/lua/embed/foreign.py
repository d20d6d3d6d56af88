"""Python objects in Lua: userdata that own a reference, and how they behave there."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.embed import capi
from wrought.lua.embed.capi import Object, keep
from wrought.lua.embed.core import DEAD, Core, core_of, kinds
from wrought.lua.embed.lock import drop_dead, lock_gil, unlock_gil
from wrought.lua.vm.new import new_userdata
from wrought.lua.vm.objects import (
    Kind,
    Userdata,
    Vm,
    function_of,
    header_of,
    userdata_of,
    userdata_value,
)
from wrought.lua.vm.table.insert import set
from wrought.lua.vm.table.lookup import get
from wrought.lua.vm.value import NIL, TAG_LIGHT, is_function, is_object

TYPE: u8 = 200
"""`Userdata.type` of Python objects."""


@struct
class Foreign:
    """The data of the userdata."""

    object: Ptr[Object] | None
    """None when it was collected."""
    items: u64
    """1: indexing reads items, 0: attributes."""


@inline
@unsafe
@fn
def foreign_of(v: u64) -> Ptr[Foreign]:
    # SAFETY: the caller knows that it is one.
    return bitcast(Ptr[Foreign], userdata_of(v).data())


@inline
@unsafe
@fn
def foreign_object(core: Ptr[Core], v: u64) -> Ptr[Object] | None:
    """The Python object that a Lua value stands for, borrowed; also of `python.as_function`."""
    # SAFETY: the type of a userdata says what its data is.
    if is_object(v):
        if header_of(v).kind == Kind.USERDATA:
            if userdata_of(v).type == TYPE:
                return foreign_of(v).object
    if is_function(v):
        f = function_of(v)
        native = f.native
        if native is not None and u64(native) == kinds.as_function:
            # debug.setupvalue may have put anything there.
            held = f.upvalues()[0]
            if is_object(held):
                if header_of(held).kind == Kind.USERDATA:
                    return object_of(userdata_of(held))
    return None


@unsafe
@fn
def object_of(u: Ptr[Userdata]) -> Ptr[Object] | None:
    """The Python object of a userdata, borrowed; None where it has none."""
    # SAFETY: as in foreign_object.
    if u.type != TYPE:
        return None
    return bitcast(Ptr[Foreign], u.data()).object


@fn
def is_fleeting(o: Ptr[Object]) -> bool:
    """Whether nobody looks for the object's userdata again: a bound method is made anew for each
    call."""
    return o.type == kinds.method or o.type == kinds.c_method


@fn
def protocol_of(o: Ptr[Object]) -> u64:
    """How indexing is meant where nobody says it: items, if the type has such."""
    return 1 if capi.PyMapping_Check(o) != 0 else u64(0)


@unsafe
@fn
def new_foreign(core: Ptr[Core], vm: Ptr[Vm], o: Ptr[Object], items: u64) -> u64:
    """The userdata of an object, which owns a reference.  Throws "not enough memory"."""
    # SAFETY: the userdata has room for the data.
    key = TAG_LIGHT | u64(o) + items
    fleeting = is_fleeting(o)
    if not fleeting:
        found = get(core.objects, key)
        if found != NIL:
            if foreign_of(found).object == o:
                return found
    made = new_userdata(vm, 16, vm.globals)
    data = bitcast(Ptr[Foreign], made.data())
    data.object = None
    data.items = items
    made.type = TYPE
    made.meta = core.meta
    data.object = keep(o)
    if not fleeting:
        set(vm, core.objects, key, userdata_value(made))
    return userdata_value(made)


@unsafe
@fn
def collect(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """__gc: the object is given up when this thread has the GIL again."""
    # SAFETY: the collector calls it with the userdata; programs may with anything.
    core = core_of(vm)
    if n == 0 or vm.gc.in_step == 0:
        return 0
    if foreign_object(core, args[0]) is None or not is_object(args[0]):
        return 0
    data = foreign_of(args[0])
    o = data.object
    data.object = None
    if core.dead_used == DEAD:
        lock_gil(core)
        drop_dead(core)
        unlock_gil(core)
    core.dead[core.dead_used] = u64(o) if o is not None else u64(0)
    core.dead_used += 1
    return 0
