"""Many boards in one table, and the reference page that shows it for all boards of the
distribution's kernel."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wrought.errors import WroughtError
from wrought.hv.drivers.uart.registry import DRIVERS
from wrought.hv.tool import packages
from wrought.hv.tool.board import Report, examine

PAGE = "boards.md"


class Row(NamedTuple):
    """A line of the table."""

    what: str
    value: str
    boards: int
    total: int


QUESTIONS: tuple[tuple[str, Callable[[Report], str]], ...] = (
    ("verdict", lambda r: r.verdict),
    ("console", lambda r: r.console.driver or "none"),
    ("console found", lambda r: r.console.source or "not"),
    ("GIC", lambda r: r.gic),
    ("CPU start", lambda r: r.start),
    ("timer", lambda r: "yes" if r.timer else "no"),
    ("memory sizes", lambda r: "in the tree" if r.memory else "from the boot loader"),
    ("kinds of CPU", lambda r: str(len(r.cpus))),
    ("ITS", lambda r: "yes" if r.its else "no"),
    ("IOMMU", lambda r: ", ".join(sorted(name for name, _ in r.iommus)) or "none"),
)
"""What is counted: a name, and each board's answer."""


def able(report: Report) -> bool:
    """Whether the chip and firmware, as the tree tells it, allow any hypervisor."""
    return report.gic_usable and report.start.startswith("psci") and bool(report.timer)


def rows(reports: Sequence[Report]) -> list[Row]:
    """The table, most frequent answers first."""
    answers = [(what, Counter(answer(r) for r in reports)) for what, answer in QUESTIONS]
    total, can = len(reports), sum(map(able, reports))
    found = [Row(what, value, count, total) for what, counts in answers
             for value, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]
    return [
        Row("able to run a hypervisor", "by the tree", can, total),
        Row("of these", "with a console", sum(able(r) and r.console.found for r in reports), can),
        Row("UART", "has a driver", sum(r.console.has_driver for r in reports), total), *found]


def share(row: Row) -> str:
    """`89.9 %`."""
    return f"{100 * row.boards / row.total:.1f} %" if row.total else ""


def table(reports: Sequence[Report]) -> str:
    """The table for a terminal."""
    found = rows(reports)
    left = max((len(row.what) for row in found), default=0)
    middle = max((len(row.value) for row in found), default=0)
    head = f"{len(reports)} boards\n"
    return head + "".join(
        f"{row.what:<{left}}  {row.value:<{middle}}  {row.boards:>5}  {share(row):>7}\n"
        for row in found)


def page(reports: Sequence[Report]) -> str:
    """The reference page."""
    drivers: Any = DRIVERS
    silent = [r for r in reports if able(r) and r.verdict != "ready"]
    unable = [r for r in reports if not able(r)]
    lines = [HEAD.format(total=len(reports), able=sum(map(able, reports)), drivers=len(drivers),
                         ready=sum(r.verdict == "ready" for r in reports))]
    lines += [f"| {row.what} | {row.value} | {row.boards} | {share(row)} |"
              for row in rows(reports)]
    lines += ["", "## Drivers", "", "| driver | `compatible` |", "|---|---|"]
    lines += [f"| {d.name} | {', '.join(f'`{c}`' for c in d.compatible)} |" for d in drivers]
    lines += ["", "## Able, without a console", "", *by_reason(silent)]
    lines += ["", "## Not able, by their trees", "", *by_reason(unable)]
    return "\n".join(lines) + "\n"


def by_reason(reports: Iterable[Report]) -> list[str]:
    """A table of what is missing, and on which boards."""
    reasons: dict[str, list[str]] = {}
    for report in reports:
        why = "; ".join(report.missing) or report.console.notes[0].partition(" (")[0]
        reasons.setdefault(why, []).append(Path(report.file).stem)
    return ["| why | boards |", "|---|---|", *(
        f"| {why} | {', '.join(sorted(boards))} |" for why, boards in sorted(reasons.items()))]


HEAD = """\
# Boards

<!-- Made by `make docs` from the device trees of
Debian's arm64 kernel package: edit `wrought.hv.tool.board_summary` instead. -->

What `wrought board` says of the {total} device trees in Debian's arm64 kernel package. {able} of
them describe a machine that can run a hypervisor: a GICv3, or a GICv2 with its virtualization
interface; PSCI; a timer. {ready} of those are ready: everything that the hypervisor needs is found
in the tree by the code that runs at EL2, with one of {drivers} UART drivers. A UART that the tree
has off, or wires to a chip, is not taken unasked: give it `status = "okay"` and name it in
`/chosen/stdout-path`.
[Port to a new board](../guide/port-board.md) tells what to do about the rest.

| what | | boards | share |
|---|---|---|---|"""


def examine_all(paths: Iterable[Path]) -> list[Report]:
    """Reports about device trees that can all be read."""
    return [examine(path) for path in paths]


def main(arguments: list[str]) -> int:
    """`python -m wrought.hv.tool.board_summary FOLDER`: write the page; the exit code.

    Without the kernel package the page stays as it is.
    """
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: python -m wrought.hv.tool.board_summary FOLDER", file=sys.stderr)
        return 2
    path = Path(arguments[0]) / PAGE
    try:
        trees = packages.device_trees()
    except WroughtError as error:
        print(f"{path} is left as it is: {error}", file=sys.stderr)
        return 0
    path.write_text(page(examine_all(trees)), encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
