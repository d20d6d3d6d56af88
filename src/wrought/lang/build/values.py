"""Structs, arrays, pointers and bit fields as ordinary Python sees them: views of memory."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, StructType


def address_of_buffer(value: Any, what: str) -> tuple[int, int, Any]:
    """(address, bytes, object to keep) of bytes, a bytearray, memoryview or ctypes object."""
    if isinstance(value, bytes):
        held = ctypes.create_string_buffer(value, max(len(value), 1))
        return ctypes.addressof(held), len(value), held
    try:
        view = memoryview(value).cast("B")
    except TypeError:
        raise TypeError(f"{what}: a buffer is needed, not {type(value).__name__}") from None
    if not len(view):
        return 8, 0, view
    if view.readonly:
        return address_of_buffer(bytes(view), what)
    held = (ctypes.c_char * len(view)).from_buffer(view)
    return ctypes.addressof(held), len(view), held


def _bound(method: Callable[..., Any], receiver: Any) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        return method(receiver, *args)
    return call


def _allocate(size: int, align: int) -> tuple[int, Any]:
    """Zeroed memory of this process: its address, and the object that keeps it."""
    held = ctypes.create_string_buffer(size + align)
    base = ctypes.addressof(held)
    return (base + align - 1) // align * align, held


class HostPointer:
    """A typed address that compiled code gave out; nothing keeps its memory alive."""

    __slots__ = ("host_type", "host_address", "_held")

    def __init__(self, type: t.Type, address: int) -> None:
        self.host_type, self.host_address = type, address

    @property
    def value(self) -> Any:
        """What it points at."""
        from .marshal_values import read

        return read(self.host_type, self.host_address)

    def __getattr__(self, name: str) -> Any:
        if name in ("type", "address") and name not in getattr(self.host_type, "fields", ()):
            return getattr(self, "host_" + name)
        return getattr(self.value, name)

    def __int__(self) -> int:
        return self.host_address

    def __eq__(self, other: object) -> bool:
        return getattr(other, "host_address", other) == self.host_address

    def __hash__(self) -> int:
        return hash(self.host_address)

    def __repr__(self) -> str:
        return f"<Ptr[{self.host_type.name}] {self.host_address:#x}>"


class HostStruct:
    """A struct in this process's memory; its fields are attributes.

    So are `type` and `address`, where the struct has no fields of these names.
    """

    __slots__ = ("host_type", "host_address", "_held", "_kept")
    host_type: StructType
    host_address: int

    def __init__(self, type: StructType, address: int, held: Any = None) -> None:
        object.__setattr__(self, "host_type", type)
        object.__setattr__(self, "host_address", address)
        object.__setattr__(self, "_held", held)
        object.__setattr__(self, "_kept", [])

    @classmethod
    def allocate(cls, type: StructType) -> HostStruct:
        """A zeroed struct."""
        address, held = _allocate(type.size, type.align)
        return cls(type, address, held)

    @classmethod
    def copy_of(cls, other: HostStruct) -> HostStruct:
        """A copy with its own memory."""
        made = cls.allocate(other.host_type)
        ctypes.memmove(made.host_address, other.host_address, other.host_type.size)
        return made

    def __getattr__(self, name: str) -> Any:
        from .marshal_values import read

        f = self.host_type.fields.get(name)
        if f is None:
            method = self.host_type.methods.get(name)
            if method is None and name in ("type", "address"):
                return getattr(self, "host_" + name)
            if method is None:
                raise AttributeError(f"{self.host_type.name} has no field '{name}'")
            return _bound(method, self)
        return read(f.type, self.host_address + f.offset)

    def __setattr__(self, name: str, value: Any) -> None:
        from .marshal_values import write

        f = self.host_type.fields.get(name)
        if f is None:
            raise AttributeError(f"{self.host_type.name} has no field '{name}'")
        write(f.type, self.host_address + f.offset, value, self._kept)

    def assign(self, value: Any) -> None:
        """Set all fields from a dict or tuple."""
        given = cast("dict[str, Any]", value).items() if isinstance(value, dict) else zip(
            list(self.host_type.fields), value, strict=True)
        for name, v in given:
            setattr(self, name, v)

    def to_bytes_of(self, type: StructType) -> bytes:
        """The bytes, for a static's initial value; TypeError for another type."""
        if type is not self.host_type:
            raise TypeError(f"a {type.name} is needed, not a {self.host_type.name}")
        return bytes(self)

    def __bytes__(self) -> bytes:
        return ctypes.string_at(self.host_address, self.host_type.size)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HostStruct) and other.host_type is self.host_type and (
            bytes(other) == bytes(self))

    def __repr__(self) -> str:
        parts = (f"{n}={getattr(self, n)!r}" for n in self.host_type.fields)
        return f"{self.host_type.name}({', '.join(parts)})"


