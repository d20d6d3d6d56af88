"""Making diagnostics from the catalogue."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable
from typing import Any

from wrought.lang.diag import CompileError, Diagnostic, Note
from wrought.lang.source import SourceFile, Span

from .catalog import CATALOG


class Fault(Exception):
    """One diagnostic on its way up to the nearest statement."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(diagnostic.message)


def diagnostic(code: str, span: Span, *, note: Note | None = None, help: str = "",
               **holes: Any) -> Diagnostic:
    """The catalogue's error `code` at `span`, its template filled with `holes`."""
    message = CATALOG[code].template.format(**holes)
    return Diagnostic(code, message, span, [note] if note else [], help)


def fault(code: str, source: SourceFile, node: ast.AST, *, note: Note | None = None,
          help: str = "", **holes: Any) -> Fault:
    """The same as an exception, at a syntax node."""
    return Fault(diagnostic(code, source.span(node), note=note, help=help, **holes))


def stop(code: str, span: Span, *, note: Note | None = None, help: str = "", **holes: Any
         ) -> CompileError:
    """The same as the error that ends the compilation."""
    return CompileError([diagnostic(code, span, note=note, help=help, **holes)])


def nearest(name: str, known: Iterable[str]) -> str:
    """A suggestion "did you mean 'x'?", or ""."""
    close = difflib.get_close_matches(name, [str(k) for k in known], 1, 0.6)
    return f"did you mean '{close[0]}'?" if close else ""
