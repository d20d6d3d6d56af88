"""`wrought run`: shows a machine's consoles until it ends, a line comes, or time is over."""

from __future__ import annotations

import os
import re
import select
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from wrought.hv.tool.console import Line, Printer
from wrought.hv.tool.machine import open_session
from wrought.hv.tool.plan import Plan
from wrought.hv.tool.session import Session, SessionError

TIMED_OUT = 124
"""Exit status when time is over, as of timeout(1)."""
FAILED = 1
QUIET = 1.0
"""Seconds of silence after which a domain is taken to wait for input."""
PARTIAL_AFTER = 0.15
"""Seconds after which a line that has not ended is shown."""


@dataclass(frozen=True)
class Options:
    """How a run ends and what it takes part in."""

    until: str | None = None
    """A regular expression: the run ends well with the first line in which it is found."""
    timeout: float | None = None
    """Seconds."""
    input: str | None = None
    """The domain that standard input goes to."""
    log: Path | None = None
    """A file for the UART's bytes as they come."""
    extra: tuple[str, ...] = ()
    """Further words for QEMU."""


class _Watch:
    """Prints what comes, and remembers whether the line was there."""

    def __init__(self, names: list[str], until: str | None) -> None:
        self.printer = Printer(names)
        self.until = re.compile(until) if until else None
        self.found = threading.Event()
        self._lock = threading.Lock()
        self._partial = Line("", "")
        self._since = 0.0

    def changed(self, lines: list[Line], partial: Line) -> None:
        """Called by the session's reader."""
        with self._lock:
            for line in lines:
                self.printer.show(line)
                if self.until and self.until.search(line.text):
                    self.found.set()
            if partial != self._partial:
                self._partial, self._since = partial, time.monotonic()

    def idle(self) -> None:
        """Show a prompt that stays; called now and then."""
        with self._lock:
            if self._partial.text and time.monotonic() - self._since > PARTIAL_AFTER:
                self.printer.show_partial(self._partial)
                if self.until and self.until.search(self._partial.text):
                    self.found.set()

    def finish(self) -> None:
        with self._lock:
            self.printer.finish()


def run(plan: Plan, options: Options) -> int:
    """Run until the end; the exit status: QEMU's, 0 where the line came, 124 when time was over.

    The terminal is as before, and QEMU gone, however this returns.
    """
    names = [domain.name for domain in plan.source.partition.domain]
    watch = _Watch(names, options.until)
    with _keys(sys.stdin.isatty()), open_session(plan, options.extra, options.log,
                                                 watch.changed) as session:
        feeder = threading.Thread(target=_feed, args=(session, options.input), daemon=True)
        feeder.start()
        try:
            return _watch(session, watch, options)
        finally:
            watch.finish()


def _watch(session: Session, watch: _Watch, options: Options) -> int:
    end = session.started + options.timeout if options.timeout else None
    while True:
        watch.found.wait(0.1)
        watch.idle()
        if watch.found.is_set():
            return 0
        if (status := session.status) is not None:
            if options.until:
                watch.finish()
                _tell(f"QEMU ended with status {status} before a line matched '{options.until}'"
                      + session.last_lines())
                return status or FAILED
            return status if status >= 0 else 128 - status
        if end and time.monotonic() > end:
            watch.finish()
            _tell(f"{options.timeout:g} s are over" + session.last_lines())
            return TIMED_OUT


def _tell(text: str) -> None:
    print(f"error: {text}", file=sys.stderr)


@contextmanager
def _keys(terminal: bool) -> Generator[None]:
    """Keys come one by one and unseen; Ctrl-C still interrupts."""
    if not terminal:
        yield
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _feed(session: Session, domain: str | None) -> None:
    """Standard input to a domain; without one, keys go to whoever has the input."""
    terminal = sys.stdin.isatty()
    if domain is None and not terminal:
        return
    with suppress(SessionError, OSError, ValueError):
        if domain is not None:
            _wait_until_ready(session, domain)
            session.focus(domain)
        while session.status is None:
            if not select.select([sys.stdin], [], [], 0.2)[0]:
                continue
            data = os.read(sys.stdin.fileno(), 16 if not terminal else 1024)
            if not data:
                return
            session.type(data.replace(b"\n", b"\r"))
            if not terminal:
                # An emulated UART takes a few bytes at a time.
                time.sleep(0.02)
    if session.status is None and domain is not None and not session.of(domain):
        _tell(f'input does not reach "{domain}"')


def _wait_until_ready(session: Session, domain: str) -> None:
    """Until the domain has said something and the machine then was silent for a while.

    What is typed while a kernel boots would be lost.
    """
    while session.status is None:
        said = session.of(domain)
        if said and time.monotonic() - session.last_change > QUIET:
            return
        time.sleep(0.1)
