"""Random well-typed programs as source text: helpers, structs, bit fields, loops, match.

Everything is drawn from a `random.Random`, so hypothesis can shrink it (`st.randoms`) and a
seed can repeat it.  Programs end: loops have constant bounds, calls go to earlier functions.
Some panic (an index, a division, `checked`); then every engine has to panic at the same line.
"""

from __future__ import annotations

from random import Random

from lang.random.expressions import (
    FLOATS,
    INTS,
    SCALARS,
    Expressions,
    Helper,
    Scope,
    limits,
    width,
)

HEADER = """\
from __future__ import annotations

from wrought.lang.core.decl import bit, bitfield, bits, enum, struct
from wrought.lang.core.function import fn, noinline
from wrought.lang.core.intrinsics import *
from wrought.lang.core.scalars import *

"""


class Generator(Expressions):
    """One program."""

    def __init__(self, random: Random, prefix: str = "") -> None:
        super().__init__(random, prefix)
        self.lines: list[str] = []
        self.bit_fields: list[tuple[str, str, int]] = []

    def program(self) -> str:
        """The whole module; its entry is `<prefix>main(a: u64, b: i64, c: f64)`."""
        self.declarations()
        for _ in range(self.r.randint(0, 2)):
            self.helper()
        self.function(f"{self.prefix}main", [("a", "u64"), ("b", "i64"), ("c", "f64")],
                      "tuple[u64, f64]")
        return "\n".join(self.lines) + "\n"

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
        name, ty = self.fields[0]
        self.lines += ["@fn", f"def {self.prefix}poke(p: Ptr[{self.prefix}S], x: {ty}) -> {ty}:",
                       f"    old = p.{name}", f"    p.{name} = x", "    return old", "", ""]

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
