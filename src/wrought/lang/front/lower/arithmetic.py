"""Binary and unary operators."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType
from wrought.lang.core.scalars import boolean, f64, i64
from wrought.lang.ir import model as m

from ..values import Known, Place, Reg, Val
from .access import guard, offset_pointer
from .context import Lowerer, expr_rule, unsupported
from .convert import coerce, load, type_of, typed
from .order import settle

SYMBOL: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitAnd: "&",
    ast.BitXor: "^", ast.MatMult: "@", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~",
    ast.Not: "not"}
_PYTHON: dict[str, Callable[[Any, Any], Any]] = {
    sign: getattr(operator, name) for sign, name in (
        ("+", "add"), ("-", "sub"), ("*", "mul"), ("/", "truediv"), ("//", "floordiv"),
        ("%", "mod"), ("**", "pow"), ("<<", "lshift"), (">>", "rshift"), ("|", "or_"),
        ("&", "and_"), ("^", "xor"))}
_WRAPPING = {"+": "add", "-": "sub", "*": "mul", "&": "and", "|": "or", "^": "xor"}
_FLOAT = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv"}


@expr_rule(ast.BinOp)
def binary_expr(low: Lowerer, node: ast.BinOp, want: t.Type | None) -> Val:
    """`a op b`."""
    if isinstance(node.op, ast.MatMult):
        raise unsupported(low, node.op) if hasattr(node.op, "lineno") else low.fault(
            "X01", node, what="@", instead="write the loops")
    left = low.expr(node.left, want)
    left = settle(low, left, node.left, node.right)
    right = low.expr(node.right, left.type or want)
    return binary(low, SYMBOL[type(node.op)], left, right, node, node.left, node.right)


def binary(low: Lowerer, op: str, left: Val, right: Val, node: ast.AST, ln: ast.AST,
           rn: ast.AST) -> Val:
    """The operation on two values."""
    if isinstance(left, Known) and isinstance(right, Known):
        return fold(low, op, left.obj, right.obj, node, rn)
    if op == "**":
        raise low.fault("I08", node)
    lt, rt = left.type, right.type
    if isinstance(lt, t.UntrustedType) or isinstance(rt, t.UntrustedType):
        return _untrusted(low, op, left, right, node, ln, rn)
    if isinstance(lt, t.PtrType) and op in "+-":
        return _pointer(low, op, left, right, node, ln, rn)
    if op in ("<<", ">>"):
        return _shift(low, op, left, right, node, ln, rn)
    if isinstance(lt, t.NewType) or isinstance(rt, t.NewType):
        return _newtype(low, op, left, right, node, ln, rn)
    ty = common(low, op, left, right, node, ln, rn)
    a, b = coerce(low, left, ty, ln), coerce(low, right, ty, rn)
    x, y = load(low, a, ln).ir, load(low, b, rn).ir
    if isinstance(ty, t.IntType):
        return Reg(ty, integer(low, op, ty, x, y, node, rn))
    if isinstance(ty, t.FloatType):
        return Reg(ty, _floating(low, op, ty, x, y, node))
    if (ty is boolean or isinstance(ty, BitfieldType)) and op in "&|^":
        return Reg(ty, low.e.emit(_WRAPPING[op], ty.ir or "i1", x, y))
    raise low.fault("T03", node, op=op, type=ty.name)


def fold(low: Lowerer, op: str, a: Any, b: Any, node: ast.AST, rn: ast.AST) -> Known:
    """An operation on constants: Python's own, on exact numbers."""
    if isinstance(a, t.Type) and op == "|":
        try:
            return Known(a | b)
        except TypeError as e:
            raise low.fault("T07", node, text=low.source.text(node), why=str(e)) from None
    if op in ("/", "//", "%") and isinstance(b, int | float) and b == 0:
        raise low.fault("I04", rn)
    return Known(low.python(node, lambda: _PYTHON[op](a, b)))


def common(low: Lowerer, op: str, left: Val, right: Val, node: ast.AST, ln: ast.AST,
           rn: ast.AST) -> t.Type:
    """The one type of both operands: equal, or the wider of one signedness."""
    left = left if isinstance(left, Known) else typed(low, left, ln)
    right = right if isinstance(right, Known) else typed(low, right, rn)
    for val, n in ((left, ln), (right, rn)):
        if isinstance(val, Place) and val.type.is_place_type:
            load(low, val, n)
    lt, rt = left.type, right.type
    if lt is None:
        if rt is None:
            raise low.fault("T03", node, op=op, type=type_of(low, left))
        return rt
    if rt is None:
        return lt
    if lt is rt:
        return lt
    if isinstance(lt, t.IntType) and isinstance(rt, t.IntType) and lt.signed == rt.signed:
        return lt if lt.bits > rt.bits else rt
    from .conversions import suggestion

    raise low.fault("T02", node, op=op, left=lt.name, right=rt.name,
                    help=suggestion(rt, lt, low.source.text(rn)))


