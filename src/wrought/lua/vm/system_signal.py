"""Signals, over C's standard library."""

from __future__ import annotations

from wrought.lang.core.function import extern
from wrought.lang.core.scalars import i32, u64

SIGINT: i32 = 2
DEFAULT: u64 = 0
IGNORED: u64 = 1
"""Actions that are no function: what the signal does by itself, and nothing."""


@extern
def signal(number: i32, action: u64) -> u64: ...