class HostArray:
    """An array (or other value in memory) of this process; a sequence of its elements."""

    __slots__ = ("host_type", "host_address", "_held", "_kept")

    def __init__(self, type: t.Type, values: Any = (), address: int = 0) -> None:
        self.host_type: Any = type
        self._kept: list[Any] = []
        self.host_address, self._held = (address, None) if address else _allocate(
            type.size, type.align)
        if values:
            self.assign(values)

    @property
    def type(self) -> Any:
        """Its type."""
        return self.host_type

    @property
    def address(self) -> int:
        """Where it lies."""
        return self.host_address

    @classmethod
    def copy_of(cls, other: HostArray) -> HostArray:
        """A copy with its own memory."""
        made = cls(other.host_type)
        ctypes.memmove(made.host_address, other.host_address, other.host_type.size)
        return made

    def _at(self, i: int) -> int:
        n = len(self)
        if not -n <= i < n:
            raise IndexError(f"index {i} is out of range for {self.host_type.name}")
        return self.host_address + (i % n) * self.host_type.elem.size

    def __len__(self) -> int:
        return self.host_type.count

    def __getitem__(self, i: Any) -> Any:
        from .marshal_values import read

        if isinstance(i, slice):
            return [self[k] for k in range(*i.indices(len(self)))]
        return read(self.host_type.elem, self._at(i))

    def __setitem__(self, i: int, value: Any) -> None:
        from .marshal_values import write

        write(self.host_type.elem, self._at(i), value, self._kept)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def assign(self, values: Any) -> None:
        """Set the elements from a sequence of the same length."""
        values = list(values)
        if len(values) != len(self):
            raise ValueError(f"{len(values)} values for {self.host_type.name}")
        for i, v in enumerate(values):
            self[i] = v

    def __bytes__(self) -> bytes:
        return ctypes.string_at(self.host_address, self.host_type.size)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, bytes | bytearray):
            return bytes(self) == bytes(other)
        try:
            return list(self) == list(cast("Iterable[Any]", other))
        except TypeError:
            return False

    def __repr__(self) -> str:
        shown = ", ".join(repr(x) for x in list(self)[:16])
        return f"{self.host_type.name}({shown}{', …' if len(self) > 16 else ''})"


class BitsValue:
    """A decoded bit field: `raw`, and one attribute a field."""

    __slots__ = ("host_type", "raw")

    def __init__(self, type: BitfieldType, raw: int) -> None:
        self.host_type, self.raw = type, raw

    def __getattr__(self, name: str) -> Any:
        from .marshal_values import from_native

        f = self.host_type.fields.get(name)
        if f is None:
            method = self.host_type.methods.get(name)
            if method is None and name == "type":
                return self.host_type
            if method is None:
                raise AttributeError(f"{self.host_type.name} has no field '{name}'")
            return _bound(method, self)
        bits = self.raw >> f.lo & ((1 << (f.hi - f.lo + 1)) - 1)
        storage = f.type.storage
        if isinstance(storage, t.IntType) and storage.signed and bits >> (f.hi - f.lo):
            bits += (1 << storage.bits) - (1 << (f.hi - f.lo + 1))
        return from_native(f.type, bits)

    def with_(self, **fields: Any) -> BitsValue:
        """A copy with fields replaced; ValueError for a value that does not fit."""
        raw = self.raw
        for name, value in fields.items():
            f = self.host_type.fields.get(name)
            if f is None:
                raise AttributeError(f"{self.host_type.name} has no field '{name}'")
            width = f.hi - f.lo + 1
            n = int(value.raw if isinstance(value, BitsValue) else value)
            if not -(1 << (width - 1)) <= n < 1 << width:
                raise ValueError(f"{n:#x} does not fit the {width} bits of {name}")
            mask = ((1 << width) - 1) << f.lo
            raw = raw & ~mask | n << f.lo & mask
        return BitsValue(self.host_type, raw)

    def __int__(self) -> int:
        return self.raw

    __index__ = __int__

    def __eq__(self, other: object) -> bool:
        return int(other) == self.raw if isinstance(other, BitsValue | int) else False

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        parts = (f"{n}={getattr(self, n)!r}" for n in self.host_type.fields)
        return f"{self.host_type.name}({', '.join(parts)})"


def make_bits(ty: BitfieldType, value: Any, fields: dict[str, Any]) -> BitsValue:
    """`T(raw)` or `T(field=…)` in ordinary Python."""
    raw = int(value)
    if not 0 <= raw < 1 << ty.size * 8:
        raise OverflowError(f"{raw:#x} does not fit {ty.name}")
    return BitsValue(ty, raw).with_(**fields)


def make_struct(ty: StructType, args: tuple[Any, ...], fields: dict[str, Any]) -> HostStruct:
    """`T(…)` in ordinary Python; fields not given take their default, or zero."""
    from wrought.lang.front.layout import NO_DEFAULT

    made = HostStruct.allocate(ty)
    names = list(ty.fields)
    if len(args) > len(names):
        raise TypeError(f"{ty.name} has {len(names)} fields, got {len(args)} values")
    for f in ty.fields.values():
        if f.default is not NO_DEFAULT:
            setattr(made, f.name, f.default)
    for name, value in [*zip(names, args, strict=False), *fields.items()]:
        setattr(made, name, value)
    return made
