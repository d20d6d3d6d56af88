"""The executable at a terminal of its own, without `wrought lua`."""

from __future__ import annotations

import os
import pty
import select

import pytest

from lua.engines import HUNG, ours


class Terminal:
    """A program with a terminal."""

    def __init__(self, *arguments: str) -> None:
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.execv(ours().command[0], ["lua", *arguments])

    def wait_for(self, text: bytes) -> bytes:
        """What is shown until it ends with a text."""
        seen = b""
        while not seen.endswith(text):
            assert select.select([self.file], [], [], HUNG)[0], f"only {seen!r}"
            seen += os.read(self.file, 1024)
        return seen.replace(b"\r\n", b"\n")

    def status(self) -> int:
        """The exit status; the terminal is closed."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        os.close(self.file)
        return code


@pytest.mark.parametrize("arguments", [(), ("-i",), ("-O3",)])
def test_a_prompt_without_a_script(arguments: tuple[str, ...]):
    terminal = Terminal(*arguments)
    first = terminal.wait_for(b"\n> ").splitlines()
    assert len(first) == 2 and first[0].startswith(b"Wrought Lua ")
    os.write(terminal.file, b"=6*7\n")
    assert terminal.wait_for(b"\r\n> ") == b"=6*7\n42\n> "
    os.write(terminal.file, b"\x04")
    assert terminal.status() == 0


def test_interrupts_at_a_terminal():
    terminal = Terminal()
    terminal.wait_for(b"\n> ")
    os.write(terminal.file, b"io.write('here') io.flush() while true do end\n")
    terminal.wait_for(b"\nhere")
    os.write(terminal.file, b"\x03")
    assert b"stdin:1: interrupted!\nstack traceback:" in terminal.wait_for(b"\r\n> ")
    os.write(terminal.file, b"\x03")
    assert terminal.status() == -2


def test_what_runs_without_a_prompt():
    terminal = Terminal("-e", "io.write('done.')")
    assert terminal.wait_for(b"done.") == b"done."
    assert terminal.status() == 0
