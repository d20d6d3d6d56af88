"""Every pure op of the table on chosen operands, as small functions `f0`, `f1`, ….

The reference interpreter says what each must give.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from wrought.lang.ir.interp.engine import Interpreter
from wrought.lang.ir.model import Block, Const, Function, Ins, Module, Param
from wrought.lang.ir.ops import FLOAT_PREDICATES, INT_PREDICATES, OPS
from wrought.lang.ir.types import IrType, type_bits

INTS = ("i8", "i16", "i32", "i64")
FLOATS = ("f32", "f64")
SAME = ("add", "sub", "mul", "and", "or", "xor")
SHIFTS = ("shl", "lshr", "ashr", "rotl", "rotr")
UNSIGNED_DIVISIONS = ("udiv", "umod")
SIGNED_DIVISIONS = ("sdiv", "smod", "sdivf", "smodf")
OVERFLOWS = ("uaddo", "saddo", "usubo", "ssubo", "umulo", "smulo")
WIDE = ("umulx", "smulx")
UNARY = ("ctz", "clz", "popcount", "bitrev", "bswap")
FLOAT_BINARY = ("fadd", "fsub", "fmul", "fdiv", "fmin", "fmax", "copysign")
FLOAT_UNARY = ("fneg", "fabs", "sqrt", "ffloor", "fceil", "ftrunc_", "frint")
FLOAT_VALUES = (0.0, -0.0, 1.0, -1.5, 2.5, 0.1, 3.5e38, -1e-40, 5e-324, 4294967295.5, -2.0**63,
                1.8e19, math.inf, -math.inf, math.nan)


@dataclass
class Case:
    """One function and the operands that it is tried on."""

    op: str
    params: tuple[IrType, ...]
    ret: IrType
    rows: list[tuple[Any, ...]]
    attrs: dict[str, Any] = field(default_factory=dict)
    consts: dict[int, int] = field(default_factory=dict)
    """Operands that are constants in the code, by position."""
    name: str = ""

    def function(self) -> Function:
        formal = [Param(f"a{i}", t) for i, t in enumerate(self.params)]
        actual = iter(formal)
        count = len(formal) + len(self.consts)
        args = tuple(Const(self.params[0], self.consts[i]) if i in self.consts else next(actual)
                     for i in range(count))
        ins = Ins(self.op, self.ret, args, dict(self.attrs))
        block = Block("entry")
        block.body = [ins, Ins("ret", "void", (ins,))]
        return Function(self.name, formal, self.ret, linkage="export", attrs={"noinline"},
                        blocks=[block])

    def __str__(self) -> str:
        return f"{self.op} {self.params} -> {self.ret} {self.attrs} {self.consts}"


def edges(t: str) -> list[int]:
    """Values of an integer type near its borders, and two in the middle."""
    n = type_bits[t]
    mask, top = (1 << n) - 1, 1 << (n - 1)
    values = {0, 1, 2, 3, 7, mask, mask - 1, top, top - 1, top + 1, 0x5A5A_1234_8765_A5A5 & mask,
              n - 1, n, n + 1}
    return sorted(v & mask for v in values)


def round_to(t: str, x: float) -> float:
    """A float that the type holds."""
    if t == "f32" and math.isfinite(x):
        try:
            return struct.unpack("<f", struct.pack("<f", x))[0]
        except OverflowError:
            return math.copysign(math.inf, x)
    return x


def floats(t: str) -> list[float]:
    return [round_to(t, x) for x in FLOAT_VALUES]


def _int_cases() -> list[Case]:
    cases: list[Case] = []
    for t in (*INTS, "i128"):
        values = edges(t)
        pairs = list(product(values, values))
        no_zero = [(a, b) for a, b in pairs if b]
        divisions = (*UNSIGNED_DIVISIONS, *SIGNED_DIVISIONS)
        cases += [Case(op, (t, t), t, pairs) for op in (*SAME, *SHIFTS)]
        cases += [Case(op, (t, t), t, no_zero) for op in divisions]
        cases += [Case(op, (t, t), (t, "i1"), pairs) for op in OVERFLOWS]
        cases += [Case(op, (t, t), (t, t), pairs) for op in WIDE]
        cases += [Case(op, (t,), t, [(a,) for a in values]) for op in UNARY
                  if op != "bswap" or t != "i8"]
        cases += [Case("icmp", (t, t), "i1", pairs, {"pred": p}) for p in INT_PREDICATES]
        mask, top = (1 << type_bits[t]) - 1, 1 << (type_bits[t] - 1)
        cases += [Case(op, (t,), t, [(a,) for a in values], {}, {1: c & mask})
                  for op in SIGNED_DIVISIONS for c in (1, 2, 3, 8, -1, -2, -3, top)]
        cases += [Case(op, (t,), t, [(a,) for a in values], {}, {1: c})
                  for op in SHIFTS for c in (1, type_bits[t] - 1, type_bits[t], type_bits[t] + 3)]
    bits = [(a, b) for a in (0, 1) for b in (0, 1)]
    cases += [Case(op, ("i1", "i1"), "i1", bits) for op in ("and", "or", "xor")]
    cases += [Case("icmp", ("i1", "i1"), "i1", bits, {"pred": p}) for p in ("eq", "ne")]
    return cases


def _float_cases() -> list[Case]:
    cases: list[Case] = []
    for t in FLOATS:
        values = floats(t)
        pairs = list(product(values, values))
        cases += [Case(op, (t, t), t, pairs) for op in FLOAT_BINARY]
        cases += [Case(op, (t,), t, [(a,) for a in values]) for op in FLOAT_UNARY]
        cases += [Case("fcmp", (t, t), "i1", pairs, {"pred": p}) for p in FLOAT_PREDICATES]
        few = [round_to(t, x) for x in (0.1, -3.0, 1e30, math.inf, 7.25)]
        cases.append(Case("fma", (t, t, t), t, list(product(few, few, few))))
    return cases


def _conversion_cases() -> list[Case]:
    cases: list[Case] = []
    order = ("i1", *INTS, "i128")
    for i, small in enumerate(order):
        for big in order[i + 1:]:
            values = [(0,), (1,)] if small == "i1" else [(v,) for v in edges(small)]
            cases += [Case(op, (small,), big, values) for op in ("zext", "sext")]
            cases.append(Case("trunc", (big,), small, [(v,) for v in edges(big)]))
    for t in INTS:
        for f in FLOATS:
            ints, reals = [(v,) for v in edges(t)], [(v,) for v in floats(f)]
            cases += [Case(op, (t,), f, ints) for op in ("uitof", "sitof")]
            cases += [Case(op, (f,), t, reals) for op in ("ftoui", "ftosi")]
            limit = 2.0 ** (type_bits[t] - 1)
            cases.append(Case("ftosi_raw", (f,), t, [r for r in reals if abs(r[0]) < limit]))
    numbers = [(v,) for v in floats("f64")]
    cases.append(Case("fext", ("f32",), "f64", [(v,) for v in floats("f32")]))
    cases.append(Case("ftrunc", ("f64",), "f32", numbers))
    cases.append(Case("bitcast", ("f64",), "i64", [r for r in numbers if r[0] == r[0]]))
    cases.append(Case("bitcast", ("i32",), "f32", [(v,) for v in edges("i32")]))
    cases.append(Case("ptrtoint", ("ptr",), "i64", [(0,), (4096,)]))
    cases.append(Case("inttoptr", ("i64",), "ptr", [(0,), (4096,)]))
    return cases


def _other_cases() -> list[Case]:
    pair: IrType = ("i32", "i1")
    nested: IrType = ("i8", ("i64", "i1"))
    return [
        Case("select", ("i1", "i16", "i16"), "i16", [(0, 5, 6), (1, 5, 6)]),
        Case("select", ("i1", pair, pair), pair, [(0, (5, 1), (6, 0)), (1, (5, 1), (6, 0))]),
        Case("expect", ("i1",), "i1", [(0,), (1,)], {"value": 1}),
        Case("make", ("i32", "i1"), pair, [(7, 1), (0xFFFF_FFFF, 0)]),
        Case("make", ("i8", ("i64", "i1")), nested, [(255, (1 << 63, 1))]),
        Case("extract", (nested,), ("i64", "i1"), [((1, (2, 1)),)], {"index": 1}),
        Case("insert", (nested, ("i64", "i1")), nested, [((1, (2, 1)), (9, 0))], {"index": 1}),
        Case("ptradd", ("ptr", "i64"), "ptr", [(4096, 8), (4096, (1 << 64) - 8)]),
        *(Case("elem", ("ptr", "i64"), "ptr", [(4096, 3), (4096, (1 << 64) - 1)], {"size": n})
          for n in (1, 2, 8, 12, 24)),
    ]


CASES = [*_int_cases(), *_float_cases(), *_conversion_cases(), *_other_cases()]
for _number, _case in enumerate(CASES):
    _case.name = f"f{_number}"

PURE = {name for name, op in OPS.items() if op.pure}


def module() -> Module:
    """All the cases' functions."""
    return Module("ops", {case.name: case.function() for case in CASES})


def expected() -> list[list[Any]]:
    """For each case, what the reference interpreter gives for each row."""
    interpreter = Interpreter(module())
    return [[interpreter.call(c.name, *row) for row in c.rows] for c in CASES]


def same(t: IrType, a: Any, b: Any) -> bool:
    """Equal bit for bit, but any NaN equals any NaN."""
    if isinstance(t, tuple):
        return all(same(part, x, y) for part, x, y in zip(t, a, b, strict=True))
    if t in FLOATS:
        return (a != a and b != b) or struct.pack("<d", a) == struct.pack("<d", b)
    return a == b
