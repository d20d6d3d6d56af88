"""The shape of a catalogue row."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """`template` has the message's {holes}; `explain` says why, and what to write instead."""

    code: str
    template: str
    explain: str
