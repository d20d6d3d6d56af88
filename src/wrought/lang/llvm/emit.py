"""Modules and functions as LLVM text (LLVM 22, opaque pointers)."""

from __future__ import annotations

from ..ir.model import AsmFunction, Function, Module, Slot
from ..ir.ops import OPS
from ..ir.symbols import PANIC
from ..targets import Target
from . import (
    emit_call,
    emit_control,
    emit_float,
    emit_int,
    emit_machine,
    emit_memory,
    percpu,
    runtime,
)
from .context import FunctionContext, ModuleContext
from .debug import DebugInfo
from .emit_global import asm_function, emit_global, kept_symbols
from .emit_int import Emitter
from .lifetimes import lifetimes
from .panic import default_handler
from .signature import prototype
from .text import quote, symbol

EMITTERS: dict[str, Emitter] = {
    **emit_int.EMITTERS, **emit_float.EMITTERS, **emit_memory.EMITTERS, **emit_call.EMITTERS,
    **emit_machine.EMITTERS, **emit_control.EMITTERS,
}
"""The emitter of every op of the table."""

assert EMITTERS.keys() == OPS.keys(), EMITTERS.keys() ^ OPS.keys()

_SIMPLE_ATTRS = {"inline": "alwaysinline", "noinline": "noinline", "cold": "cold optsize",
                 "small": "minsize optsize",
                 "noreturn": "noreturn", "nobuiltin": '"no-builtins"'}

_NO_LIBRARY = ['"no-builtin-strlen"', '"no-builtin-wcslen"']
"""LLVM makes calls of these from loops; an image has no C library to take them from."""


def emit_module(module: Module, target: Target, debug: bool = True, root: str = "") -> str:
    """LLVM text for a whole module.

    `root` is the project's folder: paths under it are written relative to it, so that the output
    does not depend on where the project lies.  Raises `BuildError`, with the Python position,
    where an op cannot be done on the target.
    """
    m = ModuleContext(module, target, root)
    if debug:
        m.debug = DebugInfo(m)
    functions = [text for fn in module.functions.values() for text in _function(m, fn)]
    functions += [f"declare {prototype(module, fn, False)} {_asm_attributes(m, fn)}"
                  for fn in module.asm.values()]
    globals_ = _globals(m)
    if m.constants and PANIC not in module.functions and PANIC not in module.asm \
            and not target.in_process:
        functions.append(default_handler(m))
    return "\n".join([
        f"source_filename = {quote(module.name)}", f"target triple = {quote(target.triple)}",
        *_assembler(module, target), *globals_, *_used(module, target), *m.constants, *functions,
        *_declarations(m), *m.groups(), *_metadata(m), ""])


def _globals(m: ModuleContext) -> list[str]:
    """All globals; per-CPU ones as one template and a name for each part."""
    lines: list[str] = []
    shown = ""
    for g in m.module.globals.values():
        at = m.percpu.get(g.name)
        if at is None:
            lines.append(emit_global(m, g, m.debug.global_suffix(g) if m.debug else ""))
        else:
            lines.append(percpu.alias(g, at))
            shown += m.debug.global_suffix(g, at) if m.debug else ""
    if m.percpu:
        lines.append(emit_global(m, percpu.template(m.module, m.percpu), shown))
    return lines


def _declarations(m: ModuleContext) -> list[str]:
    defined_here = {PANIC} if not m.target.in_process else set[str]()
    return [text for name, text in m.declarations() if name not in defined_here]


def _assembler(module: Module, target: Target) -> list[str]:
    lines: list[str] = []
    for fn in module.asm.values():
        if fn.arch == target.arch:
            lines += asm_function(fn)
    if runtime.is_used(module) and not target.in_process:
        lines += runtime.assembly(target)
    return runtime.module_asm(lines)


def _used(module: Module, target: Target) -> list[str]:
    kept = kept_symbols(module, target)
    if not kept:
        return []
    values = ", ".join(f"ptr {symbol(name)}" for name in kept)
    return [f"@llvm.used = appending global [{len(kept)} x ptr] [{values}], "
            'section "llvm.metadata"']


def _metadata(m: ModuleContext) -> list[str]:
    flags = ['!{i32 8, !"PIC Level", i32 2}'] if m.target.hosted else []
    if m.debug:
        flags += m.debug.finish()
    named = [f"!{m.new_node(flag)}" for flag in flags]
    lines = [f"!llvm.module.flags = !{{{', '.join(named)}}}"] if named else []
    if m.debug and m.debug.units:
        lines.append(f"!llvm.dbg.cu = !{{{', '.join(m.debug.units)}}}")
    return lines + [f"!{i} = {text}" for i, text in enumerate(m.metadata)]


def _attributes(m: ModuleContext, fn: Function) -> str:
    """The function's attribute group."""
    words = ["nounwind", *(_SIMPLE_ATTRS[a] for a in sorted(fn.attrs) if a in _SIMPLE_ATTRS)]
    target = m.target
    if "pure" in fn.attrs and not fn.blocks:
        words.append("memory(none) willreturn")
    if fn.blocks:
        features = [f for f in target.features
                    if not (f in ("-fp-armv8", "-neon") and "fp" in fn.attrs)]
        words.append(f'"target-cpu"="{target.cpu}"')
        words += [f'"target-features"="{",".join(features)}"'] if features else []
        if not target.hosted:
            words.append('"frame-pointer"="non-leaf"')
            words += _NO_LIBRARY
            words += ["noimplicitfloat"] if "fp" not in fn.attrs else []
    return m.group(" ".join(words))


def _asm_attributes(m: ModuleContext, fn: AsmFunction) -> str:
    return m.group("nounwind noreturn" if "noreturn" in fn.attrs else "nounwind")


def _function(m: ModuleContext, fn: Function) -> list[str]:
    group = _attributes(m, fn)
    if not fn.blocks:
        return [f"declare {prototype(m.module, fn, False)} {group}"]
    f = FunctionContext(m, fn)
    scope = m.debug.enter_function(f) if m.debug else ""
    linkage = "internal " if fn.linkage == "internal" else \
        "" if m.target.in_process else "dso_local "
    place = f" section {quote(fn.section)}" if fn.section else ""
    place += f" align {fn.align}" if fn.align else ""
    head = f"define {linkage}{prototype(m.module, fn, True)} {group}{place}{scope} {{"
    f.lines += [head, "entry:"]
    f.lines += [f"  %s{i} = alloca [{s.size} x i8], align {max(s.align, 1)}"
                for i, s in enumerate(fn.slots)]
    if m.debug:
        m.debug.variables(f)
    f.lines.append(f"  br label %{f.labels[fn.blocks[0]]}")
    _body(f)
    f.lines.append("}")
    return f.lines


def _body(f: FunctionContext) -> None:
    emitters, debug = EMITTERS, f.module.debug
    markers = lifetimes(f.function)
    for block in f.function.blocks:
        f.lines.append(f.labels[block] + ":")
        for ins in block.body:
            if debug and (ins.loc is not f.loc or not f.suffix):
                f.suffix = debug.location(ins.loc)
            f.loc = ins.loc
            for slot in markers.before.get(ins, ()):
                _lifetime(f, "start", slot)
            emitters[ins.op](f, ins)
            for slot in markers.after.get(ins, ()):
                _lifetime(f, "end", slot)


def _lifetime(f: FunctionContext, which: str, slot: Slot) -> None:
    at = f.module.declare(f"llvm.lifetime.{which}.p0", "void", "ptr captures(none)")
    f.out(f"call void {at}(ptr {f.ref(slot)})")

