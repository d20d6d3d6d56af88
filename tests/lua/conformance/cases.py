"""The conformance scripts, what they print, and where two engines are compared.

Scripts live in `tests/lua/cases`, a folder for each part of the manual.  Each is run in a fresh
folder under its own file name, so that messages with positions are the same everywhere.  Where the
oracle crashes or has a lower limit, `name.expected` beside `name.lua` is the output; these are in
the folder `own`.
`differences.toml` names lines that differ on purpose:

    [["strings/dump.lua"]]
    lines = [3, 4]             # of the standard output, from 1
    reason = "why ours is better or cannot be the same"
    only = "musl"              # optional: a part of the target's name where they may differ
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lua.engines import Engine, Result, oracle

CASES = Path(__file__).resolve().parents[1] / "cases"
SHOWN = 40
"""Lines of a difference that a failing test prints."""

_ADDRESS = re.compile(rb"0x[0-9a-f]{4,}")
_PROGRAM = re.compile(rb"\A[^\s:]+(?=: )")
_NOT_UNDER = re.compile(r"^-- not under (stress|qemu): (\S.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Difference:
    """Lines of a script's standard output that are not compared, and why.

    `only` is a part of the names of the targets where they may differ.
    """

    lines: frozenset[int]
    reason: str
    only: str = ""


def names() -> list[str]:
    """Every script, as `folder/name.lua`."""
    return sorted(path.relative_to(CASES).as_posix() for path in CASES.rglob("*.lua"))


def not_under(name: str) -> dict[str, str]:
    """Ways to run (`stress`, `qemu`) that a script excludes in a comment line, to the reason."""
    text = (CASES / name).read_text(encoding="latin-1")
    return dict(_NOT_UNDER.findall(text))


def run(engine: Engine, name: str) -> Result:
    """What a script does on an engine."""
    return engine.run_text((CASES / name).read_bytes(), Path(name).name)


def written(name: str) -> Path:
    """The file that holds what a script prints, where the oracle cannot tell."""
    return (CASES / name).with_suffix(".expected")


@cache
def expected(name: str) -> Result:
    """What a script must do: as written beside it, else as the oracle does.  Raises Missing."""
    if written(name).exists():
        return Result(written(name).read_bytes(), b"", 0)
    return run(oracle(), name)


@cache
def differences(path: Path = CASES / "differences.toml") -> dict[str, list[Difference]]:
    """The content of `differences.toml`.  Raises ValueError for an entry that is not as above."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    found: dict[str, list[Difference]] = {}
    for name, entries in table.items():
        if not (CASES / name).is_file():
            raise ValueError(f"{path.name}: there is no script {name}")
        for entry in entries:
            if not entry.get("reason") or not entry.get("lines") or (
                    set(entry) - {"only"} != {"lines", "reason"}):
                raise ValueError(f"{path.name}: {name}: needs lines and a reason")
            found.setdefault(name, []).append(
                Difference(frozenset(entry["lines"]), entry["reason"], entry.get("only", "")))
    return found


def compare(name: str, want: Result, got: Result, target: str = "") -> str:
    """"" where the results are the same, else what differs, ready to print.

    `target` is what the engine of `got` was built for.
    """
    excused = frozenset[int]().union(*(d.lines for d in differences().get(name, ())
                                       if d.only in target))
    parts: list[str] = []
    if want.code != got.code:
        parts.append(f"exit code {show_code(got.code)}, not {show_code(want.code)}")
    parts += _diff("stdout", _lines(want.stdout, excused), _lines(got.stdout, excused))
    parts += _diff("stderr", _lines(_plain(want.stderr)), _lines(_plain(got.stderr)))
    return "\n".join(parts)


def show_code(code: int | None) -> str:
    """An exit code as messages print it."""
    if code is None:
        return "none (hung)"
    return f"signal {-code}" if code < 0 else str(code)


def _plain(stderr: bytes) -> bytes:
    """Messages without the program's name and without addresses."""
    return _PROGRAM.sub(b"lua", _ADDRESS.sub(b"ADDRESS", stderr))


def _lines(text: bytes, excused: frozenset[int] = frozenset()) -> list[str]:
    lines = text.decode("latin-1").split("\n")
    return ["(differs on purpose)" if number in excused else line
            for number, line in enumerate(lines, 1)]


def _diff(what: str, want: list[str], got: list[str]) -> list[str]:
    lines = list(difflib.unified_diff(want, got, f"{what} of luajit", f"{what} of ours",
                                      lineterm="", n=2))
    if len(lines) > SHOWN:
        lines[SHOWN:] = [f"... {len(lines) - SHOWN} more lines"]
    return [line.encode("unicode_escape").decode() for line in lines]
