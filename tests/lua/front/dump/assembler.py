"""An assembler for bytecode, and a writer of dumps that is independent of the compiled one.

    f = assemble('''
        GGET 0 "print"
        KINT 2 7
        CALL 0 1 1
        RET0
    ''', framesize=3)
    data = serialise(f)

Operands stand in the order of the table's fields; constants are Python literals, `&name` a function
given in `children`; a jump's operand is a label, which stands before an instruction as `name:`.
The header is added.  It is also the way to write hostile bytecode: nothing is checked.
"""

from __future__ import annotations

import ast
import re
import struct
from dataclasses import dataclass, field
from typing import Any

from wrought.lua.front.dump_format import FINGERPRINT, SIGNATURE, VERSION, Tag
from wrought.lua.vm.bytecode import NUMBER, TABLE

SHIFTS = {"a": 8, "b": 20, "c": 32, "d": 32}
WIDTHS = {"a": 12, "b": 12, "c": 16, "d": 32}


@dataclass(frozen=True)
class Template:
    """A template table: array slots from 0 on, and pairs."""

    slots: tuple[Any, ...] = ()
    pairs: tuple[tuple[Any, Any], ...] = ()


@dataclass(frozen=True)
class Captured:
    """A capture."""

    index: int
    local: bool = False
    by_value: bool = False
    itself: bool = False


@dataclass
class Function:
    """A prototype."""

    code: list[int]
    constants: list[Any] = field(default_factory=list)
    framesize: int = 0
    parameters: int = 0
    vararg: bool = False
    children: bool = False
    captures: tuple[Captured, ...] = ()
    names: tuple[str, ...] = ()
    lines: list[int] = field(default_factory=list)
    variables: tuple[tuple[str, int, int], ...] = ()
    first_line: int = 0
    last_line: int = 0


def word(name: str, *operands: int) -> int:
    """An instruction from its operands, in the order of the table's fields."""
    op = TABLE[NUMBER[name]]
    fields = [f for f in "abcd" if getattr(op, f) != "-"]
    assert len(fields) == len(operands), f"{name} takes {fields}"
    result = NUMBER[name]
    for letter, operand in zip(fields, operands, strict=True):
        result |= (operand & (1 << WIDTHS[letter]) - 1) << SHIFTS[letter]
    return result


def header(f: Function) -> int:
    """FUNCF or FUNCV of a function."""
    return word("FUNCV" if f.vararg else "FUNCF", f.parameters, f.framesize)


def _constant(f: Function, text: str, children: dict[str, Function]) -> int:
    value = children[text[1:]] if text[0] == "&" else (
        Template() if text == "{}" else ast.literal_eval(text))
    return pool(f, value)


def pool(f: Function, value: Any) -> int:
    """The index of a constant, added if there is none like it."""
    for i, known in enumerate(f.constants):
        if type(known) is type(value) and (known is value or known == value):
            return i
    f.constants.append(value)
    return len(f.constants) - 1


_TOKENS = re.compile(r'b?"(?:[^"\\]|\\.)*"|\S+')


def assemble(text: str, children: dict[str, Function] | None = None,
             templates: dict[str, Template] | None = None, **fields: Any) -> Function:
    """A function from its text; the other fields of `Function` by name.

    A line may end in `; n`, the source line of the instruction; others have the line before.
    """
    f = Function([], **fields)
    known: dict[str, Any] = {**(children or {}), **(templates or {})}
    rows: list[tuple[list[str], int]] = []
    labels: dict[str, int] = {}
    line = f.first_line
    for written in text.strip().splitlines():
        body, _, number = written.partition(";")
        line = int(number) if number.strip() else line
        parts = _TOKENS.findall(body)
        while parts and parts[0].endswith(":"):
            labels[parts.pop(0)[:-1]] = len(rows) + 1
        if parts:
            rows.append((parts, line))
    f.code.append(header(f))
    f.lines.append(f.first_line)
    for index, (parts, line) in enumerate(rows, 1):
        op = TABLE[NUMBER[parts[0]]]
        kinds = [getattr(op, x) for x in "abcd" if getattr(op, x) != "-"]
        operands = []
        for kind, operand in zip(kinds, parts[1:], strict=True):
            if kind == "j":
                operands.append(labels[operand] - index - 1)
            elif kind == "k" and not operand.startswith("#"):
                operands.append(_constant(f, operand, known))
            else:
                operands.append(int(operand.lstrip("#")))
        f.code.append(word(parts[0], *operands))
        f.lines.append(line)
    f.children = f.children or bool(children)
    return f


def number(n: int) -> bytes:
    """Unsigned LEB128."""
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes([*out, n])


def text(s: str | bytes) -> bytes:
    raw = s.encode() if isinstance(s, str) else s
    return number(len(raw)) + raw


def constant(value: Any, strip: bool) -> bytes:
    """A constant with its tag."""
    if isinstance(value, Function):
        return bytes([Tag.PROTO]) + prototype(value, strip)
    if isinstance(value, Template):
        items = [*value.slots, *(x for pair in value.pairs for x in pair)]
        return (bytes([Tag.TABLE]) + number(len(value.slots)) + number(len(value.pairs))
                + b"".join(constant(x, strip) for x in items))
    if value is None or value is False or value is True:
        return bytes([{None: Tag.NIL, False: Tag.FALSE, True: Tag.TRUE}[value]])
    if isinstance(value, int):
        return bytes([Tag.INT]) + struct.pack("<i", value)
    if isinstance(value, float):
        return bytes([Tag.DOUBLE]) + struct.pack("<d", value)
    return bytes([Tag.STRING]) + text(value)


def prototype(f: Function, strip: bool = False) -> bytes:
    """A prototype's part of a dump."""
    out = bytes([f.vararg | f.children << 1, f.parameters, len(f.captures)])
    lines = (0, 0) if strip else (f.first_line, f.last_line)
    out += b"".join(map(number, (f.framesize, len(f.code), len(f.constants), *lines)))
    out += b"".join(w.to_bytes(8, "little") for w in f.code)
    out += b"".join(constant(value, strip) for value in f.constants)
    for c in f.captures:
        out += bytes([c.local | c.by_value << 1 | c.itself << 2]) + number(c.index)
    return out if strip else out + debug_information(f)


def debug_information(f: Function) -> bytes:
    """Names, lines and variables."""
    out = b"".join(text(n) for n in f.names or ("",) * len(f.captures))
    before = f.first_line
    for line in f.lines:
        change = line - before
        out += number(change << 1 if change >= 0 else ~(change << 1))
        before = line
    out += number(len(f.variables))
    first = 0
    for name, start, end in f.variables:
        out += text(name) + number(start - first) + number(end - start)
        first = start
    return out


def serialise(f: Function, chunk: str = "@test.lua", strip: bool = False) -> bytes:
    """A whole dump."""
    head = SIGNATURE + bytes([VERSION, strip]) + struct.pack("<I", FINGERPRINT)
    return head + (b"" if strip else text(chunk)) + prototype(f, strip)