def integer(low: Lowerer, op: str, ty: t.IntType, x: m.Value, y: m.Value, node: ast.AST,
            rn: ast.AST) -> m.Value:
    """A wrapping integer operation; division by zero panics."""
    e, word = low.e, f"i{ty.bits}"
    if op in _WRAPPING:
        return e.emit(_WRAPPING[op], word, x, y)
    if op == "/":
        raise low.fault("I07", node, type=ty.name)
    check_divisor(low, y, ty, rn)
    name = {"//": "sdivf" if ty.signed else "udiv", "%": "smodf" if ty.signed else "umod"}[op]
    return e.emit(name, word, x, y)


def check_divisor(low: Lowerer, y: m.Value, ty: t.IntType, rn: ast.AST) -> None:
    """A panic unless the divisor is known not to be zero."""
    if isinstance(y, m.Const):
        if y.value == 0:
            raise low.fault("I04", rn)
        return
    ok = low.e.emit("icmp", "i1", y, low.e.const(ty.bits, 0), pred="ne")
    guard(low, ok, "divide", "division by zero")


def _floating(low: Lowerer, op: str, ty: t.FloatType, x: m.Value, y: m.Value, node: ast.AST
              ) -> m.Value:
    if op in _FLOAT:
        return low.e.emit(_FLOAT[op], ty.name, x, y)
    if op == "//":
        return low.e.emit("ffloor", ty.name, low.e.emit("fdiv", ty.name, x, y))
    raise low.fault("T03", node, op=op, type=ty.name, help="" if op != "%" else
                    "x - floor(x / y) * y, or C's fmod on hosted targets")


def _shift(low: Lowerer, op: str, left: Val, right: Val, node: ast.AST, ln: ast.AST,
           rn: ast.AST) -> Val:
    if isinstance(left, Known) and right.type is not None:
        raise low.fault("T05", ln, name=low.source.text(ln), what="a bare literal",
                        help=f"u64({low.source.text(ln)}) {op} …")
    ty = left.type
    if not isinstance(ty, t.IntType):
        raise low.fault("T03", node, op=op, type=type_of(low, left))
    x = load(low, left, ln).ir
    name = "shl" if op == "<<" else "ashr" if ty.signed else "lshr"
    if isinstance(right, Known):
        count = right.obj
        if not isinstance(count, int) or not 0 <= count < ty.bits:
            raise low.fault("I03", rn, count=count, max=ty.bits - 1)
        return Reg(ty, low.e.emit(name, f"i{ty.bits}", x, low.e.const(ty.bits, count)))
    by = typed(low, right, rn)
    if not isinstance(by.type, t.IntType) or by.type.signed:
        raise low.fault("T01", rn, want="an unsigned shift count", got=type_of(low, by))
    from .bits import resize

    n = resize(low, load(low, by, rn).ir, by.type.bits, ty.bits)
    return Reg(ty, low.e.emit(name, f"i{ty.bits}", x, n))


def _untrusted(low: Lowerer, op: str, left: Val, right: Val, node: ast.AST, ln: ast.AST,
               rn: ast.AST) -> Val:
    """Arithmetic with an untrusted operand gives an untrusted result."""
    def bare(v: Val, n: ast.AST) -> Val:
        if isinstance(v.type, t.UntrustedType):
            return Reg(v.type.base, load(low, v, n).ir)
        return v
    if isinstance(left.type, t.PtrType):
        raise low.fault("U01", rn, use="an address")
    result = binary(low, op, bare(left, ln), bare(right, rn), node, ln, rn)
    assert result.type is not None
    return Reg(t.untrusted_type(result.type), load(low, result, node).ir)


