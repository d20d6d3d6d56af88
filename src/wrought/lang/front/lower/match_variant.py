"""`match` on tagged unions."""

from __future__ import annotations

import ast

from wrought.lang.core.decl import VariantType
from wrought.lang.ir import model as m

from ..layout import VariantLayout
from ..report import nearest
from ..values import Flow, Place, Val, merge
from .assign import assign_name
from .context import Lowerer
from .convert import store


def match_variant(low: Lowerer, subject: Val, node: ast.Match) -> None:
    """Cases `Shape.circle(r)` on a tagged union; all members or `_`."""
    ty = subject.type
    assert isinstance(ty, VariantType)
    if not isinstance(subject, Place):
        place = low.temp(ty)
        store(low, subject, place, node.subject)
        subject = place
    layout: VariantLayout = ty.layout()
    tag = low.e.load("i32", subject.addr, 4)
    default, end = low.e.new_block("default"), low.e.new_block("endmatch")
    start, missing = low.flow, set(layout.members)
    flows: list[Flow] = []
    rows: list[tuple[ast.match_case, m.Block, str]] = []
    catch_all: ast.match_case | None = None
    for case in node.cases:
        if catch_all is not None:
            raise low.fault("F05", case.pattern, why="an earlier case takes every value")
        name = _member(low, ty, case)
        if name is None:
            catch_all = case
            continue
        if name not in missing:
            raise low.fault("F05", case.pattern, why=f"'{name}' stands above")
        missing.discard(name)
        rows.append((case, low.e.new_block(name), name))
    if missing and catch_all is None:
        raise low.fault("F04", node.subject, type=ty.name,
                        missing=", ".join(n for n in layout.members if n in missing))
    low.e.end("switch", tag, blocks=(default, *(b for _, b, _ in rows)),
              values=tuple(layout.members[n][0] for _, _, n in rows))
    for case, block, name in rows:
        low.e.start(block)
        low.flow = start.copy()
        _bind_payload(low, layout, name, subject, case)
        low.body(case.body)
        low.e.br(end)
        flows.append(low.flow)
    low.e.start(default)
    low.flow = start.copy()
    if catch_all is None:
        low.e.end("unreachable")
        low.leave(pruned=True)
    else:
        low.body(catch_all.body)
        low.e.br(end)
    low.flow = merge([*flows, low.flow])
    if low.flow.live:
        low.e.start(end)


def _member(low: Lowerer, ty: VariantType, case: ast.match_case) -> str | None:
    """The member that a case names; None for `_`."""
    p = case.pattern
    if case.guard is not None:
        raise low.fault("F06", case.guard, pattern="guarded tagged-union")
    if isinstance(p, ast.MatchAs) and p.pattern is None and p.name is None:
        return None
    cls = p.cls if isinstance(p, ast.MatchClass) else p.value if isinstance(
        p, ast.MatchValue) else None
    if not isinstance(cls, ast.Attribute):
        raise low.fault("F06", p, pattern=type(p).__name__.removeprefix("Match").lower())
    if cls.attr not in ty.layout().members:
        raise low.fault("N05", cls, owner=ty.name, kind="member", name=cls.attr,
                        help=nearest(cls.attr, ty.layout().members))
    return cls.attr


def _bind_payload(low: Lowerer, layout: VariantLayout, name: str, subject: Place,
                  case: ast.match_case) -> None:
    p = case.pattern
    payload = layout.members[name][1]
    subs = p.patterns if isinstance(p, ast.MatchClass) else []
    if not subs:
        return
    if payload is None or len(subs) != 1:
        raise low.fault("T13", p, count=0 if payload is None else 1, want=len(subs))
    sub = subs[0]
    if not (isinstance(sub, ast.MatchAs) and sub.pattern is None):
        raise low.fault("F06", sub, pattern="nested")
    if sub.name:
        place = Place(payload, low.e.offset(subject.addr, layout.payload), sub.name)
        target = ast.copy_location(ast.Name(sub.name, ast.Store()), sub)
        assign_name(low, target, place, sub, None)
