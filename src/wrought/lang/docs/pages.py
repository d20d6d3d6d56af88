"""Which pages are made, by file name."""

from __future__ import annotations

from collections.abc import Callable

from .errors import errors
from .intrinsics import intrinsics
from .ir import ir
from .sysregs import sysregs
from .types import types

PAGES: dict[str, Callable[[], str]] = {
    "types.md": types,
    "intrinsics.md": intrinsics,
    "sysregs.md": sysregs,
    "errors.md": errors,
    "ir.md": ir,
}
"""The function that makes each page's text."""
