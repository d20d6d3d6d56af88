"""What boot finds out and others read."""

from __future__ import annotations

from wrought.hv.core.board import Board
from wrought.lang.core.static import static
from wrought.rt.fdt import Fdt

tree = static(Fdt)
"""The machine's device tree."""
board = static(Board)
