"""What the IR's tools raise and report."""

from __future__ import annotations

from typing import NamedTuple

from ...errors import WroughtError
from .model import Loc


class IrError(WroughtError):
    """IR that cannot be read or used; `str()` is `file:line:col: message`."""

    def __init__(self, message: str, file: str = "", line: int = 0, col: int = 0) -> None:
        where = f"{file}:{line}:{col}: " if file or line else ""
        super().__init__(where + message)
        self.message = message
        self.file = file
        self.line = line
        self.col = col


class IrProblem(NamedTuple):
    """One broken rule that the verifier found."""

    message: str
    symbol: str
    """The function or global, without `@`."""
    block: str = ""
    loc: Loc | None = None
    """The source position of the instruction, if it has one."""
    text: str = ""
    """The instruction as printed, or ""."""

    def __str__(self) -> str:
        where = f"@{self.symbol}" + (f" ^{self.block}" if self.block else "")
        line = f" (line {self.loc.line}:{self.loc.col})" if self.loc else ""
        return f"{where}{line}: {self.message}" + (f"\n    {self.text}" if self.text else "")


class IrInvalid(IrError):
    """A module that breaks the verifier's rules; `problems` lists them."""

    def __init__(self, problems: list[IrProblem]) -> None:
        super().__init__("invalid IR:\n" + "\n".join(map(str, problems)))
        self.problems = problems
