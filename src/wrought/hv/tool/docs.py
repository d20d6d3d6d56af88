"""`python -m wrought.hv.tool.docs FOLDER`: write the hypervisor's reference pages.

The page of hypercalls is made here, from the table that the hypervisor dispatches by.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from wrought.hv.abi.xen import HVC_IMMEDIATE, Call
from wrought.hv.core.call_table import ANY, Operation, Row
from wrought.hv.core.hypercall_table import TABLE
from wrought.hv.tool.docs_partition import partition
from wrought.hv.tool.docs_traps import traps
from wrought.lang.docs.markdown import code, page, table, wrap
from wrought.lang.docs.write import write_pages

INTRO = f"""A guest calls with `hvc #{HVC_IMMEDIATE:#x}`, the number in x16, up to five arguments in
x0 to x4, and finds the result in x0: zero or more, or minus an error number of Xen's
`public/errno.h`. Addresses are virtual ones of the calling kernel. Numbers, commands and structures
are those of Xen 4.17's public headers, which the last column names; every command that is not
listed gives the error that its hypercall has for unknown ones, and every other number ENOSYS."""


def who(name: str) -> str:
    """A permission, left out where there is none."""
    return "" if name == ANY else name


def overview(rows: list[Row]) -> str:
    """All hypercalls in a table."""
    return table(
        ("number", "hypercall", "arguments", "who", "what", "errors", "header"),
        [(str(int(row.number)), code(row.name), row.arguments, row.who, row.about, row.errors,
          code(row.source)) for row in rows])


def commands(operations: tuple[Operation, ...]) -> str:
    """The commands of a hypercall in a table."""
    return table(
        ("command", "name", "what", "errors", "only for"),
        [(str(int(op.number)), code(op.name), op.about, op.errors, who(op.who))
         for op in sorted(operations, key=lambda op: int(op.number))])


def absent(rows: list[Row]) -> str:
    """Numbers of the ABI that are not in the table."""
    known = {int(row.number) for row in rows}
    names = [code(call.name.lower()) for call in Call if int(call) not in known]
    return wrap(f"Of Xen's numbers these give ENOSYS: {', '.join(names)}.")


def hypercalls() -> str:
    """The page's text."""
    rows = sorted(TABLE, key=lambda row: int(row.number))
    parts = [overview(rows), absent(rows)]
    for row in rows:
        if row.operations:
            parts += [f"## {row.name}", row.about, commands(row.operations)]
    return page("Hypercalls", INTRO, "`wrought.hv.core.hypercall_table`", parts)


PAGES: dict[str, Callable[[], str]] = {
    "hypercalls.md": hypercalls, "partition.md": partition, "traps.md": traps}
"""The function that makes each page's text."""


def main(arguments: list[str]) -> int:
    """Write every page; the exit code."""
    return write_pages("wrought.hv.tool.docs", PAGES, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
