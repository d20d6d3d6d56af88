"""Takes the one UART's text apart into the domains' lines, and shows them.

Ours: `(wrought) text` is the hypervisor's, `(NAME) text` a domain's.  Xen: `(XEN) text`,
`(XEN) DOM1: text` and `(d1) text`; what a domain writes while it has the input comes from Xen
without its name, so that it cannot be told from Xen's own lines.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import IO, NamedTuple

HYPERVISOR = "wrought"
"""The speaker of the hypervisor's own lines, of Xen too."""
PREFIX = re.compile(r"\(([A-Za-z][A-Za-z0-9._-]{0,30})\) (?:DOM(\d+): ?)?")
XEN_NAME = re.compile(r"(?:d|DOM)(\d+)(?:v\d+)?$")
FOCUS = re.compile(r"[Ii]nput (?:goes |is )?to (?:domain )?['\"]?([A-Za-z][\w.-]*)")
"""What a hypervisor says when the input is switched."""
ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78cDEHM])")
"""A terminal's control sequences (ECMA-48, 5.4)."""


class Line(NamedTuple):
    """One line of somebody's console."""

    speaker: str
    """A domain's name, `HYPERVISOR`, or "" where the line says nothing."""
    text: str
    """Without line end, prefix and control sequences."""


class Demultiplexer:
    """Bytes of the UART to lines.  `names` are the domains', by Xen's numbers from `first` on."""

    def __init__(self, names: Sequence[str], first: int = 1) -> None:
        self.numbers = {str(number): name for number, name in enumerate(names, first)}
        self.known = {HYPERVISOR, *names}
        self.focus: str | None = None
        """Where input goes, as far as the hypervisor has said."""
        self._rest = b""

    def feed(self, data: bytes) -> list[Line]:
        """The lines that are complete now."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        return [self._line(raw, whole=True) for raw in whole]

    def partial(self) -> Line:
        """The line that has begun and not ended: a prompt, or nothing."""
        return self._line(self._rest, whole=False)

    def _line(self, raw: bytes, whole: bool) -> Line:
        text = ESCAPE.sub("", raw.decode("utf-8", "replace")).replace("\r", "").replace("\0", "")
        match = PREFIX.match(text)
        speaker, rest = (self._speaker(match), text[match.end():]) if match else ("", text)
        if speaker is None:
            return Line("", text)
        if whole and speaker in ("", HYPERVISOR) and (said := FOCUS.search(rest)):
            self.focus = self._name(said[1]) or HYPERVISOR
        # A line without any prefix is the echo of what is typed.
        return Line(speaker or (self.focus or "" if not match else ""), rest)

    def _speaker(self, match: re.Match[str]) -> str | None:
        """Who a prefix names, or None: then it is text."""
        if match[1] == "XEN":
            return self.numbers.get(match[2], HYPERVISOR) if match[2] else HYPERVISOR
        return self._name(match[1]) if not match[2] else None

    def _name(self, word: str) -> str | None:
        if word in self.known:
            return word
        number = XEN_NAME.match(word)
        return self.numbers.get(number[1]) if number else None


COLOURS = (36, 33, 35, 32, 34, 91, 93, 92, 95, 96)
"""ECMA-48 colours, one domain each."""
GREY = 90


class Printer:
    """Shows lines as `name | text`, coloured where the output is a terminal."""

    def __init__(self, names: Sequence[str], out: IO[str] | None = None,
                 colour: bool | None = None) -> None:
        self.out = out or sys.stdout
        self.width = max(map(len, (*names, HYPERVISOR)))
        self.colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
        self.colour = self.out.isatty() if colour is None else colour
        self._open = Line("", "")
        """What stands on the current line already."""

    def show(self, line: Line) -> None:
        """A complete line."""
        self._continue(line)
        self.out.write("\n")
        self.out.flush()
        self._open = Line("", "")

    def show_partial(self, line: Line) -> None:
        """A line that has not ended: a prompt, what is being typed."""
        if line.text and line != self._open:
            self._continue(line)
            self._open = line
            self.out.flush()

    def finish(self) -> None:
        """End a line that is open."""
        if self._open.text:
            self.out.write("\n")
            self.out.flush()
            self._open = Line("", "")

    def _continue(self, line: Line) -> None:
        """Write what of the line is not there yet."""
        begun = self._open
        if begun.text and begun.speaker == line.speaker and line.text.startswith(begun.text):
            self.out.write(line.text[len(begun.text):])
            return
        self.finish()
        head = f"{line.speaker:>{self.width}} | "
        if self.colour:
            head = f"\x1b[{self.colours.get(line.speaker, GREY)}m{head}\x1b[0m"
        self.out.write(head + line.text)
