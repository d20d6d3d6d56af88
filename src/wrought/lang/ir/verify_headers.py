"""The verifier's rules for what is outside function bodies: headers, globals, types."""

from __future__ import annotations

from collections.abc import Iterator

from .attr_rules import is_power_of_two, is_type
from .errors import IrProblem
from .model import AsmFunction, DType, Function, Global, Module, Param
from .types import type_text

FUNCTION_ATTRS = frozenset({"inline", "noinline", "cold", "small", "noreturn", "nobuiltin", "used",
                            "unsafe", "pure", "fp"})
PARAM_ATTRS = frozenset({"noalias", "nonnull", "readonly", "zeroext", "signext"})
CONVENTIONS = ("c", "handler")
LINKAGES = ("internal", "export", "extern")
ARCHES = ("a64", "x64")
_KINDS = ("base", "ptr", "array", "typedef", "struct", "union", "enum")


class Symbols:
    """What names stand for in one module."""

    def __init__(self, m: Module) -> None:
        self.module = m
        self.callable: dict[str, Function | AsmFunction] = {**m.asm, **m.functions}
        self.all = self.callable.keys() | m.globals.keys()


def signature_text(f: Function | AsmFunction) -> str:
    """`{i32, ptr} -> i64`, with `...` in front for a variadic function."""
    more = "variadic " if isinstance(f, Function) and f.variadic else ""
    return f"{more}{type_text(tuple(p.type for p in f.params))} -> {type_text(f.ret)}"


def header_problems(m: Module, symbols: Symbols) -> list[IrProblem]:
    """Broken rules of `m` outside function bodies."""
    out: list[IrProblem] = []
    for key, d in m.dtypes.items():
        out += [IrProblem(f"type {key!r}: {text}", key) for text in _dtype(m, d)]
    for key, g in m.globals.items():
        out += [IrProblem(text, key) for text in _global(g, key, m, symbols)]
    for key, a in m.asm.items():
        out += [IrProblem(text, key) for text in _asm(a, key, m)]
    for key, f in m.functions.items():
        out += [IrProblem(text, key) for text in _function(f, key, m, symbols)]
    return out


def _dtype(m: Module, d: DType) -> Iterator[str]:
    if d.kind not in _KINDS:
        yield f"kind {d.kind!r} is none of {' '.join(_KINDS)}"
    used = [d.of] if d.of else []
    for name in used + [member[1] for member in d.members]:
        if name not in m.dtypes:
            yield f"no type has the key {name!r}"


def _named(name: str, key: str, m: Module) -> Iterator[str]:
    if name != key:
        yield f"filed under {key!r} but named {name!r}"
    if (name in m.functions) + (name in m.asm) + (name in m.globals) > 1:
        yield f"{name!r} names more than one thing"


def _placed(linkage: str, align: int, least: int) -> Iterator[str]:
    if linkage not in LINKAGES:
        yield f"linkage {linkage!r} is none of {' '.join(LINKAGES)}"
    if align != least and not is_power_of_two(align):
        yield f"alignment {align} is not a power of two"


def _known(m: Module, dtype: str, what: str) -> Iterator[str]:
    if dtype and dtype not in m.dtypes:
        yield f"{what}: no type has the key {dtype!r}"


def _global(g: Global, key: str, m: Module, symbols: Symbols) -> Iterator[str]:
    yield from _named(g.name, key, m)
    yield from _placed(g.linkage, g.align, 1)
    yield from _known(m, g.dtype, "global")
    if g.size < 0:
        yield f"size {g.size} is negative"
    if g.init is not None and len(g.init) != g.size:
        yield f"init holds {len(g.init)} bytes, size is {g.size}"
    if g.linkage == "extern" and (g.init is not None or g.relocs):
        yield "an extern global has no init and no relocs"
    for offset, name, _ in g.relocs:
        if not 0 <= offset <= g.size - 8:
            yield f"reloc at {offset} is not inside its {g.size} bytes"
        if name not in symbols.all:
            yield f"reloc at {offset}: no symbol is named {name!r}"


def _signature(f: Function | AsmFunction, m: Module) -> Iterator[str]:
    for p in f.params:
        yield from _param(p, m)
    if not is_type(f.ret, void=True):
        yield f"result type {f.ret!r} is not a type"
    if f.cc not in CONVENTIONS:
        yield f"convention {f.cc!r} is none of {' '.join(CONVENTIONS)}"
    for attr in sorted(f.attrs - FUNCTION_ATTRS):
        yield f"{attr!r} is no function attribute"
    if {"inline", "noinline"} <= f.attrs:
        yield "inline and noinline exclude each other"


def _param(p: Param, m: Module) -> Iterator[str]:
    if not is_type(p.type):
        yield f"parameter {p.name!r}: {p.type!r} is not a type"
    yield from _known(m, p.dtype, f"parameter {p.name!r}")
    for attr in p.attrs:
        plain = attr.startswith("dereferenceable(") and attr[16:-1].isdecimal()
        if attr not in PARAM_ATTRS and not (plain and attr.endswith(")")):
            yield f"parameter {p.name!r}: {attr!r} is no parameter attribute"


def _asm(f: AsmFunction, key: str, m: Module) -> Iterator[str]:
    yield from _named(f.name, key, m)
    yield from _placed(f.linkage, f.align, 0)
    yield from _signature(f, m)
    if f.arch not in ARCHES:
        yield f"architecture {f.arch!r} is none of {' '.join(ARCHES)}"
    if f.stack < 0:
        yield f"stack use {f.stack} is negative"


def _function(f: Function, key: str, m: Module, symbols: Symbols) -> Iterator[str]:
    yield from _named(f.name, key, m)
    yield from _placed(f.linkage, f.align, 0)
    yield from _signature(f, m)
    yield from _known(m, f.ret_dtype, "result")
    if bool(f.blocks) == (f.linkage == "extern"):
        yield "an extern function has no blocks, every other one has"
    if f.variadic and (f.cc != "c" or f.blocks):
        yield "only an external C function can be variadic"
    for name in f.targets:
        if name not in symbols.callable:
            yield f"targets: no function is named {name!r}"
    for s in f.slots:
        if not is_power_of_two(s.align):
            yield f"slot {s.name!r}: alignment {s.align} is not a power of two"
        if s.size < 0:
            yield f"slot {s.name!r}: size {s.size} is negative"
        if not 0 <= s.arg <= len(f.params):
            yield f"slot {s.name!r}: there is no parameter {s.arg}"
        yield from _known(m, s.dtype, f"slot {s.name!r}")
