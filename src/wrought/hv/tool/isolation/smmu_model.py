"""An SMMUv3 as its manual describes it (Arm IHI 0070), as far as a hypervisor's driver goes.

Offsets and bits are written as numbers here, as the manual prints them: nothing comes from the
driver, so that this judges it.
"""

from __future__ import annotations

from typing import NamedTuple

from wrought.hv.tool.isolation.memory import Window

ADDRESS = 0x000F_FFFF_FFFF_F000
COMMANDS = {0x03: "CFGI_STE", 0x04: "CFGI_ALL", 0x06: "CFGI_CD_ALL", 0x11: "TLBI_NH_ASID",
            0x28: "TLBI_S12_VMALL", 0x2A: "TLBI_S2_IPA", 0x30: "TLBI_NSNH_ALL", 0x46: "SYNC"}
REGISTERS = {0x28: 4, 0x2C: 4, 0x64: 4, 0x68: 8, 0x80: 8, 0x88: 4, 0x90: 8, 0x98: 4, 0x9C: 4,
             0xA0: 8, 0xB0: 8}
"""Bytes of those without an effect of their own."""


class Command(NamedTuple):
    """A command that was taken."""

    name: str
    words: tuple[int, int]


class Regime(NamedTuple):
    """Where a stream's addresses are translated."""

    kind: str
    """"none" where the entry is not valid, "abort", "bypass", "stage 1", "stage 2"."""
    root: int = 0
    bits: int = 0
    start_level: int = 0
    tag: int = 0
    """VMID, or ASID of stage 1."""


class ModelError(AssertionError):
    """The driver did what the manual forbids."""


