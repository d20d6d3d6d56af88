"""Examples of errors: the text files that `wrought explain`, the reference and the tests read.

A file holds settings (`target: aarch64-none`), the wrong program, what the compiler says of it,
and the program put right; a line of carets with a code marks, in the line above, what each
error points at, and is not part of the program:

    target: x86_64-linux
    @fn
    def low(x: u32) -> u8:
        return x
               ^ T01
    ---- says
    T01.py:3:12: error[T01]: expected u8, got u32
    …
    ---- right
    @fn
    …
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple

_MARK = re.compile(r"^ *(?P<carets>\^+) (?P<code>[A-Z]\d\d)$")
_SETTING = re.compile(r"^(target|source|stack): (\S+)$")
_PART = re.compile(r"^---- (says|right)\n", re.MULTILINE)


class Mark(NamedTuple):
    """An error that a program has: its code, line (from 1), and the text it points at."""

    code: str
    line: int
    pointed: str


class Case(NamedTuple):
    """One example."""

    name: str
    settings: dict[str, str]
    wrong: str
    marks: tuple[Mark, ...]
    says: str
    right: str

    @property
    def code(self) -> str:
        """The code that the file is about: `T01` of `T01_return`."""
        return self.name.partition("_")[0]


def parse_case(name: str, text: str) -> Case:
    """The case in a file's text."""
    head, *rest = _PART.split(text)
    parts = dict(zip(rest[::2], rest[1::2], strict=True))
    settings: dict[str, str] = {}
    lines: list[str] = []
    marks: list[Mark] = []
    for line in head.splitlines():
        setting, mark = _SETTING.match(line), _MARK.match(line)
        if setting and not lines:
            settings[setting[1]] = setting[2]
        elif mark:
            pointed = lines[-1][mark.start("carets"):mark.end("carets")]
            marks.append(Mark(mark["code"], len(lines), pointed))
        else:
            lines.append(line)
    return Case(name, settings, "\n".join(lines) + "\n", tuple(marks), parts.get("says", ""),
                parts.get("right", ""))


def with_says(text: str, says: str) -> str:
    """A file's text with what the compiler says replaced."""
    head, *rest = _PART.split(text)
    parts = dict(zip(rest[::2], rest[1::2], strict=True))
    right = f"---- right\n{parts['right']}" if "right" in parts else ""
    return f"{head.rstrip()}\n---- says\n{says.rstrip()}\n{right}"


@cache
def examples() -> dict[str, Case]:
    """The example of every code, by code."""
    folder = resources.files("wrought.lang.front.catalog") / "examples"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".txt")),
                   key=lambda f: f.name)
    return {f.name[:-4]: parse_case(f.name[:-4], f.read_text(encoding="utf-8")) for f in found}
