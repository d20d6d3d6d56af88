"""The same source run by Python itself, on numbers that wrap: a second opinion on the front end.

The interpreter and the compilers share one front end; this shares only the source text.  Names
of types are classes of numbers here, and assignments to annotated names are coerced by a
rewrite of the syntax tree.
"""

from __future__ import annotations

import ast
import builtins
import math
import struct as packing
from collections.abc import Callable, Iterator
from typing import Any


class Panicked(Exception):
    """Compiled code would panic here."""


class Int(int):
    """An integer of fixed width; `bits` and `signed` are the subclass's."""

    bits: int
    signed: bool

    def __new__(cls, value: Any = 0) -> Any:
        if isinstance(value, float):
            low, high = cls.limits()
            return cls.of(0 if math.isnan(value) else int(min(max(value, low), high)))
        return cls.of(int(value))

    @classmethod
    def of(cls, value: int) -> Any:
        """`value` modulo 2^bits."""
        value &= (1 << cls.bits) - 1
        if cls.signed and value >> cls.bits - 1:
            value -= 1 << cls.bits
        return int.__new__(cls, value)

    @classmethod
    def limits(cls) -> tuple[int, int]:
        """Least and greatest value."""
        return (-(1 << cls.bits - 1), (1 << cls.bits - 1) - 1) if cls.signed else (
            0, (1 << cls.bits) - 1)

    def __lshift__(self, n: int) -> Any:
        return self.of(int(self) << n % self.bits)

    def __rshift__(self, n: int) -> Any:
        return self.of(int(self) >> n % self.bits)

    def __neg__(self) -> Any:
        return self.of(-int(self))

    def __invert__(self) -> Any:
        return self.of(~int(self))

    def __abs__(self) -> Any:
        return self.of(abs(int(self)))


def _wider(a: Any, b: Any) -> type[Int]:
    types = [type(x) for x in (a, b) if isinstance(x, Int)]
    return builtins.max(types, key=lambda ty: ty.bits)


def _binary(name: str) -> Callable[[Int, Any], Any]:
    plain = getattr(int, name)

    def operate(self: Int, other: Any) -> Any:
        try:
            return _wider(self, other).of(plain(int(self), int(other)))
        except ZeroDivisionError:
            raise Panicked("division by zero") from None
    return operate


for _name in ("add", "sub", "mul", "and", "or", "xor", "floordiv", "mod"):
    setattr(Int, f"__{_name}__", _binary(f"__{_name}__"))


class F64(float):
    """binary64, with IEEE division."""

    @classmethod
    def of(cls, value: float) -> Any:
        """Rounded to the type."""
        return float.__new__(cls, value)

    def __add__(self, y: Any) -> Any:
        return self.of(float(self) + float(self.of(y)))

    def __sub__(self, y: Any) -> Any:
        return self.of(float(self) - float(self.of(y)))

    def __mul__(self, y: Any) -> Any:
        return self.of(float(self) * float(self.of(y)))

    def __truediv__(self, y: Any) -> Any:
        x, y = float(self), float(self.of(y))
        if y:
            return self.of(x / y)
        if math.isnan(x) or math.isnan(y) or not x:
            return self.of(math.nan)
        return self.of(math.copysign(math.inf, x) * math.copysign(1.0, y))

    def __neg__(self) -> Any:
        return self.of(-float(self))

    def __abs__(self) -> Any:
        return self.of(abs(float(self)))


class F32(F64):
    """binary32: every result is rounded."""

    def __new__(cls, value: Any = 0.0) -> Any:
        return cls.of(value)

    @classmethod
    def of(cls, value: Any) -> Any:
        if isinstance(value, int) and abs(value) >> 24:
            # Straight from the integer: sticky bits keep the detour over binary64 exact.
            shift = builtins.max(abs(value).bit_length() - 50, 0)
            sticky = abs(value) >> shift << shift != abs(value)
            kept = ((abs(value) >> shift) | sticky) << shift
            value = kept if value > 0 else -kept
        try:
            return float.__new__(cls, packing.unpack("<f", packing.pack("<f", float(value)))[0])
        except OverflowError:
            return float.__new__(cls, math.copysign(math.inf, value))


TYPES: dict[str, Any] = {
    f"{'i' if signed else 'u'}{n}": type(f"{'i' if signed else 'u'}{n}", (Int,),
                                         {"bits": n, "signed": signed})
    for n in (8, 16, 32, 64) for signed in (False, True)}
