"""What every op without effects gives, as data: one table for every engine.

Each case is an op, its result type, its operands as (type, value), the result, and attributes.
Integers are canonical; a NaN result matches any NaN.
"""

from __future__ import annotations

import math
import struct
from typing import Any, NamedTuple

from wrought.lang.ir.model import Block, Function, Ins, Module, Param
from wrought.lang.ir.types import IrType

INF, NAN = math.inf, math.nan
M8, M64 = 0xFF, 2**64 - 1
MIN8, MIN64 = 0x80, 2**63
SUBNORMAL = 5e-324
F32_TENTH = struct.unpack("<f", struct.pack("<f", 0.1))[0]
F32_MAX = struct.unpack("<f", b"\xff\xff\x7f\x7f")[0]


class Case(NamedTuple):
    """One computation and its result."""

    op: str
    type: IrType
    args: tuple[tuple[IrType, Any], ...]
    result: Any
    attrs: dict[str, Any] = {}

    def __str__(self) -> str:
        values = ", ".join(str(v) for _, v in self.args)
        return f"{self.op}.{self.attrs.get('pred', '')}({values}):{self.args[0][0]}"


def same(result: Any, expected: Any) -> bool:
    """Equality that tells -0.0 from 0.0 and lets NaN equal NaN."""
    if isinstance(expected, tuple):
        return len(result) == len(expected) and all(map(same, result, expected))
    if isinstance(expected, float):
        if math.isnan(expected):
            return math.isnan(result)
        return result == expected and math.copysign(1.0, result) == math.copysign(1.0, expected)
    return result == expected and type(result) is int


def case_module(case: Case) -> Module:
    """`@f` with the case's operands as parameters, returning the result."""
    params = [Param(f"p{i}", t) for i, (t, _) in enumerate(case.args)]
    ins = Ins(case.op, case.type, tuple(params), dict(case.attrs))
    block = Block("entry")
    block.body = [ins, Ins("ret", "void", (ins,))]
    f = Function("f", params, case.type, linkage="export", blocks=[block])
    return Module("case", {"f": f})


def _ints(op: str, t: str, *rows: tuple[int, ...]) -> list[Case]:
    return [Case(op, t, tuple((t, v) for v in row[:-1]), row[-1]) for row in rows]


def _floats(op: str, t: str, *rows: tuple[float, ...]) -> list[Case]:
    return [Case(op, t, tuple((t, v) for v in row[:-1]), row[-1]) for row in rows]


def _pairs(op: str, second: str, *rows: tuple[int, int, tuple[int, int]]) -> list[Case]:
    return [Case(op, ("i8", second), (("i8", a), ("i8", b)), r) for a, b, r in rows]


def _icmp(t: str, a: int, b: int, true: str) -> list[Case]:
    every = "eq ne ult ule ugt uge slt sle sgt sge".split()
    return [Case("icmp", "i1", ((t, a), (t, b)), int(p in true.split()), {"pred": p})
            for p in every]


def _fcmp(t: str, a: float, b: float, true: str) -> list[Case]:
    every = "oeq une olt ole ogt oge".split()
    return [Case("fcmp", "i1", ((t, a), (t, b)), int(p in true.split()), {"pred": p})
            for p in every]


def _cast(op: str, source: str, result: str, *rows: tuple[Any, Any]) -> list[Case]:
    return [Case(op, result, ((source, a),), r) for a, r in rows]


