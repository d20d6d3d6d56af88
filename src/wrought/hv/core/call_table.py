"""Rows of the hypercall tables: dispatch is built from them, and the reference page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ANY = "any domain"
HARDWARE = "hardware domain"


@dataclass(frozen=True)
class Operation:
    """A sub-operation of a hypercall: what the first argument chooses."""

    number: int
    name: str
    function: Any
    about: str
    errors: str = ""
    who: str = ANY


@dataclass(frozen=True)
class Row:
    """A hypercall."""

    number: int
    name: str
    function: Any
    arguments: str
    about: str
    errors: str = ""
    who: str = ANY
    """Enforced by `wrought.hv.core.hypercall` for the hypercall, by the function for parts."""
    operations: tuple[Operation, ...] = ()
    source: str = "xen.h"
    """The header of xen/public that has numbers and structures."""


def by_number(rows: Sequence[Operation], missing: Any) -> list[Any]:
    """The functions of a table up to its highest number, `missing` where there is none."""
    functions = {row.number: row.function for row in rows}
    return [functions.get(n, missing) for n in range(max(functions) + 1)]
