"""What may be chosen for a measurement of the Lua VM."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.lua import programs

RUNS = 3


@dataclass(frozen=True, slots=True)
class Options:
    """Programs and engines by name (none: all), repetitions, and where all numbers go."""

    only: Sequence[str] = ()
    engines: Sequence[str] = ()
    runs: int = RUNS
    details: Path = Path("build/bench-lua.json")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the parts `lua` and `lua-aarch64`."""
    group = parser.add_argument_group("lua")
    group.add_argument("--only", metavar="NAME,...", type=_names, default=[], action="extend",
                       help="these programs alone")
    group.add_argument("--engines", metavar="NAME,...", type=_names, default=[], action="extend",
                       help="these engines alone: wrought, luajit-joff, lua5.1, lua5.4, luajit")
    group.add_argument("--runs", metavar="N", type=_count, default=RUNS,
                       help="repetitions, of which the best counts (default: %(default)s)")
    group.add_argument("--list", action=_List, nargs=0, help="the programs, what each exercises")
    group.add_argument("--aarch64", action="store_true",
                       help="count instructions on AArch64 instead: the part lua-aarch64")


def options_of(given: argparse.Namespace) -> Options:
    """The parsed options; the details lie beside the other numbers."""
    return Options(given.only, given.engines, given.runs,
                   given.json.with_name(f"{given.json.stem}-lua.json"))


class _List(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        for name in programs.names():
            print(f"{name:<24}{programs.purpose(name)}")
        parser.exit()


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no positive number")
    return int(text)
