"""Text to IR, by recursive descent: the module, its headers and data.

Grammar, line by line (`;` starts a comment; fields are `name=value` in any order):

    module "name" fields
    dtype "key" kind fields          [{ member (...) / item (...) }]
    global @name fields              [{ b"..." / reloc offset @name+addend }]
    asm @name(params) -> type fields [{ "line of text\n" }]
    func @name(params) -> type fields [{ slot / ^block: / instruction }]

`parse_body` holds the grammar inside functions.
"""

from __future__ import annotations

from typing import Any, cast

from .lexer import Tokens
from .model import DType, Function, Module, Param
from .parse_body import parse_body
from .parse_values import parse_fields, parse_int, parse_offset, parse_type, parse_value
from .text import (
    ASM_FIELDS,
    DTYPE_FIELDS,
    FUNCTION_FIELDS,
    GLOBAL_FIELDS,
    MODULE_FIELDS,
    PARAM_FIELDS,
    new_asm,
    new_function,
    new_global,
)
from .types import IrType


def parse_module(text: str, filename: str = "<ir>") -> Module:
    """The module that `text` describes; `IrError` with line and column if it is broken."""
    t = Tokens(text, filename)
    t.skip_lines()
    t.expect("module")
    m = Module(t.string("the module's name"))
    parse_fields(t, m, MODULE_FIELDS)
    t.end_line()
    while t.kind != "eof":
        _item(t, m)
        t.end_line()
    return m


def parse_function(text: str, filename: str = "<ir>") -> Function:
    """A text that holds one `func` and nothing else."""
    t = Tokens(text, filename)
    t.skip_lines()
    m = Module("")
    t.expect("func")
    _func(t, m)
    t.end_line()
    if t.kind != "eof":
        t.expected("end of file")
    return next(iter(m.functions.values()))


def _item(t: Tokens, m: Module) -> None:
    if t.accept("func"):
        _func(t, m)
    elif t.accept("global"):
        _global(t, m)
    elif t.accept("dtype"):
        _dtype(t, m)
    elif t.accept("asm"):
        _asm(t, m)
    else:
        t.expected("'func', 'global', 'asm' or 'dtype'")


def _put(t: Tokens, table: dict[str, Any], name: str, pos: int, item: object) -> None:
    if name in table:
        t.fail(f"{name!r} is defined twice", pos)
    table[name] = item


def _signature(t: Tokens) -> tuple[list[Param], IrType]:
    params: list[Param] = []
    names: set[str] = set()
    t.expect("(")
    while not t.accept(")"):
        if params:
            t.expect(",")
        pos = t.pos
        name = t.name("a parameter's name")
        if name in names:
            t.fail(f"parameter {name!r} is defined twice", pos)
        names.add(name)
        t.expect(":")
        params.append(Param(name, parse_type(t)))
        parse_fields(t, params[-1], PARAM_FIELDS)
    t.expect("->")
    return params, parse_type(t)


def _func(t: Tokens, m: Module) -> None:
    pos = t.pos
    f = new_function(t.marked("sym"))
    f.params, f.ret = _signature(t)
    parse_fields(t, f, FUNCTION_FIELDS)
    _put(t, m.functions, f.name, pos, f)
    if t.accept("{"):
        t.end_line()
        parse_body(t, f)


def _asm(t: Tokens, m: Module) -> None:
    pos = t.pos
    f = new_asm(t.marked("sym"))
    f.params, f.ret = _signature(t)
    parse_fields(t, f, ASM_FIELDS)
    _put(t, m.asm, f.name, pos, f)
    if t.accept("{"):
        t.end_line()
        while not t.accept("}"):
            f.text += t.string("a line of assembler as a string, or '}'")
            t.end_line()


def _global(t: Tokens, m: Module) -> None:
    pos = t.pos
    g = new_global(t.marked("sym"))
    parse_fields(t, g, GLOBAL_FIELDS)
    _put(t, m.globals, g.name, pos, g)
    if not t.accept("{"):
        return
    t.end_line()
    while not t.accept("}"):
        if t.kind == "bytes":
            g.init = (g.init or b"") + t.data()
        elif t.accept("reloc"):
            offset = parse_int(t)
            name = t.marked("sym")
            g.relocs += ((offset, name, parse_offset(t)),)
        else:
            t.expected("""'b"..."', 'reloc' or '}'""")
        t.end_line()


def _dtype(t: Tokens, m: Module) -> None:
    pos = t.pos
    key = t.string("the type's key")
    d = DType(t.name("the type's kind"))
    parse_fields(t, d, DTYPE_FIELDS)
    _put(t, m.dtypes, key, pos, d)
    if not t.accept("{"):
        return
    t.end_line()
    while not t.accept("}"):
        if t.accept("member"):
            d.members += (_shaped(t, (str, str, int, int, bool),
                                  "(name, dtype, bit offset, bit size, is a bit field)"),)
        elif t.accept("item"):
            d.items += (_shaped(t, (str, int), "(name, value)"),)
        else:
            t.expected("'member', 'item' or '}'")
        t.end_line()


def _shaped(t: Tokens, shape: tuple[type, ...], what: str) -> Any:
    pos = t.pos
    value: Any = parse_value(t)
    if type(value) is not tuple or tuple(map(type, cast(tuple[Any, ...], value))) != shape:
        t.fail(f"expected {what}", pos)
    return cast(Any, value)
