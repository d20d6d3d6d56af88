"""`python -m bench`: measure everything, print tables, write build/bench.json."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bench import calls, code, frontend
from bench.hv import measure as hv
from bench.lua import border, instructions
from bench.lua import measure as lua
from bench.lua.options import Options, add_options, options_of
from bench.result import Row, as_json, show
from wrought.errors import WroughtError

PARTS: dict[str, tuple[str, Callable[[], list[Row]]]] = {
    "code": ("Generated code against clang -O2: executed instructions", code.measure),
    "frontend": ("The front end", frontend.measure),
    "calls": ("Calls from Python", calls.measure),
    "lua-border": ("Calls between Python and Lua", border.measure),
    "hv": ("The hypervisor against Debian's Xen: executed instructions", hv.measure),
}
"""Title and measurement of each part."""

LUA: dict[str, tuple[str, Callable[[Options, Console], list[Row]]]] = {
    "lua": ("The Lua VM against its peers", lua.measure),
    "lua-aarch64": ("The Lua VM on AArch64: executed instructions", instructions.measure),
}
"""Parts that print tables of their own, of all engines, and have options."""

WIDTH = 114
"""Columns that a table needs."""


def run_part(name: str, options: argparse.Namespace, console: Console) -> tuple[str, list[Row]]:
    """Title and rows of a part."""
    if name in LUA:
        title, measure = LUA[name]
        return title, measure(options_of(options), console)
    title, measure_all = PARTS[name]
    return title, measure_all()


def main() -> int:
    """Exit status 1 for wrong results and failed builds; slow is not wrong."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    every = [*PARTS, *LUA]
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(every)} (default: all)")
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"),
                        help="where the numbers go (default: %(default)s)")
    add_options(parser)
    options = parser.parse_args()
    unknown = [name for name in options.parts if name not in every]
    if unknown:
        parser.error(f"there is no part '{unknown[0]}': choose from {', '.join(every)}")
    parts = ["lua-aarch64" if name == "lua" and options.aarch64 else name
             for name in options.parts or every]
    console = Console(width=max(Console().width, WIDTH))
    found: dict[str, list[dict[str, object]]] = {}
    for name in dict.fromkeys(parts):
        try:
            title, rows = run_part(name, options, console)
        except (code.WrongResult, WroughtError) as error:
            print(f"bench: {name}: {error}", file=sys.stderr)
            return 1
        if rows or name not in LUA:
            show(title, rows, console)
        found[name] = as_json(rows)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    missed = sum(not row["met"] for rows in found.values() for row in rows)
    total = sum(map(len, found.values()))
    console.print(f"{total - missed} of {total} goals met; the numbers are in {options.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
