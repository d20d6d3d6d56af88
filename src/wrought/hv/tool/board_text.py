"""Reports about boards as text and as JSON's objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from wrought.hv.tool.board import Report
from wrought.hv.tool.board_console import Console

VERDICTS = {
    "ready": "ready: the hypervisor runs on it, with a console",
    "silent": "silent: the hypervisor runs on it, and has to be told which UART it may use",
    "not yet": "not yet: something is missing",
}


def lines(report: Report) -> Iterator[str]:
    """A report for people."""
    yield f"{report.file}: {report.model}"
    rows = (
        ("console", console(report.console)), ("GIC", report.gic), ("CPU start", report.start),
        ("timer", report.timer or "none"),
        ("memory", ", ".join(f"{size >> 20} MB at {base:#x}" for base, size in report.memory)
         or "no sizes in the tree"),
        ("CPUs", counted(report.cpus)), ("IOMMU", counted(report.iommus)),
        ("ITS", str(report.its or "none")))
    yield from (f"  {name:<10} {value}" for name, value in rows)
    yield from (f"  missing    {text}" for text in report.missing)
    yield from (f"  note       {text}" for text in report.notes)
    yield f"  verdict    {VERDICTS[report.verdict]}"


def console(found: Console) -> str:
    """The console in a line."""
    if not found.found:
        return "none"
    place = f"{found.driver} at {found.base:#x}, {found.path} ({found.source})"
    if found.driver.startswith("8250"):
        place += f", a register every {1 << found.shift} bytes, accesses of {found.width}"
    return place + (f"; interrupt {found.interrupt}" if found.interrupt else "; polled")


def counted(kinds: Iterable[tuple[str, int]]) -> str:
    """`4 arm,cortex-a53, 2 arm,cortex-a72`."""
    return ", ".join(f"{number} {name}" for name, number in kinds) or "none"


def as_json(report: Report) -> dict[str, Any]:
    """A report for programs: the fields of `Report` and `Console`, and the verdict."""
    return {**asdict(report), "verdict": report.verdict, "bootable": report.bootable}
