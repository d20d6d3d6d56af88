"""Compute at build time what has constant operands.

Needs well-formed IR and keeps it so.  Every op without effects is computed by the interpreter's
own function, so that a folded program cannot differ from the program.  Not folded: a division by
zero (it has no value), and results that are or hold a NaN, whose bits machines choose.
"""

from __future__ import annotations

import math
from typing import Any, cast

from ..ir.dominance import reverse_postorder
from ..ir.interp.errors import InterpError
from ..ir.interp.ints import to_signed
from ..ir.interp.pure import PURE, pure_function
from ..ir.model import Const, Function, Ins, Module, Sym, Value
from .rewrite import drop, final, replace_uses

_UNKNOWN = object()
_OPS = PURE - {"percpu"}
_signed = to_signed(64)


def fold(m: Module) -> int:
    """Replace instructions by constants in every function; how many."""
    return sum(_Folder(f).run() for f in m.functions.values() if f.blocks)


class _Folder:
    """What is known about the results of one function."""

    def __init__(self, f: Function) -> None:
        self.f = f
        self.new: dict[Ins, Value] = {}
        self.parts: dict[Ins, Any] = {}
        """Results that are aggregates of constants, which no operand can spell."""

    def run(self) -> int:
        for block in reverse_postorder(self.f):
            for ins in block.body:
                if ins.op in _OPS:
                    self.instruction(ins)
        replace_uses(self.f, self.new)
        drop(self.f, self.new)
        return len(self.new)

    def instruction(self, ins: Ins) -> None:
        args = [final(a, self.new) for a in ins.args]
        value = self.compute(ins, args)
        if value is _UNKNOWN:
            simpler = _simpler(ins, args)
            if simpler is not None:
                self.new[ins] = simpler
        elif isinstance(ins.type, tuple):
            self.parts[ins] = value
        else:
            self.new[ins] = Const(ins.type, value)

    def compute(self, ins: Ins, args: list[Value]) -> Any:
        values = [self.known(a) for a in args]
        if _UNKNOWN in values:
            return _UNKNOWN
        try:
            value = pure_function(ins)(*values)
        except InterpError:
            return _UNKNOWN
        return _UNKNOWN if _has_nan(value) else value

    def known(self, v: Value) -> Any:
        if isinstance(v, Const):
            return v.value
        return self.parts.get(v, _UNKNOWN) if isinstance(v, Ins) else _UNKNOWN


def _has_nan(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(map(_has_nan, cast(tuple[Any, ...], value)))
    return isinstance(value, float) and math.isnan(value)


def _simpler(ins: Ins, args: list[Value]) -> Value | None:
    """An operand, or an address, that the result is whatever the other operands are."""
    first = args[0] if args else None
    if ins.op == "select" and isinstance(first, Const):
        return args[1] if first.value else args[2]
    if ins.op == "extract" and isinstance(first, Ins) and first.op == "make":
        return cast(Value, first.args[ins.attrs["index"]])
    if ins.op in ("ptradd", "elem") and isinstance(first, Sym) and isinstance(args[1], Const):
        step = _signed(int(args[1].value)) * ins.attrs.get("size", 1)
        return Sym(first.name, first.offset + step)
    return None
