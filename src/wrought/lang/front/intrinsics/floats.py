"""Floating-point operations."""

from __future__ import annotations

from wrought.lang.core import types as t

from ..lower.arithmetic import common
from ..lower.convert import coerce, load
from ..values import Reg, Val
from .registry import Call, intrinsic

_OPS = {"sqrt": "sqrt", "floor": "ffloor", "ceil": "fceil", "round_to_zero": "ftrunc_",
        "round_even": "frint"}


@intrinsic(*_OPS)
def _unary(c: Call) -> Val:
    c.count(1)
    val = c.val(0, c.want if isinstance(c.want, t.FloatType) else None)
    if not isinstance(val.type, t.FloatType):
        raise c.why("a float is needed", c.args[0])
    return Reg(val.type, c.low.e.emit(_OPS[c.name], val.type.name,
                                      load(c.low, val, c.args[0]).ir))


@intrinsic("fmin", "fmax", "copysign")
def _binary(c: Call) -> Val:
    c.count(2)
    left, right = c.operands()
    ty = common(c.low, c.name, left, right, c.node, *c.args)
    if not isinstance(ty, t.FloatType):
        raise c.why("floats are needed")
    x, y = (load(c.low, coerce(c.low, v, ty, n), n).ir
            for v, n in zip((left, right), c.args, strict=True))
    return Reg(ty, c.low.e.emit(c.name, ty.name, x, y))


@intrinsic("fma")
def _fma(c: Call) -> Val:
    c.count(3)
    first = c.val(0, c.want if isinstance(c.want, t.FloatType) else None)
    ty = first.type
    if not isinstance(ty, t.FloatType):
        raise c.why("floats are needed", c.args[0])
    rest = [c.ir(i, ty) for i in (1, 2)]
    return Reg(ty, c.low.e.emit("fma", ty.name, load(c.low, first, c.args[0]).ir, *rest))
