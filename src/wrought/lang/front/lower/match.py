"""`match`: on integers, enums, bit fields and constants."""

from __future__ import annotations

import ast

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, VariantType
from wrought.lang.ir import model as m

from ..values import BitsPlace, Flow, Known, Reg, Val, merge
from .access import deref, find_field
from .assign import assign_name
from .conditions import branch
from .context import Lowerer, stmt_rule
from .convert import constant, load, type_of, typed
from .match_variant import match_variant


@stmt_rule(ast.Match)
def match_stmt(low: Lowerer, node: ast.Match) -> None:
    """The whole statement: one switch where all patterns are constants, else a chain."""
    subject = low.expr(node.subject)
    if isinstance(subject, Known):
        _known_match(low, subject, node)
        return
    place = deref(low, subject, node.subject) if isinstance(subject.type, t.PtrType) and (
        isinstance(subject.type.to, VariantType)) else None
    subject = place or typed(low, subject, node.subject)
    if isinstance(subject.type, VariantType):
        match_variant(low, subject, node)
        return
    scalar = load(low, subject, node.subject)
    if not isinstance(scalar.type.storage, t.IntType | t.BoolType):
        raise low.fault("T03", node.subject, op="match", type=type_of(low, scalar))
    if isinstance(scalar.type, t.UntrustedType):
        scalar = Reg(scalar.type.base, scalar.ir)
    _Matcher(low, node, scalar).run()


class _Matcher:
    """A match on a scalar."""

    def __init__(self, low: Lowerer, node: ast.Match, subject: Reg) -> None:
        self.low, self.node, self.subject = low, node, subject
        self.seen: dict[int, ast.AST] = {}
        self.flows: list[Flow] = []
        self.end = low.e.new_block("endmatch")

    def run(self) -> None:
        """Emit runs of constant cases as switches and the rest as tests."""
        low, cases = self.low, self.node.cases
        i, open_end = 0, True
        while i < len(cases):
            run: list[tuple[ast.match_case, list[int]]] = []
            while i < len(cases):
                values = None if cases[i].guard else self.constants(cases[i].pattern)
                if values is None:
                    break
                run.append((cases[i], values))
                i += 1
            if run:
                self.switch(run)
                continue
            open_end = self.test(cases[i])
            i += 1
            if not open_end:
                if i < len(cases):
                    raise low.fault("F05", cases[i].pattern,
                                    why="an earlier case takes every value")
                break
        if open_end:
            low.e.br(self.end)
            self.flows.append(low.flow)
        low.flow = merge(self.flows)
        if low.flow.live:
            low.e.start(self.end)

    def constants(self, p: ast.pattern) -> list[int] | None:
        """The constants a pattern stands for, None when it is something else."""
        if isinstance(p, ast.MatchOr):
            parts = [self.constants(x) for x in p.patterns]
            return None if any(x is None for x in parts) else [
                v for x in parts for v in x or []]
        if not isinstance(p, ast.MatchValue | ast.MatchSingleton):
            return None
        value = self.value(p)
        if value in self.seen:
            raise self.low.fault("F05", p, why="the same value stands above",
                                 note=self.low.note("it stands here first", self.seen[value]))
        self.seen[value] = p
        return [value]

    def value(self, p: ast.MatchValue | ast.MatchSingleton) -> int:
        """A constant pattern as the bits of the subject's type."""
        low = self.low
        if isinstance(p, ast.MatchSingleton):
            val: Val = Known(p.value)
        else:
            val = low.expr(p.value)
        made = constant(low, val.obj, self.subject.type, p) if isinstance(val, Known) else None
        if made is None or not isinstance(made.ir, m.Const):
            if isinstance(val, Known):
                raise low.fault("T01", p, want=self.subject.type.name, got=type_of(low, val))
            raise low.fault("K01", p, what="a pattern")
        return int(made.ir.value)

    def switch(self, run: list[tuple[ast.match_case, list[int]]]) -> None:
        """One switch; the default goes on to the next cases."""
        low, e = self.low, self.low.e
        default = e.new_block("default")
        blocks: list[tuple[ast.match_case, m.Block]] = []
        values: list[int] = []
        targets: list[m.Block] = []
        for case, consts in run:
            block = e.new_block("case")
            blocks.append((case, block))
            values.extend(consts)
            targets.extend([block] * len(consts))
        e.end("switch", self.subject.ir, blocks=(default, *targets), values=tuple(values))
        start = low.flow
        for case, block in blocks:
            e.start(block)
            self.body(case, start.copy())
        e.start(default)
        low.flow = start.copy()

    def body(self, case: ast.match_case, flow: Flow) -> None:
        """A case's statements, then the end of the match."""
        self.low.flow = flow
        self.low.body(case.body)
        self.low.e.br(self.end)
        self.flows.append(self.low.flow)

    def test(self, case: ast.match_case) -> bool:
        """A case that is not constant; whether later cases can still be reached."""
        low, e, p = self.low, self.low.e, case.pattern
        cond = self.condition(p)
        yes, no = e.new_block("case"), e.new_block("next")
        skipped: Flow | None = None
        if cond is not None:
            e.cbr(cond, yes, no)
            skipped = low.flow.copy()
            e.start(yes)
        if isinstance(p, ast.MatchAs) and p.name is not None:
            name = ast.copy_location(ast.Name(p.name, ast.Store()), p)
            assign_name(low, name, self.subject, p, None)
        open_end = cond is not None
        if case.guard is not None:
            good = e.new_block("guarded")
            a, b = branch(low, case.guard, good, no)
            open_end = open_end or b.live
            skipped = b if skipped is None else merge([b, skipped])
            if a.live:
                e.start(good)
                self.body(case, a)
        else:
            self.body(case, low.flow)
        if open_end and skipped is not None:
            e.start(no)
            low.flow = skipped
        return open_end

    def condition(self, p: ast.pattern) -> m.Value | None:
        """i1 of a pattern; None when it always matches."""
        low = self.low
        if isinstance(p, ast.MatchAs):
            return None if p.pattern is None else self.condition(p.pattern)
        if isinstance(p, ast.MatchValue | ast.MatchSingleton):
            want = low.e.const(self.subject.type.size * 8, self.value(p))
            if self.subject.type.ir == "i1":
                want = m.Const("i1", want.value)
            return low.e.emit("icmp", "i1", self.subject.ir, want, pred="eq")
        if isinstance(p, ast.MatchOr):
            conds = [self.condition(x) for x in p.patterns]
            result: m.Value | None = None
            for c in conds:
                if c is None:
                    return None
                result = c if result is None else low.e.emit("or", "i1", result, c)
            return result
        if isinstance(p, ast.MatchClass):
            return self.fields(p)
        raise low.fault("F06", p, pattern=type(p).__name__.removeprefix("Match").lower())

    def fields(self, p: ast.MatchClass) -> m.Value | None:
        """`Esr(ec=Ec.HVC64)`: fields of a bit field."""
        low, ty = self.low, self.subject.type
        cls = low.expr(p.cls)
        if not isinstance(ty, BitfieldType) or not isinstance(cls, Known) or cls.obj is not ty:
            raise low.fault("T01", p, want=ty.name, got=type_of(low, cls))
        if p.patterns:
            raise low.fault("F06", p.patterns[0], pattern="positional bit-field")
        result: m.Value | None = None
        for name, sub in zip(p.kwd_attrs, p.kwd_patterns, strict=True):
            f = find_field(low, ty, name, p)
            part = load(low, BitsPlace(self.subject, f), p)
            inner = _Matcher(low, self.node, part)
            if isinstance(sub, ast.MatchAs) and sub.pattern is None and sub.name:
                target = ast.copy_location(ast.Name(sub.name, ast.Store()), sub)
                assign_name(low, target, part, sub, None)
                continue
            c = inner.condition(sub)
            if c is not None:
                result = c if result is None else low.e.emit("and", "i1", result, c)
        return result


