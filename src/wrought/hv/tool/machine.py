"""Boot a partition from Python: `with boot("p.toml") as session: session.wait_for("login:")`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wrought.hv.tool.console import Line
from wrought.hv.tool.partition import Source, load
from wrought.hv.tool.plan import Plan, prepare
from wrought.hv.tool.schema import Partition
from wrought.hv.tool.session import Session

COUNTING = ("-icount", "shift=0,sleep=off")
"""One executed instruction is a nanosecond of the machine's time, in every run."""


def names_of(partition: Partition) -> tuple[list[str], int]:
    """The domains' names in the order of Xen's numbers, and the first number."""
    hardware = [domain.name for domain in partition.domain if domain.hardware]
    guests = [domain.name for domain in partition.domain if not domain.hardware]
    return [*hardware, *guests], 0 if hardware else 1


def open_session(plan: Plan, extra: Sequence[str] = (), log: Path | None = None,
                 on_change: Callable[[list[Line], Line], None] | None = None) -> Session:
    """Start QEMU with everything that the plan places."""
    names, first = names_of(plan.source.partition)
    return Session(plan.command(extra), names, first, log, on_change)


@contextmanager
def boot(partition: Partition | Source | Path | str, hypervisor: Path | None = None,
         extra: Sequence[str] = (), log: Path | None = None) -> Generator[Session]:
    """A running machine; at the end QEMU and all temporary files are gone.

    `hypervisor` is an image to use instead of ours, `extra` are words for QEMU such as
    `COUNTING`.  Raises `WroughtError`.
    """
    if isinstance(partition, (str, Path)):
        source = load(Path(partition))
    elif isinstance(partition, Partition):
        source = Source(Path.cwd() / "partition", partition)
    else:
        source = partition
    with tempfile.TemporaryDirectory(prefix="wrought-") as folder:
        plan = prepare(source, Path(folder), hypervisor)
        with open_session(plan, extra, log) as session:
            yield session
