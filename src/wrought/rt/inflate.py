"""DEFLATE (RFC 1951) and gzip (RFC 1952): what was compressed comes out where it is to be.

The output need not be in one piece, and there is no window besides it: earlier bytes are read back
from where they were put.
"""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, trunc, unroll, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, type_param, u8, u16, u32, u64
from wrought.lang.core.static import constant
from wrought.rt.crc32 import crc32
from wrought.rt.huffman import HELD, NO_SYMBOL, BitReader, HuffmanCode

T = type_param("T")
LITERALS, DISTANCES, LENGTH_CODES = 286, 30, 19
END_OF_BLOCK = 256
LENGTH_BASE = constant(Array[u16, 29], [*range(3, 11), 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51,
                                        59, 67, 83, 99, 115, 131, 163, 195, 227, 258])
LENGTH_BITS = constant(Array[u8, 29], [0] * 8 + [n for n in range(1, 6) for _ in range(4)] + [0])
DISTANCE_BASE = constant(Array[u16, 30], [1, 2, *((2 + i % 2 << i // 2 - 1) + 1
                                                  for i in range(2, 30))])
DISTANCE_BITS = constant(Array[u8, 30], [0, 0, *(i // 2 - 1 for i in range(2, 30))])
FIXED_LITERALS = constant(Array[u8, 288], [8] * 144 + [9] * 112 + [7] * 24 + [8] * 8)
FIXED_DISTANCES = constant(Array[u8, 32], [5] * 32)
ORDER = constant(Array[u8, LENGTH_CODES],
                 [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15])
"""In which the lengths of the code for lengths come (3.2.7)."""
TRAILER = 8
METHOD = 8
HEADER_CHECK, EXTRA, NAME, COMMENT, RESERVED = 2, 4, 8, 16, 0xE0
"""Flags of a gzip header (RFC 1952, 2.3.1)."""


@enum(u8)
class Inflated:
    """How it ended."""

    OK = 0
    NOT_GZIP = 1
    """No gzip header, or a method other than DEFLATE."""
    DAMAGED = 2
    """No such block, code or distance."""
    TRUNCATED = 3
    NO_ROOM = 4
    """The output is full; what it holds is right so far."""
    BAD_CHECK = 5
    """CRC-32 or length differ, or something follows."""


@struct(params=(T,))
class Inflater:
    """One stream.  `T` has a method `piece(at: u64) -> Slice[u8]`: the bytes of the output that
    adjoin in memory from its byte `at` on, none where it ends."""

    bits: BitReader
    out: Ptr[T]
    to: Slice[u8]
    """The piece that is being written,"""
    used: u64
    """how much of it is,"""
    written: u64
    """and bytes of output before it."""
    crc: u32
    """Of those."""
    literals: HuffmanCode
    distances: HuffmanCode
    lengths: Array[u8, LITERALS + DISTANCES]

    def begin(self, data: Slice[u8], out: Ptr[T]) -> None:
        """Before anything else."""
        self.bits = BitReader(data, 0, 0, 0, False)
        self.out = out
        self.to = data[:0]
        self.used = 0
        self.written = 0
        self.crc = 0

    def total(self) -> u64:
        """Bytes of output so far."""
        return self.written + self.used

    def next_piece(self) -> bool:
        """Go on to the output's next piece; False where there is none."""
        self.crc = crc32(self.to[:self.used], self.crc)
        self.written += self.used
        self.to = self.out.piece(self.written)
        self.used = 0
        return len(self.to) != 0

    def inflate(self) -> Inflated:
        """All blocks."""
        last = False
        while not last:
            last = self.bits.take(1) != 0
            result = Inflated.DAMAGED
            match self.bits.take(2):
                case 0:
                    result = self.stored()
                case 1:
                    self.fixed_codes()
                    result = self.compressed()
                case 2:
                    result = self.dynamic_codes()
                    if result == Inflated.OK:
                        result = self.compressed()
                case _:
                    pass
            if self.bits.short:
                return Inflated.TRUNCATED
            if result != Inflated.OK:
                return result
        self.bits.to_bytes()
        return Inflated.OK

    def stored(self) -> Inflated:
        """A block that is not compressed (3.2.4)."""
        self.bits.drop(self.bits.count & 7)
        length = self.bits.take(16)
        if length ^ self.bits.take(16) != 0xFFFF:
            return Inflated.DAMAGED
        self.bits.to_bytes()
        rest = self.bits.data[self.bits.at:]
        if length > len(rest):
            return Inflated.TRUNCATED
        done: u64 = 0
        while done < length:
            if self.used == len(self.to) and not self.next_piece():
                return Inflated.NO_ROOM
            n = min(length - done, len(self.to) - self.used)
            self.to[self.used:self.used + n].copy_from(rest[done:done + n])
            self.used += n
            done += n
        self.bits.at += length
        return Inflated.OK

    def fixed_codes(self) -> None:
        """The codes that are always the same (3.2.6)."""
        self.literals.build(FIXED_LITERALS[:], False)
        self.distances.build(FIXED_DISTANCES[:], False)

    def dynamic_codes(self) -> Inflated:
        """Codes of their own (3.2.7)."""
        literals = self.bits.take(5) + 257
        distances = self.bits.take(5) + 1
        count = self.bits.take(4) + 4
        if literals > LITERALS or distances > DISTANCES:
            return Inflated.DAMAGED
        lengths = zeroed(Array[u8, LENGTH_CODES])
        for i in range(min(count, LENGTH_CODES)):
            lengths[ORDER[i]] = trunc(u8, self.bits.take(3))
        # The code for lengths uses the distances' place.
        if not self.distances.build(lengths[:], False) or not self.read_lengths(
                literals + distances):
            return Inflated.DAMAGED
        known = self.lengths[:literals + distances]
        if (known[END_OF_BLOCK] == 0 or not self.literals.build(known[:literals], True)
                or not self.distances.build(known[literals:], True)):
            return Inflated.DAMAGED
        return Inflated.OK

    def read_lengths(self, count: u64) -> bool:
        """The lengths of both codes, themselves compressed."""
        i: u64 = 0
        while i < count and not self.bits.short:
            self.bits.fill()
            symbol = self.distances.decode(addr_of(self.bits))
            value: u8 = 0
            repeat: u64 = 1
            match symbol:
                case 16:
                    if i == 0:
                        return False
                    value = self.lengths[i - 1]
                    repeat = 3 + self.bits.take(2)
                case 17:
                    repeat = 3 + self.bits.take(3)
                case 18:
                    repeat = 11 + self.bits.take(7)
                case _:
                    if symbol > 15:
                        return False
                    value = trunc(u8, symbol)
            if repeat > count - i:
                return False
            self.lengths[i:i + repeat].fill(value)
            i += repeat
        return True

    def compressed(self) -> Inflated:
        """A block's literals and matches (3.2.3)."""
        bits = addr_of(self.bits)
        while True:
            if bits.count < HELD:
                bits.fill()
            symbol = self.literals.decode(bits)
            if bits.short:
                return Inflated.TRUNCATED
            if symbol < END_OF_BLOCK:
                if self.used == len(self.to) and not self.next_piece():
                    return Inflated.NO_ROOM
                self.to[self.used] = trunc(u8, symbol)
                self.used += 1
            elif symbol == END_OF_BLOCK:
                return Inflated.OK
            else:
                result = self.match(u64(symbol) - END_OF_BLOCK - 1)
                if result != Inflated.OK:
                    return result

    def match(self, symbol: u64) -> Inflated:
        """Output that was there before, by its length's symbol."""
        if symbol >= 29:
            return Inflated.DAMAGED
        bits = addr_of(self.bits)
        length = u64(LENGTH_BASE[symbol]) + bits.take(u64(LENGTH_BITS[symbol]))
        where = self.distances.decode(bits)
        if where == NO_SYMBOL or where >= DISTANCES:
            return Inflated.DAMAGED
        distance = u64(DISTANCE_BASE[where]) + bits.take(u64(DISTANCE_BITS[where]))
        if bits.short:
            return Inflated.TRUNCATED
        if distance > self.total():
            return Inflated.DAMAGED
        return self.repeat(distance, length)

    def repeat(self, distance: u64, length: u64) -> Inflated:
        """Copy from `distance` bytes before the end of the output to its end."""
        left = length
        while left > 0:
            if self.used == len(self.to) and not self.next_piece():
                return Inflated.NO_ROOM
            at = self.total() - distance
            from_ = self.to
            if at >= self.written:
                from_ = self.to[at - self.written:]
            else:
                from_ = self.out.piece(at)
            n = min(min(left, len(self.to) - self.used), len(from_))
            if n == 0:
                return Inflated.NO_ROOM
            # Byte by byte and forward: what is copied may be what is read next.
            to = self.to[self.used:self.used + n]
            for i in range(n):
                to[i] = from_[i]
            self.used += n
            left -= n
        return Inflated.OK


@fn
def header_size(data: Slice[u8]) -> u64:
    """Bytes of a gzip header (RFC 1952, 2.3); 0 for none that is whole and known."""
    if len(data) < 10 or data[0] != 0x1F or data[1] != 0x8B or data[2] != METHOD:
        return 0
    flags = u64(data[3])
    at: u64 = 10
    if flags & RESERVED != 0:
        return 0
    if flags & EXTRA != 0:
        if len(data) < 12:
            return 0
        at += 2 + (u64(data[10]) | u64(data[11]) << 8)
    for flag in unroll((NAME, COMMENT)):
        if flags & flag != 0:
            while at < len(data) and data[at] != 0:
                at += 1
            at += 1
    if flags & HEADER_CHECK != 0:
        at += 2
    return at if at <= len(data) else u64(0)


@fn
def gunzip(z: Ptr[Inflater[T]], data: Slice[u8], out: Ptr[T]) -> Inflated:
    """Unpack a gzip file of one member; `z` is memory to work in, `z.total()` the bytes then."""
    head = header_size(data)
    z.begin(data[head:], out)
    if head == 0:
        return Inflated.NOT_GZIP
    result = z.inflate()
    if result != Inflated.OK:
        return result
    size = z.total()
    rest = z.bits.data[z.bits.at:]
    if len(rest) < TRAILER:
        return Inflated.TRUNCATED
    crc = crc32(z.to[:z.used], z.crc)
    if len(rest) != TRAILER or little32(rest, 0) != crc or little32(rest, 4) != trunc(u32, size):
        return Inflated.BAD_CHECK
    return Inflated.OK


@fn
def little32(data: Slice[u8], at: u64) -> u32:
    """A little-endian word; a panic where it is not inside."""
    b = data[at:at + 4]
    return u32(b[0]) | u32(b[1]) << 8 | u32(b[2]) << 16 | u32(b[3]) << 24
