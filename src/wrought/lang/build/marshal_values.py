"""Python values to and from compiled code: integers, buffers, structs, tuples, functions."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Sequence
from typing import Any, cast

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, EnumType, StructType
from wrought.lang.core.function import Compiled
from wrought.lang.core.static import Static
from wrought.lang.ir.types import part_offset

from .values import BitsValue, HostArray, HostPointer, HostStruct, address_of_buffer

Keep = list[Any]


def wrap(title: str, raw: Callable[..., Any], names: Sequence[str], params: Sequence[t.Type],
         ret: t.Type) -> Callable[..., Any]:
    """`raw`, which takes canonical IR values, as a function on Python values."""
    hidden = ret.ir is None and not t.in_registers(ret)
    if not hidden and all(isinstance(p, t.IntType) and not p.signed for p in params) and (
            isinstance(ret, t.VoidType | t.FloatType)
            or isinstance(ret, t.IntType) and not ret.signed):
        return _plain(title, raw, params)

    def call(*args: Any) -> Any:
        _count(title, args, params)
        keep: Keep = []
        values = [to_native(p, a, keep, n)
                  for p, a, n in zip(params, args, names, strict=True)]
        if hidden:
            out = HostStruct.allocate(ret) if isinstance(ret, StructType) else HostArray(ret)
            raw(out.host_address, *values)
            return out
        return from_native(ret, raw(*values))
    return call


def _plain(title: str, raw: Callable[..., Any], params: Sequence[t.Type]) -> Callable[..., Any]:
    """The quick way for unsigned integers: packing refuses what is no 64-bit one."""
    limits = [p.max for p in params if isinstance(p, t.IntType)]
    narrow = any(limit < (1 << 64) - 1 for limit in limits)

    def check(args: tuple[Any, ...]) -> None:
        if len(args) != len(limits):
            _count(title, args, params)
        for a, limit in zip(args, limits, strict=True):
            if not isinstance(a, int):
                raise TypeError(f"{title}: an int is needed, not {type(a).__name__}")
            if not 0 <= a <= limit:
                raise OverflowError(f"{title}: {a} does not fit (0 … {limit})")

    def call(*args: Any) -> Any:
        try:
            return raw(*args)
        except TypeError:
            check(args)
            raise

    def call_narrow(*args: Any) -> Any:
        check(args)
        return raw(*args)
    return call_narrow if narrow else call


def _count(title: str, args: Sequence[Any], params: Sequence[t.Type]) -> None:
    if len(args) != len(params):
        raise TypeError(f"{title}() takes {len(params)} arguments, got {len(args)}")


def to_native(ty: t.Type, value: Any, keep: Keep, what: str) -> Any:
    """`value` as the canonical IR value of `ty`; objects that must stay alive go to `keep`."""
    storage = ty.storage
    if isinstance(storage, t.IntType):
        raw = value.raw if isinstance(value, BitsValue) else value
        if not isinstance(raw, int):
            raise TypeError(f"{what}: {ty.name} needs an int, not {type(value).__name__}")
        if not storage.min <= raw <= storage.max:
            raise OverflowError(f"{what}: {raw} does not fit {ty.name}")
        return int(raw) & ((1 << storage.bits) - 1)
    if isinstance(storage, t.BoolType):
        if not isinstance(value, bool):
            raise TypeError(f"{what}: bool needs True or False, not {value!r}")
        return int(value)
    if isinstance(storage, t.FloatType):
        return float(value)
    if isinstance(ty, t.VoidType):
        return None
    if isinstance(ty, t.PtrType):
        return _pointer(ty, value, keep, what)
    if isinstance(ty, t.FnType):
        return _function(ty, value, what)
    if isinstance(ty, t.SliceType):
        return _slice(ty, value, keep, what)
    if isinstance(ty, t.TupleType):
        return tuple(to_native(e, v, keep, what) for e, v in zip(ty.elems, value, strict=True))
    return _aggregate(ty, value, keep, what)


def _pointer(ty: t.PtrType, value: Any, keep: Keep, what: str) -> int:
    if value is None:
        if not ty.nullable:
            raise TypeError(f"{what}: {ty.name} can't be None")
        return 0
    if isinstance(value, HostStruct | HostArray | HostPointer):
        have = value.host_type
        fits = have is ty.to or isinstance(ty.to, t.VoidType) or (
            isinstance(have, t.ArrayType) and have.elem is ty.to)
        if not fits:
            raise TypeError(f"{what}: {ty.name} needs a {ty.to.name}, not a {have.name}")
        keep.append(value)
        return value.host_address
    if isinstance(value, Static):
        from .call import image

        return image().address(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    address, _, owner = address_of_buffer(value, what)
    keep.append(owner)
    return address


def _function(ty: t.FnType, value: Any, what: str) -> int:
    from . import call

    if value is None and ty.nullable:
        return 0
    if isinstance(value, Compiled):
        return call.image().address(value)
    if isinstance(value, int):
        return value
    if callable(value):
        return call.python_callback(value, ty)
    raise TypeError(f"{what}: a function is needed, not {type(value).__name__}")


def _slice(ty: t.SliceType, value: Any, keep: Keep, what: str) -> tuple[int, int]:
    size = max(ty.elem.size, 1)
    if isinstance(value, HostArray) and isinstance(value.host_type, t.ArrayType):
        if value.host_type.elem is not ty.elem:
            raise TypeError(f"{what}: {ty.name} needs elements of {ty.elem.name}")
        keep.append(value)
        return value.host_address, value.host_type.count
    if isinstance(value, list | tuple):
        items = cast("Sequence[Any]", value)
        array = HostArray(t.array_type(ty.elem, len(items)), items)
        keep.append(array)
        return array.host_address, len(items)
    address, length, owner = address_of_buffer(value, what)
    keep.append(owner)
    if length % size:
        raise TypeError(f"{what}: {length} bytes are not a multiple of {ty.elem.name}")
    return address, length // size


def _aggregate(ty: t.Type, value: Any, keep: Keep, what: str) -> Any:
    """A struct by value: its scalars, or the address of a copy."""
    if not isinstance(value, HostStruct | HostArray) or value.host_type is not ty:
        raise TypeError(f"{what}: {ty.name} is needed, not {type(value).__name__}")
    if not t.in_registers(ty):
        copy = HostStruct.copy_of(value) if isinstance(value, HostStruct) else (
            HostArray.copy_of(value))
        keep.append(copy)
        return copy.host_address
    return tuple(_scalar_at(ir, value.host_address + o) for o, ir in ty.leaves())


_CODES = {"i1": "B", "i8": "B", "i16": "H", "i32": "I", "i64": "Q", "ptr": "Q", "f32": "f",
          "f64": "d"}


def _scalar_at(ir: str, address: int) -> Any:
    code = "<" + _CODES[ir]
    return struct.unpack(code, ctypes.string_at(address, struct.calcsize(code)))[0]


def from_native(ty: t.Type, value: Any) -> Any:
    """The Python value of a canonical IR value."""
    storage = ty.storage
    if isinstance(ty, EnumType):
        return ty(_signed(storage, value))
    if isinstance(ty, BitfieldType):
        return BitsValue(ty, value)
    if isinstance(storage, t.IntType):
        return _signed(storage, value)
    if isinstance(storage, t.BoolType):
        return bool(value)
    if isinstance(storage, t.FloatType):
        return value
    if isinstance(ty, t.VoidType | t.NeverType):
        return None
    if isinstance(ty, t.PtrType):
        return HostPointer(ty.to, value) if value else None
    if isinstance(ty, t.FnType):
        return value
    if isinstance(ty, t.TupleType):
        return tuple(from_native(e, v) for e, v in zip(ty.elems, value, strict=True))
    if isinstance(ty, t.SliceType):
        return HostArray(t.array_type(ty.elem, value[1]), address=value[0])
    return _from_leaves(ty, value)


def _signed(storage: t.Type, value: int) -> int:
    assert isinstance(storage, t.IntType)
    return value - (1 << storage.bits) if storage.signed and value > storage.max else value


def _from_leaves(ty: t.Type, value: Any) -> Any:
    out = HostStruct.allocate(ty) if isinstance(ty, StructType) else HostArray(ty)
    for (o, ir), part in zip(ty.leaves(), value, strict=True):
        data = struct.pack("<" + _CODES[ir], part)
        ctypes.memmove(out.host_address + o, data, len(data))
    return out


def read(ty: t.Type, address: int) -> Any:
    """The Python value of `ty` at an address in this process."""
    if isinstance(ty, StructType):
        return HostStruct(ty, address)
    if isinstance(ty, t.ArrayType):
        return HostArray(ty, address=address)
    if isinstance(ty, t.CellType):
        return read(ty.elem, address)
    if isinstance(ty.ir, tuple):
        return from_native(ty, tuple(_scalar_at(str(ir), address + part_offset(ty.ir, i))
                                     for i, ir in enumerate(ty.ir)))
    assert isinstance(ty.ir, str)
    return from_native(ty, _scalar_at(ty.ir, address))


def write(ty: t.Type, address: int, value: Any, keep: Keep | None = None) -> None:
    """Store a Python value as `ty` at an address in this process."""
    if isinstance(ty, t.CellType):
        write(ty.elem, address, value, keep)
        return
    if isinstance(ty, StructType | t.ArrayType):
        if isinstance(value, HostStruct | HostArray):
            ctypes.memmove(address, value.host_address, ty.size)
        elif isinstance(ty, t.ArrayType):
            HostArray(ty, address=address).assign(value)
        else:
            HostStruct(ty, address).assign(value)
        return
    native = to_native(ty, value, keep if keep is not None else [], ty.name)
    irs = ty.ir if isinstance(ty.ir, tuple) else (ty.ir,)
    parts = native if isinstance(ty.ir, tuple) else (native,)
    for i, (ir, part) in enumerate(zip(irs, parts, strict=True)):
        data = struct.pack("<" + _CODES[str(ir)], part)
        offset = part_offset(ty.ir, i) if isinstance(ty.ir, tuple) else 0
        ctypes.memmove(address + offset, data, len(data))
