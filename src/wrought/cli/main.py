"""The command's frame: finds the subcommand, prints errors, gives the exit code.

Exit codes: 0 done, 1 an error that was explained, 2 wrong usage, 70 a defect of Wrought (BSD's
EX_SOFTWARE), 130 interrupted, 143 terminated.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import NamedTuple, NoReturn

import click

from wrought import __version__
from wrought.errors import WroughtError

INTERNAL_ERROR = 70
INTERRUPTED = 130
TERMINATED = 143


class Entry(NamedTuple):
    """Where a subcommand lives: the module holds a click command of the same name."""

    module: str
    help: str


COMMANDS: dict[str, Entry] = {
    "board": Entry("wrought.cli.board", "What of a board the hypervisor can use, what is missing"),
    "build": Entry("wrought.cli.build", "Files with which a board boots a partition"),
    "check": Entry("wrought.cli.check", "Prove that a partition's domains are kept apart"),
    "compile": Entry("wrought.cli.compile", "Compile Python functions to a program or image"),
    "doctor": Entry("wrought.cli.doctor", "What this machine has, and how to get what is missing"),
    "demo": Entry("wrought.cli.demo", "Two Linux domains; one is crashed, the other goes on"),
    "explain": Entry("wrought.cli.explain", "What an error code means, what to write instead"),
    "lua": Entry("wrought.cli.lua", "Run a Lua script or show a prompt; options as LuaJIT's"),
    "reg": Entry("wrought.cli.reg", "Look up an AArch64 system register, decode a value of it"),
    "run": Entry("wrought.cli.run", "Boot a partition in QEMU, with the consoles of all domains"),
}
"""Subcommands by name.  Their modules are imported only when one is run."""


class LazyGroup(click.Group):
    """A group whose commands come from `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name].module)
        command = getattr(module, cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in sorted(COMMANDS)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="wrought")
def wrought() -> None:
    """Systems software for Arm, written in Python."""


def explain_os_error(error: OSError) -> str:
    """`PATH: Permission denied`, as other commands say it."""
    reason = error.strerror or str(error)
    return f"error: {error.filename}: {reason}" if error.filename else f"error: {reason}"


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (the process's own by default); the exit code."""
    try:
        result = wrought.main(args=arguments, prog_name="wrought", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except WroughtError as error:
        print(error.render(), file=sys.stderr)
        return 1
    except OSError as error:
        print(explain_os_error(error), file=sys.stderr)
        return 1
    except Exception as error:
        report_defect(error)
        return INTERNAL_ERROR


def report_defect(error: Exception) -> None:
    """Say that Wrought itself is wrong; the traceback only where it was asked for."""
    if os.environ.get("WROUGHT_DEBUG"):
        traceback.print_exception(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    print(f"internal error: {type(error).__name__}: {error}\n"
          f"  in {last.name}, {os.path.basename(last.filename)}:{last.lineno}; this is a defect "
          "of Wrought, please report it\n"
          "  (WROUGHT_DEBUG=1 shows the traceback)", file=sys.stderr)


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(TERMINATED)


def main() -> NoReturn:
    """The entry point of the `wrought` command."""
    # As an exception, so that tools are stopped and temporary files go away.
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(run())


if __name__ == "__main__":
    main()
