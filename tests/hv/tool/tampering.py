"""Changes of stage 2 tables behind the builder's back."""

from __future__ import annotations

from wrought.hv.tool.isolation.memory import Window
from wrought.hv.tool.isolation.simulate import BuiltDomain

ADDRESS = 0x0000_FFFF_FFFF_F000
RAM_BLOCK = 0x7FD
"""Read, write and execute, write-back, inner shareable."""
DEVICE_BLOCK = 1 << 54 | 0x4C5
"""Read and write, Device-nGnRE, never executed."""
BLOCK = 2 << 20


def entry_at(window: Window, domain: BuiltDomain, gpa: int) -> int:
    """Where the last descriptor on the way to a guest address is."""
    level = 1 if domain.ipa_bits <= 43 else 0
    table = domain.root
    index = gpa >> (39 - 9 * level)
    while True:
        at = table + 8 * index
        entry = window.words(at, 1)[0]
        if entry & 3 != 3 or level == 3:
            return at
        level += 1
        table = entry & ADDRESS
        index = gpa >> (39 - 9 * level) & 511


def put(window: Window, domain: BuiltDomain, gpa: int, entry: int) -> None:
    """Overwrite the last descriptor on the way to a guest address."""
    window.set_word(entry_at(window, domain, gpa), entry)


def block_of(window: Window, domain: BuiltDomain, gpa: int) -> int:
    """Machine address that a mapped guest block leads to."""
    return window.words(entry_at(window, domain, gpa), 1)[0] & ADDRESS
