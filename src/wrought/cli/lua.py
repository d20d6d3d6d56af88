"""`wrought lua`: the Lua command, with line editing and a history at a terminal.

The executable does everything; where it is going to show a prompt on a terminal, this process
edits the lines for it (`wrought.cli.line_editor`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

WITH_VALUE = "eljMB"
"""Options whose value may be the next argument."""


class PassesAll(click.Command):
    """A command that takes everything but a first --help as arguments, "--" included."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args[:1] == ["--help"]:
            return super().parse_args(ctx, args)
        ctx.params["arguments"] = tuple(args)
        return []


@click.command("lua", cls=PassesAll, options_metavar="[options]...",
               context_settings={"help_option_names": ["--help"]})
@click.argument("arguments", nargs=-1, metavar="[script [args]...]")
def lua(arguments: tuple[str, ...]) -> int:
    """Run a Lua script, or show a prompt.

    Options are those of the executable `lua`, which are LuaJIT's: -e chunk, -l name, -i, -v, -E,
    -j cmd, -O[opt], -b … (save or list bytecode), -M size and -B count (limit memory and
    instructions), -- and -.  The exit status is the script's.  At a terminal lines are edited by
    readline: names are completed by Tab, and the history is kept in
    $XDG_STATE_HOME/wrought/lua-history.
    """
    from wrought.cli.lua_program import executable

    program = str(executable())
    if shows_prompt(arguments) and sys.stdin.isatty() and sys.stdout.isatty():
        from wrought.cli.line_editor import run_with_editor

        return run_with_editor(program, arguments)
    replace_process(program, arguments)


def replace_process(program: str, arguments: Sequence[str]) -> NoReturn:
    """Become the executable, so that signals and the exit status are its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(program, ["lua", *arguments])


def shows_prompt(arguments: Sequence[str]) -> bool:
    """Whether the executable would show a prompt if it had a terminal: -i, or nothing to do."""
    at = 0
    busy = False
    while at < len(arguments):
        text = arguments[at]
        if not text.startswith("-") or text == "-":
            return False
        if text.startswith("--"):
            at += 1
            break
        if text == "-i":
            return True
        if text[1] == "b":
            return False
        busy = busy or text[1] in "ev"
        at += 2 if text[1] in WITH_VALUE and len(text) == 2 else 1
    return not busy and at >= len(arguments)
