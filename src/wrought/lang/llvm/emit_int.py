"""Integer ops, total as the op table says: no `nsw`, no undefined shift or quotient."""

from __future__ import annotations

from collections.abc import Callable

from ..ir.model import Const, Ins
from ..ir.types import type_bits
from .context import FunctionContext, ir_type_of
from .text import llvm_type

Emitter = Callable[[FunctionContext, Ins], None]

_PLAIN = ("add", "sub", "mul", "and", "or", "xor", "udiv")
_OVERFLOW = {"uaddo": "uadd", "saddo": "sadd", "usubo": "usub", "ssubo": "ssub",
             "umulo": "umul", "smulo": "smul"}
_UNARY = {"ctz": "cttz", "clz": "ctlz", "popcount": "ctpop", "bswap": "bswap",
          "bitrev": "bitreverse"}


def _bits(ins: Ins) -> int:
    return type_bits[str(ins.type)]


def _plain(opcode: str) -> Emitter:
    def emit(f: FunctionContext, ins: Ins) -> None:
        a, b = ins.args
        f.result(ins, f"{opcode} {llvm_type(ins.type)} {f.ref(a)}, {f.ref(b)}")
    return emit


def _shift(opcode: str) -> Emitter:
    def emit(f: FunctionContext, ins: Ins) -> None:
        a, count = ins.args
        t, mask = llvm_type(ins.type), _bits(ins) - 1
        if isinstance(count, Const):
            n = str(int(count.value) & mask)
        else:
            n = f.let(f"and {t} {f.ref(count)}, {mask}")
        f.result(ins, f"{opcode} {t} {f.ref(a)}, {n}")
    return emit


def _rotate(intrinsic: str) -> Emitter:
    def emit(f: FunctionContext, ins: Ins) -> None:
        a, count = f.ref(ins.args[0]), f.ref(ins.args[1])
        t = llvm_type(ins.type)
        at = f.module.declare(f"llvm.{intrinsic}.{t}", t, f"{t}, {t}, {t}")
        f.result(ins, f"call {t} {at}({t} {a}, {t} {a}, {t} {count})")
    return emit


def _divisor(f: FunctionContext, ins: Ins) -> tuple[str, str | None]:
    """A divisor that LLVM's `sdiv` may have, and the i1 "it is -1" where that can be so.

    LLVM leaves MIN / -1 undefined; dividing by 1 instead and negating gives the table's MIN.
    """
    t, b = llvm_type(ins.type), ins.args[1]
    minus_one = (1 << _bits(ins)) - 1
    if isinstance(b, Const) and b.value != minus_one:
        return f.ref(b), None
    is_minus = f.let(f"icmp eq {t} {f.ref(b)}, -1")
    return f.let(f"select i1 {is_minus}, {t} 1, {t} {f.ref(b)}"), is_minus


def _quotient(f: FunctionContext, ins: Ins) -> str:
    """`sdiv` toward zero with MIN / -1 = MIN; returns the value's name."""
    t, a = llvm_type(ins.type), f.ref(ins.args[0])
    divisor, is_minus = _divisor(f, ins)
    q = f.let(f"sdiv {t} {a}, {divisor}")
    if is_minus is None:
        return q
    negated = f.let(f"sub {t} 0, {a}")
    return f.let(f"select i1 {is_minus}, {t} {negated}, {t} {q}")


def _power_of_two(ins: Ins) -> int | None:
    """log2 of a constant divisor that is a positive power of two, else None."""
    b = ins.args[1]
    if not isinstance(b, Const):
        return None
    value = int(b.value)
    top = 1 << (_bits(ins) - 1)
    return value.bit_length() - 1 if 0 < value < top and value & (value - 1) == 0 else None


def _wrong_side(f: FunctionContext, ins: Ins, remainder: str) -> str:
    """i1: the remainder is not 0 and its sign is not the divisor's, so floor differs from trunc."""
    t, b = llvm_type(ins.type), f.ref(ins.args[1])
    some = f.let(f"icmp ne {t} {remainder}, 0")
    signs = f.let(f"xor {t} {remainder}, {b}")
    differ = f.let(f"icmp slt {t} {signs}, 0")
    return f.let(f"and i1 {some}, {differ}")


def _sdiv(f: FunctionContext, ins: Ins) -> None:
    f.alias(ins, _quotient(f, ins))


