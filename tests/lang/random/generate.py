"""Random well-typed programs as source text: helpers, structs, bit fields, loops, match.

Everything is drawn from a `random.Random`, so hypothesis can shrink it (`st.randoms`) and a
seed can repeat it.  Programs end: loops have constant bounds, calls go to earlier functions.
Some panic (an index, a division, `checked`); then every engine has to panic at the same line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

UNSIGNED = ("u8", "u16", "u32", "u64")
SIGNED = ("i8", "i16", "i32", "i64")
INTS = UNSIGNED + SIGNED
FLOATS = ("f64", "f32")
SCALARS = (*INTS, "bool", *FLOATS)

HEADER = """\
from __future__ import annotations

from wrought.lang.core.decl import bit, bitfield, bits, enum, struct
from wrought.lang.core.function import fn, noinline
from wrought.lang.core.intrinsics import *
from wrought.lang.core.scalars import *

"""


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


class Generator:
    """One program."""

    def __init__(self, random: Random, prefix: str = "") -> None:
        self.r, self.prefix = random, prefix
        self.helpers: list[Helper] = []
        self.lines: list[str] = []
        self.fields: list[tuple[str, str]] = []
        self.bit_fields: list[tuple[str, str, int]] = []
        self.names = 0

    def program(self) -> str:
        """The whole module; its entry is `<prefix>main(a: u64, b: i64, c: f64)`."""
        self.declarations()
        for _ in range(self.r.randint(0, 2)):
            self.helper()
        self.function(f"{self.prefix}main", [("a", "u64"), ("b", "i64"), ("c", "f64")],
                      "tuple[u64, f64]")
        return "\n".join(self.lines) + "\n"

    def pick(self, items: list[str] | tuple[str, ...]) -> str:
        """One of the items."""
        return items[self.r.randrange(len(items))]

    def fresh(self, stem: str) -> str:
        """A new name."""
        self.names += 1
        return f"{stem}{self.names}"

    # declarations

    def declarations(self) -> None:
        """A struct and a bit field."""
        self.fields = [(f"f{i}", self.pick((*INTS, "f64", "bool")))
                       for i in range(self.r.randint(1, 6))]
        packed = "(packed=True)" if self.r.random() < 0.3 else ""
        self.lines += [f"@struct{packed}", f"class {self.prefix}S:",
                       *(f"    {n}: {t}" for n, t in self.fields), "", ""]
        base = self.pick(("u8", "u16", "u32", "u64"))
        at = 0
        self.lines += [f"@bitfield({base})", f"class {self.prefix}B:"]
        while at < width(base) and len(self.bit_fields) < 5:
            n = min(self.r.randint(1, 20), width(base) - at)
            fits = [t for t in INTS if width(t) >= n]
            ty = "bool" if n == 1 and self.r.random() < 0.7 else self.pick(fits)
            name = f"b{len(self.bit_fields)}"
            self.bit_fields.append((name, ty, n))
            self.lines.append(f"    {name}: {ty} = bits({at + n - 1}, {at})")
            at += n + self.r.randint(0, 3)
        self.lines += ["", ""]

    def helper(self) -> None:
        """A small function."""
        params = [(f"p{i}", self.pick(SCALARS)) for i in range(self.r.randint(1, 4))]
        ret = self.pick(SCALARS)
        name = f"{self.prefix}h{len(self.helpers)}"
        self.function(name, params, ret)
        self.helpers.append(Helper(name, [t for _, t in params], ret))

    def function(self, name: str, params: list[tuple[str, str]], ret: str) -> None:
        """A function: variables first, then statements, then a value made of them."""
        if self.r.random() < 0.5:
            self.lines.append("@noinline")
        self.lines += ["@fn", f"def {name}(" + ", ".join(f"{n}: {t}" for n, t in params)
                       + f") -> {ret}:"]
        scope = Scope(list(params))
        for _ in range(self.r.randint(1, 4)):
            ty = self.pick(SCALARS)
            var = self.fresh("v")
            self.lines.append(f"    {var}: {ty} = {self.expr(ty, scope, 2)}")
            scope.readable.append((var, ty))
            scope.writable.append((var, ty))
        self.aggregates(scope)
        for _ in range(self.r.randint(2, 6)):
            self.statement(scope, 1, 2, False, ret)
        self.lines.append(f"    return {self.result(ret, scope)}")
        self.lines += ["", ""]

    def aggregates(self, scope: Scope) -> None:
        """An array, a struct, a bit field and an array of structs among the variables."""
        elem, n = self.pick((*INTS, "f64")), self.r.randint(1, 5)
        items = ", ".join(self.expr(elem, scope, 1) for _ in range(n))
        self.lines.append(f"    arr: Array[{elem}, {n}] = ({items},)")
        scope.arrays.append(("arr", elem, n))
        given = ", ".join(self.expr(t, scope, 1) for _, t in self.fields)
        self.lines.append(f"    s = {self.prefix}S({given})")
        given = ", ".join(f"{n}={self.value_for('w.', t, scope, 1)}" for n, t, _ in self.bit_fields
                          if self.r.random() < 0.7)
        self.lines.append(f"    w = {self.prefix}B({given})")
        self.lines += [f"    many = zeroed(Array[{self.prefix}S, 2])", "    many[1] = s"]
        places = [(f"s.{n}", t) for n, t in self.fields]
        places += [(f"many[{i}].{n}", t) for i in (0, 1) for n, t in self.fields]
        places += [(f"w.{n}", t) for n, t, _ in self.bit_fields]
        places += [(f"arr[{i}]", elem) for i in range(n)]
        scope.readable += places
        scope.writable += places

    def result(self, ret: str, scope: Scope) -> str:
        """A value that depends on every variable."""
        if not ret.startswith("tuple"):
            return self.expr(ret, scope, 2)
        ints = [self.convert(n, t, "u64") for n, t in scope.readable if t in INTS or t == "bool"]
        floats = [n if t == "f64" else f"f64({n})" for n, t in scope.readable if t in FLOATS]
        total = "a"
        for x in ints:
            total = f"({total}) * 31 + {x}"
        return f"{total}, " + " + ".join(floats)

    # statements

    def statement(self, scope: Scope, depth: int, nesting: int, in_loop: bool, ret: str) -> None:
        """One statement, indented by `depth`."""
        simple = [self.assign, self.assign, self.augmented, self.overflow]
        nested = [self.if_, self.for_, self.while_, self.match, self.for_each]
        if nesting and self.r.random() < 0.5:
            nested[self.r.randrange(len(nested))](scope, depth, nesting - 1, in_loop, ret)
        elif in_loop and self.r.random() < 0.15:
            self.put(depth, f"if {self.condition(scope, 1)}:")
            self.put(depth + 1, self.pick(("break", "continue")))
        elif self.r.random() < 0.05:
            self.put(depth, f"if {self.condition(scope, 1)}:")
            self.put(depth + 1, f"return {self.result(ret, scope)}")
        else:
            simple[self.r.randrange(len(simple))](scope, depth)

    def put(self, depth: int, text: str) -> None:
        """One line."""
        self.lines.append("    " * depth + text)

    def block(self, scope: Scope, depth: int, nesting: int, in_loop: bool, ret: str) -> None:
        """One to three statements."""
        for _ in range(self.r.randint(1, 3)):
            self.statement(scope, depth, nesting, in_loop, ret)

    def assign(self, scope: Scope, depth: int) -> None:
        """`place = value`, sometimes an element by a computed index, or a swap."""
        choice = self.r.random()
        if choice < 0.15:
            name, ty, n = scope.arrays[0]
            self.put(depth, f"{name}[{self.index(scope, n)}] = {self.expr(ty, scope, 2)}")
        elif choice < 0.25:
            place, ty = scope.writable[self.r.randrange(len(scope.writable))]
            same = [p for p, t in scope.writable if t == ty]
            other = self.pick(same)
            self.put(depth, f"{place}, {other} = {other}, "
                            f"{self.value_for(other, ty, scope, 1)}")
        elif choice < 0.3:
            self.put(depth, self.pick(("s = many[0]", "many[0] = s", "many[1] = many[0]")))
        else:
            place, ty = scope.writable[self.r.randrange(len(scope.writable))]
            self.put(depth, f"{place} = {self.value_for(place, ty, scope, 3)}")

    def value_for(self, place: str, ty: str, scope: Scope, depth: int) -> str:
        """What is assigned to a place; a constant could be too wide for a bit field."""
        value = self.expr(ty, scope, depth)
        if place.startswith("w.") and ty != "bool":
            return f"({self.typed(ty, scope, depth)} ^ {value})"
        return value

    def augmented(self, scope: Scope, depth: int) -> None:
        """`place op= value`."""
        place, ty = scope.writable[self.r.randrange(len(scope.writable))]
        if ty in INTS:
            op = self.pick(("+", "-", "*", "&", "|", "^"))
        else:
            op = self.pick(("&", "|", "^")) if ty == "bool" else self.pick(("+", "-", "*"))
        self.put(depth, f"{place} {op}= {self.expr(ty, scope, 2)}")

    def overflow(self, scope: Scope, depth: int) -> None:
        """`value, flag = add_ovf(…)` into variables."""
        targets = [(p, t) for p, t in scope.writable if t in INTS]
        flags = [p for p, t in scope.writable if t == "bool"]
        if not targets or not flags:
            return self.assign(scope, depth)
        place, ty = targets[self.r.randrange(len(targets))]
        call = f"{self.pick(('add_ovf', 'sub_ovf', 'mul_ovf'))}"
        self.put(depth, f"{place}, {self.pick(flags)} = {call}({self.typed(ty, scope, 1)}, "
                        f"{self.expr(ty, scope, 1)})")
        return None

    def if_(self, scope: Scope, depth: int, nesting: int, in_loop: bool, ret: str) -> None:
        """if, elif, else."""
        self.put(depth, f"if {self.condition(scope, 2)}:")
        self.block(scope, depth + 1, nesting, in_loop, ret)
        if self.r.random() < 0.3:
            self.put(depth, f"elif {self.condition(scope, 1)}:")
            self.block(scope, depth + 1, nesting, in_loop, ret)
        if self.r.random() < 0.5:
            self.put(depth, "else:")
            self.block(scope, depth + 1, nesting, in_loop, ret)

    def for_(self, scope: Scope, depth: int, nesting: int, in_loop: bool, ret: str) -> None:
        """A counting loop of at most 9 rounds."""
        var, ty = self.fresh("round"), self.pick(INTS)
        low, high = limits(ty)
        step = self.pick(("1", "1", "2", "3", "-1", "-2"))
        start = self.r.randint(max(low, -20), 20)
        edge = self.r.random()
        if edge < 0.15:
            start = high - self.r.randint(0, 5)
        elif edge < 0.3:
            start = low + self.r.randint(0, 5)
        stop = start + self.r.randint(0, 9) * (1 if int(step) > 0 else -1)
        stop = min(max(stop, low), high)
        self.put(depth, f"for {var} in range({ty}({start}), {stop}, {step}):")
        inner = Scope([*scope.readable, (var, ty)], scope.writable, scope.arrays)
        self.block(inner, depth + 1, nesting, True, ret)
        if self.r.random() < 0.3:
            self.put(depth, "else:")
            self.block(scope, depth + 1, 0, in_loop, ret)

    def for_each(self, scope: Scope, depth: int, nesting: int, in_loop: bool, ret: str) -> None:
        """Over an array, or a slice of it."""
        name, ty, n = scope.arrays[0]
        var, number = self.fresh("e"), self.fresh("k")
        lo = self.r.randint(0, n)
        what = self.pick((name, f"{name}[{lo}:]", f"{name}[:{lo}]"))
        both = self.r.random() < 0.4
        self.put(depth, f"for {number}, {var} in enumerate({what}):" if both
                 else f"for {var} in {what}:")
        inner = Scope([*scope.readable, (var, ty), *([(number, "u64")] if both else [])],
                      scope.writable, scope.arrays)
        self.block(inner, depth + 1, nesting, True, ret)

    def while_(self, scope: Scope, depth: int, nesting: int, in_loop: bool, ret: str) -> None:
        """A loop with fuel."""
        fuel = self.fresh("n")
        self.put(depth, f"{fuel}: u32 = {self.r.randint(0, 6)}")
        self.put(depth, f"while {fuel} > 0 and {self.condition(scope, 1)}:")
        self.put(depth + 1, f"{fuel} -= 1")
        self.block(scope, depth + 1, nesting, True, ret)

    def match(self, scope: Scope, depth: int, nesting: int, in_loop: bool, ret: str) -> None:
        """On an integer, with constants, alternatives and guards."""
        ty = self.pick(INTS)
        self.put(depth, f"match {self.typed(ty, scope, 2)}:")
        low, high = limits(ty)
        values = {self.r.choice((low, high, 0, 1, self.r.randint(low, high),
                                 min(self.r.randint(0, 9), high))) for _ in range(4)}
        rest = sorted(values)
        while rest:
            taken = [rest.pop() for _ in range(min(len(rest), self.r.randint(1, 2)))]
            guard = f" if {self.condition(scope, 1)}" if self.r.random() < 0.2 else ""
            self.put(depth + 1, f"case {' | '.join(map(str, taken))}{guard}:")
            self.block(scope, depth + 2, nesting, in_loop, ret)
        if self.r.random() < 0.6:
            self.put(depth + 1, "case _:")
            self.block(scope, depth + 2, nesting, in_loop, ret)

    # expressions

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
            return f"({x} if {self.condition(scope, depth)} else {self.expr(ty, scope, depth)})"
        if choice < 0.9:
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
