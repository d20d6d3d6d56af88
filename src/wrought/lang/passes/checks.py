"""Remove a check that an earlier one has already made: bounds, zero, null.

Needs well-formed IR and keeps it so.  A `cbr` becomes a `br` where every path to it took a known
way at an earlier `cbr` with the same condition, or with the opposite comparison of the same
operands.  Conditions are the same if they are the same pure computation of the same values.
"""

from __future__ import annotations

from collections.abc import Hashable

from ..ir.dominance import Dominators
from ..ir.model import Block, Const, Function, Ins, Module, Sym, Undef, Value
from ..ir.ops import OPS

_OPPOSITE = {"eq": "ne", "ne": "eq", "ult": "uge", "uge": "ult", "ule": "ugt", "ugt": "ule",
             "slt": "sge", "sge": "slt", "sle": "sgt", "sgt": "sle"}

Facts = dict[Hashable, bool]


def remove_checks(m: Module) -> int:
    """Decide repeated conditions in every function; how many branches went away."""
    return sum(_Checks(f).run() for f in m.functions.values() if f.blocks)


class _Checks:
    """One function: facts that hold on entry to each block, down the dominator tree."""

    def __init__(self, f: Function) -> None:
        self.tree = Dominators(f)
        self.keys: dict[Value, Hashable] = {}
        self.numbers: dict[Hashable, int] = {}
        self.facts: dict[Block, Facts] = {}
        self.preds: dict[Block, list[Block]] = {}
        for b in self.tree.order:
            for s in b.body[-1].blocks:
                self.preds.setdefault(s, []).append(b)

    def run(self) -> int:
        # Reverse postorder visits a block after its immediate dominator.
        decisions = {b: way for b in self.tree.order if (way := self.visit(b)) is not None}
        for block, way in decisions.items():
            last = block.body[-1]
            block.body[-1] = Ins("br", "void", loc=last.loc, blocks=(last.blocks[way],))
        return len(decisions)

    def visit(self, block: Block) -> int | None:
        """The successor that must follow `block`, if its condition is known."""
        above = self.tree.immediate(block)
        facts = dict(self.facts[above]) if above else {}
        preds = self.preds.get(block, [])
        if len(preds) == 1 and preds[0].body[-1].op == "cbr":
            last = preds[0].body[-1]
            self.learn(facts, last.args[0], last.blocks[0] is block)
        self.facts[block] = facts
        last = block.body[-1]
        if last.op != "cbr":
            return None
        known = facts.get(self.key(last.args[0]))
        return None if known is None else int(not known)

    def learn(self, facts: Facts, condition: Value, holds: bool) -> None:
        """Take in that a condition is 1, or 0."""
        while isinstance(condition, Ins) and condition.op == "expect":
            condition = condition.args[0]
        facts[self.key(condition)] = holds
        if isinstance(condition, Ins) and condition.op == "icmp":
            opposite = _OPPOSITE[condition.attrs["pred"]]
            facts[self.shape(condition, (("pred", opposite),))] = not holds

    def key(self, v: Value) -> Hashable:
        """Equal for values that are surely equal."""
        if isinstance(v, (Const, Undef)):
            return (type(v), v.type, v.value if isinstance(v, Const) else id(v))
        if isinstance(v, Sym):
            return (v.name, v.offset)
        found = self.keys.get(v)
        if found is None:
            found = self.keys[v] = self.result_key(v)
        return found

    def result_key(self, v: Value) -> Hashable:
        if not isinstance(v, Ins) or not OPS[v.op].pure or v.op == "percpu":
            return id(v)
        if v.op == "expect":
            return self.key(v.args[0])
        return self.shape(v, tuple(v.attrs.items()))

    def shape(self, ins: Ins, attrs: tuple[tuple[str, object], ...]) -> Hashable:
        """A small number for each different computation, so that keys do not grow."""
        full = (ins.op, ins.type, attrs, *[self.key(a) for a in ins.args])
        return ("value", self.numbers.setdefault(full, len(self.numbers)))
