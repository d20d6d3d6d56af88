"""`wrought demo`: two Linux domains side by side; one crashes and restarts, the other goes on."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from wrought.hv.tool.console import Line, Printer
from wrought.hv.tool.initramfs import READY
from wrought.hv.tool.machine import open_session
from wrought.hv.tool.partition import Source
from wrought.hv.tool.plan import prepare
from wrought.hv.tool.quantities import show_size
from wrought.hv.tool.report import Report, ask
from wrought.hv.tool.schema import Domain, End, Hypervisor, Machine, Partition
from wrought.hv.tool.session import Session, SessionError

CRASHES, STAYS = "left", "right"
DEADLINE = 180.0
"""Seconds for each step."""
BOOTARGS = "console=ttyAMA0 rdinit=/init quiet panic=1"


def partition() -> Partition:
    """Two domains of two vCPUs on two CPUs."""
    both = [Domain(name=name, kernel="debian:cloud", ramdisk="busybox", bootargs=BOOTARGS,
                   memory=256 << 20, vcpus=2, on_crash=End.RESTART) for name in (CRASHES, STAYS)]
    return Partition(machine=Machine(cpus=2, memory=1 << 30),
                     hypervisor=Hypervisor(scheduler="fair"), domain=tuple(both))


@dataclass
class Times:
    """Seconds on this computer's clock."""

    boot: dict[str, float]
    """From QEMU's start to each user space."""
    restart: float
    """From the crash to user space again."""
    answers: int
    """How many times the other domain answered meanwhile."""
    slowest: float
    """The longest that it took to answer."""


def demo(out: Console, hypervisor: Path | None = None) -> None:
    """Run it all, with its consoles shown.  Raises `WroughtError` where a step fails."""
    source = Source(Path.cwd() / "demo", partition())
    printer = Printer([CRASHES, STAYS], out.file, out.is_terminal)
    out.print("Two Debian Linux domains of two vCPUs each, on a machine of two CPUs.", style="bold")
    with tempfile.TemporaryDirectory(prefix="wrought-") as folder:
        plan = prepare(source, Path(folder), hypervisor)
        with open_session(plan, on_change=_shown(printer)) as session:
            times = play(session, lambda text: out.print(f"\n{text}", style="bold"))
            report = ask(session)
    out.print()
    out.print(table(times, report))


def _shown(printer: Printer) -> Callable[[list[Line], Line], None]:
    def on_change(lines: list[Line], partial: Line) -> None:
        for line in lines:
            if line.text.strip():
                printer.show(line)

    return on_change


def play(session: Session, say: Callable[[str], None]) -> Times:
    """Boot, answer, crash, answer on, restart."""
    boot: dict[str, float] = {}
    for name in (CRASHES, STAYS):
        session.wait_for(READY, DEADLINE, name)
        boot[name] = time.monotonic() - session.started
    for number, name in enumerate((CRASHES, STAYS), 1):
        answer(session, name, number)
    say(f'"{CRASHES}" is crashed on purpose; "{STAYS}" is asked all the while.')
    session.send(CRASHES, "echo c > /proc/sysrq-trigger\n")
    crashed, number, slowest = time.monotonic(), 100, 0.0
    watch = _Restart(session)
    while not watch.up.is_set():
        slowest = max(slowest, answer(session, STAYS, number))
        number += 1
        if time.monotonic() - crashed > DEADLINE:
            raise SessionError(f'"{CRASHES}" did not come back within {DEADLINE:g} s'
                               f"{session.last_lines()}")
        time.sleep(0.3)
    restart = watch.at - crashed
    say(f'"{CRASHES}" is back.')
    answer(session, CRASHES, 3)
    return Times(boot, restart, number - 100, slowest)


class _Restart:
    """Waits in the background for the crashed domain's user space."""

    def __init__(self, session: Session) -> None:
        self.up = threading.Event()
        self.at = 0.0
        # Its first start was waited for, so the next line that says this is of the second.
        threading.Thread(target=self._wait, args=(session,), daemon=True).start()

    def _wait(self, session: Session) -> None:
        try:
            session.wait_for(READY, DEADLINE, CRASHES)
        except SessionError:
            return
        self.at = time.monotonic()
        self.up.set()


def answer(session: Session, name: str, number: int) -> float:
    """Let a domain's shell calculate; the seconds that it took."""
    start = time.monotonic()
    session.send(name, f"echo answer $(({number} * 7))\n")
    session.wait_for(rf"^answer {number * 7}\b", 60, name)
    return time.monotonic() - start


def table(times: Times, report: Report) -> Table:
    """The closing table."""
    made = Table(title="What happened", title_justify="left")
    made.add_column("")
    for name in (CRASHES, STAYS):
        made.add_column(name, justify="right")

    def row(what: str, cell: Callable[[str], str]) -> None:
        made.add_row(what, cell(CRASHES), cell(STAYS))

    def of(name: str, get: Callable[[Report], str]) -> str:
        return get(report) if name in report.domains else "-"

    row("boot to user space", lambda name: f"{times.boot[name]:.1f} s")
    made.add_row("crash to user space", f"{times.restart:.1f} s", "-")
    made.add_row("answers meanwhile", "-", f"{times.answers}, slowest {times.slowest:.2f} s")
    row("started", lambda name: of(name, lambda r: f"{r.domains[name].starts} times"))
    row("memory", lambda name: of(name, lambda r: show_size(r.domains[name].memory)))
    classes = sorted({kind for domain in report.domains.values() for kind in domain.exits})
    for kind in classes:
        row(f"exits: {kind}",
            lambda name, kind=kind: of(name, lambda r: f"{r.domains[name].exits.get(kind, 0):,}"))
    if report.total:
        made.caption = f"{show_size(report.free)} of {show_size(report.total)} are free"
    return made
