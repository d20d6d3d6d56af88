"""A running machine: its lines as they come, waiting for one, typing into a domain's console."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from wrought.errors import WroughtError
from wrought.hv.tool.console import HYPERVISOR, Demultiplexer, Line

SWITCH = b"\x01\x01\x01"
"""CTRL-a three times: the input goes to the next one."""
SHOWN = 12
"""How many of the last lines an error shows."""
CHUNK = 16
"""Bytes typed at once: an emulated UART's FIFO."""
PAUSE = 0.02
"""Seconds between chunks."""
SWITCH_DEADLINE = 10.0
"""Seconds a hypervisor has to say where the input goes now."""
KILL_AFTER = 3.0
"""Seconds between asking QEMU to end and ending it."""


class SessionError(WroughtError):
    """The machine did not do what was waited for; the text has its last lines."""


class Ended(SessionError):
    """QEMU ended first."""


class TimedOut(SessionError):
    """The deadline passed."""


class Session:
    """QEMU as a child process.  A context manager: at its end QEMU is gone, whatever happened.

    `on_change` is called by the reading thread with the lines that are complete and the one that
    has begun.
    """

    def __init__(self, command: Sequence[str], names: Sequence[str], first: int = 1,
                 log: Path | None = None,
                 on_change: Callable[[list[Line], Line], None] | None = None) -> None:
        self.names = tuple(names)
        self.lines: list[Line] = []
        self.started = time.monotonic()
        self.last_change = self.started
        self._demultiplexer = Demultiplexer(names, first)
        self._on_change = on_change
        self._changed = threading.Condition()
        self._partial = Line("", "")
        self._seen: dict[str | None, int] = {}
        self._begun: dict[str | None, tuple[int, str]] = {}
        self._closed = False
        self._eof = False
        self._log: IO[bytes] | None = open(log, "wb") if log else None
        # The kernel ends QEMU if this process is killed before it can do that itself.
        guard = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
        try:
            self.process = subprocess.Popen([*guard, *command], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                            start_new_session=True)
        except OSError:
            self._close_log()
            raise
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    @property
    def status(self) -> int | None:
        """QEMU's exit status once it has ended and all its output is read; else None."""
        return self.process.poll() if self._eof else None

    @property
    def partial(self) -> Line:
        """The line that has begun and not ended."""
        return self._partial

    def of(self, domain: str) -> list[str]:
        """The texts of a domain's lines so far."""
        return [line.text for line in list(self.lines) if line.speaker == domain]

    def close(self) -> None:
        """End QEMU and everything that it started."""
        if self._closed:
            return
        self._closed = True
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(KILL_AFTER)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()
        finally:
            # Whatever of its group is left.
            self._signal(signal.SIGKILL)
            with suppress(OSError):
                assert self.process.stdin is not None
                self.process.stdin.close()
            self._reader.join(KILL_AFTER)
            self._close_log()

    def wait_for(self, pattern: str, deadline: float = 60, domain: str | None = None) -> Line:
        """The next line (or one that has begun) in which the pattern is found.

        Of one domain, or of all; each has its own place up to which it was searched.  Raises
        `TimedOut` after `deadline` seconds and `Ended` where QEMU ends first, with the last lines.
        """
        wanted, end = re.compile(pattern), time.monotonic() + deadline
        with self._changed:
            while True:
                found = self._search(wanted, domain)
                if found:
                    return found
                whom = f' of "{domain}"' if domain else ""
                if self.status is not None:
                    raise Ended(f"QEMU ended with status {self.status} before a line{whom} matched "
                                f"'{pattern}'{self.last_lines()}")
                if time.monotonic() > end:
                    raise TimedOut(f"no line{whom} matched '{pattern}' within {deadline:g} s"
                                   f"{self.last_lines()}")
                self._changed.wait(0.2)

    def send(self, domain: str, text: str | bytes) -> None:
        """Type into a domain's console; a newline is sent as the Enter key.

        Raises `SessionError` where the hypervisor does not switch the input there.
        """
        self.focus(domain)
        data = text.replace("\n", "\r").encode() if isinstance(text, str) else text
        for at in range(0, len(data), CHUNK):
            self.type(data[at:at + CHUNK])
            time.sleep(PAUSE)

    def type(self, data: bytes) -> None:
        """Put bytes on the UART, for whoever has the input.  Raises `Ended`."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except (OSError, ValueError):
            raise Ended(f"QEMU has ended{self.last_lines()}") from None

    def focus(self, domain: str) -> None:
        """Switch the input to a domain, or to the hypervisor."""
        if domain not in (*self.names, HYPERVISOR):
            raise SessionError(f'there is no domain "{domain}"; there are {", ".join(self.names)}')
        for _ in range(len(self.names) + 3):
            if self._demultiplexer.focus == domain:
                return
            self._switch()
        raise SessionError(f'the input does not get to "{domain}"{self.last_lines()}')

    def _switch(self) -> None:
        """Once to the next one; waits until the hypervisor has said to whom."""
        end = time.monotonic() + SWITCH_DEADLINE
        with self._changed:
            self._demultiplexer.focus = None
            self.type(SWITCH)
            while self._demultiplexer.focus is None:
                if time.monotonic() > end or self.status is not None:
                    raise SessionError("the hypervisor does not say where input goes after CTRL-a "
                                       f"three times{self.last_lines()}")
                self._changed.wait(0.2)

    def last_lines(self) -> str:
        """The end of the output, for messages."""
        lines = [*self.lines[-SHOWN:], *([self._partial] if self._partial.text else [])]
        if not lines:
            return "; nothing was printed"
        return "; the last lines:\n" + "\n".join(
            f"  {line.speaker} | {line.text}" for line in lines)

    def _search(self, wanted: re.Pattern[str], domain: str | None) -> Line | None:
        at = self._seen.get(domain, 0)
        for number in range(at, len(self.lines)):
            line = self.lines[number]
            if self._begun.get(domain) == (number, wanted.pattern):
                # Found before it was whole.
                continue
            if domain in (None, line.speaker) and wanted.search(line.text):
                self._seen[domain] = number + 1
                return line
        self._seen[domain] = len(self.lines)
        partial = self._partial
        if partial.text and domain in (None, partial.speaker) and wanted.search(partial.text):
            self._begun[domain] = len(self.lines), wanted.pattern
            return partial
        return None

    def _read(self) -> None:
        assert self.process.stdout is not None
        while data := os.read(self.process.stdout.fileno(), 1 << 16):
            if self._log:
                self._log.write(data)
                self._log.flush()
            self._take(self._demultiplexer.feed(data))
        rest = self._demultiplexer.partial()
        self._take([rest] if rest.text else self._demultiplexer.feed(b""), last=True)
        self.process.wait()
        with self._changed:
            self._eof = True
            self._changed.notify_all()

    def _take(self, lines: list[Line], last: bool = False) -> None:
        with self._changed:
            self.lines += lines
            self._partial = Line("", "") if last else self._demultiplexer.partial()
            self.last_change = time.monotonic()
            # What QEMU says when it is ended concerns nobody.
            if self._on_change and not self._closed:
                self._on_change(lines, self._partial)
            self._changed.notify_all()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def _close_log(self) -> None:
        if self._log:
            self._log.close()
