"""The shape of a catalogue row."""

from __future__ import annotations

import re
from typing import NamedTuple


class Entry(NamedTuple):
    """`template` has the message's {holes}; `explain` says why, and what to write instead."""

    code: str
    template: str
    explain: str

    @property
    def shown(self) -> str:
        """The template with its holes as `<name>`, for lists."""
        return re.sub(r"\{(\w+)[^}]*\}", r"<\1>", self.template)
