"""SipHash-2-4: a keyed hash that an attacker who picks the keys of a table can't make collide
(Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import rotate_left
from wrought.lang.core.scalars import Slice, u8, u64


@struct
class State:
    """The four words of the paper's section 2."""

    a: u64
    b: u64
    c: u64
    d: u64

    def round(self) -> None:
        """SipRound (figure 2.1)."""
        self.a += self.b
        self.b = rotate_left(self.b, 13) ^ self.a
        self.a = rotate_left(self.a, 32)
        self.c += self.d
        self.d = rotate_left(self.d, 16) ^ self.c
        self.a += self.d
        self.d = rotate_left(self.d, 21) ^ self.a
        self.c += self.b
        self.b = rotate_left(self.b, 17) ^ self.c
        self.c = rotate_left(self.c, 32)

    def compress(self, word: u64) -> None:
        """Take in eight bytes of the message."""
        self.d ^= word
        self.round()
        self.round()
        self.a ^= word


@fn
def little_endian(text: Slice[u8]) -> u64:
    """Up to eight bytes as a number."""
    word: u64 = 0
    for i in range(len(text)):
        word |= u64(text[i]) << (8 * i)
    return word


@fn
def siphash(k0: u64, k1: u64, text: Slice[u8]) -> u64:
    """The 64-bit hash of `text` under the 128-bit key (k0, k1)."""
    s = State(a=k0 ^ 0x736F6D6570736575, b=k1 ^ 0x646F72616E646F6D,
              c=k0 ^ 0x6C7967656E657261, d=k1 ^ 0x7465646279746573)
    whole = len(text) & ~u64(7)
    at: u64 = 0
    while at < whole:
        s.compress(little_endian(text[at:at + 8]))
        at += 8
    s.compress(little_endian(text[whole:]) | len(text) << 56)
    s.c ^= 0xFF
    for _ in range(u64(4)):
        s.round()
    return s.a ^ s.b ^ s.c ^ s.d
