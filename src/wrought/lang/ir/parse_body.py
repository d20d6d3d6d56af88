"""The inside of a function in the IR's text: slots, blocks, instructions, operands.

    slot $name size=N align=N ...
    ^name:
      [%N: type =] op operand, ..., attribute=value, ... [-> ^block, ...] [!line:col]

A call writes its callee as `call @callee(operand, ...)`.  An operand is a parameter's name,
`$slot`, `%N`, `@symbol+offset`, or a number or `undef` with `:type` where the op does not imply it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from .lexer import Tokens
from .model import Block, Const, Function, Ins, Loc, Slot, Sym, Undef, Value
from .ops import OPS
from .parse_values import (
    parse_fields,
    parse_int,
    parse_number,
    parse_offset,
    parse_type,
    parse_value,
)
from .text import SLOT_FIELDS, implied_types
from .types import IrType

_T = TypeVar("_T")


@dataclass(slots=True)
class _Bare:
    """A number, or None for `undef`, that waits for its type."""

    value: int | float | None
    pos: int

    def typed(self, type: IrType) -> Value:
        return Undef(type) if self.value is None else Const(type, self.value)


def parse_body(t: Tokens, f: Function) -> None:
    """Slots and blocks of `f`, up to and with the closing brace."""
    _Body(t, f).run()


class _Body:
    """The names of one function and what still waits for its definition."""

    def __init__(self, t: Tokens, f: Function) -> None:
        self.t = t
        self.f = f
        self.params = {p.name: p for p in f.params}
        self.slots: dict[str, Slot] = {}
        self.blocks: dict[str, Block] = {}
        self.started: set[Block] = set()
        self.used_blocks: dict[str, int] = {}
        self.results: dict[int, Ins] = {}
        self.later: list[tuple[Ins, list[Value | int]]] = []
        """Instructions with operands `%N` whose definition comes further down."""
        self.used_later: dict[int, int] = {}

    def run(self) -> None:
        t = self.t
        while not t.accept("}"):
            if t.kind == "label":
                self.start_block()
            elif t.kind == "word" and t.value == "slot" and not self.f.blocks:
                self.slot()
            elif not self.f.blocks:
                t.expected("'slot', a ^block or '}'")
            else:
                self.f.blocks[-1].body.append(self.instruction())
            t.end_line()
        self.finish()

    def finish(self) -> None:
        """Resolve what was used before its definition."""
        for name, pos in self.used_blocks.items():
            if self.blocks[name] not in self.started:
                self.t.fail(f"block ^{name} is not defined", pos)
        for number, pos in self.used_later.items():
            if number not in self.results:
                self.t.fail(f"%{number} is not defined", pos)
        for ins, args in self.later:
            ins.args = tuple(self.results[a] if isinstance(a, int) else a for a in args)

    def slot(self) -> None:
        t = self.t
        t.next()
        pos = t.pos
        name = t.marked("slot")
        if name in self.slots:
            t.fail(f"slot ${name} is defined twice", pos)
        slot = self.slots[name] = Slot(name, 0, 0)
        parse_fields(t, slot, SLOT_FIELDS)
        self.f.slots.append(slot)

    def start_block(self) -> None:
        t = self.t
        pos = t.pos
        block = self.block()
        if block in self.started:
            t.fail(f"block ^{block.name} is defined twice", pos)
        t.expect(":")
        self.started.add(block)
        self.f.blocks.append(block)

    def block(self) -> Block:
        pos = self.t.pos
        name = self.t.marked("label")
        self.used_blocks.setdefault(name, pos)
        return self.blocks.setdefault(name, Block(name))

    def instruction(self) -> Ins:
        t = self.t
        number, number_pos, type = -1, t.pos, "void"
        if t.kind == "ins":
            number = int(t.next()[1:])
            t.expect(":")
            type = parse_type(t)
            t.expect("=")
        if t.kind != "word" or t.value not in OPS:
            t.expected("an op" if number >= 0 else "an instruction, a ^block or '}'")
        ins = Ins(t.next(), type)
        self.operands(ins)
        if t.accept("->"):
            ins.blocks = self.successors()
        if t.accept("!"):
            line = parse_int(t)
            t.expect(":")
            ins.loc = Loc(line, parse_int(t))
        if number >= 0:
            if number in self.results:
                t.fail(f"%{number} is defined twice", number_pos)
            self.results[number] = ins
        return ins

    def successors(self) -> tuple[Block, ...]:
        blocks = [self.block()]
        while self.t.accept(","):
            blocks.append(self.block())
        return tuple(blocks)

    def operands(self, ins: Ins) -> None:
        """Operands, then attributes; sets `ins.args` and `ins.attrs`."""
        t = self.t
        raw: list[Value | int | _Bare] = []
        if t.kind == "sym" and t.peek_value() == "(":
            ins.attrs["callee"] = t.marked("sym")
            t.next()
            while not t.accept(")"):
                if raw:
                    t.expect(",")
                raw.append(self.operand())
            more = t.accept(",")
        else:
            more = t.kind not in ("nl", "eof", "arrow") and t.value != "!"
        while more:
            if t.kind in ("word", "str") and t.peek_value() == "=":
                self.attribute(ins)
            elif ins.attrs:
                t.expected("an attribute")
            else:
                raw.append(self.operand())
            more = t.accept(",")
        self.bind(ins, raw)

    def attribute(self, ins: Ins) -> None:
        t = self.t
        pos = t.pos
        name = t.name("an attribute")
        if name in ins.attrs:
            t.fail(f"attribute {name!r} is given twice", pos)
        t.next()
        ins.attrs[name] = parse_value(t)

    def operand(self) -> Value | int | _Bare:
        """One operand; an int is the number of a result that is not defined yet."""
        t = self.t
        pos = t.pos
        if t.kind == "ins":
            number = int(t.next()[1:])
            if number not in self.results:
                self.used_later.setdefault(number, pos)
            return self.results.get(number, number)
        if t.kind == "sym":
            name = t.marked("sym")
            return Sym(name, parse_offset(t))
        if t.kind == "slot":
            return self.known(self.slots, t.marked("slot"), "slot", pos)
        if t.kind != "num" and t.value != "undef":
            return self.known(self.params, t.name("an operand"), "parameter", pos)
        bare = _Bare(parse_number(t) if t.kind == "num" else None, pos)
        if bare.value is None:
            t.next()
        return bare.typed(parse_type(t)) if t.accept(":") else bare

    def known(self, table: dict[str, _T], name: str, what: str, pos: int) -> _T:
        found = table.get(name)
        if found is None:
            self.t.fail(f"no {what} is named {name!r}", pos)
        return found

    def bind(self, ins: Ins, raw: list[Value | int | _Bare]) -> None:
        """Give bare numbers the types that the op implies."""
        args: list[Value | int] = []
        for i, arg in enumerate(raw):
            if isinstance(arg, _Bare):
                type = implied_types(ins.op, ins.type, len(raw))[i]
                if type is None:
                    self.t.fail("expected ':type' after this constant", arg.pos)
                args.append(arg.typed(type))
            else:
                args.append(arg)
        known = tuple([a for a in args if not isinstance(a, int)])
        if len(known) < len(args):
            self.later.append((ins, args))
        ins.args = known
