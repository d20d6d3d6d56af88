"""A reader of dumps that is independent of the compiled one, and the plain rules of bytecode."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

from lua.front.dump.assembler import SHIFTS, WIDTHS, Captured, Function, Template
from wrought.lua.front.dump_format import Tag
from wrought.lua.vm.bytecode import TABLE, Op


class Cursor:
    """Bytes that are read one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, n: int) -> bytes:
        self.at += n
        assert self.at <= len(self.data)
        return self.data[self.at - n:self.at]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        n = shift = 0
        while True:
            byte = self.byte()
            n |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return n

    def text(self) -> bytes:
        return self.take(self.number())


def in_order(pairs: Iterable[tuple[Any, Any]]) -> tuple[tuple[Any, Any], ...]:
    """Pairs of a template in an order of their own: that of the nodes means nothing."""
    return tuple(sorted(pairs, key=repr))


def read_constant(c: Cursor, strip: bool) -> Any:
    tag = c.byte()
    if tag == Tag.PROTO:
        return read_prototype(c, strip)
    if tag == Tag.TABLE:
        slots, pairs = c.number(), c.number()
        return Template(tuple(read_constant(c, strip) for _ in range(slots)),
                        in_order((read_constant(c, strip), read_constant(c, strip))
                                 for _ in range(pairs)))
    if tag <= Tag.TRUE:
        return {Tag.NIL: None, Tag.FALSE: False, Tag.TRUE: True}[Tag(tag)]
    if tag == Tag.INT:
        return struct.unpack("<i", c.take(4))[0]
    if tag == Tag.DOUBLE:
        return struct.unpack("<d", c.take(8))[0]
    return c.text().decode("latin-1")


def read_prototype(c: Cursor, strip: bool) -> Function:
    flags, parameters, upvalues = c.byte(), c.byte(), c.byte()
    framesize, count, constants, first_line, last_line = (c.number() for _ in range(5))
    f = Function([int.from_bytes(c.take(8), "little") for _ in range(count)],
                 framesize=framesize, parameters=parameters, vararg=bool(flags & 1),
                 children=bool(flags & 2), first_line=first_line, last_line=last_line)
    f.constants = [read_constant(c, strip) for _ in range(constants)]
    captures = [(c.byte(), c.number()) for _ in range(upvalues)]
    f.captures = tuple(Captured(index, bool(x & 1), bool(x & 2), bool(x & 4))
                       for x, index in captures)
    if not strip:
        read_debug(c, f, upvalues, count)
    return f


def read_debug(c: Cursor, f: Function, upvalues: int, count: int) -> None:
    f.names = tuple(c.text().decode("latin-1") for _ in range(upvalues))
    line = f.first_line
    for _ in range(count):
        zigzag = c.number()
        line = line + (zigzag >> 1 ^ -(zigzag & 1)) & 0xFFFF_FFFF
        f.lines.append(line)
    first = 0
    variables = []
    for _ in range(c.number()):
        name = c.text().decode("latin-1")
        first = first + c.number() & 0xFFFF_FFFF
        variables.append((name, first, first + c.number() & 0xFFFF_FFFF))
    f.variables = tuple(variables)


def parse(data: bytes) -> tuple[str | None, Function]:
    """The chunk's name and the function of a dump, which is taken to be good."""
    c = Cursor(data)
    c.take(5)
    strip = bool(c.byte())
    c.take(4)
    chunk = None if strip else c.text().decode("latin-1")
    f = read_prototype(c, strip)
    assert c.at == len(data)
    return chunk, f


def field_of(w: int, letter: str) -> int:
    return w >> SHIFTS[letter] & (1 << WIDTHS[letter]) - 1


def wanted_constant(op: Op) -> tuple[type, ...]:
    if op.name == "FNEW":
        return (Function,)
    if op.name == "TDUP":
        return (Template,)
    if op.name in ("JEQK", "JNEK"):
        return (int, float, str)
    if op.name in ("KSTR", "GGET", "GSET", "TGETS", "TSETS", "SELF"):
        return (str,)
    return (int, float)


def broken_rule(f: Function) -> str:
    """What an instruction of a function breaks of the rules that concern it alone, or ""."""
    for i, w in enumerate(f.code):
        op = TABLE[w & 0xFF]
        if (i == 0) != op.name.startswith("FUNC") or op.name.startswith("CONT"):
            return f"{i}: {op.name}"
        for letter in "abcd":
            kind, value = getattr(op, letter), field_of(w, letter)
            good = True
            if kind == "r":
                good = value < f.framesize
            elif kind == "u":
                good = value < len(f.captures)
            elif kind == "p":
                good = value < 3
            elif kind == "k":
                good = value < len(f.constants)
                good = good and isinstance(f.constants[value], wanted_constant(op))
                good = good and not isinstance(f.constants[value], bool)
            elif kind == "j":
                target = i + 1 + (value - (value >> 31 << 32))
                good = 0 < target < len(f.code)
            if not good:
                return f"{i}: {op.name} {letter} {value}"
    return next(filter(None, (broken_rule(x) for x in f.constants if isinstance(x, Function))), "")
