"""`wrought lua`: the executable, and lines that are edited at a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from lua.engines import HUNG, ours
from wrought.cli import lua_program
from wrought.cli.lua import shows_prompt

PROMPT = b"> "


def command(arguments: Sequence[str]) -> list[str]:
    """`wrought lua` over the executable of the other tests, which is there already."""
    text = ("import sys; from pathlib import Path; from wrought.cli import lua_program, main; "
            "lua_program.executable = lambda: Path(sys.argv[1]); "
            "sys.exit(main.run(['lua', *sys.argv[2:]]))")
    return [sys.executable, "-c", text, ours().command[0], *arguments]


def run(*arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(arguments), input=text, capture_output=True, timeout=HUNG,
                          check=False)


class Terminal:
    """A `wrought lua` at a terminal of its own."""

    def __init__(self, state: Path, arguments: Sequence[str]) -> None:
        self.seen = b""
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.environ.update(XDG_STATE_HOME=str(state), TERM="dumb", INPUTRC="/dev/null")
            os.execv(sys.executable, command(arguments))

    def wait_for(self, text: bytes) -> bytes:
        """What has been shown up to a text, that included."""
        while text not in self.seen:
            assert select.select([self.file], [], [], HUNG)[0], f"only {self.seen!r}"
            self.seen += os.read(self.file, 4096)
        shown, _, self.seen = self.seen.partition(text)
        return (shown + text).replace(b"\r\n", b"\n")

    def type(self, text: bytes, until: bytes = b"\r\n" + PROMPT) -> bytes:
        os.write(self.file, text)
        return self.wait_for(until)

    def interrupt(self) -> bytes:
        """Ctrl-C at a prompt.  It is said again where nothing comes: Python's readline looks at a
        signal that comes just before it waits for a key only with the next one."""
        for _ in range(int(HUNG)):
            os.write(self.file, b"\x03")
            if select.select([self.file], [], [], 1)[0]:
                break
        return self.wait_for(b"\r\n" + PROMPT)

    def status(self) -> int:
        """The exit status, after the end of the input."""
        os.write(self.file, b"\x04")
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path, [])
    made.wait_for(PROMPT)
    yield made
    os.close(made.file)


@pytest.mark.parametrize(("arguments", "expected"), [
    ([], True), (["-i"], True), (["-O3"], True), (["-l", "x"], True), (["-lx"], True),
    (["-e", "x", "-i"], True), (["-M", "1M"], True), (["-i", "a.lua"], True), (["--"], True),
    (["a.lua"], False), (["a.lua", "-i"], False), (["-e", "-i"], False), (["-v"], False),
    (["-"], False), (["--", "-i"], False), (["-bl", "x"], False), (["-l", "x", "a.lua"], False),
])
def test_whether_there_is_a_prompt(arguments: list[str], expected: bool):
    assert shows_prompt(arguments) is expected


def test_options_output_and_status_are_the_executables():
    done = run("-e", "print(arg[-1], ...) io.stderr:write('e') os.exit(7)")
    assert (done.stdout, done.stderr, done.returncode) == (
        b"print(arg[-1], ...) io.stderr:write('e') os.exit(7)\n", b"e", 7)
    assert run("-e", "error('x', 0)").stderr.startswith(b"lua: x\nstack traceback:")
    assert run("-", "a", "--help", text=b"print(...)").stdout == b"a\t--help\n"
    assert run("--", "-", text=b"print(1)").stderr.startswith(b"lua: cannot open -")
    assert run("-i", text=b"=6*7\n").stdout.endswith(b"> 42\n> \n")


def test_a_signal_is_the_executables():
    assert run("-e", "os.execute('kill -TERM $PPID')").returncode == -15


def test_results_and_lines_that_go_on(terminal: Terminal):
    assert terminal.type(b"=1+1\n") == b"=1+1\n2\n> "
    assert terminal.type(b"for i = 1, 2 do\n", b">> ") == b"for i = 1, 2 do\n>> "
    assert terminal.type(b"print(i) end\n") == b"print(i) end\n1\n2\n> "
    assert b"stdin:1: bad\nstack traceback:" in terminal.type(b"error('bad')\n")
    assert terminal.type(b"=io.read()\n", b"\r\n") == b"=io.read()\n"
    assert terminal.type(b"to the script\n").endswith(b"to the script\n> ")
    assert terminal.status() == 0


def test_completion(terminal: Terminal):
    assert terminal.type(b"=string.upp\t('x')\n") == b"=string.upper('x')\nX\n> "
    assert terminal.type(b"=2 .. tostr\t(1)\n") == b"=2 .. tostring(1)\n21\n> "
    terminal.type(b"object = setmetatable({}, {__index = {field_of_it = 5}})\n")
    assert terminal.type(b"=object.fi\t\n") == b"=object.field_of_it\n5\n> "
    terminal.type(b"file = io.stdout\n")
    assert terminal.type(b"=file:see\t ~= nil\n").startswith(b"=file:seek ~= nil\n")


def test_interrupts(terminal: Terminal):
    terminal.type(b"given up", b"given up")
    terminal.interrupt()
    terminal.type(b"print('here') while true do end\n", b"here\r\n")
    assert b"stdin:1: interrupted!\nstack traceback:" in terminal.type(b"\x03")
    terminal.type(b"if x then\n", b">> ")
    terminal.interrupt()
    assert terminal.type(b"=2\n", b"=2\r\n2\r\n> ").endswith(b"=2\n2\n> ")


def test_the_history_is_kept(tmp_path: Path):
    for line in (b"=1\n", b"\x1b[A\n"):
        shell = Terminal(tmp_path, [])
        shell.wait_for(PROMPT)
        assert shell.type(line).endswith(b"1\n> ")
        assert shell.status() == 0
        os.close(shell.file)
    assert (tmp_path / "wrought" / "lua-history").read_text() == "=1\n"


def test_the_status_of_a_script_at_a_terminal(tmp_path: Path):
    shell = Terminal(tmp_path, ["-i"])
    shell.wait_for(PROMPT)
    os.write(shell.file, b"os.exit(9)\n")
    assert os.waitstatus_to_exitcode(os.waitpid(shell.process, 0)[1]) == 9
    os.close(shell.file)


def test_where_the_executable_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WROUGHT_CACHE", str(tmp_path))
    built = tmp_path / "lua" / f"lua-{lua_program.sources_digest()[:20]}"
    built.parent.mkdir()
    built.write_bytes(b"")
    assert lua_program.executable() == built
    monkeypatch.setattr(lua_program.wrought, "__file__", str(tmp_path / "__init__.py"))
    ready = tmp_path / "lua" / lua_program.READY
    ready.write_bytes(b"")
    assert lua_program.executable() == ready
