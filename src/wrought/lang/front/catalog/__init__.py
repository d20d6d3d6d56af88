"""Every error of the front end: stable code, message template, explanation.

`wrought explain CODE` and the reference pages read this table.  The first letter is the family.
"""

from __future__ import annotations

from .entry import Entry
from .language import LANGUAGE
from .machine import MACHINE
from .values import VALUES

CATALOG: dict[str, Entry] = {e.code: e for e in (*VALUES, *LANGUAGE, *MACHINE)}
"""Every error by code."""

FAMILIES = {
    "N": "names",
    "T": "types",
    "I": "integers and conversions",
    "P": "pointers and memory",
    "D": "declarations",
    "C": "calls",
    "F": "flow",
    "K": "compile-time values",
    "X": "Python that the language has not",
    "M": "the machine",
    "U": "untrusted values",
    "R": "recursion and stack",
}
"""What the first letter of a code says."""
