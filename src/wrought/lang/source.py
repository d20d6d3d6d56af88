"""Source files of compiled Python: text, syntax tree, and where each definition stands."""

from __future__ import annotations

import ast
import linecache
import os
import re
import tokenize
from dataclasses import dataclass
from typing import NamedTuple

DefNode = ast.FunctionDef | ast.ClassDef


class Span(NamedTuple):
    """A piece of a source file; lines from 1, columns from 0 in characters, end exclusive."""

    file: str
    line: int
    col: int
    end_line: int
    end_col: int


@dataclass
class SourceFile:
    """A parsed file.  `defs` maps (name, line of the first decorator or of `def`) to nodes."""

    path: str
    lines: list[str]
    tree: ast.Module
    defs: dict[tuple[str, int], DefNode]

    def line(self, number: int) -> str:
        """Text of a line without its end, "" past the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def span(self, node: ast.AST) -> Span:
        """Where a node stands, with columns in characters instead of UTF-8 bytes."""
        line, end = getattr(node, "lineno", 1), getattr(node, "end_lineno", None)
        end = end or line
        col = self._chars(line, getattr(node, "col_offset", 0))
        return Span(self.path, line, col, end,
                    self._chars(end, getattr(node, "end_col_offset", None) or 0))

    def _chars(self, line: int, offset: int) -> int:
        text = self.line(line)
        return offset if text.isascii() else len(text.encode()[:offset].decode(errors="replace"))

    def text(self, node: ast.AST) -> str:
        """The source text of a node on one line, for messages."""
        s = self.span(node)
        if s.line == s.end_line:
            return " ".join(self.line(s.line)[s.col:s.end_col].split())
        inner = [self.line(n) for n in range(s.line + 1, s.end_line)]
        parts = [self.line(s.line)[s.col:], *inner, self.line(s.end_line)[:s.end_col]]
        return " ".join(" ".join(parts).split())



_files: dict[str, tuple[object, SourceFile]] = {}


def load(path: str) -> SourceFile:
    """The parsed file at `path`; read again when it changed on disk.

    Raises OSError when there is no source, SyntaxError when it does not parse.
    """
    stamp: object = None
    try:
        st = os.stat(path)
        stamp = (st.st_mtime_ns, st.st_size)
    except OSError:
        pass
    cached = _files.get(path)
    if cached is not None and (stamp is None or cached[0] == stamp):
        return cached[1]
    if stamp is not None:
        with tokenize.open(path) as f:
            text = f.read()
    else:
        text = "".join(linecache.getlines(path))
        if not text:
            raise OSError(f"there is no source text for {path}")
    source = parse(path, text)
    _files[path] = (stamp, source)
    return source


def parse(path: str, text: str) -> SourceFile:
    """Parse `text` as the contents of `path`."""
    tree = ast.parse(text, path)
    defs: dict[tuple[str, int], DefNode] = {}
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                defs[(child.name, first)] = child
                stack.append(child)
            elif isinstance(child, ast.stmt):
                stack.append(child)
    return SourceFile(path, lines_of(text), tree, defs)


def lines_of(text: str) -> list[str]:
    """The lines as Python counts them, without their ends; a form feed ends none."""
    lines = re.split(r"\r\n|\r|\n", text)
    return lines if lines[-1] else lines[:-1]


def register(path: str, text: str) -> SourceFile:
    """Make `text` the source of the made-up file `path`, for code that was `exec`-ed."""
    linecache.cache[path] = (len(text), None, [t + "\n" for t in lines_of(text)], path)
    source = parse(path, text)
    _files[path] = (None, source)
    return source


def find_class(source: SourceFile, name: str, line: int) -> ast.ClassDef | None:
    """The class definition `name` around `line` (the line that its decorator ran on)."""
    for (n, first), node in source.defs.items():
        if n == name and isinstance(node, ast.ClassDef) and first <= line <= (
                node.end_lineno or node.lineno):
            return node
    return None


def find_function(source: SourceFile, name: str, line: int) -> ast.FunctionDef | None:
    """The function definition `name` whose code object starts at `line`."""
    node = source.defs.get((name, line))
    return node if isinstance(node, ast.FunctionDef) else None


def binding_at(source: SourceFile, line: int) -> str | None:
    """The name that the assignment statement around `line` binds."""
    stack: list[ast.AST] = [source.tree]
    best: str | None = None
    while stack:
        for child in ast.iter_child_nodes(stack.pop()):
            if not isinstance(child, ast.stmt):
                continue
            if child.lineno <= line <= (child.end_lineno or child.lineno):
                target = getattr(child, "target", None) or (getattr(child, "targets", [None])[0])
                if isinstance(target, ast.Name):
                    best = target.id
                stack.append(child)
    return best
