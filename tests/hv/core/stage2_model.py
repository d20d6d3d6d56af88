"""Stage 2 tables read independently: the architecture's walk over raw memory, in Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hv.core.machine import PAGE, Ram
from wrought.hv.core.stage2_types import Kind

OUTPUT = 0xFFFF_FFFF_F000
RAM_BITS = 0b1111 << 2 | 3 << 8
"""Write-back, inner shareable."""
DEVICE_BITS = 0b0001 << 2
WRITE, READ, ACCESSED = 1 << 7, 1 << 6, 1 << 10
NEVER = 0b10 << 53
RIGHTS = {
    Kind.RAM: RAM_BITS | READ | WRITE,
    Kind.RAM_READ_ONLY: RAM_BITS | READ,
    Kind.DEVICE: DEVICE_BITS | READ | WRITE | NEVER,
    Kind.GRANT: RAM_BITS | READ | WRITE | NEVER,
    Kind.GRANT_READ_ONLY: RAM_BITS | READ | NEVER,
    Kind.SHARED: RAM_BITS | READ | WRITE | NEVER,
    Kind.XEN: RAM_BITS | READ | WRITE | NEVER,
    Kind.XEN_READ_ONLY: RAM_BITS | READ | NEVER,
    Kind.FOREIGN: RAM_BITS | READ | WRITE | NEVER,
}


@dataclass(frozen=True)
class Block:
    """A block or page descriptor."""

    ipa: int
    hpa: int
    size: int
    kind: Kind


class Tables:
    """What the walker finds from a root; `AssertionError` where a rule is broken."""

    def __init__(self, ram: Ram, root: int, ipa_bits: int) -> None:
        self.ram, self.frames, self.blocks = ram, set(), {}
        start = 1 if ipa_bits <= 43 else 0
        shift = 39 - 9 * start
        entries = 1 << ipa_bits - shift
        roots = max(entries // 512, 1)
        assert root % (roots * PAGE) == 0, "concatenated tables are aligned to their size"
        self.frames.update(root + i * PAGE for i in range(roots))
        self.walk(root, entries, start, 0)

    def walk(self, table: int, entries: int, level: int, base: int) -> int:
        """Read one table; how many of its entries are valid."""
        span, valid = 1 << 39 - 9 * level, 0
        for i, entry in enumerate(self.words(table, entries)):
            if not entry & 1:
                assert entry == 0
                continue
            valid += 1
            ipa, target = base + i * span, entry & OUTPUT
            if level < 3 and entry & 2:
                assert target not in self.frames, "a table is used twice"
                self.frames.add(target)
                used = self.walk(target, 512, level + 1, ipa)
                assert used == entry >> 2 & 0x3FF and used, "the count of used entries is wrong"
                assert entry & ~(OUTPUT | 0xFFF) == 0
            else:
                self.leaf(Block(ipa, target, span, Kind(entry >> 55 & 15)), entry, level)
        return valid

    def leaf(self, block: Block, entry: int, level: int) -> None:
        """Check a leaf descriptor's fields and keep it."""
        assert level and bool(entry & 2) == (level == 3)
        assert block.hpa % block.size == 0
        rest = entry & ~(OUTPUT | 15 << 55 | 3)
        assert rest == RIGHTS[block.kind] | ACCESSED, hex(entry)
        self.blocks[block.ipa] = block

    def words(self, table: int, entries: int) -> Iterator[int]:
        """The entries of a table (or of concatenated ones)."""
        data = memoryview(self.ram.read(table, entries * 8)).cast("Q")
        if not any(data):
            return iter(())
        return iter(data)

    def pages(self) -> dict[int, tuple[int, Kind]]:
        """Every mapped page: its address to where it leads and what it is."""
        return {block.ipa + at: (block.hpa + at, block.kind)
                for block in self.blocks.values() for at in range(0, block.size, PAGE)}
