"""Lines for the prompt of the Lua executable, edited by readline.

The executable runs with the terminal as its standard streams, so scripts can use it.  Over two
pipes it asks for lines: a prompt with a zero byte behind it comes, a line goes back.  What the
bytes CANCEL and COMPLETE mean is said in `wrought.lua.command.terminal`.
"""

from __future__ import annotations

import os
import readline
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

COMPLETE, CANCEL = b"\x02", b"\x03"
VARIABLE = "WROUGHT_LUA_PROMPT"
HISTORY_LINES = 5000
NOT_IN_NAMES = " \t\n\"\\'`@$><=;|&{(}),[]+-*/%^#~!?"
"""What ends a name for completion: not the full stop and colon inside of a.b.c and a:b."""


def history_file() -> Path:
    """Where the history is kept: the user's state folder (XDG base directories)."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "wrought" / "lua-history"


class LineEditor:
    """Answers an executable's questions for lines: `requests` and `answers` are open files."""

    def __init__(self, requests: int, answers: int) -> None:
        self.requests = requests
        self.answers = answers
        self.rest = b""
        self.names: list[str] = []
        self.editing = False

    def request(self) -> bytes | None:
        """The next text up to a zero byte; None where the executable has ended."""
        while b"\0" not in self.rest:
            some = os.read(self.requests, 65536)
            if not some:
                return None
            self.rest += some
        text, _, self.rest = self.rest.partition(b"\0")
        return text

    def send(self, line: bytes) -> None:
        os.write(self.answers, line + b"\n")

    def complete(self, text: str, state: int) -> str | None:
        """readline's completer: the state-th way in which a name may go on."""
        if state == 0:
            self.send(COMPLETE + text.encode(errors="surrogateescape"))
            names = self.request() or b""
            self.names = sorted(set(names.decode(errors="surrogateescape").split()))
        return self.names[state] if state < len(self.names) else None

    def interrupted(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-C gives up the line that is edited; while Lua runs it is the executable's."""
        if self.editing:
            raise KeyboardInterrupt

    def read(self, prompt: str) -> bytes:
        """A line to send.  Raises EOFError at the end of the input."""
        self.editing = True
        try:
            return input(prompt).encode(errors="surrogateescape")
        except KeyboardInterrupt:
            print()
            return CANCEL
        finally:
            self.editing = False

    def serve(self) -> None:
        """Answer until the input or the executable ends."""
        while (prompt := self.request()) is not None:
            try:
                self.send(self.read(prompt.decode(errors="replace")))
            except (EOFError, BrokenPipeError):
                return


def run_with_editor(program: str, arguments: Sequence[str]) -> int:
    """Run the executable with edited lines; its exit status, 128 and the number for a signal."""
    requests, their_output = os.pipe()
    their_input, answers = os.pipe()
    editor = LineEditor(requests, answers)
    signal.signal(signal.SIGINT, editor.interrupted)
    environment = {**os.environ, VARIABLE: f"{their_input},{their_output}"}
    with subprocess.Popen(["lua", *arguments], executable=program, env=environment,
                          pass_fds=(their_input, their_output)) as process:
        os.close(their_input)
        os.close(their_output)
        history = history_file()
        set_up_readline(editor, history)
        editor.serve()
        os.close(answers)
        save_history(history)
        status = process.wait()
    return status if status >= 0 else 128 - status


def set_up_readline(editor: LineEditor, history: Path) -> None:
    """Completion by Tab, and the history of earlier sessions where it can be read."""
    readline.set_completer(editor.complete)
    readline.set_completer_delims(NOT_IN_NAMES)
    readline.parse_and_bind("tab: complete")
    readline.set_history_length(HISTORY_LINES)
    try:
        readline.read_history_file(history)
    except OSError:
        readline.clear_history()


def save_history(history: Path) -> None:
    """Keep the history; a folder that can't be written is no reason to fail."""
    try:
        history.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        readline.write_history_file(history)
    except OSError:
        pass
