"""Calls and tail calls."""

from __future__ import annotations

from ..ir.model import AsmFunction, Function, Ins
from ..targets import Target
from .context import FunctionContext, ir_type_of
from .emit_int import Emitter
from .signature import CONVENTIONS, function_type, is_boundary, param_attrs, return_attr
from .text import llvm_type, symbol


def callee(f: FunctionContext, name: str) -> Function | AsmFunction:
    """The named callee, checked to exist for this machine."""
    fn = f.module.callee(name)
    if fn is None:
        raise f.error(f"call of the undeclared function '{name}'")
    if isinstance(fn, AsmFunction) and not runs_on(fn, f.target):
        raise f.error(f"'{fn.title or name}' is written in {fn.arch} assembly and cannot be "
                      f"called on {f.target.arch}")
    return fn


def runs_on(fn: AsmFunction, target: Target) -> bool:
    """True if the assembler function is for the target's machine."""
    return fn.arch == target.arch


def _direct(f: FunctionContext, ins: Ins) -> tuple[str, str, str]:
    """Convention with return attribute and type; callee; arguments."""
    fn = callee(f, ins.attrs["callee"])
    boundary = is_boundary(fn)
    args: list[str] = []
    for i, arg in enumerate(ins.args):
        t = ir_type_of(arg)
        attrs = param_attrs(fn.params[i].attrs, t, boundary) if i < len(fn.params) else ""
        args.append(f"{llvm_type(t)}{_passed(attrs)} {f.ref(arg)}")
    variadic = isinstance(fn, Function) and fn.variadic
    kind = function_type(fn.ret, tuple(p.type for p in fn.params), variadic)
    head = f"{CONVENTIONS[fn.cc]}{return_attr(f.module.module, fn)}{kind}"
    return head, symbol(fn.name), ", ".join(args)


def _passed(attrs: str) -> str:
    """Of a parameter's attributes, those that a call must repeat for the ABI."""
    return "".join([f" {w}" for w in attrs.split() if w in ("zeroext", "signext")])


def _indirect(f: FunctionContext, ins: Ins) -> tuple[str, str, str]:
    pointer, args = ins.args[0], ins.args[1:]
    ret, params = ins.attrs["sig"]
    variadic = len(args) > len(params)
    head = CONVENTIONS[ins.attrs.get("cc") or "c"] + function_type(ret, tuple(params), variadic)
    ext = ins.attrs.get("ext") or ("",) * len(args)
    words = [f"{llvm_type(ir_type_of(a))}{' ' + e if e else ''} {f.ref(a)}"
             for a, e in zip(args, ext, strict=False)]
    return head, f.ref(pointer), ", ".join([*words, *map(f.typed, args[len(words):])])


def _call(parts: str) -> Emitter:
    direct = parts == "direct"
    def emit(f: FunctionContext, ins: Ins) -> None:
        head, target, args = (_direct if direct else _indirect)(f, ins)
        text = f"call {head} {target}({args})"
        if ins.type == "void":
            f.out(text)
        else:
            f.result(ins, text)
    return emit


def _tail(parts: str) -> Emitter:
    direct = parts == "direct"
    def emit(f: FunctionContext, ins: Ins) -> None:
        head, target, args = (_direct if direct else _indirect)(f, ins)
        ret = f.function.ret
        # nomerge: every bytecode keeps an indirect jump of its own, for the branch predictor.
        text = f"musttail call {head} {target}({args}) nomerge"
        if ret == "void":
            f.out(text)
            f.out("ret void")
        else:
            value = f.let(text)
            f.out(f"ret {llvm_type(ret)} {value}")
    return emit


EMITTERS: dict[str, Emitter] = {
    "call": _call("direct"), "calli": _call("indirect"),
    "tail": _tail("direct"), "taili": _tail("indirect"),
}
