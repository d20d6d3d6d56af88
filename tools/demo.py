"""`make demo`: the hypervisor with two Linux domains, then the examples, with what each shows.

An example's output is compared with its `expected.txt`.  Exits 1 if a part failed, and 1 if one
could not run because a system command or Debian's kernel is missing, with what to do about it.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from wrought.errors import WroughtError
from wrought.hv.tool import demo as hypervisor
from wrought.hv.tool.apt import PackageError

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
SYSTEM_PACKAGES = ROOT / "src/wrought/cli/system-packages.txt"
DEADLINE = 600
"""Seconds that one command may take; the first link for a machine builds its C library."""

WAITING = "running; the first link for a machine builds its C library, for a minute or two"
"""What stands there while a program runs."""


class Extra(NamedTuple):
    """A further command about an example, after its own program."""

    title: str
    command: tuple[str, ...]
    """Arguments of Python."""
    folder: str = "."


PROOFS = {
    "10_el2_image": "It runs at EL2 of QEMU's virt machine. Below it is nothing, and each fault "
                    "is provoked on purpose.",
    "20_all_engines": "The interpreter defines the language; machine code has to agree with it.",
    "30_register_vm": "Each bytecode is a function whose parameters stay in registers, and which "
                      "leaves by a jump to the next.",
    "40_driver_and_tables": "Bare-metal code, tested without a board: its device is a Python "
                            "object.",
    "50_partition": "The hypervisor's own code builds the domains, in this process; what judges "
                    "them shares none of it.",
    "61_lua_embed": "Exceptions of Python pass through Lua as they are; a script that does not "
                    "end is ended.",
}
"""What to look at in the larger examples."""

HYPERVISOR = "wrought demo"
NEEDS = {HYPERVISOR: ("qemu-system-aarch64",), "10_el2_image": ("qemu-system-aarch64",),
         "20_all_engines": ("qemu-aarch64",), "30_register_vm": ("qemu-aarch64",)}
"""System commands of a part."""
ABOUT = """\
A hypervisor in typed Python boots two unmodified Debian kernels side by side. The first time the
hypervisor is compiled, and Debian's kernel and busybox come over the network: a minute or two of
silence."""
OFFLINE = """\
Debian's arm64 kernel and busybox come through apt, once, into a cache. Without a network name
files of your own: WROUGHT_KERNEL=Image WROUGHT_BUSYBOX=busybox make demo"""

EXTRAS = {
    "30_register_vm": Extra(
        "the machine code of ADD on AArch64, under its Python lines",
        ("-m", "wrought.cli.main", "compile", "programs.py", "--target", "aarch64-linux-musl",
         "--dump", "lines", "--function", "op[ADD]"), "examples/30_register_vm"),
    "40_driver_and_tables": Extra(
        "its tests, with hypothesis",
        ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/rt/test_uart_driver.py",
         "tests/rt/test_page_tables.py")),
}


class Failed(Exception):
    """An example did not do what it should; the text says what it did."""


def title(script: Path) -> str:
    """The first line of a script's docstring."""
    docstring = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or script.name
    return docstring.splitlines()[0]


def python(arguments: tuple[str, ...], folder: Path) -> str:
    """What a run of Python prints, in a terminal's order.  Raises `Failed`."""
    # Compiled code writes past Python's buffer, which a pipe makes larger than a line.
    try:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=folder, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=DEADLINE, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1",
                 "PYTHONUNBUFFERED": "1"})
    except subprocess.TimeoutExpired:
        raise Failed(f"it did not end within {DEADLINE} seconds") from None
    if done.returncode:
        raise Failed(f"{done.stdout}{done.stderr}exit status {done.returncode}")
    return done.stdout


def missing(name: str) -> list[str]:
    """The packages that an example's missing commands are in."""
    rows = [line.split(maxsplit=2) for line in SYSTEM_PACKAGES.read_text("utf-8").splitlines()]
    packages = {row[0]: row[1] for row in rows if len(row) == 3}
    return [packages[command] for command in NEEDS.get(name, ()) if not shutil.which(command)]


def show(console: Console, text: str) -> None:
    """A program's output, set off from the words about it."""
    console.print(Text(textwrap.indent(text.strip("\n"), "    ")), style="cyan")


def run(console: Console, folder: Path) -> None:
    """One example, with its explanation and its extra.  Raises `Failed`."""
    name = folder.name
    with console.status(WAITING):
        output = python(("main.py",), folder)
    show(console, output)
    if output != (folder / "expected.txt").read_text(encoding="utf-8"):
        raise Failed(f"that is not what examples/{name}/expected.txt says")
    extra = EXTRAS.get(name)
    if extra is not None:
        console.print(f"And {extra.title}:")
        with console.status(WAITING):
            output = python(extra.command, ROOT / extra.folder)
        show(console, output)


def example(console: Console, folder: Path) -> bool:
    """Announce and run one example; whether it succeeded."""
    name, start = folder.name, time.monotonic()
    console.rule(f"[bold]examples/{name}", align="left", style="dim")
    console.print(title(folder / "main.py") + (f"\n{PROOFS[name]}" if name in PROOFS else ""))
    absent = missing(name)
    if absent:
        console.print("[red]Not run:[/] type first\n    sudo apt-get install -y "
                      + " ".join(absent))
        return False
    try:
        run(console, folder)
    except Failed as error:
        show(console, str(error))
        console.print(f"[red]examples/{name} failed[/]")
        return False
    console.print(f"[green]ok[/] [dim]{time.monotonic() - start:.1f} s[/]\n")
    return True


def domains(console: Console) -> bool:
    """Announce and run the hypervisor's demo; whether it succeeded."""
    console.rule(f"[bold]{HYPERVISOR}", align="left", style="dim")
    console.print(ABOUT)
    absent = missing(HYPERVISOR)
    if absent:
        console.print("[red]Not run:[/] type first\n    sudo apt-get install -y "
                      + " ".join(absent))
        return False
    start = time.monotonic()
    try:
        hypervisor.demo(console)
    except PackageError as error:
        show(console, str(error))
        console.print(f"[red]Not run.[/] {OFFLINE}\n")
        return False
    except (WroughtError, OSError) as error:
        show(console, str(error))
        console.print(f"[red]{HYPERVISOR} failed[/]\n")
        return False
    console.print(f"[green]ok[/] [dim]{time.monotonic() - start:.1f} s[/]\n")
    return True


def warm() -> None:
    """Build what the examples link with, so that none of them seems to hang.  Its own words
    say how long it took; an example that needs what failed says so."""
    subprocess.run([sys.executable, "tools/warm.py"], cwd=ROOT, stdin=subprocess.DEVNULL,
                   check=False)


def main() -> int:
    """Run all parts; 1 if one failed or could not run."""
    console, start = Console(highlight=False, soft_wrap=True), time.monotonic()
    failed = [] if domains(console) else [HYPERVISOR]
    warm()
    folders = sorted(p.parent for p in EXAMPLES.glob("[0-9][0-9]_*/main.py"))
    failed += [folder.name for folder in folders if not example(console, folder)]
    parts = len(folders) + 1
    console.print(f"{parts - len(failed)} of {parts} parts ran as they should, "
                  f"in {time.monotonic() - start:.0f} s")
    if failed:
        console.print(f"[red]not: {', '.join(failed)}[/]")
    else:
        console.print("Next: docs/guide/partition.md, your own domains; "
                      "docs/guide/learn.md, the language in fifteen minutes")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
