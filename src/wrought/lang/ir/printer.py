"""IR to text.

The text is complete: `parser.parse_module` rebuilds the module from it, and printing that again
gives the same text.  A broken module prints too (what is not in the function shows as `?`), so
that the verifier can quote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from .model import (
    AsmFunction,
    Block,
    Const,
    DType,
    Function,
    Global,
    Ins,
    Module,
    Param,
    Sym,
    Undef,
    Value,
)
from .text import (
    ASM_FIELDS,
    DEFAULTS,
    DTYPE_FIELDS,
    FUNCTION_FIELDS,
    GLOBAL_FIELDS,
    MODULE_FIELDS,
    PARAM_FIELDS,
    SLOT_FIELDS,
    Fields,
    bytes_text,
    implied_types,
    number_text,
    quote,
    word,
)
from .types import IrType, type_text

_BYTES_PER_LINE = 32
_implied = cache(implied_types)


def print_module(m: Module) -> str:
    """The whole module: types, globals, assembler functions, functions, in their own order."""
    parts = [f"module {quote(m.name)}{_fields(m, MODULE_FIELDS)}\n"]
    parts += [_dtype(key, d) for key, d in m.dtypes.items()]
    parts += [_global(g) for g in m.globals.values()]
    parts += [_asm(f) for f in m.asm.values()]
    parts += ["\n" + print_function(f) for f in m.functions.values()]
    return "".join(parts)


def print_function(f: Function) -> str:
    """One function, ending in a newline."""
    names = Names(f)
    head = f"func @{word(f.name)}{_signature(f.params, f.ret, names)}{_fields(f, FUNCTION_FIELDS)}"
    if not f.blocks and not f.slots:
        return head + "\n"
    lines = [head + " {"]
    lines += [f"  slot {names.value(s)}{_fields(s, SLOT_FIELDS)}" for s in f.slots]
    for block in f.blocks:
        lines.append(f"{names.block(block)}:")
        lines += [f"  {names.ins(ins)}" for ins in block.body]
    return "\n".join(lines) + "\n}\n"


def print_ins(f: Function, ins: Ins) -> str:
    """One instruction of `f` as `print_function` shows it; numbers the whole function."""
    return Names(f).ins(ins)


def value_text(value: Any) -> str:
    """An attribute's or header field's value: number, bool, none, name, string or tuple."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, str):
        return word(value)
    return "(" + ", ".join(map(value_text, value)) + ")"


class Names:
    """The names of one function's values and blocks; equal names get a suffix."""

    def __init__(self, f: Function) -> None:
        self._of: dict[object, str] = {}
        self._blocks: dict[Block, str] = {}
        for p, name in zip(f.params, _unique(p.name for p in f.params), strict=True):
            self._of[p] = word(name)
        for s, name in zip(f.slots, _unique(s.name for s in f.slots), strict=True):
            self._of[s] = "$" + word(name)
        for b, name in zip(f.blocks, _unique(b.name for b in f.blocks), strict=True):
            self._blocks[b] = "^" + word(name)
        results = (ins for b in f.blocks for ins in b.body if ins.type != "void")
        for number, ins in enumerate(results):
            self._of[ins] = f"%{number}"

    def block(self, block: Block) -> str:
        """`^name`."""
        return self._blocks.get(block) or "^?" + block.name

    def value(self, v: Value, implied: IrType | None = None) -> str:
        """An operand; constants carry their type unless it is the implied one."""
        if isinstance(v, (Const, Undef)):
            text = "undef" if isinstance(v, Undef) else number_text(v.value)
            return text if v.type == implied else f"{text}:{type_text(v.type)}"
        if isinstance(v, Sym):
            return "@" + word(v.name) + (f"{v.offset:+d}" if v.offset else "")
        found = self._of.get(v)
        if found is not None:
            return found
        return "%?" if isinstance(v, Ins) else f"?{v.name}"

    def ins(self, ins: Ins) -> str:
        """`%N: type = op args, attrs -> blocks !line:col`, without what does not apply."""
        attrs = ins.attrs
        implied = _implied(ins.op, ins.type, len(ins.args))
        args = [self.value(v, t) for v, t in zip(ins.args, implied, strict=True)]
        callee = attrs.get("callee")
        if isinstance(callee, str):
            args = [f"@{word(callee)}({', '.join(args)})"]
            attrs = {k: v for k, v in attrs.items() if k != "callee"}
        args += [f"{word(k)}={value_text(v)}" for k, v in attrs.items()]
        text = ins.op + (" " + ", ".join(args) if args else "")
        if ins.type != "void":
            text = f"{self._of.get(ins, '%?')}: {type_text(ins.type)} = {text}"
        if ins.blocks:
            text += " -> " + ", ".join(map(self.block, ins.blocks))
        return text + (f" !{ins.loc[0]}:{ins.loc[1]}" if ins.loc else "")


def _unique(names: Iterable[str]) -> Iterator[str]:
    wanted = list(names)
    taken = set(wanted)
    seen: set[str] = set()
    for name in wanted:
        number = 1
        unique = name
        while unique in seen or (unique != name and unique in taken):
            number += 1
            unique = f"{name}.{number}"
        seen.add(unique)
        yield unique


def _fields(obj: object, fields: Fields) -> str:
    default = DEFAULTS[type(obj)]
    out: list[str] = []
    for name, kind in fields.items():
        value = getattr(obj, name)
        if value != getattr(default, name):
            out.append(f" {name}={value_text(sorted(value) if kind == 'set' else value)}")
    return "".join(out)


def _signature(params: list[Param], ret: IrType, names: Names) -> str:
    inside = ", ".join(f"{names.value(p)}: {type_text(p.type)}{_fields(p, PARAM_FIELDS)}"
                       for p in params)
    return f"({inside}) -> {type_text(ret)}"


def _body(head: str, lines: list[str]) -> str:
    if not lines:
        return head + "\n"
    return head + " {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def _dtype(key: str, d: DType) -> str:
    lines = [f"member {value_text(m)}" for m in d.members]
    lines += [f"item {value_text(i)}" for i in d.items]
    return _body(f"dtype {quote(key)} {word(d.kind)}{_fields(d, DTYPE_FIELDS)}", lines)


def _global(g: Global) -> str:
    lines = [] if g.init is None else list(_data(g.init))
    lines += [f"reloc {offset} @{word(name)}" + (f"{addend:+d}" if addend else "")
              for offset, name, addend in g.relocs]
    return _body(f"global @{word(g.name)}{_fields(g, GLOBAL_FIELDS)}", lines)


def _data(data: bytes) -> Iterator[str]:
    if not data:
        yield bytes_text(data)
    for at in range(0, len(data), _BYTES_PER_LINE):
        yield bytes_text(data[at:at + _BYTES_PER_LINE])


def _asm(f: AsmFunction) -> str:
    names = Names(Function(f.name, f.params, f.ret))
    head = f"asm @{word(f.name)}{_signature(f.params, f.ret, names)}{_fields(f, ASM_FIELDS)}"
    return _body(head, [quote(line) for line in f.text.splitlines(keepends=True)])
