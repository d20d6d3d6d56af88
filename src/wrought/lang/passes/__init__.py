"""Passes over the IR, one a file, and the order in which they run."""

from __future__ import annotations

from .manager import PASSES, run_passes

__all__ = ["PASSES", "run_passes"]
