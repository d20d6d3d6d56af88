"""Kinds of addresses, as different types: mixing them up does not compile."""

from __future__ import annotations

from wrought.lang.core.scalars import newtype, u64

Gpa = newtype("Gpa", u64)
"""A guest's physical address (IPA), in bytes."""
Hpa = newtype("Hpa", u64)
"""The machine's physical address, in bytes."""
Gfn = newtype("Gfn", u64)
"""A guest frame: `Gpa` / 4096."""
Mfn = newtype("Mfn", u64)
"""A machine frame: `Hpa` / 4096."""

PAGE = 4096
PAGE_SHIFT = 12
