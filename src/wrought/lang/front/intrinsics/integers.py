"""Conversions, overflow arithmetic, bit counting."""

from __future__ import annotations

from wrought.lang.core import types as t
from wrought.lang.core.scalars import boolean, i64, u64

from ..lower.access import guard
from ..lower.arithmetic import check_divisor
from ..lower.conversions import (
    bit_cast,
    checked_cast,
    convert,
    in_range,
    resize_int,
    truncate,
)
from ..lower.convert import coerce, load, typed
from ..values import Known, Parts, Reg, Val
from .registry import Call, intrinsic


@intrinsic("trunc")
def _trunc(c: Call) -> Val:
    c.count(2)
    return truncate(c.low, c.type(0), c.low.expr(c.args[1]), c.args[1])


@intrinsic("bitcast")
def _bitcast(c: Call) -> Val:
    c.count(2)
    return bit_cast(c.low, c.type(0), c.low.expr(c.args[1]), c.args[1])


@intrinsic("checked")
def _checked(c: Call) -> Val:
    c.count(2)
    return checked_cast(c.low, c.type(0), c.low.expr(c.args[1]), c.args[1])


@intrinsic("saturate")
def _saturate(c: Call) -> Val:
    c.count(2)
    ty, val = c.type(0), c.low.expr(c.args[1])
    if isinstance(val, Known):
        return convert(c.low, ty, val, c.args[1])
    a = val.type
    if not (isinstance(a, t.IntType) and isinstance(ty, t.IntType)):
        raise c.why("it converts integers")
    x, e = load(c.low, val, c.args[1]).ir, c.low.e
    if in_range(c.low, ty, a, x) is None:
        return Reg(ty, resize_int(c.low, ty, a, x))
    out = resize_int(c.low, ty, a, x)
    if a.max > ty.max:
        over = e.emit("icmp", "i1", x, e.const(a.bits, ty.max), pred="sgt" if a.signed else "ugt")
        out = e.emit("select", f"i{ty.bits}", over, e.const(ty.bits, ty.max), out)
    if a.min < ty.min:
        under = e.emit("icmp", "i1", x, e.const(a.bits, ty.min), pred="slt")
        out = e.emit("select", f"i{ty.bits}", under, e.const(ty.bits, ty.min), out)
    return Reg(ty, out)


@intrinsic("to_int_raw")
def _to_int_raw(c: Call) -> Val:
    c.count(2)
    ty, val = c.type(0), c.val(1)
    if not (isinstance(ty, t.IntType) and ty.signed and isinstance(val.type, t.FloatType)):
        raise c.why("it converts a float to a signed integer")
    return Reg(ty, c.low.e.emit("ftosi_raw", f"i{ty.bits}", load(c.low, val, c.args[1]).ir))


def _pair(c: Call) -> tuple[t.IntType, Val, Val]:
    """Two integer operands of one type, either of which may be a literal."""
    from ..lower.arithmetic import common

    c.count(2)
    left, right = c.operands()
    ty = common(c.low, c.name, left, right, c.node, *c.args)
    if not isinstance(ty, t.IntType):
        raise c.why(f"integers are needed, not {ty.name}")
    return ty, coerce(c.low, left, ty, c.args[0]), coerce(c.low, right, ty, c.args[1])


def _overflowing(c: Call, kind: str) -> tuple[t.IntType, Val, Val]:
    ty, a, b = _pair(c)
    c.want = ty
    x, y = load(c.low, a, c.args[0]).ir, load(c.low, b, c.args[1]).ir
    op = ("s" if ty.signed else "u") + kind + "o"
    both = c.low.e.emit(op, (f"i{ty.bits}", "i1"), x, y)
    return (ty, Reg(ty, c.low.e.emit("extract", f"i{ty.bits}", both, index=0)),
            Reg(boolean, c.low.e.emit("extract", "i1", both, index=1)))


@intrinsic("add_ovf", "sub_ovf", "mul_ovf")
def _ovf(c: Call) -> Val:
    ty, value, flag = _overflowing(c, c.name[:3])
    return Parts(t.tuple_type((ty, boolean)), [value, flag])


@intrinsic("checked_add", "checked_sub", "checked_mul")
def _checked_op(c: Call) -> Val:
    ty, value, flag = _overflowing(c, c.name[-3:])
    from wrought.lang.ir import model as m

    bad = load(c.low, flag, c.node).ir
    ok = c.low.e.emit("xor", "i1", bad, m.Const("i1", 1))
    word = {"add": "sum", "sub": "difference", "mul": "product"}[c.name[-3:]]
    guard(c.low, ok, "overflow", f"the {word} does not fit {ty.name}")
    return value


@intrinsic("mul_wide")
def _mul_wide(c: Call) -> Val:
    ty, a, b = _pair(c)
    x, y = load(c.low, a, c.args[0]).ir, load(c.low, b, c.args[1]).ir
    word = f"i{ty.bits}"
    both = c.low.e.emit("smulx" if ty.signed else "umulx", (word, word), x, y)
    unsigned = u64 if ty in (i64, u64) else ty
    parts: list[Val] = [Reg(unsigned if i == 0 else ty, c.low.e.emit(
        "extract", word, both, index=i)) for i in (0, 1)]
    return Parts(t.tuple_type((unsigned, ty)), parts)


@intrinsic("div_trunc", "rem_trunc")
def _trunc_division(c: Call) -> Val:
    ty, a, b = _pair(c)
    x, y = load(c.low, a, c.args[0]).ir, load(c.low, b, c.args[1]).ir
    check_divisor(c.low, y, ty, c.args[1])
    op = ("s" if ty.signed else "u") + ("div" if c.name == "div_trunc" else "mod")
    return Reg(ty, c.low.e.emit(op, f"i{ty.bits}", x, y))


_UNARY = {"count_trailing_zeros": "ctz", "count_leading_zeros": "clz", "popcount": "popcount",
          "byte_swap": "bswap", "reverse_bits": "bitrev"}


@intrinsic(*_UNARY)
def _unary(c: Call) -> Val:
    c.count(1)
    ty, x, whole = c.int_arg(0)
    if c.name == "byte_swap" and ty.bits == 8:
        raise c.why("a byte has no order", c.args[0])
    return Reg(whole, c.low.e.emit(_UNARY[c.name], f"i{ty.bits}", x))


@intrinsic("rotate_left", "rotate_right")
def _rotate(c: Call) -> Val:
    c.count(2)
    ty, x, whole = c.int_arg(0)
    n_val = c.low.expr(c.args[1], ty)
    if isinstance(n_val, Known) and isinstance(n_val.obj, int):
        n = c.low.e.const(ty.bits, int(n_val.obj) % ty.bits)
    else:
        n_val = typed(c.low, n_val, c.args[1])
        if not isinstance(n_val.type, t.IntType):
            raise c.why("the count is an integer", c.args[1])
        n = resize_int(c.low, ty, n_val.type, load(c.low, n_val, c.args[1]).ir)
    op = "rotl" if c.name == "rotate_left" else "rotr"
    return Reg(whole, c.low.e.emit(op, f"i{ty.bits}", x, n))
