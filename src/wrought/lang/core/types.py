"""The language's types.  Each is one object, so identity is equality.

Sizes and alignments are in bytes, and equal those of C on both machines (LP64, AAPCS64 and
System V x86-64).  `leaves` lists the scalars of a value that can travel in registers.
"""

from __future__ import annotations

from typing import Any, ClassVar

from wrought.lang.ir.types import IrType, size_align

MAX_LEAVES = 4
"""A struct with at most this many scalars, and at most 32 bytes, travels in registers."""


class Type:
    """Base of all types.  `name` is how programs write it."""

    name: str
    size: int = 0
    align: int = 1
    ir: IrType | None = None
    """The IR type of a value in registers; None when values live in memory only."""
    is_place_type: ClassVar[bool] = False
    """True for types whose values have no meaning away from their address (MMIO, atomics)."""

    def __repr__(self) -> str:
        return self.name

    def __or__(self, other: object) -> Type:
        raise TypeError(f"only a pointer can be optional: Ptr[{self.name}] | None")

    def __ror__(self, other: object) -> Type:
        return self.__or__(other)

    def leaves(self) -> list[tuple[int, str]]:
        """(byte offset, scalar IR type) of each scalar inside, in order."""
        return [(0, self.ir)] if isinstance(self.ir, str) else []

    @property
    def storage(self) -> Type:
        """The scalar type that holds the bits: the base of an enum, newtype or bit field."""
        return self


class IntType(Type):
    """`u8` to `u64`, `i8` to `i64`, `usize`, `isize`."""

    def __init__(self, name: str, bits: int, signed: bool) -> None:
        self.name, self.bits, self.signed = name, bits, signed
        self.size = self.align = bits // 8
        self.ir = f"i{bits}"
        self.min = -(1 << (bits - 1)) if signed else 0
        self.max = (1 << (bits - 1 if signed else bits)) - 1

    def __call__(self, value: int) -> int:
        """In ordinary Python: the value, which has to fit (OverflowError otherwise)."""
        value = int(value)
        if not self.min <= value <= self.max:
            raise OverflowError(f"{value} does not fit {self.name} ({self.min} … {self.max})")
        return value


class BoolType(Type):
    """One byte, 0 or 1."""

    name, size, align, ir = "bool", 1, 1, "i1"


class FloatType(Type):
    """`f32` and `f64`: IEEE 754 binary32 and binary64."""

    def __init__(self, name: str, bits: int) -> None:
        self.name, self.bits = name, bits
        self.size = self.align = bits // 8
        self.ir = name

    def __call__(self, value: float) -> float:
        return float(value)


class VoidType(Type):
    """The result type of a function that returns nothing; `Ptr[Void]` points at anything."""

    name, ir = "None", "void"


class NeverType(Type):
    """The result type of a function that does not return."""

    name, ir = "Never", "void"


class Derived(Type):
    """A type with another type's bits: enums, newtypes, bit fields."""

    base: Type

    def set_base(self, base: Type) -> None:
        """Take size, alignment and IR type from `base`."""
        self.base = base
        self.size, self.align, self.ir = base.size, base.align, base.ir

    @property
    def storage(self) -> Type:
        return self.base.storage


class NewType(Derived):
    """A distinct type with the values of `base` (an integer, float or pointer type)."""

    def __init__(self, name: str, base: Type) -> None:
        self.name = name
        self.set_base(base)

    def __call__(self, value: Any) -> Any:
        return self.base(value) if callable(self.base) else value


class PtrType(Type):
    """`Ptr[T]`, never null, or `Ptr[T] | None`."""

    size = align = 8
    ir = "ptr"

    def __init__(self, to: Type, nullable: bool) -> None:
        self.to, self.nullable = to, nullable

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"Ptr[{self.to.name}]" + (" | None" if self.nullable else "")

    def __or__(self, other: object) -> PtrType:
        if other is not None:
            raise TypeError(f"{self.name} can be combined with None only")
        return ptr(self.to, True)

    __ror__ = __or__


class FnType(Type):
    """A function pointer `Fn[[u64, u32], u64]`; `| None` makes it nullable."""

    size = align = 8
    ir = "ptr"

    def __init__(self, params: tuple[Type, ...], ret: Type, cc: str, nullable: bool) -> None:
        self.params, self.ret, self.cc, self.nullable = params, ret, cc, nullable

    @property
    def name(self) -> str:  # type: ignore[override]
        head = "HandlerFn" if self.cc == "handler" else "Fn"
        args = ", ".join(p.name for p in self.params)
        return f"{head}[[{args}], {self.ret.name}]" + (" | None" if self.nullable else "")

    def __or__(self, other: object) -> FnType:
        return fn_type(self.params, self.ret, self.cc, True)

    __ror__ = __or__


