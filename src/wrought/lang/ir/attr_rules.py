"""Which attributes each op must have, may have, and with which values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeGuard

from .ops import FLOAT_PREDICATES, INT_PREDICATES, OPS, ORDERS, RMW_KINDS
from .types import scalar_size

Attrs = tuple[tuple[str, Any], ...]
"""An instruction's attributes as items."""

OPTIONAL = frozenset({"volatile", "invariant", "write", "weak", "likely", "cc", "targets", "enc",
                      "ext"})
"""Attributes that may be absent; every other one in the op table must be there."""

_BY_OP: dict[tuple[str, str], tuple[str, ...]] = {
    ("icmp", "pred"): INT_PREDICATES,
    ("fcmp", "pred"): FLOAT_PREDICATES,
    ("atomic_load", "order"): ("relaxed", "acquire", "seq_cst"),
    ("atomic_store", "order"): ("relaxed", "release", "seq_cst"),
    ("fence", "order"): ORDERS[1:],
    ("atomic_rmw", "order"): ORDERS,
    ("atomic_cas", "order"): ORDERS,
    ("atomic_rmw", "kind"): RMW_KINDS,
}


def is_power_of_two(n: object) -> bool:
    """True for 1, 2, 4 ..."""
    return isinstance(n, int) and n > 0 and n & (n - 1) == 0


def is_tuple(v: object) -> TypeGuard[tuple[Any, ...]]:
    """Whether `v` is a tuple, of whatever."""
    return isinstance(v, tuple)


def is_type(t: Any, void: bool = False) -> bool:
    """True for a well-formed IR type; `void` only if asked for."""
    if is_tuple(t):
        return all(map(is_type, t))
    return t in scalar_size or (void and t == "void")


def _is_text(v: object) -> bool:
    return isinstance(v, str) and v != ""


def _is_count(v: object) -> bool:
    return isinstance(v, int) and v >= 0


def _is_flag(v: object) -> bool:
    return v in (0, 1)


def _is_names(v: Any) -> bool:
    return is_tuple(v) and all(map(_is_text, v))


def _is_sig(v: Any) -> bool:
    return (is_tuple(v) and len(v) == 2 and is_type(v[0], void=True)
            and is_tuple(v[1]) and is_type(v[1]))


_BY_NAME: dict[str, tuple[Callable[[Any], bool], str]] = {
    "value": (_is_flag, "0 or 1"),
    "likely": (_is_flag, "0 or 1"),
    "volatile": (_is_flag, "true or false"),
    "invariant": (_is_flag, "true or false"),
    "write": (_is_flag, "true or false"),
    "weak": (_is_flag, "true or false"),
    "index": (_is_count, "an integer from 0"),
    "size": (_is_count, "a number of bytes"),
    "align": (is_power_of_two, "a power of two"),
    "callee": (_is_text, "a symbol's name"),
    "targets": (_is_names, "a tuple of symbols' names"),
    "sig": (_is_sig, "(result type, (parameter types))"),
    "ext": (lambda v: is_tuple(v) and set(v) <= {"", "zeroext", "signext"},
            "a tuple of zeroext, signext or nothing"),
    "cc": (("c", "handler").__contains__, "c or handler"),
    "reg": (_is_text, "a register's name"),
    "enc": (lambda v: isinstance(v, (str, tuple)), "an encoding"),
    "text": (_is_text, "an instruction"),
    "conduit": (("hvc", "smc").__contains__, "hvc or smc"),
    "imm": (lambda v: isinstance(v, int) and 0 <= v < 1 << 16, "an integer of 16 bits"),
    "values": (lambda v: isinstance(v, tuple), "a tuple of integers"),
    "kind": (_is_text, "a panic's kind"),
    "msg": (lambda v: isinstance(v, str), "a text"),
}


def attr_problem(op: str, attrs: Attrs) -> str:
    """What is wrong with the attributes of one `op`, or ""."""
    allowed = OPS[op].attrs
    given = {name for name, _ in attrs}
    for name in allowed:
        if name not in given and name not in OPTIONAL:
            return f"{op} needs the attribute {name!r}"
    for name, value in attrs:
        if name not in allowed:
            return f"{op} has no attribute {name!r}"
        words = _BY_OP.get((op, name))
        legal, what = _BY_NAME[name] if words is None else (words.__contains__, " ".join(words))
        if words is not None:
            what = f"one of {what}"
        if not legal(value):
            return f"attribute {name!r} of {op} must be {what}, got {value!r}"
    return ""
