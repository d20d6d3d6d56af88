"""Rows of results: as a table for people, as JSON for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement beside its goal; all numbers in `unit`."""

    what: str
    where: str
    """The machine, or what else tells rows of one kind apart."""
    ours: float
    peer: float | None
    """What the peer took in the same run; None where there is none."""
    unit: str
    goal: str
    met: bool

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's."""
        return self.ours / self.peer if self.peer else None


def as_json(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The rows with their ratios."""
    return [{**asdict(row), "ratio": row.ratio} for row in rows]


def show(title: str, rows: Sequence[Row], console: Console) -> None:
    """Print the rows as a table."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for name in ("what", "where"):
        table.add_column(name, no_wrap=True)
    for name in ("ours", "peer", "ratio"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("goal")
    for row in rows:
        peer = "" if row.peer is None else f"{row.peer:,.6g}"
        ratio = "" if row.ratio is None else f"{row.ratio:.3f}"
        verdict = "met" if row.met else "[bold]not met[/bold]"
        table.add_row(row.what, row.where, f"{row.ours:,.6g} {row.unit}", peer, ratio,
                      f"{row.goal}: {verdict}")
    console.print(table)
