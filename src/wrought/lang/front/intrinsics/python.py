"""Python's own builtins where compiled code has a meaning for them."""

from __future__ import annotations

from wrought.lang.core import types as t
from wrought.lang.core.function import Compiled
from wrought.lang.core.scalars import Void, boolean, u64
from wrought.lang.ir import model as m

from ..lower.arithmetic import common
from ..lower.compare import relation
from ..lower.convert import coerce, load, type_of, typed
from ..lower.fstring import Piece, emit_pieces, pieces
from ..values import Known, Reg, Val
from .registry import Call, builtin


@builtin(len)
def _len(c: Call) -> Val:
    c.count(1)
    val = c.low.expr(c.args[0])
    if isinstance(val, Known):
        try:
            return Known(len(val.obj))
        except TypeError:
            raise c.why(f"{type_of(c.low, val)} has no length", c.args[0]) from None
    if isinstance(val.type, t.ArrayType):
        return Known(val.type.count)
    if isinstance(val.type, t.SliceType):
        reg = load(c.low, val, c.args[0])
        return Reg(u64, c.low.e.emit("extract", "i64", reg.ir, index=1))
    if isinstance(val.type, t.TupleType):
        return Known(len(val.type.elems))
    raise c.why(f"{type_of(c.low, val)} has no length", c.args[0])


@builtin(min, max)
def _extreme(c: Call) -> Val:
    if len(c.args) < 2 or c.node.keywords:
        raise c.low.fault("C01", c.node, name=c.name, want="2 or more", got=len(c.args))
    vals = c.operands()
    if all(isinstance(v, Known) for v in vals):
        known = [v.obj for v in vals if isinstance(v, Known)]
        return Known(c.low.python(c.node, lambda: c.obj(*known)))
    best, node = vals[0], c.args[0]
    for v, n in zip(vals[1:], c.args[1:], strict=True):
        ty = common(c.low, c.name, best, v, c.node, node, n)
        if not isinstance(ty, t.IntType | t.FloatType):
            raise c.low.fault("T03", c.node, op=c.name, type=ty.name)
        a, b = coerce(c.low, best, ty, node), coerce(c.low, v, ty, n)
        take = relation(c.low, "<" if c.name == "min" else ">", b, a, c.node, n, node)
        best = Reg(ty, c.low.e.emit("select", ty.ir or "i64", take, load(c.low, b, n).ir,
                                    load(c.low, a, node).ir))
    return best


@builtin(abs)
def _abs(c: Call) -> Val:
    c.count(1)
    val = c.low.expr(c.args[0], c.want)
    if isinstance(val, Known):
        return Known(c.low.python(c.node, lambda: abs(val.obj)))
    val = typed(c.low, val, c.args[0])
    x, e = load(c.low, val, c.args[0]).ir, c.low.e
    if isinstance(val.type, t.FloatType):
        return Reg(val.type, e.emit("fabs", val.type.name, x))
    if not isinstance(val.type, t.IntType) or not val.type.signed:
        raise c.low.fault("T03", c.node, op="abs", type=type_of(c.low, val))
    word = f"i{val.type.bits}"
    zero = e.const(val.type.bits, 0)
    negative = e.emit("icmp", "i1", x, zero, pred="slt")
    return Reg(val.type, e.emit("select", word, negative, e.emit("sub", word, zero, x), x))


@builtin(bool)
def _bool(c: Call) -> Val:
    c.count(1)
    val = c.low.expr(c.args[0])
    if isinstance(val, Known):
        return Known(bool(val.obj))
    if val.type is boolean:
        return val
    raise c.low.fault("I02", c.args[0], type="bool", source=type_of(c.low, val),
                      help=f"{c.low.source.text(c.args[0])} != 0")


@builtin(ord)
def _ord(c: Call) -> Val:
    """The number of a constant character."""
    c.count(1)
    text = c.known(0)
    if not isinstance(text, str | bytes) or len(text) != 1:
        raise c.why("one constant character is needed", c.args[0])
    return Known(ord(text))


@builtin(print)
def _print(c: Call) -> Val:
    """Text to standard output, or to the console of a bare-metal program."""
    low = c.low
    end = "\n"
    for kw in c.node.keywords:
        if kw.arg != "end":
            raise low.fault("C02", kw, name="print", arg=kw.arg)
        val = low.expr(kw.value)
        if not (isinstance(val, Known) and isinstance(val.obj, str)):
            raise low.fault("K01", kw.value, what="print's end")
        end = val.obj
    parts: list[Piece] = []
    for i, a in enumerate(c.args):
        parts += ([" "] if i else []) + pieces(low, a)
    inst = low.unit.instance(_console(c), ())

    def write(v: Val) -> None:
        low.e.emit("call", "void", load(low, v, c.node).ir, callee=inst.symbol)
    emit_pieces(low, [*parts, end], write)
    return Reg(Void, m.Undef("void"))


def _console(c: Call) -> Compiled:
    """The function that takes print's text."""
    from wrought.rt import console

    if c.low.unit.target.hosted:
        return console.write
    if c.low.unit.console is None:
        raise c.low.fault("M13", c.node)
    return c.low.unit.console


@builtin(divmod)
def _divmod(c: Call) -> Val:
    raise c.why("write q = a // b and r = a % b; the compiler divides once")


@builtin(isinstance)
def _isinstance(c: Call) -> Val:
    raise c.why("types are known while compiling; match on a tagged union for the rest")


@builtin(int, float, str, list, dict, set)
def _python_type(c: Call) -> Val:
    words = {int: "write u64(x), i64(x), trunc(T, x) …", float: "write f64(x) or f32(x)"}
    raise c.low.fault("X01", c.node, what=f"{c.name}()",
                      instead=words.get(c.obj, "there is no heap; use an Array or a Slice"))


@builtin(tuple)
def _tuple(c: Call) -> Val:
    c.count(1)
    val = c.low.expr(c.args[0])
    if isinstance(val, Known):
        return Known(c.low.python(c.node, lambda: tuple(val.obj)))
    raise c.low.fault("K01", c.args[0], what="the argument of tuple()")


