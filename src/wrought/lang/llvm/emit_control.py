"""Terminators other than tail calls."""

from __future__ import annotations

from ..ir.model import Ins
from .context import FunctionContext, ir_type_of
from .emit_int import Emitter
from .panic import emit_panic
from .text import llvm_type

_LIKELY = (2000, 1)
"""Branch weights of the likely and the unlikely side; clang's numbers for __builtin_expect."""


def _ret(f: FunctionContext, ins: Ins) -> None:
    f.out(f"ret {f.typed(ins.args[0])}" if ins.args else "ret void")


def _br(f: FunctionContext, ins: Ins) -> None:
    f.out(f"br {f.label(ins.blocks[0])}")


def _cbr(f: FunctionContext, ins: Ins) -> None:
    likely = ins.attrs.get("likely")
    weights = ""
    if likely is not None:
        yes, no = _LIKELY if likely == 0 else _LIKELY[::-1]
        weights = ", !prof " + f.module.node(f'!{{!"branch_weights", i32 {yes}, i32 {no}}}')
    first, second = ins.blocks
    f.out(f"br i1 {f.ref(ins.args[0])}, {f.label(first)}, {f.label(second)}{weights}")


def _switch(f: FunctionContext, ins: Ins) -> None:
    value = ins.args[0]
    t, on = llvm_type(ir_type_of(value)), f.ref(value)
    values = [int(v) for v in ins.attrs["values"]]
    if t in ("i8", "i16"):
        # Of a narrow switch LLVM makes comparisons in two widths on x86-64.
        mask = (1 << int(t[1:])) - 1
        t, on, values = "i32", f.let(f"zext {t} {on} to i32"), [v & mask for v in values]
    cases = " ".join([f"{t} {v}, {f.label(b)}" for v, b in
                      zip(values, ins.blocks[1:], strict=True)])
    f.out(f"switch {t} {on}, {f.label(ins.blocks[0])} [ {cases} ]")


def _panic(f: FunctionContext, ins: Ins) -> None:
    emit_panic(f, ins.attrs["kind"], ins.attrs["msg"], [f.ref(a) for a in ins.args])


def _unreachable(f: FunctionContext, ins: Ins) -> None:
    f.out("unreachable")


EMITTERS: dict[str, Emitter] = {
    "ret": _ret, "br": _br, "cbr": _cbr, "switch": _switch, "panic": _panic,
    "unreachable": _unreachable,
}
