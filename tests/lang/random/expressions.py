"""Random well-typed expressions as source text."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

UNSIGNED = ("u8", "u16", "u32", "u64")
SIGNED = ("i8", "i16", "i32", "i64")
INTS = UNSIGNED + SIGNED
FLOATS = ("f64", "f32")
SCALARS = (*INTS, "bool", *FLOATS)



def width(ty: str) -> int:
    """Bits of an integer type."""
    return int(ty[1:])


def limits(ty: str) -> tuple[int, int]:
    """Least and greatest value of an integer type."""
    n = width(ty)
    return (-(1 << n - 1), (1 << n - 1) - 1) if ty[0] == "i" else (0, (1 << n) - 1)


@dataclass
class Scope:
    """What an expression can use: (text, type) of places that can be read, and written."""

    readable: list[tuple[str, str]] = field(default_factory=list)
    writable: list[tuple[str, str]] = field(default_factory=list)
    arrays: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass
class Helper:
    """A generated function that later ones call."""

    name: str
    params: list[str]
    ret: str


class Expressions:
    """Random expressions of a given type, for programs whose names start with `prefix`."""

    def __init__(self, random: Random, prefix: str = "") -> None:
        self.r, self.prefix = random, prefix
        self.helpers: list[Helper] = []
        self.fields: list[tuple[str, str]] = []
        self.names = 0

    def pick(self, items: list[str] | tuple[str, ...]) -> str:
        """One of the items."""
        return items[self.r.randrange(len(items))]

    def fresh(self, stem: str) -> str:
        """A new name."""
        self.names += 1
        return f"{stem}{self.names}"

    def expr(self, ty: str, scope: Scope, depth: int) -> str:
        """An expression of the type; a literal may stand bare."""
        if ty == "bool":
            return self.condition(scope, depth)
        if self.r.random() < 0.15:
            return self.literal(ty)
        return self.typed(ty, scope, depth)

    def literal(self, ty: str) -> str:
        """A literal that fits."""
        if ty in FLOATS:
            return self.pick(("0.0", "1.5", "-0.0", "-2.25", "1e30", "0.1", "3.0", "1e-40"))
        low, high = limits(ty)
        near = (low, high, 0, 1, high // 2, self.r.randint(low, high), self.r.randint(0, 100))
        return str(near[self.r.randrange(len(near))])

    def typed(self, ty: str, scope: Scope, depth: int) -> str:
        """An expression whose type is known without context."""
        if ty == "bool":
            return self.condition(scope, depth)
        if depth == 0 or self.r.random() < 0.2:
            return self.leaf(ty, scope)
        if ty in FLOATS:
            return self.floating(ty, scope, depth - 1)
        return self.integer(ty, scope, depth - 1)

    def leaf(self, ty: str, scope: Scope) -> str:
        """A variable, field or element, converted where needed, or a literal."""
        same = [n for n, t in scope.readable if t == ty]
        if same and self.r.random() < 0.7:
            return self.pick(same)
        others = [(n, t) for n, t in scope.readable if t != "bool"]
        if others and self.r.random() < 0.6:
            name, have = others[self.r.randrange(len(others))]
            return self.convert(name, have, ty)
        return f"{ty}({self.literal(ty)})"

    def convert(self, text: str, have: str, want: str) -> str:
        """`text` of one type as another, in one of the ways that the language has."""
        if have == want:
            return text
        if have == "bool":
            return f"{want}({text})" if want in INTS else f"{want}(u8({text}))"
        if want in FLOATS or have in FLOATS:
            return f"{want}({text})"
        (lo, hi), (low, high) = limits(have), limits(want)
        if low <= lo and hi <= high:
            return f"{want}({text})"
        if self.r.random() < 0.2:
            return f"saturate({want}, {text})"
        if self.r.random() < 0.02:
            return f"checked({want}, {text})"
        if width(want) < width(have):
            return f"trunc({want}, {text})"
        wide = want.replace("u", "i") if have[0] == "i" else want.replace("i", "u")
        return f"bitcast({want}, {wide}({text}))"

    def integer(self, ty: str, scope: Scope, depth: int) -> str:
        """An operation that gives an integer."""
        choice = self.r.random()
        x = self.typed(ty, scope, depth)
        if choice < 0.45:
            op = self.pick(("+", "-", "*", "&", "|", "^"))
            return f"({x} {op} {self.expr(ty, scope, depth)})"
        if choice < 0.55:
            y = self.typed(ty, scope, depth)
            if self.r.random() < 0.95 or y.endswith("(0)"):
                y = f"({y} | 1)"
            if self.r.random() < 0.3:
                return f"{self.pick(('div_trunc', 'rem_trunc'))}({x}, {y})"
            return f"({x} {self.pick(('//', '%'))} {y})"
        if choice < 0.65:
            count = str(self.r.randrange(width(ty))) if self.r.random() < 0.5 else (
                self.typed(self.pick(UNSIGNED), scope, depth))
            return f"({x} {self.pick(('<<', '>>'))} {count})"
        if choice < 0.72:
            return self.pick((f"(-{x})", f"(~{x})"))
        if choice < 0.8:
            return f"({x} if {self.condition(scope, depth)} else {self.typed(ty, scope, depth)})"
        if choice < 0.86:
            return self.effect(ty, x, scope)
        if choice < 0.92:
            return self.intrinsic(ty, x, scope, depth)
        return self.call_or_index(ty, x, scope, depth)

    def intrinsic(self, ty: str, x: str, scope: Scope, depth: int) -> str:
        """A built-in operation."""
        names = ["popcount", "count_leading_zeros", "count_trailing_zeros", "reverse_bits"]
        if width(ty) > 8:
            names.append("byte_swap")
        if ty[0] == "i":
            names.append("abs")
        if self.r.random() < 0.5:
            return f"{self.pick(names)}({x})"
        if self.r.random() < 0.4:
            n = self.typed(self.pick(UNSIGNED), scope, depth)
            return f"{self.pick(('rotate_left', 'rotate_right'))}({x}, {n})"
        return f"{self.pick(('min', 'max'))}({x}, {self.expr(ty, scope, depth)})"

    def effect(self, ty: str, x: str, scope: Scope) -> str:
        """An expression that changes a variable or a struct while it is evaluated."""
        own = [n for n, t in scope.writable if t == ty and n.startswith("v")]
        if own and self.r.random() < 0.5:
            name = self.pick(own)
            return f"({name} - ({name} := {x}))"  # the old value, then the new one
        name, have = self.fields[0]
        if (f"s.{name}", have) not in scope.readable or have == "bool":
            return x
        call = f"{self.prefix}poke(addr_of(s), {self.expr(have, scope, 0)})"
        return f"({self.convert(f's.{name}', have, ty)} - {self.convert(call, have, ty)})"

    def call_or_index(self, ty: str, x: str, scope: Scope, depth: int) -> str:
        """A helper's result, or an element by a computed index."""
        if self.helpers and self.r.random() < 0.6:
            h = self.helpers[self.r.randrange(len(self.helpers))]
            args = ", ".join(self.expr(t, scope, min(depth, 1)) for t in h.params)
            return self.convert(f"{h.name}({args})", h.ret, ty)
        if scope.arrays:
            name, elem, n = scope.arrays[0]
            return self.convert(f"{name}[{self.index(scope, n)}]", elem, ty)
        return x

    def index(self, scope: Scope, n: int) -> str:
        """An index, nearly always in range."""
        x = self.typed(self.pick(UNSIGNED), scope, 1)
        return f"{x} % {n}" if self.r.random() < 0.97 else x

    def floating(self, ty: str, scope: Scope, depth: int) -> str:
        """An operation that gives a float."""
        x, y = self.typed(ty, scope, depth), self.typed(ty, scope, depth)
        choice = self.r.random()
        if choice < 0.5:
            return f"({x} {self.pick(('+', '-', '*', '/'))} {y})"
        if choice < 0.6:
            return f"({x} if {self.condition(scope, depth)} else {y})"
        if choice < 0.75:
            two = self.pick(("fmin", "fmax", "min", "max", "copysign"))
            if two == "copysign":  # the sign of a NaN is the machine's choice
                y = f"{ty}({self.typed('i32', scope, 0)})"
            return f"{two}({x}, {y})"
        one = self.pick(("sqrt", "floor", "ceil", "round_to_zero", "round_even", "abs", "-"))
        return f"(-{x})" if one == "-" else f"{one}({x})"

    def condition(self, scope: Scope, depth: int) -> str:
        """A bool."""
        flags = [n for n, t in scope.readable if t == "bool"]
        if flags and (depth == 0 or self.r.random() < 0.2):
            return self.pick(flags)
        choice = self.r.random()
        if depth and choice < 0.3:
            a, b = self.condition(scope, depth - 1), self.condition(scope, depth - 1)
            return f"({a} {self.pick(('and', 'or'))} {b})"
        if depth and choice < 0.4:
            return f"(not {self.condition(scope, depth - 1)})"
        ty = self.pick((*INTS, *FLOATS))
        x, y = self.typed(ty, scope, max(depth - 1, 0)), self.typed(ty, scope, 0)
        ops = ("<", "<=", ">", ">=", "==", "!=")
        if choice < 0.5:
            z = self.typed(ty, scope, 0)
            return f"({x} {self.pick(ops)} {y} {self.pick(ops)} {z})"
        return f"({x} {self.pick(ops)} {y})"
