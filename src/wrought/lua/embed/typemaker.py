"""Making Python types from compiled functions: PyType_Spec and what it points at."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, trunc
from wrought.lang.core.scalars import Array, Ptr, Void, i32, i64, u8, u32, u64
from wrought.lang.core.static import static
from wrought.lua.embed import capi
from wrought.lua.embed.bits import i64_bits
from wrought.lua.embed.capi import Object

FASTCALL, NOARGS, ONE = 0x80, 0x04, 0x08
"""METH_FASTCALL, METH_NOARGS, METH_O."""
BASE_TYPE, NO_INSTANCES, VECTORCALL, TRAVERSED = 1 << 10, 1 << 7, 1 << 11, 1 << 14
"""Py_TPFLAGS_BASETYPE, …_DISALLOW_INSTANTIATION, …_HAVE_VECTORCALL, …_HAVE_GC."""
TP_MEMBERS, TP_METHODS = 72, 64
SIZE_MEMBER, READ_ONLY = 19, 1
"""T_PYSSIZET, READONLY."""


@struct(size=16)
class Slot:
    """PyType_Slot."""

    number: i32
    pad: u32
    function: u64


@struct(size=40)
class Member:
    """PyMemberDef."""

    name: Ptr[u8] | None
    type: i32
    pad: u32
    offset: i64
    flags: i32
    pad2: u32
    doc: u64


@struct(size=32)
class Method:
    """PyMethodDef."""

    name: Ptr[u8] | None
    function: u64
    flags: i32
    pad: u32
    doc: Ptr[u8] | None


@struct(size=32)
class Spec:
    """PyType_Spec."""

    name: Ptr[u8]
    basic_size: i32
    item_size: i32
    flags: u32
    pad: u32
    slots: Ptr[Slot]


methods = static(Array[Method, 64])
"""Those of all types and of the module, each list ended by an empty one: CPython keeps their
addresses."""
methods_used = static(u64)


@struct
class Maker:
    """A type under construction."""

    slots: Array[Slot, 24]
    used: u64
    members: Array[Member, 4]
    member_count: u64
    first_method: u64

    def slot(self, number: i32, function: u64) -> None:
        """Fill a slot of the type, by its number in the stable ABI."""
        self.slots[self.used].number = number
        self.slots[self.used].function = function
        self.used += 1

    def offset(self, name: Ptr[u8], at: u64) -> None:
        """Say where in the object CPython finds something, "__vectorcalloffset__"."""
        m = addr_of(self.members[self.member_count])
        m.name = name
        m.type = SIZE_MEMBER
        m.offset = i64_bits(at)
        m.flags = READ_ONLY
        self.member_count += 1


@fn
def add_method(name: Ptr[u8], function: u64, flags: i32, doc: Ptr[u8]) -> None:
    """Add to the list of methods that is under construction."""
    global methods_used
    m = addr_of(methods[methods_used])
    m.name = name
    m.function = function
    m.flags = flags
    m.doc = doc
    methods_used += 1


@fn
def end_methods(first: u64) -> Ptr[Method]:
    """End the list; the address of its first one, at index `first`."""
    global methods_used
    methods_used += 1
    return addr_of(methods[first])


@unsafe
@fn
def make_type(maker: Ptr[Maker], name: Ptr[u8], size: u64, flags: u32, bases: Ptr[Object] | None
              ) -> Ptr[Object] | None:
    """The type, a new reference."""
    # SAFETY: CPython copies the specification; the slots end with an empty one.
    if maker.member_count > 0:
        maker.slot(TP_MEMBERS, u64(addr_of(maker.members[0])))
    if methods_used > maker.first_method:
        maker.slot(TP_METHODS, u64(end_methods(maker.first_method)))
    spec = Spec(name, trunc(i32, i64_bits(size)), 0, flags, 0, addr_of(maker.slots[0]))
    return capi.PyType_FromSpecWithBases(bitcast(Ptr[Void], addr_of(spec)), bases)
