"""The root of every error that Wrought raises for something that is not its own fault."""

from __future__ import annotations


class WroughtError(Exception):
    """Bad input or a missing thing, told to the user without a traceback.

    Subclasses may override `render` to show more than one line: source, carets, notes.
    """

    def render(self) -> str:
        """What the `wrought` command prints: no trailing newline, no colour."""
        return f"error: {self}"