class SliceType(Type):
    """`Slice[T]`: address and length, always bounds-checked."""

    size, align = 16, 8
    ir = ("ptr", "i64")

    def __init__(self, elem: Type) -> None:
        self.elem = elem
        self.name = f"Slice[{elem.name}]"

    def leaves(self) -> list[tuple[int, str]]:
        return [(0, "ptr"), (8, "i64")]


class ArrayType(Type):
    """`Array[T, N]`: N elements in place."""

    def __init__(self, elem: Type, count: int) -> None:
        self.elem, self.count = elem, count
        self.name = f"Array[{elem.name}, {count}]"

    @property
    def size(self) -> int:  # type: ignore[override]
        return self.elem.size * self.count

    @property
    def align(self) -> int:  # type: ignore[override]
        return self.elem.align

    def leaves(self) -> list[tuple[int, str]]:
        if self.count > 2 * MAX_LEAVES:
            return [(0, "i8")] * (MAX_LEAVES + 1)
        step = self.elem.size
        return [(i * step + o, t) for i in range(self.count) for o, t in self.elem.leaves()]


class TupleType(Type):
    """`tuple[A, B]`: several results of a function; lives in registers."""

    def __init__(self, elems: tuple[Type, ...]) -> None:
        self.elems = elems
        self.name = "tuple[" + ", ".join(e.name for e in elems) + "]"

    @property
    def size(self) -> int:  # type: ignore[override]
        return size_align(self.ir)[0]

    @property
    def align(self) -> int:  # type: ignore[override]
        return size_align(self.ir)[1]

    @property
    def ir(self) -> IrType:  # type: ignore[override]
        return tuple(value_ir(e) for e in self.elems)


class CellType(Type):
    """`Mmio[T]` and `Atomic[T]`: memory that only its own methods touch."""

    is_place_type = True

    def __init__(self, kind: str, elem: Type) -> None:
        self.kind, self.elem = kind, elem
        self.name = f"{kind}[{elem.name}]"
        self.size, self.align = elem.size, elem.size

    def leaves(self) -> list[tuple[int, str]]:
        return self.elem.leaves()


class UntrustedType(Derived):
    """A number from a guest or another untrusted place; to be checked before use."""

    def __init__(self, base: Type) -> None:
        self.name = f"Untrusted[{base.name}]"
        self.set_base(base)


class TypeVar(Type):
    """A type parameter, bound at each use of a generic function or struct."""

    def __init__(self, name: str) -> None:
        self.name = name


class ConstType(Type):
    """`Const[int]`: a parameter that each call fixes at compile time."""

    def __init__(self, kind: type | Type) -> None:
        self.kind = kind
        self.name = f"Const[{getattr(kind, '__name__', kind)}]"


_cache: dict[tuple[Any, ...], Any] = {}


def _intern(key: tuple[Any, ...], make: Any) -> Any:
    found = _cache.get(key)
    if found is None:
        found = _cache[key] = make()
    return found


def ptr(to: Type, nullable: bool = False) -> PtrType:
    """The pointer type to `to`."""
    return _intern(("ptr", to, nullable), lambda: PtrType(to, nullable))


def fn_type(params: tuple[Type, ...], ret: Type, cc: str = "c", nullable: bool = False
            ) -> FnType:
    """The function pointer type with these parameters, result and convention."""
    return _intern(("fn", params, ret, cc, nullable), lambda: FnType(params, ret, cc, nullable))


def slice_of_type(elem: Type) -> SliceType:
    """The slice type over `elem`."""
    return _intern(("slice", elem), lambda: SliceType(elem))


def array_type(elem: Type, count: int) -> ArrayType:
    """The array type of `count` elements."""
    return _intern(("array", elem, count), lambda: ArrayType(elem, count))


def tuple_type(elems: tuple[Type, ...]) -> TupleType:
    """The tuple type with these parts."""
    return _intern(("tuple", elems), lambda: TupleType(elems))


def cell_type(kind: str, elem: Type) -> CellType:
    """`Mmio` or `Atomic` of `elem`."""
    return _intern((kind, elem), lambda: CellType(kind, elem))


def untrusted_type(base: Type) -> UntrustedType:
    """The untrusted form of `base`."""
    return _intern(("untrusted", base), lambda: UntrustedType(base))


def in_registers(t: Type) -> bool:
    """Whether values of `t` are passed and returned in registers."""
    if t.ir is not None:
        return True
    leaves = t.leaves()
    return 0 < len(leaves) <= MAX_LEAVES and t.size <= 32


def value_ir(t: Type) -> IrType:
    """The IR type in which a value of `t` is passed: its own, its scalars, or a pointer."""
    if t.ir is not None:
        return t.ir
    if in_registers(t):
        leaves = t.leaves()
        return tuple(x for _, x in leaves)
    return "ptr"

