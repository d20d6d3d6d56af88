"""Diagnostics: what they hold and how they look."""

from __future__ import annotations

import linecache
import os
import unicodedata
from dataclasses import dataclass, field

from wrought.errors import WroughtError

from . import source
from .source import Span

WIDTH = 100
"""Columns of a source line from which on it is shown in part."""


@dataclass
class Note:
    """A second place that matters, or (no span) a remark."""

    text: str
    span: Span | None = None


@dataclass
class Diagnostic:
    """One error: its stable code, message, the exact place, notes and one suggestion."""

    code: str
    message: str
    span: Span
    notes: list[Note] = field(default_factory=list[Note])
    help: str = ""

    @property
    def pointed(self) -> str:
        """The source text under the carets (first line of it)."""
        s = self.span
        line = _line(s)
        end = s.end_col if s.end_line == s.line else len(line)
        return line[s.col:end]

    def render(self) -> str:
        """`path:line:col: error[CODE]: message`, the line, carets, notes, suggestion."""
        s = self.span
        out = [f"{_shown(s.file)}:{s.line}:{s.col + 1}: error[{self.code}]: {self.message}",
               *_excerpt(s)]
        for note in self.notes:
            if note.span is None:
                out.append(f"  note: {note.text}")
            else:
                n = note.span
                out.append(f"{_shown(n.file)}:{n.line}:{n.col + 1}: note: {note.text}")
                out.extend(_excerpt(n))
        if self.help:
            out.append(f"  help: {self.help}")
        return "\n".join(out)


def _shown(path: str) -> str:
    relative = os.path.relpath(path) if os.path.isabs(path) else path
    return path if relative.startswith("..") else relative


def _line(s: Span) -> str:
    try:
        return source.load(s.file).line(s.line)
    except (OSError, SyntaxError, ValueError):
        return linecache.getline(s.file, s.line).rstrip("\r\n")


def _excerpt(s: Span) -> list[str]:
    text = _line(s)
    if not text.strip():
        return []
    end = s.end_col if s.end_line == s.line else len(text.rstrip())
    before = text[:s.col].expandtabs(4)
    pointed = text[:end].expandtabs(4)[len(before):]
    after = text.expandtabs(4)[len(before) + len(pointed):].rstrip()
    before, pointed, after = _cut(before.lstrip(), pointed, after)
    return ["    " + before + pointed + after,
            "    " + " " * _columns(before) + "^" * max(1, _columns(pointed))]


def _cut(before: str, pointed: str, after: str) -> tuple[str, str, str]:
    """A line of at most `WIDTH` columns or so, with "…" for what is left out around the place."""
    if _columns(before + pointed + after) <= WIDTH:
        return before, pointed, after
    pointed = pointed if len(pointed) <= WIDTH // 2 else pointed[:WIDTH // 2] + "…"
    room = max(WIDTH - len(pointed), 0)
    if len(before) > room // 2:
        before = "…" + before[len(before) - room // 2:]
    left = max(room - len(before), 0)
    return before, pointed, after if len(after) <= left else after[:left] + "…"


def _columns(text: str) -> int:
    """Columns of a terminal that the text takes."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
               for c in text)


class CompileError(WroughtError):
    """One or more diagnostics; compiling stops with it."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        super().__init__(diagnostics[0].message if diagnostics else "compile error")

    def render(self) -> str:
        n = len(self.diagnostics)
        tail = "" if n == 1 else f"\n{n} errors"
        codes = sorted({d.code for d in self.diagnostics})
        hint = f"\n(wrought explain {codes[0]} tells more)" if codes else ""
        return "\n\n".join(d.render() for d in self.diagnostics) + tail + hint

    def __str__(self) -> str:
        return self.render()
