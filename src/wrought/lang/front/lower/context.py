"""The state of one function's lowering, and the dispatch over syntax nodes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wrought.lang.core import types as t
from wrought.lang.core.env import Env
from wrought.lang.diag import CompileError, Diagnostic, Note
from wrought.lang.ir import model as m
from wrought.lang.source import SourceFile

from ..emitter import Emitter
from ..report import Fault, fault
from ..values import Dead, Flow, Local, Place, Val

if TYPE_CHECKING:
    from ..instance import Instance
    from ..unit import Unit

ExprRule = Callable[["Lowerer", Any, "t.Type | None"], Val]
StmtRule = Callable[["Lowerer", Any], None]

EXPR: dict[type[ast.AST], ExprRule] = {}
"""How each kind of expression is lowered: (lowerer, node, wanted type or None) -> value."""
STMT: dict[type[ast.AST], StmtRule] = {}
"""How each kind of statement is lowered."""


def expr_rule(*kinds: type[ast.AST]) -> Callable[[Any], Any]:
    """Register the lowering of expression nodes."""
    def add(rule: Any) -> Any:
        for kind in kinds:
            EXPR[kind] = rule
        return rule
    return add


def stmt_rule(*kinds: type[ast.AST]) -> Callable[[Any], Any]:
    """Register the lowering of statement nodes."""
    def add(rule: Any) -> Any:
        for kind in kinds:
            STMT[kind] = rule
        return rule
    return add


class Loop:
    """Where break and continue go, and what holds on each way out."""

    def __init__(self, on_break: m.Block, on_continue: m.Block, depth: int) -> None:
        self.on_break, self.on_continue, self.cleanups = on_break, on_continue, depth
        self.break_flows: list[Flow] = []


class Lowerer:
    """One function on its way to IR."""

    def __init__(self, unit: Unit, instance: Instance, function: m.Function,
                 source: SourceFile, env: Env) -> None:
        self.unit, self.instance, self.source, self.env = unit, instance, source, env
        self.e = Emitter(function)
        self.locals: dict[str, Local] = {}
        self.flow = Flow(set(), {})
        self.diagnostics: list[Diagnostic] = []
        self.loops: list[Loop] = []
        self.unrolling = 0
        self.cleanups: list[Callable[[], None]] = []
        """Exits of the open `with` blocks, innermost last."""
        self.globals_named: set[str] = set()
        self.poisoned: set[str] = set()
        """Names whose assignment failed; uses of them are not reported again."""
        self.ret: t.Type = instance.signature.ret
        self.result_slot: m.Value | None = None
        self.unsafe: bool = instance.unsafe
        self.types_seen: list[tuple[ast.AST, str]] = []

    @property
    def arch(self) -> str:
        """`a64` or `x64`."""
        return self.unit.target.arch

    def fault(self, code: str, node: ast.AST, /, *, note: Note | None = None, help: str = "",
              **holes: Any) -> Fault:
        """An error to raise, at `node`."""
        return fault(code, self.source, node, note=note, help=help, **holes)

    def python(self, node: ast.AST, work: Callable[[], Any]) -> Any:
        """What ordinary Python gives for constants; Fault K03 where it raises."""
        try:
            return work()
        except Exception as e:
            raise self.fault("K03", node, text=self.source.text(node),
                             error=f"{type(e).__name__}: {e}") from None

    def note(self, text: str, node: ast.AST) -> Note:
        """A note pointing at another node of this file."""
        return Note(text, self.source.span(node))

    def expr(self, node: ast.expr, want: t.Type | None = None) -> Val:
        """Lower an expression; `want` steers literals and is not enforced here."""
        rule = EXPR.get(type(node))
        if rule is None:
            raise unsupported(self, node)
        e = self.e
        outer = e.loc
        e.loc = m.Loc(node.lineno, node.col_offset + 1)
        result = rule(self, node, want)
        e.loc = outer
        if self.unit.keep_types and result.type is not None:
            self.types_seen.append((node, result.type.name))
        return result

    def stmt(self, node: ast.stmt) -> None:
        """Lower a statement, collecting its errors."""
        rule = STMT.get(type(node))
        self.e.loc = m.Loc(node.lineno, node.col_offset + 1)
        try:
            if rule is None:
                raise unsupported(self, node)
            rule(self, node)
        except Fault as e:
            self.diagnostics.append(e.diagnostic)
            self._recover(node)
        except CompileError as e:
            self.diagnostics.extend(e.diagnostics)
            self._recover(node)

    def _recover(self, node: ast.stmt) -> None:
        """After an error, names that the statement would assign are left alone."""
        names = node.names if isinstance(node, ast.Nonlocal) else assigned_names(node)
        self.poisoned.update(n for n in names if n not in self.locals)
        self.flow.assigned.update(names)

    def body(self, statements: list[ast.stmt]) -> None:
        """Lower a list of statements; the first unreachable one is an error."""
        for s in statements:
            if not self.flow.live:
                if self.flow.pruned:
                    return
                self.diagnostics.append(self.fault("F02", s).diagnostic)
                self.flow.pruned = True
                return
            try:
                self.stmt(s)
            except Dead:
                return

    def leave(self, pruned: bool = False) -> None:
        """The current point can't be passed any more."""
        self.flow.live = False
        self.flow.pruned = self.flow.pruned or pruned

    def local(self, name: str, type: t.Type, node: ast.AST, arg: int = 0) -> Local:
        """The local variable `name`, made at its first assignment."""
        found = self.locals.get(name)
        if found is None:
            line = getattr(node, "lineno", 0)
            slot = self.e.slot(name, type.size, type.align, self.unit.dtype(type), line, arg)
            found = self.locals[name] = Local(type, slot, node)
        return found

    def temp(self, type: t.Type) -> Place:
        """Unnamed stack memory for a value of `type`."""
        return Place(type, self.e.slot("", type.size, type.align), "a temporary")


def assigned_names(*nodes: ast.AST) -> set[str]:
    """Every name that the statements could assign."""
    return {n.id for node in nodes for n in ast.walk(node)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def unsupported(low: Lowerer, node: ast.AST) -> Fault:
    """The error for a construct of Python that the language has not."""
    from .missing import INSTEAD

    what, instead = INSTEAD.get(type(node), (type(node).__name__, "write it another way"))
    return low.fault("X01", node, what=what, instead=instead)
