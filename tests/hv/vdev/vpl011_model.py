"""The UART as its manual describes it (Arm DDI 0183G), for comparison: sends at once."""

from __future__ import annotations

RX, TX, RT = 0x10, 0x20, 0x40
STORED = {0x20: 0xFF, 0x24: 0xFFFF, 0x28: 0x3F, 0x30: 0xFF87, 0x34: 0x3F, 0x38: 0x7FF, 0x48: 7}
"""Registers that keep what is written, and their bits."""
IDS = bytes.fromhex("11103400 0df005b1")
EIGHTHS = (1, 2, 4, 6, 7)


class Model:
    """Registers, FIFO, what was sent, and the level of the interrupt."""

    def __init__(self) -> None:
        self.kept = dict.fromkeys(STORED, 0) | {0x30: 0x301, 0x34: 0x12, 0x2C: 0}
        self.fifo: list[int] = []
        self.raw = 0
        self.sent = bytearray()

    @property
    def line(self) -> bool:
        return self.raw & self.kept[0x38] != 0

    @property
    def depth(self) -> int:
        return 32 if self.kept[0x2C] & 0x10 else 1

    @property
    def trigger(self) -> int:
        # Codes above 4 are reserved (table 3-12); ours take them for the last.
        return max(self.depth * EIGHTHS[min(self.kept[0x34] >> 3, 4)] // 8, 1)

    def receive(self, byte: int) -> bool:
        if len(self.fifo) == self.depth:
            return False
        self.fifo.append(byte)
        self.raw |= RT
        if len(self.fifo) >= self.trigger:
            self.raw |= RX
        return True

    def read(self, offset: int) -> int:
        if offset in self.kept:
            return self.kept[offset]
        if offset == 0x18:
            return 0x87 | 0x10 * (not self.fifo) | 0x40 * (len(self.fifo) == self.depth)
        if offset == 0x3C:
            return self.raw
        if offset == 0x40:
            return self.raw & self.kept[0x38]
        if 0xFE0 <= offset < 0x1000:
            return IDS[(offset - 0xFE0) // 4]
        return self.take() if offset == 0 and self.fifo else 0

    def take(self) -> int:
        byte = self.fifo.pop(0)
        if not self.fifo:
            self.raw &= ~RT
        if len(self.fifo) < self.trigger:
            self.raw &= ~RX
        return byte

    def write(self, offset: int, value: int) -> None:
        if offset == 0:
            if self.kept[0x30] & 0x80:
                self.receive(value & 0xFF)
            else:
                self.sent.append(value & 0xFF)
            self.raw |= TX
        elif offset == 0x2C:
            if (value ^ self.kept[offset]) & 0x10:
                self.fifo.clear()
                self.raw &= ~(RX | RT)
            self.kept[offset] = value & 0xFF
        elif offset == 0x44:
            self.raw &= ~value
        elif offset in STORED:
            self.kept[offset] = value & STORED[offset]
