"""What the judge finds."""

from __future__ import annotations

from typing import NamedTuple

from wrought.hv.tool.places import Key


class Finding(NamedTuple):
    """Something that breaks isolation."""

    rule: str
    """One word for programs."""
    key: Key
    """The line to look at."""
    message: str