class SmmuModel:
    """One SMMU.  `read` and `write` serve `mmio_window`."""

    def __init__(self, window: Window, stage2: bool = True, stream_bits: int = 16,
                 two_level: bool = True, address_size: int = 4) -> None:
        self.window = window
        self.idr0 = (stage2 | 1 << 1 | 2 << 2 | 1 << 4 | stage2 << 18 | two_level << 27)
        self.idr1 = stream_bits | 7 << 16 | 8 << 21
        self.idr5 = address_size | 1 << 4
        self.stage2, self.stream_bits = stage2, stream_bits
        self.registers = dict.fromkeys(REGISTERS, 0)
        self.cr0 = self.irq = self.gbpa = self.gerror = 0
        self.event_prod = self.event_cons = 0
        self.commands: list[Command] = []
        self.refuse = ""
        """A command that is answered with an error, once."""
        self.stuck = False
        """No command is taken."""

    def read(self, offset: int, size: int) -> int:
        """A register."""
        fixed = {0x00: self.idr0, 0x04: self.idr1, 0x14: self.idr5, 0x20: self.cr0, 0x24: self.cr0,
                 0x44: self.gbpa, 0x50: self.irq, 0x54: self.irq, 0x60: self.gerror,
                 0x100A8: self.event_prod, 0x100AC: self.event_cons}
        if offset in fixed:
            self._check(offset, size, 4)
            return fixed[offset]
        self._check(offset, size, REGISTERS.get(offset, 0))
        return self.registers[offset]

    def write(self, offset: int, size: int, value: int) -> None:
        """A register, with what follows from it."""
        if offset == 0x20:
            self._enable(value)
        elif offset == 0x44:
            if not value >> 31:
                raise ModelError("SMMU_GBPA is written without Update (6.3.14)")
            self.gbpa = value & ~(1 << 31)
        elif offset == 0x50:
            self.irq = value
        elif offset == 0x100A8:
            self.event_prod = value
        elif offset == 0x100AC:
            self.event_cons = value
        else:
            self._check(offset, size, REGISTERS.get(offset, 0))
            if offset in (0x80, 0x88, 0x28, 0x2C) and self.cr0 & 1:
                raise ModelError(f"{offset:#x} is written while translation is on")
            if offset in (0x90, 0x9C) and self.cr0 & 8:
                raise ModelError(f"{offset:#x} is written while commands are on")
            self.registers[offset] = value
            if offset in (0x98, 0x64):
                self._consume()

    def _check(self, offset: int, size: int, wanted: int) -> None:
        if size != wanted:
            raise ModelError(f"{size} bytes at {offset:#x}")

    def _enable(self, value: int) -> None:
        if value & 1 and not self.cr0 & 8:
            raise ModelError("translation is on before commands: nothing was invalidated")
        if value & 1 and not self.cr0 & 1:
            names = [command.name for command in self.commands]
            if not {"CFGI_ALL", "TLBI_NSNH_ALL", "SYNC"} <= set(names):
                raise ModelError("translation is on with whatever was cached before (3.11)")
        self.cr0 = value

    def _consume(self) -> None:
        """Take commands up to PROD, each from memory (3.5)."""
        base = self.registers[0x90]
        bits = base & 0x1F
        while self.cr0 & 8 and not self.stuck and not (self.gerror ^ self.registers[0x64]) & 1:
            cons = self.registers[0x9C] & 0xFFFFF
            if cons == self.registers[0x98] & 0xFFFFF:
                return
            at = (base & 0x000F_FFFF_FFFF_FFE0) + (cons & (1 << bits) - 1) * 16
            first, second = self.window.words(at, 2)
            name = COMMANDS.get(first & 0xFF, "")
            stage2_only = name in ("TLBI_S12_VMALL", "TLBI_S2_IPA")
            if not name or name == self.refuse or (stage2_only and not self.stage2):
                self.refuse = ""
                self.registers[0x9C] = cons | 1 << 24
                self.gerror ^= 1
                return
            self.commands.append(Command(name, (first, second)))
            self.registers[0x9C] = cons + 1 & (2 << bits) - 1

    def take(self) -> list[Command]:
        """Commands since the last time."""
        taken, self.commands = self.commands, []
        return taken

    def report(self, kind: int, stream: int, address: int, read: bool = False) -> None:
        """Write an event record (7.3)."""
        base = self.registers[0xA0]
        bits = base & 0x1F
        at = (base & 0x000F_FFFF_FFFF_FFE0) + (self.event_prod & (1 << bits) - 1) * 32
        for i, word in enumerate((kind | stream << 32, read << 35, address, 0)):
            self.window.set_word(at + 8 * i, word)
        self.event_prod = self.event_prod + 1 & (2 << bits) - 1

    def frames(self) -> list[tuple[int, int]]:
        """Pages of queues and of the stream table's first level, as (address, bytes)."""
        shape, base = self.registers[0x88], self.registers[0x80] & 0x000F_FFFF_FFFF_FFC0
        bits, split = shape & 0x3F, shape >> 6 & 0x1F
        size = 8 << (bits - split) if shape >> 16 & 3 else 64 << bits
        pages = [(self.registers[at] & ADDRESS, 4096) for at in (0x90, 0xA0)]
        return [(base, size + 4095 & -4096), *pages] if base else []

    def entry(self, stream: int) -> tuple[int, ...]:
        """The eight words of a stream table entry; () where the table has none."""
        at = self.address_of_entry(stream)
        return tuple(self.window.words(at, 8)) if at else ()

    def address_of_entry(self, stream: int) -> int:
        """Where a stream's entry is (3.3.1); 0 where the table has none."""
        shape, base = self.registers[0x88], self.registers[0x80] & 0x000F_FFFF_FFFF_FFC0
        bits, split = shape & 0x3F, shape >> 6 & 0x1F
        if stream >> bits:
            return 0
        if shape >> 16 & 3 == 0:
            return base + 64 * stream
        (first,) = self.window.words(base + 8 * (stream >> split), 1)
        span, low = first & 0x1F, stream & (1 << split) - 1
        if span == 0 or low >> (span - 1):
            return 0
        return (first & 0x000F_FFFF_FFFF_FFC0) + 64 * low

    def regime(self, stream: int) -> Regime:
        """How a stream is translated (5.2, 5.4)."""
        entry = self.entry(stream)
        if not self.cr0 & 1 or not entry or not entry[0] & 1:
            return Regime("none")
        config = entry[0] >> 1 & 7
        if config in (0, 4):
            return Regime("bypass" if config else "abort")
        if config == 6:
            if not self.stage2 or entry[2] >> 46 & 3 or not entry[2] >> 51 & 1:
                raise ModelError(f"stage 2 of stream {stream:#x} is not what this unit reads")
            return Regime("stage 2", entry[3] & 0x000F_FFFF_FFFF_FFF0, 64 - (entry[2] >> 32 & 0x3F),
                          2 - (entry[2] >> 38 & 3), entry[2] & 0xFFFF)
        if config != 5 or entry[0] >> 59:
            raise ModelError(f"STE.Config {config} of stream {stream:#x}")
        context = tuple(self.window.words(entry[0] & 0x000F_FFFF_FFFF_FFC0, 8))
        if not context[0] >> 31 & 1 or not context[0] >> 41 & 1 or not context[0] >> 46 & 1:
            raise ModelError(f"the context of stream {stream:#x} is not valid, AArch64, aborting")
        bits = 64 - (context[0] & 0x3F)
        return Regime("stage 1", context[1] & ADDRESS, bits, 4 - (bits - 4) // 9,
                      context[0] >> 48)