INTEGER_CASES = [
    *_ints("add", "i8", (200, 100, 44), (255, 1, 0)),
    *_ints("add", "i1", (1, 1, 0)),
    *_ints("add", "i128", (2**128 - 1, 2, 1)),
    *_ints("sub", "i8", (1, 2, 255), (MIN8, 1, 127)),
    *_ints("mul", "i8", (16, 17, 16)), *_ints("mul", "i64", (M64, M64, 1)),
    *_ints("and", "i8", (0b1100, 0b1010, 0b1000)),
    *_ints("or", "i8", (0b1100, 0b1010, 0b1110)),
    *_ints("xor", "i8", (0b1100, 0b1010, 0b0110)),
    *_ints("shl", "i8", (1, 7, 128), (1, 8, 1), (1, 9, 2), (255, 4, 0xF0), (1, 255, 128)),
    *_ints("shl", "i64", (1, 64, 1), (1, M64, MIN64)),
    *_ints("lshr", "i8", (128, 7, 1), (128, 8, 128), (255, 4, 15)),
    *_ints("ashr", "i8", (128, 7, 255), (128, 8, 128), (64, 6, 1), (240, 4, 255)),
    *_ints("udiv", "i8", (255, 2, 127), (7, 7, 1)),
    *_ints("umod", "i8", (255, 2, 1), (200, 7, 4)),
    *_ints("sdiv", "i8", (M8 - 6, 2, M8 - 2), (7, 254, 253), (MIN8, M8, MIN8)),
    *_ints("smod", "i8", (M8 - 6, 2, M8), (7, 254, 1), (MIN8, M8, 0)),
    *_ints("sdivf", "i8", (M8 - 6, 2, M8 - 3), (7, 254, 252), (MIN8, M8, MIN8), (249, 254, 3)),
    *_ints("smodf", "i8", (M8 - 6, 2, 1), (7, 254, M8), (MIN8, M8, 0), (6, 253, 0)),
    *_ints("sdivf", "i64", (MIN64, M64, MIN64), (M64, 10, M64)),
    *_ints("rotl", "i8", (0b1000_0001, 1, 0b11), (0x12, 4, 0x21), (0x12, 8, 0x12), (1, 0, 1)),
    *_ints("rotr", "i8", (0b1000_0001, 1, 0xC0), (0x12, 4, 0x21), (0x12, 8, 0x12), (1, 9, 128)),
    *_ints("ctz", "i8", (0, 8), (8, 3), (255, 0)), *_ints("ctz", "i64", (0, 64), (MIN64, 63)),
    *_ints("clz", "i8", (0, 8), (1, 7), (255, 0)), *_ints("clz", "i32", (1, 31)),
    *_ints("popcount", "i8", (0, 0), (255, 8), (0b1010, 2)),
    *_ints("bswap", "i16", (0x1234, 0x3412)), *_ints("bswap", "i32", (0x12345678, 0x78563412)),
    *_ints("bitrev", "i8", (0b1101_0000, 0b0000_1011)), *_ints("bitrev", "i32", (1, 1 << 31)),
    *_pairs("uaddo", "i1", (255, 1, (0, 1)), (254, 1, (255, 0))),
    *_pairs("saddo", "i1", (127, 1, (128, 1)), (255, 1, (0, 0)), (128, 128, (0, 1))),
    *_pairs("usubo", "i1", (0, 1, (255, 1)), (1, 1, (0, 0))),
    *_pairs("ssubo", "i1", (128, 1, (127, 1)), (0, 1, (255, 0)), (0, 128, (128, 1))),
    *_pairs("umulo", "i1", (16, 16, (0, 1)), (15, 17, (255, 0))),
    *_pairs("smulo", "i1", (128, 255, (128, 1)), (255, 255, (1, 0)), (64, 2, (128, 1))),
    *_pairs("umulx", "i8", (255, 255, (1, 254)), (16, 16, (0, 1))),
    *_pairs("smulx", "i8", (255, 255, (1, 0)), (128, 128, (0, 64)), (255, 2, (254, 255))),
    *_icmp("i8", 1, 255, "ne ult ule sgt sge"), *_icmp("i8", 7, 7, "eq ule uge sle sge"),
    *_icmp("i8", 128, 127, "ne ugt uge slt sle"), *_icmp("ptr", 8, 16, "ne ult ule slt sle"),
    *_icmp("i1", 1, 0, "ne ugt uge slt sle"),
]

