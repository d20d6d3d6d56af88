"""GICv2 and GICv3 as their architecture describes them (Arm IHI 0048, IHI 0069): the registers a
hypervisor touches, with complaints about wrong order."""

from __future__ import annotations

from wrought.lang.ir.interp import RecordingMachine

GICD, GICC, GICH, GICV, GICR = 0x0800_0000, 0x0801_0000, 0x0803_0000, 0x0804_0000, 0x080A_0000
ACTIONS = {0x100: ("enabled", True), 0x180: ("enabled", False), 0x200: ("pending", True),
           0x280: ("pending", False), 0x300: ("active", True), 0x380: ("active", False)}


class Bank:
    """The registers by interrupt of a distributor or of an SGI_base."""

    def __init__(self, interrupts: range) -> None:
        self.interrupts = interrupts
        self.enabled = set(interrupts)
        self.pending = set(interrupts)
        self.active = set(interrupts)
        self.group: dict[int, int] = {}
        self.priority = dict.fromkeys(interrupts, 0)
        self.edge: set[int] = set()

    def bits(self, offset: int) -> list[int]:
        """The interrupts of the word at an offset with a bit each."""
        first = offset % 0x80 * 8
        return [n for n in range(first, first + 32) if n in self.interrupts]

    def read(self, offset: int) -> int:
        base = offset & ~0x7F
        if base in ACTIONS:
            state = getattr(self, ACTIONS[base][0])
            return sum(1 << n % 32 for n in self.bits(offset) if n in state)
        if base == 0x80:
            return self.group.get(offset // 4 % 32, 0)
        if 0xC00 <= offset < 0xD00:
            first = (offset - 0xC00) * 4
            return sum(2 << n % 16 * 2 for n in range(first, first + 16) if n in self.edge)
        raise AssertionError(f"read of {offset:#x}")

    def write(self, offset: int, size: int, value: int) -> None:
        base = offset & ~0x7F
        if base in ACTIONS:
            name, add = ACTIONS[base]
            hit = {n for n in self.bits(offset) if value >> n % 32 & 1}
            state = getattr(self, name)
            setattr(self, name, state | hit if add else state - hit)
        elif base == 0x80:
            self.group[offset // 4 % 32] = value
        elif 0x400 <= offset < 0x800:
            for i in range(size):
                self.priority[offset - 0x400 + i] = value >> 8 * i & 0xFF
        elif 0xC00 <= offset < 0xD00:
            first = (offset - 0xC00) * 4
            for n in range(first, first + 16):
                (self.edge.add if value >> n % 16 * 2 & 2 else self.edge.discard)(n)
        else:
            raise AssertionError(f"write to {offset:#x}")


class V2(RecordingMachine):
    """A GICv2 with 96 interrupts; `cpu` is whose banked registers are seen."""

    def __init__(self, spread: bool = False) -> None:
        super().__init__()
        self.spread = spread
        self.cpu = 0
        self.shared = Bank(range(32, 96))
        self.own = [Bank(range(32)) for _ in range(8)]
        self.targets = dict.fromkeys(range(32, 96), 0)
        self.interfaces = [dict.fromkeys((0x0, 0x4, 0x8), 0x1E0) for _ in range(8)]
        self.control = 3
        self.sgis: list[int] = []
        self.waiting: list[int] = []
        self.ended: list[tuple[str, int]] = []
        self.lists = dict.fromkeys(range(0x100, 0x110, 4), 0xDEAD)
        self.last = 0
        self.virtual = {0x000: 0xFF, 0x008: 0, 0x0F0: 0xFF}

    def mmio_read(self, address: int, size: int) -> int:
        assert size == 4
        if GICH <= address < GICH + 0x1000:
            return self.read_virtual(address - GICH)
        if GICC <= address < GICC + 0x2_0000:
            return self.read_interface(address - GICC)
        offset = address - GICD
        if offset == 4:
            return 7 << 5 | 2
        if offset == 0:
            return self.control
        if 0x800 <= offset < 0x820:
            return (0x0101_0101 << self.cpu) if offset >= 0x804 else 0
        bank = self.own[self.cpu] if self.is_own(offset) else self.shared
        return bank.read(offset)

    @staticmethod
    def is_own(offset: int) -> bool:
        return (offset < 0x400 and offset % 0x80 == 0 or 0x400 <= offset < 0x420
                or 0xC00 <= offset < 0xC08)

    def mmio_write(self, address: int, size: int, value: int) -> None:
        self.last = address
        if GICH <= address < GICH + 0x1000:
            (self.lists if address - GICH >= 0x100 else self.virtual)[address - GICH] = value
            return
        if GICC <= address < GICC + 0x2_0000:
            self.write_interface(address - GICC, value)
            return
        offset = address - GICD
        if offset == 0:
            self.control = value
        elif offset == 0xF00:
            self.sgis.append(value)
        elif 0x820 <= offset < 0xC00:
            for i in range(size):
                self.targets[offset - 0x800 + i] = value >> 8 * i & 0xFF
        else:
            bank = self.own[self.cpu] if self.is_own(offset) else self.shared
            bank.write(offset, size, value)

    def read_interface(self, offset: int) -> int:
        if self.spread:
            offset = offset >> 16 << 12 | offset & 0xFFF
        elif offset >= 0x2000:
            return 0
        if offset == 0xC:
            return self.waiting.pop(0) if self.waiting else 1023
        if offset == 0xFC:
            return 0x0202_143B
        return self.interfaces[self.cpu].get(offset, 0)

    def write_interface(self, offset: int, value: int) -> None:
        if self.spread:
            assert offset % 0x1_0000 < 0x1000
            offset = offset >> 16 << 12 | offset & 0xFFF
        if offset in (0x10, 0x1000):
            self.ended.append(("drop" if offset == 0x10 else "deactivate", value))
        else:
            self.interfaces[self.cpu][offset] = value

    def read_virtual(self, offset: int) -> int:
        if offset == 4:
            return 0x9000_0003
        if offset == 0x30:
            return sum(1 << i for i in range(4) if not self.lists[0x100 + 4 * i] >> 28 & 3)
        return self.lists[offset] if offset >= 0x100 else self.virtual.get(offset, 0)


class V3(RecordingMachine):
    """A GICv3 with 96 interrupts and two regions of redistributors."""

    def __init__(self, regions: list[tuple[int, int, list[int]]]) -> None:
        super().__init__({"MPIDR_EL1": 1 << 31, "ICC_CTLR_EL1": 4 << 8,
                          "ICH_VTR_EL2": 4 << 29 | 4 << 26 | 3})
        self.control, self.busy = 7, 0
        self.shared = Bank(range(32, 96))
        self.routes: dict[int, int] = {}
        self.redistributors: dict[int, Redistributor] = {}
        for start, stride, affinities in regions:
            for i, affinity in enumerate(affinities):
                last = i == len(affinities) - 1
                self.redistributors[start + i * stride] = Redistributor(affinity, last)

    def mmio_read(self, address: int, size: int) -> int:
        if address >= GICR:
            return self.frame(address)[0].read(self.frame(address)[1], size)
        offset = address - GICD
        if offset == 0:
            self.busy = max(self.busy - 1, 0)
            return self.control | (1 << 31 if self.busy else 0)
        return 2 if offset == 4 else self.shared.read(offset)

    def frame(self, address: int) -> tuple[Redistributor, int]:
        """The redistributor at an address, and the offset into it."""
        base = max(a for a in self.redistributors if a <= address)
        assert address - base < 0x2_0000, f"nothing is at {address:#x}"
        return self.redistributors[base], address - base

    def mmio_write(self, address: int, size: int, value: int) -> None:
        if address >= GICR:
            redistributor, offset = self.frame(address)
            redistributor.write(offset, size, value)
            return
        offset = address - GICD
        if offset == 0:
            assert value & 3 == 0 or value & 0x10 == self.control & 0x10, "ARE with groups on"
            assert not self.busy, "GICD_CTLR before the last write is through"
            self.control, self.busy = value, 3
        elif 0x6000 <= offset < 0x8000:
            assert size == 8 and self.control & 0x10, "routes are there with ARE only"
            self.routes[(offset - 0x6000) // 8] = value
        else:
            assert self.control & 3 == 0 or offset >= 0x100, "groups change while forwarding"
            self.shared.write(offset, size, value)


class Redistributor:
    """RD_base and SGI_base of one CPU."""

    def __init__(self, affinity: int, last: bool) -> None:
        self.affinity, self.last = affinity, last
        self.asleep, self.sleepy = True, 3
        self.own = Bank(range(32))

    def read(self, offset: int, size: int) -> int:
        if offset == 8:
            assert size == 8
            return self.affinity << 32 | self.last << 4
        if offset == 0:
            return 0
        if offset == 0x14:
            self.sleepy -= 0 if self.asleep else 1
            return self.asleep << 1 | (self.sleepy > 0) << 2
        return self.own.read(offset - 0x1_0000)

    def write(self, offset: int, size: int, value: int) -> None:
        if offset == 0x14:
            self.asleep = bool(value & 2)
            return
        assert self.sleepy <= 0, "SGI_base of a redistributor that sleeps"
        self.own.write(offset - 0x1_0000, size, value)
