"""Character classes of patterns, in the C locale, as sets of bytes."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline
from wrought.lang.core.scalars import Array, Ptr, u8, u64
from wrought.lang.core.static import constant

LETTERS = "acdglpsuwxz"
"""The letters of `%a` … `%z`; their upper case is the complement."""

_MEMBERS = {
    "a": lambda c: chr(c).isalpha(),
    "c": lambda c: c < 32 or c == 127,
    "d": lambda c: chr(c).isdigit(),
    "g": lambda c: 32 < c < 127,
    "l": lambda c: chr(c).islower(),
    "p": lambda c: 32 < c < 127 and not chr(c).isalnum(),
    "s": lambda c: c == 32 or 9 <= c <= 13,
    "u": lambda c: chr(c).isupper(),
    "w": lambda c: chr(c).isalnum(),
    "x": lambda c: chr(c) in "0123456789abcdefABCDEF",
    "z": lambda c: c == 0,
}


def _words(member) -> list[int]:
    """The four words of a set; bytes from 128 on are in no class."""
    return [sum(1 << c for c in range(64) if 64 * i + c < 128 and member(64 * i + c))
            for i in range(4)]


WORDS = constant(Array[u64, 4 * len(LETTERS)],
                 [word for letter in LETTERS for word in _words(_MEMBERS[letter])])

NO_CLASS = 255
CLASS_OF = constant(Array[u8, 256], [
    LETTERS.index(chr(c).lower()) if c < 128 and chr(c).isalpha() and chr(c).lower() in LETTERS
    else NO_CLASS for c in range(256)])
"""By the letter behind `%`: the class, NO_CLASS for a character that stands for itself."""


@struct(size=32)
class ByteSet:
    """A set of bytes."""

    words: Array[u64, 4]

    def add(self, c: u8) -> None:
        self.words[c >> 6] |= u64(1) << u64(c & 63)

    def complement(self) -> None:
        for i in range(4):
            self.words[i] = ~self.words[i]


@inline
@fn
def contains(s: Ptr[ByteSet], c: u8) -> bool:
    return s.words[c >> 6] >> u64(c & 63) & 1 != 0


@fn
def add_class(s: Ptr[ByteSet], letter: u8) -> None:
    """Add what `%letter` stands for: a class, its complement, or the character itself."""
    number = CLASS_OF[letter]
    if number == NO_CLASS:
        s.add(letter)
        return
    inverse: u64 = 0 if letter & 0x20 != 0 else 0xFFFF_FFFF_FFFF_FFFF
    for i in range(u64(4)):
        s.words[i] |= WORDS[u64(number) * 4 + i] ^ inverse


@fn
def unite(s: Ptr[ByteSet], other: Ptr[ByteSet]) -> None:
    for i in range(u64(4)):
        s.words[i] |= other.words[i]


@fn
def disjoint(a: Ptr[ByteSet], b: Ptr[ByteSet]) -> bool:
    common: u64 = 0
    for i in range(u64(4)):
        common |= a.words[i] & b.words[i]
    return common == 0


@fn
def is_class(c: u8) -> bool:
    """Whether `%c` is a class."""
    return CLASS_OF[c] != NO_CLASS
