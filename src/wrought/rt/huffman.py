"""Bits of a stream, and the Huffman codes in it, as DEFLATE has them (RFC 1951, chapter 3)."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.intrinsics import reverse_bits, trunc, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, i32, u8, u16, u32, u64

LOOKUP_BITS = 10
"""Codes up to this long are found in one step."""
LOOKUP = 1 << LOOKUP_BITS
LONGEST = 15
SYMBOLS = 288
NO_SYMBOL = 0xFFFF
HELD = 48
"""Bits of the longest match: a length with its extra bits, a distance with its own."""


@struct
class BitReader:
    """Reads the bits of bytes, the lowest first."""

    data: Slice[u8]
    at: u64
    """Bytes that were moved into `hold`."""
    hold: u64
    count: u64
    """Bits in `hold`."""
    short: bool
    """More was taken than there is."""

    def fill(self) -> None:
        """Have HELD bits at least, unless the end is near."""
        while self.count <= 56 and self.at < len(self.data):
            self.hold |= u64(self.data[self.at]) << self.count
            self.count += 8
            self.at += 1

    def drop(self, n: u64) -> None:
        """Pass over bits."""
        if n > self.count:
            self.short = True
            self.count = 0
            self.hold = 0
            return
        self.hold >>= n
        self.count -= n

    def take(self, n: u64) -> u64:
        """The next up to 32 bits as a number; 0 where there are not so many."""
        if self.count < n:
            self.fill()
        value = self.hold & (u64(1) << n) - 1
        self.drop(n)
        return value if not self.short else u64(0)

    def to_bytes(self) -> None:
        """Go to the next whole byte, with nothing held."""
        self.at -= self.count // 8
        self.hold = 0
        self.count = 0


@struct
class HuffmanCode:
    """A canonical code."""

    lookup: Array[u16, LOOKUP]
    """By the next bits: the symbol << 4 | its length; 0 where the code is longer or none."""
    count: Array[u16, LONGEST + 1]
    """Codes of each length."""
    symbols: Array[u16, SYMBOLS]
    """By their codes."""

    def build(self, lengths: Slice[u8], lone: bool) -> bool:
        """The code with those lengths, one a symbol, 0 for none.

        False unless all codes together are complete; with `lone` there may also be no code, or
        one of a single bit.
        """
        for i in range(u64(LONGEST + 1)):
            self.count[i] = 0
        for length in lengths:
            self.count[length & 15] += 1
        used = len(lengths) - u64(self.count[0])
        self.count[0] = 0
        left: i32 = 1
        for i in range(u64(1), u64(LONGEST + 1)):
            left = 2 * left - i32(self.count[i])
            if left < 0:
                return False
        if left > 0 and not (lone and used == u64(self.count[1])):
            return False
        self.sort(lengths)
        self.fill_lookup()
        return True

    def sort(self, lengths: Slice[u8]) -> None:
        """Symbols in the order of their codes."""
        next = zeroed(Array[u16, LONGEST + 1])
        for i in range(u64(1), u64(LONGEST)):
            next[i + 1] = next[i] + self.count[i]
        for symbol, length in enumerate(lengths):
            if length != 0:
                self.symbols[next[length & 15]] = trunc(u16, symbol)
                next[length & 15] += 1

    def fill_lookup(self) -> None:
        """Enter the short codes, whatever bits follow them."""
        for i in range(u64(LOOKUP)):
            self.lookup[i] = 0
        code: u16 = 0
        index: u64 = 0
        for length in range(u64(1), u64(LOOKUP_BITS + 1)):
            for _ in range(u64(self.count[length])):
                at = u64(reverse_bits(code)) >> (16 - length)
                while at < LOOKUP:
                    self.lookup[at] = self.symbols[index] << 4 | trunc(u16, length)
                    at += u64(1) << length
                index += 1
                code += 1
            code <<= 1

    def decode(self, bits: Ptr[BitReader]) -> u16:
        """The next symbol, NO_SYMBOL where there is no such code.  `bits` were filled."""
        entry = self.lookup[bits.hold & LOOKUP - 1]
        if entry != 0:
            bits.drop(u64(entry & 15))
            return entry >> 4
        return self.decode_long(bits)

    def decode_long(self, bits: Ptr[BitReader]) -> u16:
        """The same bit by bit."""
        code: u32 = 0
        first: u32 = 0
        index: u32 = 0
        for length in range(u64(1), u64(LONGEST + 1)):
            code |= trunc(u32, bits.hold >> (length - 1)) & 1
            count = u32(self.count[length])
            if code >= first and code - first < count:
                bits.drop(length)
                return self.symbols[index + (code - first)]
            index += count
            first = (first + count) << 1
            code <<= 1
        return NO_SYMBOL