FLOAT_CASES = [
    *_floats("fadd", "f64", (0.1, 0.2, 0.30000000000000004), (INF, -INF, NAN), (-0.0, -0.0, -0.0),
             (1.0, -1.0, 0.0), (1e308, 1e308, INF)),
    *_floats("fadd", "f32", (F32_TENTH, F32_TENTH, F32_TENTH * 2), (16777216.0, 1.0, 16777216.0),
             (F32_MAX, F32_MAX, INF)),
    *_floats("fsub", "f64", (1.0, 1.0, 0.0), (-0.0, 0.0, -0.0), (INF, INF, NAN)),
    *_floats("fmul", "f64", (3.0, -2.0, -6.0), (INF, 0.0, NAN), (-0.0, 5.0, -0.0),
             (1e-200, 1e-200, 0.0)),
    *_floats("fmul", "f32", (16777217.0 - 1, 3.0, 50331648.0), (-F32_MAX, 2.0, -INF)),
    *_floats("fdiv", "f64", (1.0, 3.0, 1 / 3), (1.0, 0.0, INF), (1.0, -0.0, -INF), (0.0, 0.0, NAN),
             (NAN, 0.0, NAN), (-1.0, INF, -0.0)),
    *_floats("fdiv", "f32", (1.0, 3.0, 0.3333333432674408)),
    *_floats("fneg", "f64", (0.0, -0.0), (-1.5, 1.5), (INF, -INF)),
    *_floats("fabs", "f64", (-0.0, 0.0), (-INF, INF), (NAN, NAN)),
    *_floats("sqrt", "f64", (2.0, 1.4142135623730951), (-0.0, -0.0), (-1.0, NAN), (INF, INF)),
    *_floats("sqrt", "f32", (2.0, 1.4142135381698608)),
    *_floats("ffloor", "f64", (1.5, 1.0), (-1.5, -2.0), (-0.0, -0.0), (0.5, 0.0), (1e300, 1e300),
             (-INF, -INF), (NAN, NAN)),
    *_floats("fceil", "f64", (1.5, 2.0), (-0.5, -0.0), (-1.5, -1.0)),
    *_floats("ftrunc_", "f64", (1.9, 1.0), (-1.9, -1.0), (-0.9, -0.0)),
    *_floats("frint", "f64", (0.5, 0.0), (1.5, 2.0), (2.5, 2.0), (-0.5, -0.0), (-2.5, -2.0)),
    *_floats("fmin", "f64", (1.0, 2.0, 1.0), (0.0, -0.0, -0.0), (-0.0, 0.0, -0.0), (1.0, NAN, NAN),
             (NAN, 1.0, NAN), (-INF, 1.0, -INF)),
    *_floats("fmax", "f64", (1.0, 2.0, 2.0), (0.0, -0.0, 0.0), (-0.0, 0.0, 0.0), (1.0, NAN, NAN)),
    *_floats("copysign", "f64", (1.5, -0.0, -1.5), (-1.5, 2.0, 1.5), (INF, -1.0, -INF)),
    *_floats("fma", "f64", (0.1, 10.0, -1.0, 5.551115123125783e-17), (INF, 0.0, 1.0, NAN),
             (1e200, 1e200, -INF, -INF), (-0.0, 1.0, -0.0, -0.0), (-0.0, 1.0, 0.0, 0.0),
             (1e300, 1e300, 0.0, INF), (2.0, 3.0, -6.0, 0.0), (1.0, 1.0, NAN, NAN)),
    *_floats("fma", "f32", (F32_TENTH, 10.0, -1.0, 1.4901161193847656e-08),
             (F32_MAX, 2.0, -F32_MAX, F32_MAX)),
    *_fcmp("f64", 1.0, 2.0, "une olt ole"), *_fcmp("f64", 2.0, 2.0, "oeq ole oge"),
    *_fcmp("f64", 0.0, -0.0, "oeq ole oge"), *_fcmp("f64", NAN, NAN, "une"),
    *_fcmp("f32", INF, 1.0, "une ogt oge"),
]

