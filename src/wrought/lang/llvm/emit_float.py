"""Floating-point ops and conversions: plain IEEE 754, no fast-math flag anywhere."""

from __future__ import annotations

from ..ir.model import Ins
from .context import FunctionContext, ir_type_of
from .emit_int import Emitter
from .text import llvm_type

_BINARY = ("fadd", "fsub", "fmul", "fdiv")
_INTRINSICS = {"fabs": "fabs", "sqrt": "sqrt", "ffloor": "floor", "fceil": "ceil",
               "ftrunc_": "trunc", "frint": "roundeven", "fmin": "minimum", "fmax": "maximum",
               "copysign": "copysign", "fma": "fma"}
_CASTS = {"zext": "zext", "sext": "sext", "trunc": "trunc", "fext": "fpext", "ftrunc": "fptrunc",
          "uitof": "uitofp", "sitof": "sitofp", "bitcast": "bitcast", "ptrtoint": "ptrtoint",
          "inttoptr": "inttoptr"}


def _binary(opcode: str) -> Emitter:
    def emit(f: FunctionContext, ins: Ins) -> None:
        a, b = ins.args
        f.result(ins, f"{opcode} {llvm_type(ins.type)} {f.ref(a)}, {f.ref(b)}")
    return emit


def _fcmp(f: FunctionContext, ins: Ins) -> None:
    a, b = ins.args
    t = llvm_type(ir_type_of(a))
    f.result(ins, f"fcmp {ins.attrs['pred']} {t} {f.ref(a)}, {f.ref(b)}")


def _fneg(f: FunctionContext, ins: Ins) -> None:
    f.result(ins, f"fneg {f.typed(ins.args[0])}")


def _intrinsic(name: str) -> Emitter:
    def emit(f: FunctionContext, ins: Ins) -> None:
        t = llvm_type(ins.type)
        at = f.module.declare(f"llvm.{name}.{ins.type}", t, ", ".join([t] * len(ins.args)))
        f.result(ins, f"call {t} {at}({', '.join([f.typed(a) for a in ins.args])})")
    return emit


def _cast(opcode: str) -> Emitter:
    def emit(f: FunctionContext, ins: Ins) -> None:
        a = ins.args[0]
        if ir_type_of(a) == ins.type and opcode in ("zext", "sext", "trunc"):
            f.alias(ins, f.ref(a))
        else:
            f.result(ins, f"{opcode} {f.typed(a)} to {llvm_type(ins.type)}")
    return emit


def _saturating(name: str) -> Emitter:
    def emit(f: FunctionContext, ins: Ins) -> None:
        a = ins.args[0]
        t = llvm_type(ins.type)
        at = f.module.declare(f"llvm.{name}.sat.{ins.type}.{ir_type_of(a)}", t,
                              llvm_type(ir_type_of(a)))
        f.result(ins, f"call {t} {at}({f.typed(a)})")
    return emit


def _ftosi_raw(f: FunctionContext, ins: Ins) -> None:
    t = llvm_type(ins.type)
    raw = f.let(f"fptosi {f.typed(ins.args[0])} to {t}")
    f.result(ins, f"freeze {t} {raw}")


EMITTERS: dict[str, Emitter] = {
    **{name: _binary(name) for name in _BINARY},
    "fcmp": _fcmp, "fneg": _fneg,
    **{name: _intrinsic(stem) for name, stem in _INTRINSICS.items()},
    **{name: _cast(opcode) for name, opcode in _CASTS.items()},
    "ftoui": _saturating("fptoui"), "ftosi": _saturating("fptosi"), "ftosi_raw": _ftosi_raw,
}