def _newtype(low: Lowerer, op: str, left: Val, right: Val, node: ast.AST, ln: ast.AST,
             rn: ast.AST) -> Val:
    """`N + base`, `N - base` and `N & base` are N; `N - N` is its base type."""
    lt, rt = left.type, right.type
    whole = lt if isinstance(lt, t.NewType) else rt
    assert isinstance(whole, t.NewType)
    base = whole.base
    fine = lt is whole and op in "+-&" and (rt is None or rt is base or (
        isinstance(rt, t.IntType) and isinstance(base, t.IntType)
        and rt.bits <= base.bits and rt.signed == base.signed))
    both = lt is rt and op == "-"
    if not (fine or both) or not isinstance(base, t.IntType):
        if lt is not None and rt is not None and lt is not rt:
            raise low.fault("T02", node, op=op, left=lt.name, right=rt.name)
        raise low.fault("T03", node, op=op, type=whole.name)
    x = load(low, left, ln).ir
    y = load(low, right, rn).ir if both else load(low, coerce(low, right, base, rn), rn).ir
    return Reg(base if both else whole, low.e.emit(_WRAPPING[op], f"i{base.bits}", x, y))


def _pointer(low: Lowerer, op: str, left: Val, right: Val, node: ast.AST, ln: ast.AST,
             rn: ast.AST) -> Val:
    """`p + n`, `p - n` in elements, and `p - q`: all need @unsafe."""
    ty = left.type
    assert isinstance(ty, t.PtrType)
    if not low.unsafe:
        raise low.fault("P02", node)
    if ty.nullable:
        raise low.fault("P01", ln, text=low.source.text(ln))
    p = load(low, left, ln).ir
    if isinstance(right.type, t.PtrType):
        q = load(low, right, rn).ir
        a, b = (low.e.emit("ptrtoint", "i64", v) for v in (p, q))
        gap = low.e.emit("sub", "i64", a, b)
        return Reg(i64, low.e.emit("sdiv", "i64", gap, low.e.const(64, ty.to.size or 1)))
    if op == "-":
        zero: Val = Known(0)
        right = binary(low, "-", zero, right, node, ln, rn) if isinstance(right, Known) else (
            Reg(i64, low.e.emit("sub", "i64", low.e.const(64, 0),
                                load(low, _wide(low, right, rn), rn).ir)))
    return Reg(ty, offset_pointer(low, p, ty.to, right, rn))


def _wide(low: Lowerer, val: Val, node: ast.AST) -> Val:
    ty = val.type
    if isinstance(ty, t.IntType) and ty.bits < 64:
        return Reg(i64, low.e.emit("sext" if ty.signed else "zext", "i64",
                                   load(low, val, node).ir))
    if not isinstance(ty, t.IntType):
        raise low.fault("P11", node, type=type_of(low, val))
    return val


@expr_rule(ast.UnaryOp)
def unary_expr(low: Lowerer, node: ast.UnaryOp, want: t.Type | None) -> Val:
    """`-x`, `+x`, `~x`, `not x`."""
    if isinstance(node.op, ast.Not):
        from .conditions import condition

        c = condition(low, node.operand)
        if isinstance(c, bool):
            return Known(not c)
        return Reg(boolean, low.e.emit("xor", "i1", c, m.Const("i1", 1)))
    val, op = low.expr(node.operand, want), SYMBOL[type(node.op)]
    if isinstance(val, Known):
        return _unary_constant(low, op, val.obj, node, want)
    val = typed(low, val, node.operand)
    ty = val.type
    untrusted = ty if isinstance(ty, t.UntrustedType) else None
    base = untrusted.base if untrusted else ty
    x = load(low, val, node.operand).ir
    if isinstance(base, t.IntType):
        word = f"i{base.bits}"
        if op == "-":
            x = low.e.emit("sub", word, low.e.const(base.bits, 0), x)
        elif op == "~":
            x = low.e.emit("xor", word, x, low.e.const(base.bits, -1))
        return Reg(ty or base, x)
    if isinstance(base, t.FloatType) and op != "~":
        return Reg(base, low.e.emit("fneg", base.name, x) if op == "-" else x)
    raise low.fault("T03", node, op=op, type=type_of(low, val))


def _unary_constant(low: Lowerer, op: str, obj: Any, node: ast.UnaryOp, want: t.Type | None
                    ) -> Known:
    if isinstance(obj, bool) or not isinstance(obj, int | float):
        raise low.fault("T03", node, op=op, type=type_of(low, Known(obj)))
    if op == "~":
        if isinstance(obj, float):
            raise low.fault("T03", node, op=op, type=f64.name)
        if isinstance(want, t.IntType) and not want.signed and 0 <= obj <= want.max:
            return Known(obj ^ want.max)
        return Known(~obj)
    return Known(-obj if op == "-" else obj)