CONVERSION_CASES = [
    *_cast("zext", "i8", "i64", (255, 255)), *_cast("zext", "i1", "i8", (1, 1)),
    *_cast("sext", "i8", "i64", (255, M64), (127, 127)), *_cast("sext", "i1", "i8", (1, 255)),
    *_cast("trunc", "i64", "i8", (0x1234, 0x34)), *_cast("trunc", "i8", "i1", (2, 0), (3, 1)),
    *_cast("fext", "f32", "f64", (F32_TENTH, F32_TENTH), (-0.0, -0.0), (NAN, NAN)),
    *_cast("ftrunc", "f64", "f32", (0.1, F32_TENTH), (1e300, INF), (1e-300, 0.0), (NAN, NAN)),
    *_cast("uitof", "i64", "f64", (M64, 2.0**64), (2**53 + 1, 2.0**53), (0, 0.0)),
    *_cast("uitof", "i64", "f32", (2**24 + 1, 2.0**24), (2**60 + 2**36 + 1, 2.0**60 + 2.0**37)),
    *_cast("uitof", "i1", "f64", (1, 1.0)),
    *_cast("sitof", "i64", "f64", (M64, -1.0), (MIN64, -(2.0**63))),
    *_cast("sitof", "i8", "f32", (128, -128.0)), *_cast("sitof", "i1", "f64", (1, -1.0)),
    *_cast("ftoui", "f64", "i8", (255.9, 255), (256.0, 255), (-0.9, 0), (-5.0, 0), (NAN, 0),
           (INF, 255), (-INF, 0)),
    *_cast("ftoui", "f64", "i64", (1e30, M64), (2.0**63, MIN64)),
    *_cast("ftosi", "f64", "i8", (-128.9, 128), (-129.0, 128), (128.0, 127), (-1.5, 255), (NAN, 0),
           (INF, 127), (-INF, 128)),
    *_cast("ftosi", "f32", "i64", (2.0**63, 2**63 - 1), (-(2.0**63), MIN64)),
    *_cast("ftosi_raw", "f64", "i32", (-1.9, 2**32 - 1), (2147483647.9, 2**31 - 1)),
    *_cast("bitcast", "f64", "i64", (-0.0, MIN64), (1.0, 0x3FF0_0000_0000_0000)),
    *_cast("bitcast", "i64", "f64", (0x4000_0000_0000_0000, 2.0)),
    *_cast("bitcast", "f32", "i32", (1.0, 0x3F80_0000)),
    *_cast("bitcast", "i32", "f32", (0xFF80_0000, -INF)),
    *_cast("bitcast", "i8", "i8", (200, 200)),
    *_cast("ptrtoint", "ptr", "i64", (4096, 4096)),
    *_cast("inttoptr", "i64", "ptr", (4096, 4096)),
]

OTHER_CASES = [
    Case("select", "i8", (("i1", 1), ("i8", 2), ("i8", 3)), 2),
    Case("select", "f64", (("i1", 0), ("f64", 2.0), ("f64", -0.0)), -0.0),
    Case("expect", "i1", (("i1", 1),), 1, {"value": 0}),
    Case("make", ("i8", "f64"), (("i8", 2), ("f64", 3.0)), (2, 3.0)),
    Case("extract", "i64", ((("i8", "i64"), (2, 3)),), 3, {"index": 1}),
    Case("insert", ("i8", "i64"), ((("i8", "i64"), (2, 3)), ("i8", 9)), (9, 3), {"index": 0}),
    Case("ptradd", "ptr", (("ptr", 4096), ("i64", M64 - 7)), 4088),
    Case("elem", "ptr", (("ptr", 4096), ("i64", M64)), 4084, {"size": 12}),
]

PURE_CASES = [*INTEGER_CASES, *FLOAT_CASES, *CONVERSION_CASES, *OTHER_CASES]

UNSPECIFIED_CASES = [*_cast("ftosi_raw", "f64", "i32", (1e30, 2**31), (NAN, 2**31), (-INF, 2**31))]
"""Results that only the interpreter promises."""
