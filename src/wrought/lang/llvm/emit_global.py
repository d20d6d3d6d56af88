"""Globals, constant tables and whole functions in assembler."""

from __future__ import annotations

from ..ir.model import AsmFunction, Global, Module
from ..targets import Target
from .context import ModuleContext
from .percpu import SECTION
from .text import escape, quote, symbol


def emit_global(m: ModuleContext, g: Global, debug: str = "") -> str:
    """The definition or declaration of one global."""
    word = "constant" if g.const else "global"
    align = f", align {max(g.align, 1)}"
    if g.linkage == "extern":
        place = "external" if m.target.hosted else "external dso_local"
        return f"{symbol(g.name)} = {place} {word} [{g.size} x i8]{align}"
    linkage = "internal" if g.linkage == "internal" else "dso_local"
    section = g.section or (SECTION if g.percpu and not m.target.hosted else "")
    place = f", section {quote(section)}" if section else ""
    if m.target.in_process and g.linkage != "internal":
        linkage = ""
    head = " ".join(w for w in (f"{symbol(g.name)} =", linkage, word) if w)
    return f"{head} {_contents(g)}{place}{align}{debug}"


def _contents(g: Global) -> str:
    """Type and initial value; relocated addresses make it a packed struct."""
    init = g.init
    if not g.relocs:
        body = "zeroinitializer" if init is None or not any(init) else f'c"{escape(init)}"'
        return f"[{g.size} x i8] {body}"
    data = bytes(g.size) if init is None else init
    types: list[str] = []
    values: list[str] = []
    end = 0
    for offset, name, addend in sorted(g.relocs):
        _bytes_part(data[end:offset], types, values)
        at = symbol(name)
        types.append("ptr")
        values.append(f"ptr getelementptr (i8, ptr {at}, i64 {addend})" if addend
                      else f"ptr {at}")
        end = offset + 8
    _bytes_part(data[end:], types, values)
    return f"<{{ {', '.join(types)} }}> <{{ {', '.join(values)} }}>"


def _bytes_part(data: bytes, types: list[str], values: list[str]) -> None:
    if data:
        types.append(f"[{len(data)} x i8]")
        text = f'c"{escape(data)}"' if any(data) else "zeroinitializer"
        values.append(f"[{len(data)} x i8] {text}")


def asm_function(fn: AsmFunction) -> list[str]:
    """An assembler function as lines; x86-64 text is in Intel syntax."""
    name = f'"{fn.name}"'
    lines = [f'.section {fn.section or ".text"},"ax",%progbits' if fn.section else ".text"]
    if fn.arch == "x64":
        lines.append(".intel_syntax noprefix")
    lines += [f".globl {name}"] if fn.linkage != "internal" else []
    lines += [f".type {name}, %function", f".p2align {max(fn.align, 4).bit_length() - 1}",
              f"{name}:"]
    lines += [line for line in fn.text.splitlines() if line.strip()]
    lines.append(f".size {name}, . - {name}")
    if fn.arch == "x64":
        lines.append(".att_syntax")
    return [*lines, ".text"]


def kept_symbols(module: Module, target: Target) -> list[str]:
    """What LLVM must keep although it sees no use: marked `used`, or named by assembler text."""
    named = {c for fn in module.asm.values() if fn.arch == target.arch for c in fn.calls}
    kept = [fn.name for fn in module.functions.values()
            if fn.blocks and ("used" in fn.attrs or fn.name in named)]
    kept += [g.name for g in module.globals.values() if g.linkage != "extern" and g.name in named]
    return kept
