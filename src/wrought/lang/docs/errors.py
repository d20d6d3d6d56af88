"""The page of errors: every code with its example, wrong and right."""

from __future__ import annotations

from wrought.lang.front.catalog import CATALOG, FAMILIES
from wrought.lang.front.catalog.cases import examples
from wrought.lang.front.catalog.entry import Entry

from .markdown import code, fence, page, table, wrap

INTRO = """What the compiler refuses, by code. A code never changes its meaning; `wrought explain`
shows the same on a terminal. The examples leave out their imports."""


def errors() -> str:
    """`errors.md`."""
    parts: list[str] = []
    for letter, family in FAMILIES.items():
        rows = [e for e in CATALOG.values() if e.code[0] == letter]
        parts.append(f"## {letter}: {family}")
        parts.append(table(("code", "message"), [
            (f"[{e.code}](#{e.code.lower()})", code(e.template)) for e in rows]))
        parts += [_entry(e) for e in rows]
    return page("Errors", INTRO, "`wrought.lang.front.catalog`", parts)


def _entry(e: Entry) -> str:
    case = examples()[e.code]
    parts = [f"### {e.code}", wrap(e.explain), fence(case.wrong, "py"), fence(case.says, "text")]
    if case.right:
        parts += ["Right:", fence(case.right, "py")]
    return "\n\n".join(parts)
