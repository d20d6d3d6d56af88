"""How a run of the reference interpreter can end other than by returning."""

from __future__ import annotations

from ....errors import WroughtError


class InterpError(WroughtError):
    """The program did what has no meaning: out of bounds, freed memory, division by zero ...

    `str()` ends in where: `in f (file:line:col), at: instruction`.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.where = ""

    def __str__(self) -> str:
        return self.message + (f"\n  in {self.where}" if self.where else "")


class StepLimit(InterpError):
    """The program ran longer than the interpreter's `max_steps`."""


class Panic(Exception):
    """The program stopped itself by a `panic` instruction."""

    def __init__(self, kind: str, message: str, file: str, line: int, col: int,
                 function: str) -> None:
        super().__init__(f"{file}:{line}:{col}: panic in {function}: {message} [{kind}]")
        self.kind = kind
        self.message = message
        self.file = file
        self.line = line
        self.col = col
        self.function = function


class ProgramExit(Exception):
    """The program called `exit` or `abort`; `code` is its exit status."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit status {code}")
        self.code = code


class Throw(Exception):
    """`__wrought_throw` on its way to the `__wrought_try` with the same frame."""

    def __init__(self, frame: int, code: int) -> None:
        super().__init__(f"throw of {code} to frame {frame:#x}")
        self.frame = frame
        self.code = code