def _smod(f: FunctionContext, ins: Ins) -> None:
    divisor, _ = _divisor(f, ins)
    f.result(ins, f"srem {llvm_type(ins.type)} {f.ref(ins.args[0])}, {divisor}")


def _sdivf(f: FunctionContext, ins: Ins) -> None:
    t, (a, b) = llvm_type(ins.type), ins.args
    shift = _power_of_two(ins)
    if shift is not None:
        f.result(ins, f"ashr {t} {f.ref(a)}, {shift}")
        return
    q = _quotient(f, ins)
    product = f.let(f"mul {t} {q}, {f.ref(b)}")
    remainder = f.let(f"sub {t} {f.ref(a)}, {product}")
    step = f.let(f"sext i1 {_wrong_side(f, ins, remainder)} to {t}")
    f.result(ins, f"add {t} {q}, {step}")


def _smodf(f: FunctionContext, ins: Ins) -> None:
    t, (a, b) = llvm_type(ins.type), ins.args
    if _power_of_two(ins) is not None and isinstance(b, Const):
        f.result(ins, f"and {t} {f.ref(a)}, {int(b.value) - 1}")
        return
    divisor, _ = _divisor(f, ins)
    remainder = f.let(f"srem {t} {f.ref(a)}, {divisor}")
    wrong = _wrong_side(f, ins, remainder)
    step = f.let(f"select i1 {wrong}, {t} {f.ref(b)}, {t} 0")
    f.result(ins, f"add {t} {remainder}, {step}")


def _icmp(f: FunctionContext, ins: Ins) -> None:
    a, b = ins.args
    t = llvm_type(ir_type_of(a))
    f.result(ins, f"icmp {ins.attrs['pred']} {t} {f.ref(a)}, {f.ref(b)}")


def _overflow(name: str) -> Emitter:
    def emit(f: FunctionContext, ins: Ins) -> None:
        a, b = ins.args
        t, pair = llvm_type(ir_type_of(a)), llvm_type(ins.type)
        at = f.module.declare(f"llvm.{name}.with.overflow.{t}", pair, f"{t}, {t}")
        f.result(ins, f"call {pair} {at}({t} {f.ref(a)}, {t} {f.ref(b)})")
    return emit


def _wide_product(extend: str) -> Emitter:
    def emit(f: FunctionContext, ins: Ins) -> None:
        a, b = ins.args
        n = type_bits[str(ir_type_of(a))]
        t, wide, pair = f"i{n}", f"i{2 * n}", llvm_type(ins.type)
        x = f.let(f"{extend} {t} {f.ref(a)} to {wide}")
        y = f.let(f"{extend} {t} {f.ref(b)} to {wide}")
        product = f.let(f"mul {wide} {x}, {y}")
        low = f.let(f"trunc {wide} {product} to {t}")
        shifted = f.let(f"lshr {wide} {product}, {n}")
        high = f.let(f"trunc {wide} {shifted} to {t}")
        first = f.let(f"insertvalue {pair} poison, {t} {low}, 0")
        f.result(ins, f"insertvalue {pair} {first}, {t} {high}, 1")
    return emit


def _unary(intrinsic: str) -> Emitter:
    counts_zeros = intrinsic in ("cttz", "ctlz")
    def emit(f: FunctionContext, ins: Ins) -> None:
        t, a = llvm_type(ins.type), f.ref(ins.args[0])
        if counts_zeros:
            at = f.module.declare(f"llvm.{intrinsic}.{t}", t, f"{t}, i1")
            f.result(ins, f"call {t} {at}({t} {a}, i1 false)")
        else:
            at = f.module.declare(f"llvm.{intrinsic}.{t}", t, t)
            f.result(ins, f"call {t} {at}({t} {a})")
    return emit


EMITTERS: dict[str, Emitter] = {
    **{name: _plain(name) for name in _PLAIN}, "umod": _plain("urem"),
    **{name: _shift(name) for name in ("shl", "lshr", "ashr")},
    "rotl": _rotate("fshl"), "rotr": _rotate("fshr"),
    "sdiv": _sdiv, "smod": _smod, "sdivf": _sdivf, "smodf": _smodf, "icmp": _icmp,
    **{name: _overflow(stem) for name, stem in _OVERFLOW.items()},
    "umulx": _wide_product("zext"), "smulx": _wide_product("sext"),
    **{name: _unary(stem) for name, stem in _UNARY.items()},
}
