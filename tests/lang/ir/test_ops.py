"""The interpreter's meaning of every op without effects, edge values first."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lang.ir.op_cases import PURE_CASES, UNSPECIFIED_CASES, Case, case_module, same
from wrought.lang.ir.interp import InterpError, Interpreter
from wrought.lang.ir.interp.decode import FLOW_OPS, STEP_OPS
from wrought.lang.ir.interp.floats import float_op, round32, round_exact
from wrought.lang.ir.interp.pure import PURE
from wrought.lang.ir.ops import OPS
from wrought.lang.ir.verifier import check_module


@pytest.mark.parametrize("case", [*PURE_CASES, *UNSPECIFIED_CASES], ids=str)
def test_case(case: Case):
    m = case_module(case)
    check_module(m)
    result = Interpreter(m).call("f", *[v for _, v in case.args])
    assert same(result, case.result), result


def test_every_op_has_a_meaning():
    assert set(OPS) == set(STEP_OPS) | FLOW_OPS


def test_the_ops_without_effects_are_the_pure_ones_of_the_table():
    assert {name for name, row in OPS.items() if row.pure} == PURE


def test_every_pure_op_has_a_case():
    assert PURE - {"percpu"} == {case.op for case in PURE_CASES}


@pytest.mark.parametrize("op", ["udiv", "umod", "sdiv", "smod", "sdivf", "smodf"])
def test_division_by_zero_has_no_meaning(op: str):
    m = case_module(Case(op, "i8", (("i8", 1), ("i8", 0)), None))
    with pytest.raises(InterpError, match="division by zero"):
        Interpreter(m).call("f", 1, 0)


def test_arguments_from_python_are_made_canonical():
    m = case_module(Case("add", "i8", (("i8", 0), ("i8", 0)), 0))
    assert Interpreter(m).call("f", -1, 0) == 255
    m = case_module(Case("fneg", "f32", (("f32", 0.0),), 0.0))
    assert Interpreter(m).call("f", 0.1) == -struct.unpack("<f", struct.pack("<f", 0.1))[0]


FINITE32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
FINITE64 = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE64)
def test_exact_rounding_agrees_with_the_machines(x: float):
    assert round_exact(Fraction(x), "f64") == x
    assert round_exact(Fraction(x), "f32") == round32(x)


@given(FINITE32, FINITE32, FINITE32)
def test_fma_of_f32_is_the_exact_result_rounded_once(a: float, b: float, c: float):
    result = float_op("fma", "f32")(a, b, c)
    exact = Fraction(a) * Fraction(b) + Fraction(c)
    assert round32(result) == result
    if not math.isinf(result):
        below, above = (neighbour(result, up) for up in (False, True))
        assert abs(exact - Fraction(result)) <= abs(exact - below)
        assert abs(exact - Fraction(result)) <= abs(exact - above)


def neighbour(x: float, up: bool) -> Fraction:
    """The next f32 above or below, exactly."""
    bits, = struct.unpack("<i", struct.pack("<f", x))
    ordered = bits if bits >= 0 else -(bits & 0x7FFF_FFFF)
    ordered += 1 if up else -1
    bits = abs(ordered)
    value = struct.unpack("<f", struct.pack("<i", min(bits, 0x7F7F_FFFF)))[0]
    return Fraction(value if ordered >= 0 else -value)
