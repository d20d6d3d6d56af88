"""How the types of an op's operands and result must fit, from the op table's rules.

Everything here depends on an instruction's op, types and attributes only, so that the verifier
can remember the answer for each shape it has seen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .attr_rules import Attrs, attr_problem, is_type
from .ops import OPS, Op
from .types import IrType, is_float, is_int, scalar_size, type_bits, type_text

Types = tuple[IrType, ...]
_Rule = Callable[[IrType, Types, dict[str, Any]], bool]

_LETTER: dict[str, tuple[Callable[[IrType], bool], str]] = {
    "i": (is_int, "an integer"),
    "b": (lambda t: t == "i1", "i1"),
    "f": (is_float, "a float"),
    "p": (lambda t: t == "ptr", "ptr"),
    "s": (lambda t: t in scalar_size, "a scalar"),
    "v": (lambda t: t != "void", "a value"),
}
_DEVICE = ("i8", "i16", "i32", "i64")


def _bits(t: IrType) -> int:
    if not isinstance(t, str):
        return 0
    return type_bits.get(t, {"f32": 32, "f64": 64}.get(t, 0))


def _atomic(t: IrType) -> bool:
    return isinstance(t, str) and scalar_size.get(t, 16) <= 8


def _parts(t: IrType) -> Types:
    return t if isinstance(t, tuple) else ()


def _exact(result: IrType, *operands: IrType) -> _Rule:
    return lambda t, a, _: t == result and a == operands


def _part(t: IrType, whole: IrType, attrs: dict[str, Any]) -> bool:
    return attrs["index"] < len(_parts(whole)) and _parts(whole)[attrs["index"]] == t


def _void(t: IrType, a: Types, _: dict[str, Any]) -> bool:
    return t == "void"


_ANY: dict[str, tuple[_Rule, str]] = {
    "zext": (lambda t, a, _: _bits(t) > _bits(a[0]) and is_int(t), "a wider integer"),
    "sext": (lambda t, a, _: _bits(t) > _bits(a[0]) and is_int(t), "a wider integer"),
    "trunc": (lambda t, a, _: _bits(t) < _bits(a[0]) and is_int(t), "a narrower integer"),
    "fext": (_exact("f64", "f32"), "f32 to f64"),
    "ftrunc": (_exact("f32", "f64"), "f64 to f32"),
    "uitof": (lambda t, a, _: is_float(t), "integer to float"),
    "sitof": (lambda t, a, _: is_float(t), "integer to float"),
    "ftoui": (lambda t, a, _: is_int(t), "float to integer"),
    "ftosi": (lambda t, a, _: is_int(t), "float to integer"),
    "ftosi_raw": (lambda t, a, _: is_int(t), "float to integer"),
    "bitcast": (lambda t, a, _: _bits(t) == _bits(a[0]) != 0,
                "integers and floats of one size"),
    "ptrtoint": (_exact("i64", "ptr"), "ptr to i64"),
    "inttoptr": (_exact("ptr", "i64"), "i64 to ptr"),
    "select": (lambda t, a, _: a[1] == t == a[2], "i1 and two values of the result's type"),
    "expect": (_exact("i1", "i1"), "i1"),
    "make": (lambda t, a, _: isinstance(t, tuple) and a == t, "the parts of its aggregate"),
    "extract": (lambda t, a, k: _part(t, a[0], k), "an aggregate with that part"),
    "insert": (lambda t, a, k: t == a[0] and _part(a[1], t, k),
               "an aggregate and a value for that part"),
    "ptradd": (_exact("ptr", "ptr", "i64"), "ptr and i64, giving ptr"),
    "elem": (_exact("ptr", "ptr", "i64"), "ptr and i64, giving ptr"),
    "load": (lambda t, a, _: is_type(t), "a value as result"),
    "store": (_void, "no result"),
    "copy": (_void, "no result"),
    "memcpy": (_exact("void", "ptr", "ptr", "i64"), "ptr, ptr and i64, no result"),
    "memmove": (_exact("void", "ptr", "ptr", "i64"), "ptr, ptr and i64, no result"),
    "memset": (_exact("void", "ptr", "i8", "i64"), "ptr, i8 and i64, no result"),
    "prefetch": (_void, "no result"),
    "atomic_load": (lambda t, a, _: _atomic(t), "a scalar of 1 to 8 bytes as result"),
    "atomic_store": (lambda t, a, _: t == "void" and _atomic(a[0]),
                     "a scalar of 1 to 8 bytes, no result"),
    "atomic_rmw": (lambda t, a, k: t == a[1] and _atomic(t) and (is_int(t) or k["kind"] == "xchg"),
                   "an integer (or with xchg a scalar) of 1 to 8 bytes, and its type as result"),
    "atomic_cas": (lambda t, a, _: a[1] == a[2] and _atomic(a[1]) and t == (a[1], "i1"),
                   "two scalars of one type T of 1 to 8 bytes, giving {T, i1}"),
    "fence": (_void, "no result"),
    "compiler_fence": (_void, "no result"),
    "call": (lambda t, a, _: True, ""),
    "calli": (lambda t, a, k: t == k["sig"][0] and a[1:] == k["sig"][1], "what its sig says"),
    "sysread": (_exact("i64"), "i64 as result"),
    "syswrite": (_exact("void", "i64"), "i64, no result"),
    "sysop": (lambda t, a, _: t == "void" and a in ((), ("i64",)),
              "at most one i64, no result"),
    "smccc": (lambda t, a, _: 1 <= len(a) <= 8 and set(a) == {"i64"} and t == ("i64",) * 4,
              "1 to 8 i64, giving {i64, i64, i64, i64}"),
    "mmio_read": (lambda t, a, _: t in _DEVICE, "i8 to i64 as result"),
    "mmio_write": (lambda t, a, _: t == "void" and a[0] in _DEVICE, "i8 to i64, no result"),
    "percpu": (_exact("ptr", "ptr"), "ptr to ptr"),
    "read_sp": (_exact("i64"), "i64 as result"),
    "return_address": (_exact("i64"), "i64 as result"),
    "ret": (lambda t, a, _: t == "void" and len(a) <= 1, "at most one value"),
    "br": (_void, "no result"),
    "cbr": (_void, "no result"),
    "switch": (_void, "no result"),
    "tail": (_void, "no result"),
    "taili": (lambda t, a, k: t == "void" and a[1:] == k["sig"][1], "what its sig says"),
    "panic": (lambda t, a, _: t == "void" and len(a) <= 2 and set(a) <= {"i64"},
              "at most two i64"),
    "unreachable": (_void, "no result"),
}

_SUCCESSORS = {"br": 1, "cbr": 2}


def _letter_problem(row: Op, args: Types) -> str:
    letters, many = row.operands.rstrip("*"), row.operands.endswith("*")
    fixed = len(letters) - many
    if len(args) < fixed or (len(args) > fixed and not many):
        return f"{row.name} takes {fixed}{' or more' if many else ''} operands, got {len(args)}"
    for i, t in enumerate(args):
        legal, what = _LETTER[letters[min(i, len(letters) - 1)]]
        if not legal(t):
            return f"operand {i + 1} of {row.name} must be {what}, got {type_text(t)}"
    return ""


def _rule_problem(row: Op, type: IrType, args: Types, attrs: dict[str, Any]) -> str:
    shown = f"got ({', '.join(map(type_text, args))}) -> {type_text(type)}"
    if row.rule == "any":
        rule, what = _ANY[row.name]
        return "" if rule(type, args, attrs) else f"{row.name} needs {what}; {shown}"
    one = args[0]
    want: IrType = {"same": one, "cmp": "i1", "ovf": (one, "i1"), "pair": (one, one)}[row.rule]
    if len(set(args)) > 1 or type != want:
        return f"{row.name} needs operands of one type T, giving {_RESULT[row.rule]}; {shown}"
    return ""


_RESULT = {"same": "T", "cmp": "i1", "ovf": "{T, i1}", "pair": "{T, T}"}


def _special_problem(op: str, args: Types, attrs: dict[str, Any]) -> str:
    if op == "icmp" and is_float(args[0]):
        return "icmp compares integers or pointers; fcmp compares floats"
    if op == "bswap" and _bits(args[0]) < 16:
        return "bswap needs i16 or wider"
    if op == "switch":
        values = attrs["values"]
        limit = 1 << _bits(args[0])
        if not all(isinstance(v, int) and 0 <= v < limit for v in values):
            return f"switch values must be integers from 0 to {limit - 1}"
        if len(set(values)) != len(values):
            return "switch values must differ from each other"
    return ""


def _successor_problem(op: str, blocks: int, attrs: dict[str, Any]) -> str:
    want = len(attrs["values"]) + 1 if op == "switch" else _SUCCESSORS.get(op, 0)
    return "" if blocks == want else f"{op} takes {want} successors, got {blocks}"


@lru_cache(maxsize=1 << 16)
def shape_problem(op: str, type: IrType, args: Types, attrs: Attrs, blocks: int) -> str:
    """What is wrong with an instruction's types, attributes or number of successors, or ""."""
    row = OPS.get(op)
    if row is None:
        return f"no op is named {op!r}"
    if not is_type(type, void=True):
        return f"{type!r} is not a type"
    named = dict(attrs)
    return (attr_problem(op, attrs) or _letter_problem(row, args)
            or _rule_problem(row, type, args, named) or _special_problem(op, args, named)
            or _successor_problem(op, blocks, named))