def _known_match(low: Lowerer, subject: Known, node: ast.Match) -> None:
    """The subject is a constant: only cases that it can take are compiled."""
    e, end = low.e, low.e.new_block("endmatch")
    flows: list[Flow] = []
    for case in node.cases:
        if not _takes(low, case.pattern, subject):
            continue
        if case.guard is None:
            low.body(case.body)
            e.br(end)
            flows.append(low.flow)
            break
        yes, no = e.new_block("case"), e.new_block("next")
        a, b = branch(low, case.guard, yes, no)
        if a.live:
            e.start(yes)
            low.flow = a
            low.body(case.body)
            e.br(end)
            flows.append(low.flow)
        if not b.live:
            break
        e.start(no)
        low.flow = b
    else:
        e.br(end)
        flows.append(low.flow)
    low.flow = merge(flows)
    if low.flow.live:
        e.start(end)
    else:
        low.flow.pruned = True


def _takes(low: Lowerer, p: ast.pattern, subject: Known) -> bool:
    """Whether a pattern matches a constant; a name in it gets the value."""
    if isinstance(p, ast.MatchOr):
        return any(_takes(low, x, subject) for x in p.patterns)
    if isinstance(p, ast.MatchAs) and p.pattern is None:
        if p.name:
            name = ast.copy_location(ast.Name(p.name, ast.Store()), p)
            assign_name(low, name, subject, p, None)
        return True
    if isinstance(p, ast.MatchValue):
        val = low.expr(p.value)
        return isinstance(val, Known) and val.obj == subject.obj
    if isinstance(p, ast.MatchSingleton):
        return p.value is subject.obj
    raise low.fault("F06", p, pattern="this")
