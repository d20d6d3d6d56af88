"""Runs the code that the documentation shows.

A page is Markdown.  Its fences, in order:

- ` ```python ` is run.  All of a page's blocks share one namespace, as if typed one after another.
- ` ```output ` right after such a block is what the block must have printed.
- ` ```python no-run: REASON ` is shown only.

The blocks go into a real file, at the line numbers that they have in the page, so that compiled
functions have source and messages point into the page.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from house.tree import SOURCE

FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^`]*)$")
MARK = "--- end of block ---"


class BadPage(Exception):
    """A page breaks the convention; the message says where."""


@dataclass
class Block:
    """One fence of a page."""

    info: str
    """What follows the three backquotes."""
    line: int
    """Line of the page, from 1, that holds the first line of code."""
    lines: list[str]


def blocks(text: str, name: str) -> list[Block]:
    """All fences of a page; `BadPage` where one is not closed."""
    found: list[Block] = []
    current: Block | None = None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if current is None and fence:
            current = Block(fence["info"].strip(), number + 1, [])
        elif current is not None and fence and not fence["info"].strip():
            found.append(current)
            current = None
        elif current is not None:
            current.lines.append(line)
    if current is not None:
        raise BadPage(f"{name}:{current.line - 1}: fence is not closed")
    return found


def to_run(found: list[Block], name: str) -> list[tuple[Block, str | None]]:
    """The Python blocks with the output that each must print (None: not said)."""
    result: list[tuple[Block, str | None]] = []
    for at, block in enumerate(found):
        where = f"{name}:{block.line - 1}"
        if block.info.startswith("python no-run"):
            if not block.info.removeprefix("python no-run").lstrip(":").strip():
                raise BadPage(f"{where}: no-run needs a reason: ```python no-run: REASON")
        elif block.info == "python":
            after = found[at + 1] if at + 1 < len(found) else None
            wanted = "\n".join(after.lines) if after and after.info == "output" else None
            result.append((block, wanted))
        elif block.info.startswith("python"):
            raise BadPage(f"{where}: unknown fence: {block.info}")
        elif block.info == "output" and (at == 0 or found[at - 1].info != "python"):
            raise BadPage(f"{where}: output does not follow a python block")
    return result


def page_source(runnable: list[tuple[Block, str | None]]) -> str:
    """One Python file with every block at its line of the page, a mark printed after each."""
    lines: list[str] = []
    for block, _ in runnable:
        lines += [""] * (block.line - 1 - len(lines))
        lines += block.lines
        lines.append(f"print({MARK!r}, flush=True)")
    return "\n".join(lines) + "\n"


def _commands(folder: Path) -> Path:
    """A folder with the `wrought` command of this checkout, which need not be installed."""
    commands = folder / "bin"
    commands.mkdir(exist_ok=True)
    command = commands / "wrought"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wrought.cli.main "$@"\n')
    command.chmod(0o755)
    return commands


def run_page(page: Path, folder: Path) -> int:
    """Run a page's blocks in `folder`; how many ran.  AssertionError where one is wrong."""
    runnable = to_run(blocks(page.read_text(encoding="utf-8"), page.name), page.name)
    if not runnable:
        return 0
    script = folder / (page.stem.replace("-", "_") + ".py")
    script.write_text(page_source(runnable), encoding="utf-8")
    path = os.pathsep.join((str(_commands(folder)), os.environ["PATH"]))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=folder, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PATH": path}, stdin=subprocess.DEVNULL,
        check=False)
    outputs = done.stdout.split(MARK + "\n")
    assert done.returncode == 0, (
        f"{page.name}: stopped in block {len(outputs)} (line numbers are the page's)\n"
        f"{done.stderr}")
    for (block, wanted), got in zip(runnable, outputs, strict=False):
        if wanted is not None:
            assert got.rstrip() == wanted.rstrip(), (
                f"{page.name}:{block.line}: printed\n{got}\nthe page says\n{wanted}")
    return len(runnable)
