"""The order of the passes that change the IR, and checking around each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..ir.errors import IrError
from ..ir.model import Module
from ..ir.parser import parse_module
from ..ir.printer import print_module
from ..ir.verifier import check_module
from .checks import remove_checks
from .fold import fold
from .simplify import simplify
from .unreachable import drop_unreachable


class Pass(NamedTuple):
    """A named pass; `run` changes the module and returns how much it did."""

    name: str
    run: Callable[[Module], int]


PASSES: list[Pass] = [
    Pass("fold", fold),
    Pass("simplify", simplify),
    Pass("checks", remove_checks),
    Pass("simplify-again", simplify),
    Pass("unreachable", drop_unreachable),
]
"""In the order in which they run; each has reason to follow the one before."""


def run_passes(m: Module, verify_each: bool = False,
               after: Callable[[str, Module], None] | None = None) -> None:
    """Run all passes on `m` in place; `after(name, m)` sees each stage.

    With `verify_each` the module is verified, printed, parsed back and printed again before the
    first and after every pass; `IrError` names the pass that broke it.
    """
    if verify_each:
        _check(m, "before the passes")
    for name, run in PASSES:
        run(m)
        if verify_each:
            _check(m, f"after pass {name}")
        if after is not None:
            after(name, m)


def _check(m: Module, when: str) -> None:
    try:
        check_module(m)
        text = print_module(m)
        again = print_module(parse_module(text))
    except IrError as e:
        raise IrError(f"{when}: {e}") from e
    if again != text:
        raise IrError(f"{when}: the module does not print as it parses")
