"""The few pieces of Markdown that reference pages are made of."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from types import ModuleType


def page(title: str, intro: str, source: str, parts: Iterable[str]) -> str:
    """A whole page; `source` is the module whose table it shows."""
    made = f"<!-- Made by `make docs` from\n{source}: edit that instead. -->"
    return "\n\n".join([f"# {title}", made, intro, *(p.strip("\n") for p in parts)]) + "\n"


def wrap(text: str) -> str:
    """A paragraph in lines of at most 100 columns."""
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; empty without rows."""
    lines = ["| " + " | ".join(map(cell, row)) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *lines])


def cell(text: str) -> str:
    """Text that can stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Text as inline code."""
    return f"`{text}`" if text else ""


def fence(text: str, info: str) -> str:
    """A block of code."""
    return f"```{info}\n{text.rstrip()}\n```"


def summary(thing: object) -> str:
    """A docstring as one paragraph."""
    paragraph = (getattr(thing, "__doc__", "") or "").strip().partition("\n\n")[0]
    return " ".join(paragraph.replace("\n", " ").split())


def documented(module: ModuleType, names: Sequence[str]) -> list[tuple[str, str]]:
    """(name, what its docstring says) of things in a module."""
    return [(code(name), summary(getattr(module, name))) for name in names]
