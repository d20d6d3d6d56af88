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
from bench.result import Row, as_json, show
from wrought.errors import WroughtError

PARTS: dict[str, tuple[str, Callable[[], list[Row]]]] = {
    "code": ("Generated code against clang -O2: executed instructions", code.measure),
    "frontend": ("The front end", frontend.measure),
    "calls": ("Calls from Python", calls.measure),
    "hv": ("The hypervisor against Debian's Xen: executed instructions", hv.measure),
}
"""Title and measurement of each part."""

WIDTH = 96
"""Columns that a table needs."""


def main() -> int:
    """Exit status 1 for wrong results and failed builds; slow is not wrong."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"),
                        help="where the numbers go (default: %(default)s)")
    options = parser.parse_args()
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        parser.error(f"there is no part '{unknown[0]}': choose from {', '.join(PARTS)}")
    console = Console(width=max(Console().width, WIDTH))
    found: dict[str, list[dict[str, object]]] = {}
    for name in options.parts or PARTS:
        title, measure = PARTS[name]
        try:
            rows = measure()
        except (code.WrongResult, WroughtError) as error:
            print(f"bench: {name}: {error}", file=sys.stderr)
            return 1
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
