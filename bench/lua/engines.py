"""The engines that run the programs: ours and the distribution's."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wrought.errors import WroughtError

OURS = "wrought"
INTERPRETER = "luajit -joff"
"""The peer that ratios are given to first: LuaJIT's interpreter."""


class EngineError(WroughtError):
    """An engine that is wanted is not there."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A name and the words of its command before those of the program."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer as its distribution calls it."""

    name: str
    program: str
    package: str
    options: tuple[str, ...] = ()


PEERS = (
    Peer(INTERPRETER, "luajit", "luajit", ("-joff",)),
    Peer("lua5.1", "lua5.1", "lua5.1"),
    Peer("lua5.4", "lua5.4", "lua5.4"),
    Peer("luajit", "luajit", "luajit"),
)
NAMES = (OURS, *(peer.name for peer in PEERS))


def ours(target: str = "x86_64-linux") -> Path:
    """Our executable for a target.  Raises EngineError while there is none, CompileError or
    BuildError."""
    try:
        from wrought.lua.image import executable
        return executable(target)
    except ImportError as error:
        if not (error.name or "").startswith("wrought.lua"):
            raise
        raise EngineError(f"{OURS} is not there yet: there is no {error.name}") from None


def chosen(names: Sequence[str] = ()) -> tuple[str, ...]:
    """The canonical names of the wanted engines, all where none are named.

    `luajit-joff` is the same as `luajit -joff`.  Raises EngineError.
    """
    spelt = {name.replace(" ", ""): name for name in NAMES}
    for name in names:
        if name.replace(" ", "") not in spelt:
            raise EngineError(f"there is no engine '{name}': choose from {', '.join(spelt)}")
    wanted = {spelt[name.replace(" ", "")] for name in names}
    return tuple(name for name in NAMES if name in wanted or not names)


def find(names: Sequence[str] = ()) -> tuple[list[Engine], str]:
    """The wanted engines on this machine, and a note on ours where it is absent.

    Ours may be absent unless it was named.  Raises EngineError, CompileError or BuildError.
    """
    wanted, engines, note = chosen(names), [], ""
    if OURS in wanted:
        try:
            engines.append(Engine(OURS, (str(ours()),)))
        except EngineError as error:
            if names:
                raise
            note = str(error)
    for peer in PEERS:
        if peer.name in wanted:
            program = shutil.which(peer.program)
            if program is None:
                raise EngineError(f"{peer.program} is not installed: apt install {peer.package}")
            engines.append(Engine(peer.name, (program, *peer.options)))
    return engines, note