TYPES |= {"f32": F32, "f64": F64, "bool": bool}


class Items:
    """An array, or a view of one."""

    def __init__(self, type_: Any, data: list[Any], low: int = 0, high: int | None = None
                 ) -> None:
        self.type, self.data, self.low = type_, data, low
        self.high = len(data) if high is None else high

    def _at(self, i: int) -> int:
        if not 0 <= i < self.high - self.low:
            raise Panicked("index")
        return self.low + int(i)

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return Items(self.type, self.data, self.low + (i.start or 0),
                         self.high if i.stop is None else self.low + i.stop)
        return self.data[self._at(i)]

    def __setitem__(self, i: int, value: Any) -> None:
        self.data[self._at(i)] = coerce(self.type, value)

    def __iter__(self) -> Iterator[Any]:
        return (self.data[i] for i in builtins.range(self.low, self.high))


class Record:
    """A struct or bit field; `fields` maps names to (type, bits or 0)."""

    fields: dict[str, tuple[Any, int]]

    def __init__(self, *values: Any, **named: Any) -> None:
        for name, (ty, _) in self.fields.items():
            object.__setattr__(self, name, ty(0))
        for name, value in [*zip(self.fields, values, strict=False), *named.items()]:
            setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        ty, bits = self.fields[name]
        value = coerce(ty, value)
        if bits and ty is not bool:
            value = int(value) & (1 << bits) - 1
            if ty.signed and value >> bits - 1:
                value -= 1 << bits
            value = ty(value)
        object.__setattr__(self, name, value)


def coerce(ty: Any, value: Any) -> Any:
    """A value on its way into a variable of the type; records are copied."""
    if isinstance(value, Record):
        copy = type(value)()
        copy.__dict__.update(value.__dict__)
        return copy
    return value if ty is None or isinstance(value, Items) else ty(value)


class Rewriter(ast.NodeTransformer):
    """Coerces assignments to names by their annotations."""

    def __init__(self) -> None:
        self.types: dict[str, str] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        self.types = {a.arg: ast.unparse(a.annotation) for a in node.args.args if a.annotation}
        node.decorator_list = [ast.parse(f"fn({list(self.types.values())}, "
                                         f"{ast.unparse(node.returns)!r})"  # type: ignore
                                         ).body[0].value]  # type: ignore[attr-defined]
        node.args.args = [ast.arg(a.arg) for a in node.args.args]
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        name, text = ast.unparse(node.target), ast.unparse(node.annotation)
        value = ast.unparse(node.value)  # type: ignore[arg-type]
        if text.startswith("Array["):
            elem = text[6:text.index(",")]
            return ast.parse(f"{name} = Items({elem}, list(map({elem}, {value})))").body[0]
        self.types[name] = text
        return ast.parse(f"{name} = coerce({text}, {value})").body[0]

    def visit_Assign(self, node: ast.Assign) -> Any:
        node.value = ast.Call(ast.Name("copied", ast.Load()), [node.value], [])
        targets = node.targets[0]
        names = targets.elts if isinstance(targets, ast.Tuple) else [targets]
        return [node, *(self._fix(x.id) for x in names
                        if isinstance(x, ast.Name) and x.id in self.types)]

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        fixed = isinstance(node.target, ast.Name) and node.target.id in self.types
        return [node, self._fix(node.target.id)] if fixed else node  # type: ignore

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        lines = [f"class {node.name}(Record): pass", f"{node.name}.fields = {{"]
        for f in node.body:
            assert isinstance(f, ast.AnnAssign)
            bits = "0" if f.value is None else "width_of" + ast.unparse(f.value)[4:]
            lines[1] += f"{ast.unparse(f.target)!r}: ({ast.unparse(f.annotation)}, {bits}), "
        return ast.parse(lines[0] + "\n" + lines[1] + "}").body

    def _fix(self, name: str) -> ast.stmt:
        return ast.parse(f"{name} = coerce({self.types[name]}, {name})").body[0]


def load(text: str) -> dict[str, Any]:
    """The functions of a generated module as Python functions; they raise `Panicked`."""
    from lang.random import oracle_names

    tree = ast.parse(text)
    tree.body = [s for s in tree.body if not isinstance(s, ast.ImportFrom)]
    tree = ast.fix_missing_locations(Rewriter().visit(tree))
    names = oracle_names.namespace()
    exec(compile(tree, "<oracle>", "exec"), names)
    return names
