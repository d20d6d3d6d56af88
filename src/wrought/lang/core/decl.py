"""Type declarations: `@struct`, `@union`, `@variant`, `@enum`, `@bitfield`, `@mmio`.

A declaration keeps its syntax tree and the names around it; fields are worked out at first use
(`wrought.lang.front.layout`), so that types can refer to each other in any order.
"""

from __future__ import annotations

from typing import Any

from .declared import At, Bits, Declared, Field, LaidOut, at, bit, bits
from .scalars import to_type
from .types import Derived, IntType, Type

__all__ = ["At", "BitfieldType", "Bits", "Declared", "EnumType", "EnumValue", "Field", "LaidOut",
           "StructType", "VariantType", "at", "bit", "bitfield", "bits", "enum", "mmio", "struct",
           "union", "variant"]


class StructType(LaidOut):
    """A struct with C layout; `kind` is `struct`, `union` or `mmio`."""

    def __init__(self, cls: type, kind: str, packed: bool, align: int, size: int,
                 params: tuple[Any, ...]) -> None:
        self.kind, self.packed, self.min_align, self.want_size = kind, packed, align, size
        self.params = params
        self.args: tuple[Any, ...] = ()
        self.origin: StructType | None = None
        self.instances: dict[tuple[Any, ...], StructType] = {}
        self.declare(cls)

    def work_out(self) -> Any:
        """Fields, size and alignment."""
        from wrought.lang.front.layout import struct_layout

        return struct_layout(self)

    @property
    def fields(self) -> dict[str, Field]:
        """Fields by name, in order."""
        return self.layout().fields

    def __getitem__(self, args: Any) -> StructType:
        """An instance of a generic struct: `Ring[u8, 64]`."""
        args = args if isinstance(args, tuple) else (args,)
        if len(args) != len(self.params):
            raise TypeError(f"{self.name} takes {len(self.params)} parameters, "
                            f"not {len(args)}")
        key = tuple(a if isinstance(a, int) else to_type(a) for a in args)
        found = self.instances.get(key)
        if found is None:
            found = self.instances[key] = self._instance(key)
        return found

    def _instance(self, args: tuple[Any, ...]) -> StructType:
        made = StructType.__new__(StructType)
        made.__dict__.update({k: v for k, v in self.__dict__.items() if k != "_layout"})
        made.params, made.args, made.origin, made.instances = (), args, self, {}
        made.name = f"{self.name}[{', '.join(getattr(a, 'name', str(a)) for a in args)}]"
        names = {p.name if isinstance(p, Type) else str(p): a
                 for p, a in zip(self.params, args, strict=True)}
        made.env = self.env.with_names({**names, self.cls.__name__: self})
        made.methods = {}
        for name, method in self.methods.items():
            copy = made._method(method, method.owner is not None)
            copy.env.extra = dict(made.env.extra)
            made.methods[name] = copy
        return made

    def __call__(self, *args: Any, **fields: Any) -> Any:
        """In ordinary Python: a value in this process's memory, usable as `Ptr` argument."""
        from wrought.lang.build.values import make_struct

        return make_struct(self, args, fields)


class VariantType(LaidOut):
    """A tagged union: `tag` says which of the members is there."""

    kind = "variant"

    def __init__(self, cls: type) -> None:
        self.declare(cls)

    def work_out(self) -> Any:
        """Members with their tags and payload types, size, alignment."""
        from wrought.lang.front.layout import variant_layout

        return variant_layout(self)


class EnumValue(int):
    """A member of an enum in ordinary Python: an int with a name and a type."""

    type: EnumType
    name: str

    def __new__(cls, type: EnumType, name: str, value: int) -> EnumValue:
        made = super().__new__(cls, value)
        made.type, made.name = type, name
        return made

    def __repr__(self) -> str:
        return f"{self.type.name}.{self.name}"

    __str__ = __repr__


class EnumType(Declared, Derived):
    """Named values of an integer type; other values of it can occur."""

    kind = "enum"

    def __init__(self, cls: type, base: Any) -> None:
        storage = to_type(base)
        if not isinstance(storage, IntType):
            raise TypeError(f"an enum's type is an integer type, not {storage.name}")
        self.set_base(storage)
        self.declare(cls)
        self.members: dict[str, EnumValue] = {}
        for name, value in vars(cls).items():
            if isinstance(value, int) and not name.startswith("_"):
                self.members[name] = EnumValue(self, name, storage(value))

    def __getattr__(self, name: str) -> Any:
        members = self.__dict__.get("members")
        if members and name in members:
            return members[name]
        return Declared.__getattr__(self, name)

    def __call__(self, value: int) -> Any:
        """In ordinary Python: the member with that value, or the plain integer."""
        for m in self.members.values():
            if int(m) == value:
                return m
        return self.base(value)  # type: ignore[operator]

    def __iter__(self) -> Any:
        return iter(self.members.values())


class BitfieldType(Declared, Derived):
    """An integer whose bits have names."""

    kind = "bitfield"

    def __init__(self, cls: type | None, base: Any) -> None:
        storage = to_type(base)
        if not isinstance(storage, IntType) or storage.signed:
            raise TypeError(f"a bit field's type is u8, u16, u32 or u64, not {storage.name}")
        self.set_base(storage)
        if cls is not None:
            self.declare(cls)

    @property
    def fields(self) -> dict[str, Field]:
        """Fields by name, in the order of the declaration."""
        done = self.__dict__.get("_fields")
        if done is None:
            from wrought.lang.front.layout import bitfield_layout

            done = self._fields = bitfield_layout(self)
        return done

    def __call__(self, value: int = 0, **fields: Any) -> Any:
        """In ordinary Python: a decoded value with one attribute a field."""
        from wrought.lang.build.values import make_bits

        return make_bits(self, value, fields)


def struct(cls: Any = None, *, packed: bool = False, align: int = 0, size: int = 0,
           params: tuple[Any, ...] = ()) -> Any:
    """Declare a struct.  `packed` leaves no padding; `align` (bytes) is a minimum; `size` is
    asserted; `params` are the type parameters (`type_param`) or names of constants."""
    if cls is None:
        return lambda c: StructType(c, "struct", packed, align, size, params)
    return StructType(cls, "struct", packed, align, size, params)


def union(cls: Any = None, *, size: int = 0) -> Any:
    """Declare a union: every field at offset 0.  Reading one needs `@unsafe`."""
    if cls is None:
        return lambda c: StructType(c, "union", False, 0, size, ())
    return StructType(cls, "union", False, 0, size, ())


def mmio(cls: Any = None, *, size: int = 0) -> Any:
    """Declare a block of device registers: fields `Mmio[T] = at(offset)`."""
    if cls is None:
        return lambda c: StructType(c, "mmio", False, 0, size, ())
    return StructType(cls, "mmio", False, 0, size, ())


def variant(cls: Any) -> VariantType:
    """Declare a tagged union; a member without payload has the type None."""
    return VariantType(cls)


def enum(base: Any) -> Any:
    """Declare an enum over an integer type: `@enum(u8)`."""
    return lambda cls: EnumType(cls, base)


def bitfield(base: Any) -> Any:
    """Declare a bit field over an unsigned type: `@bitfield(u64)`."""
    return lambda cls: BitfieldType(cls, base)
