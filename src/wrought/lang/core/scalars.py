"""The scalar types and the type constructors that programs subscript."""

from __future__ import annotations

from typing import Any

from . import types as t

u8, u16, u32, u64 = (t.IntType(f"u{n}", n, False) for n in (8, 16, 32, 64))
i8, i16, i32, i64 = (t.IntType(f"i{n}", n, True) for n in (8, 16, 32, 64))
usize, isize = u64, i64
"""All targets are 64-bit: `usize` is `u64` and `isize` is `i64`, so they mix freely."""
boolean = t.BoolType()
f32, f64 = t.FloatType("f32", 32), t.FloatType("f64", 64)
Void = t.VoidType()
Never = t.NeverType()

INTS = {x.name: x for x in (u8, u16, u32, u64, i8, i16, i32, i64)}
"""Integer types by name."""


def to_type(x: Any) -> t.Type:
    """A type from what an annotation evaluates to; TypeError with the reason otherwise."""
    if isinstance(x, t.Type):
        return x
    if x is None:
        return Void
    if x is bool:
        return boolean
    origin = getattr(x, "__origin__", None)
    if origin is tuple:
        return t.tuple_type(tuple(element(a) for a in x.__args__))
    if x is int:
        raise TypeError("int has no width here; write u8 … u64 or i8 … i64")
    if x is float:
        raise TypeError("float has no width here; write f32 or f64")
    if x in (str, bytes):
        raise TypeError(f"{x.__name__} is not a compiled type; write Slice[u8]")
    if x in (list, dict, set, tuple):
        raise TypeError(f"{x.__name__} needs a heap and has no compiled form; "
                        "write Array[T, N], Slice[T] or a struct")
    if isinstance(x, Former):
        raise TypeError(f"{x.name} needs its argument: {x.usage}")
    raise TypeError(f"{x!r} is not a type")


def element(x: Any) -> t.Type:
    """The type of a part of something, which has to have values."""
    ty = to_type(x)
    if isinstance(ty, t.VoidType | t.NeverType):
        raise TypeError(f"{ty.name} has no values, so nothing is made of them")
    return ty


class Former:
    """A type constructor such as `Ptr`, used with a subscript."""

    def __init__(self, name: str, usage: str, doc: str, make: Any) -> None:
        self.name, self.usage, self.make = name, usage, make
        self.__doc__ = doc

    def __getitem__(self, arg: Any) -> t.Type:
        return self.make(arg)

    def __repr__(self) -> str:
        return self.name

    def __call__(self, *args: Any) -> Any:
        raise TypeError(f"{self.name} is a type constructor: {self.usage}")


def _array(arg: Any) -> t.Type:
    if not (isinstance(arg, tuple) and len(arg) == 2):
        raise TypeError("Array takes an element type and a length: Array[u8, 16]")
    elem, count = element(arg[0]), arg[1]
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise TypeError(f"an array's length is a constant integer from 0, not {count!r}")
    return t.array_type(elem, count)


def _fn(cc: str) -> Any:
    def make(arg: Any) -> t.Type:
        if not (isinstance(arg, tuple) and len(arg) == 2 and isinstance(arg[0], (list, tuple))):
            raise TypeError("a function pointer is Fn[[parameter types], result type]")
        return t.fn_type(tuple(element(a) for a in arg[0]), to_type(arg[1]), cc)
    return make


def _cell(kind: str) -> Any:
    def make(arg: Any) -> t.Type:
        elem = to_type(arg)
        if kind == "Mmio" and isinstance(elem.storage, t.PtrType):
            raise TypeError(f"a device register holds an address as u64, not as {elem.name}")
        if not isinstance(elem.storage, (t.IntType, t.BoolType, t.PtrType)):
            raise TypeError(f"{kind} holds an integer, enum, bit field or pointer, "
                            f"not {elem.name}")
        return t.cell_type(kind, elem)
    return make


def _untrusted(arg: Any) -> t.Type:
    base = to_type(arg)
    if not isinstance(base.storage, t.IntType):
        raise TypeError(f"Untrusted marks integers, not {base.name}")
    return t.untrusted_type(base)


def _const(arg: Any) -> t.Type:
    if not isinstance(arg, type | t.Type):
        raise TypeError(f"Const takes the type of the constant, as in Const[int], not {arg!r}")
    return t.ConstType(arg)


Ptr = Former("Ptr", "Ptr[T]", "The address of a T, never null; `Ptr[T] | None` may be, and is "
             "tested before use.", lambda a: t.ptr(to_type(a)))
Slice = Former("Slice", "Slice[T]", "Address and number of elements; every index is checked.",
               lambda a: t.slice_of_type(element(a)))
Array = Former("Array", "Array[T, N]", "N elements in place; every index is checked.", _array)
Fn = Former("Fn", "Fn[[A, B], R]", "The address of a function; `| None` makes it nullable.",
            _fn("c"))
HandlerFn = Former("HandlerFn", "HandlerFn[[A, B], None]", "The address of a `@handler`.",
                   _fn("handler"))
Mmio = Former("Mmio", "Mmio[u32]", "A device register, in `@mmio` blocks: `.read()`, "
              "`.write(x)`, `.modify(field=x)`, each one access of its width.", _cell("Mmio"))
Atomic = Former("Atomic", "Atomic[u32]", "A value that several CPUs share: `.load(order)`, "
                "`.store(x, order)`, `.swap`, `.add`, `.sub`, `.and_`, `.or_`, `.xor`, `.min`, "
                "`.max`, `.compare_exchange(old, new, order)`.", _cell("Atomic"))
Untrusted = Former("Untrusted", "Untrusted[u64]", "A number from a guest: no index, length or "
                   "address until it was compared with a trusted bound.", _untrusted)
Const = Former("Const", "Const[int]", "A parameter that each call fixes while compiling.",
               _const)


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"a type's name is a string, not {name!r}")
    return name


def newtype(name: str, base: t.Type) -> t.NewType:
    """A distinct type with `base`'s values: `Gpa = newtype("Gpa", u64)`."""
    return t.NewType(_name(name), to_type(base))


def type_param(name: str) -> t.TypeVar:
    """A type parameter: `T = type_param("T")`."""
    return t.TypeVar(_name(name))
