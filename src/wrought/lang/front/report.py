"""Making diagnostics from the catalogue."""

from __future__ import annotations

import ast
import difflib
import os
import re
import traceback
from collections.abc import Iterable
from typing import Any

from wrought.lang.diag import CompileError, Diagnostic, Note
from wrought.lang.source import SourceFile, Span, load

from .catalog import CATALOG


class Fault(Exception):
    """One diagnostic on its way up to the nearest statement."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(diagnostic.message)


def diagnostic(code: str, span: Span, /, *, note: Note | None = None, help: str = "",
               **holes: Any) -> Diagnostic:
    """The catalogue's error `code` at `span`, its template filled with `holes`."""
    message = CATALOG[code].template.format(**holes)
    return Diagnostic(code, message, span, [note] if note else [], help)


def fault(code: str, source: SourceFile, node: ast.AST, /, *, note: Note | None = None,
          help: str = "", **holes: Any) -> Fault:
    """The same as an exception, at a syntax node or at the name in it."""
    place = name_in(node) if code in AT_NAME else node
    return Fault(diagnostic(code, source.span(place), note=note, help=help, **holes))


AT_NAME = frozenset((
    "C01", "C02", "C03", "C04", "C05", "C13", "D10", "K06", "M01", "M02", "M03", "M04", "M06",
    "M07", "M13", "N05", "P08", "T08", "X01"))
"""Errors about a name: carets go under the attribute, keyword or callee, not under the whole."""


def name_in(node: ast.AST) -> ast.AST:
    """The part of `node` that names what it is about, as a node to point at."""
    if isinstance(node, ast.Attribute):
        end, line = node.end_col_offset or 0, node.end_lineno or node.lineno
        return _piece(line, end - len(node.attr.encode()), end)
    if isinstance(node, ast.Call):
        return node.func
    if isinstance(node, ast.keyword | ast.arg):
        return _piece(node.lineno, node.col_offset,
                      node.col_offset + len((node.arg or "**").encode()))
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        word = "def " if isinstance(node, ast.FunctionDef) else "class "
        start = node.col_offset + len(word)
        return _piece(node.lineno, start, start + len(node.name.encode()))
    word = _KEYWORDS.get(type(node))
    if word and isinstance(node, ast.stmt):
        return _piece(node.lineno, node.col_offset, node.col_offset + len(word))
    return node


_KEYWORDS: dict[type[ast.AST], str] = {
    ast.Try: "try", ast.AsyncFor: "async for", ast.AsyncWith: "async with",
    ast.AsyncFunctionDef: "async def"}
if hasattr(ast, "TryStar"):
    _KEYWORDS[ast.TryStar] = "try"


def _piece(line: int, col: int, end: int) -> ast.AST:
    return ast.Pass(lineno=line, col_offset=col, end_lineno=line, end_col_offset=end)


def stop(code: str, span: Span, /, *, note: Note | None = None, help: str = "", **holes: Any
         ) -> CompileError:
    """The same as the error that ends the compilation."""
    return CompileError([diagnostic(code, span, note=note, help=help, **holes)])


def nearest(name: str, known: Iterable[str]) -> str:
    """A suggestion "did you mean 'x'?", or ""."""
    close = difflib.get_close_matches(name, [str(k) for k in known], 3, 0.6)
    close.sort(key=lambda k: sorted(k) != sorted(name))
    return f"did you mean '{close[0]}'?" if close else ""


def at_import(error: Exception, path: str) -> CompileError:
    """What went wrong while Python imported the module at `path`, at the user's own line."""
    if isinstance(error, CompileError):
        return error
    if isinstance(error, SyntaxError):
        return _no_python(error, error.filename or path)
    frames = traceback.extract_tb(error.__traceback__)
    folder = os.path.join(os.path.dirname(path), "") if os.path.isabs(path) else path
    mine = [f for f in frames if f.filename == path or f.filename.startswith(folder)]
    if isinstance(error, ValueError) and not mine and "null bytes" in str(error):
        # Python's parser before 3.11.4 refuses them so, later with a SyntaxError.
        return stop("X03", Span(path, 1, 0, 1, 0), why=str(error))
    inside = bool(frames) and frames[-1].filename.startswith(_PACKAGE)
    span = _frame_span(mine[-1]) if mine else Span(path, 1, 0, 1, 0)
    if isinstance(error, TypeError | ValueError | ArithmeticError | AttributeError) and inside:
        return stop("D16", span, why=str(error))
    return stop("D17", span, error=f"{type(error).__name__}: {error}")


def _no_python(error: SyntaxError, path: str) -> CompileError:
    """What Python's own parser refuses."""
    line, col = error.lineno or 1, max(0, (error.offset or 1) - 1)
    same_line = error.end_lineno in (None, line)
    end = max(col, (error.end_offset or 1) - 1) if same_line else col + 1
    span = Span(path, line, col, line, end)
    loop = _OUTSIDE_LOOP.match(error.msg)
    return stop("F03", span, word=loop[1]) if loop else stop("X03", span, why=error.msg)


_OUTSIDE_LOOP = re.compile(r"'(break|continue)' (?:outside loop|not properly in loop)")

_PACKAGE = __file__.removesuffix(os.path.join("front", "report.py"))
"""The folder of the language, whose errors are about the declaration that called it."""


def _frame_span(frame: traceback.FrameSummary) -> Span:
    """The expression that a frame was evaluating."""
    line = frame.lineno or 1
    node = ast.Pass(lineno=line, col_offset=frame.colno or 0, end_lineno=frame.end_lineno,
                    end_col_offset=frame.end_colno or 0)
    try:
        return load(frame.filename).span(node)
    except (OSError, SyntaxError, ValueError):
        return Span(frame.filename, line, 0, line, 0)
