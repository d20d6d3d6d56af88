"""The two ways in which building and running compiled code fails."""

from __future__ import annotations

from ...errors import WroughtError


class BuildError(WroughtError):
    """A program cannot be built.

    The text is `file:line:col: message` as far as the position is known.  `detail` holds a tool's
    own words, for a log.
    """

    def __init__(self, message: str, file: str = "", line: int = 0, col: int = 0,
                 detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.col = col
        self.detail = detail

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line, self.col) if part)
        return f"{where}: {self.message}" if where else self.message


class Panic(Exception):
    """Compiled code panicked: where in the Python source, and why.

    `kind` is the IR's panic kind (`bounds`, `div`, …); `line` and `col` count from 1, 0 where
    unknown; `function` is the Python qualified name.
    """

    def __init__(self, kind: str, message: str, file: str = "", line: int = 0, col: int = 0,
                 function: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.file = file
        self.line = line
        self.col = col
        self.function = function

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}: {self.message}"
