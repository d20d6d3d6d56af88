"""What compiled code can ask, while compiling, about the machine it is compiled for."""

from __future__ import annotations

from typing import Any


class TargetFacts:
    """`if target.arch == "a64": …`, `if target.hosted: …`; known while compiling.

    `arch` is `a64` or `x64`; `hosted` is False on bare metal; `in_process` is True for
    functions called from this Python process; `name` is the target's name.
    """

    NAMES = ("arch", "hosted", "in_process", "name")

    def __getattr__(self, name: str) -> Any:
        if name in self.NAMES:
            raise AttributeError(f"target.{name} is known in compiled functions only")
        raise AttributeError(name)

    def __repr__(self) -> str:
        return "target"


target = TargetFacts()
"""The target of the compilation."""
