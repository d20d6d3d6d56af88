"""The virtual interrupt controller on several fake CPUs, with a guest's side of list registers.

The hosted build has one set of list registers, of "this CPU"; here each CPU gets its own, put in
place while it is the current one.  `Interface` does with them what the hardware does when the
guest reads and writes its CPU interface (Arm IHI 0069, 4.8 and 6.2).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field

from hv.vdev.vdomain import VDomain
from wrought.hv.core.domain import WORK_INTERRUPTS, VcpuState
from wrought.hv.drivers.gic import fake_lists
from wrought.hv.drivers.gic.lists import HCR_LRENPIE, HCR_NPIE, HCR_UIE
from wrought.hv.fake import cpu as fake_cpu
from wrought.hv.vdev import vgic

PENDING, ACTIVE, HW, EOI = 1 << 62, 1 << 63, 1 << 61, 1 << 41
SPURIOUS = 1023
VEOIM = 1 << 9
STORM = 6
"""Rounds of kicks and maintenance interrupts after which something is wrong."""


class Raw(ctypes.Structure):
    """`FakeLists` without a check at every access: these tests look at it all the time."""

    _fields_ = [
        ("lr", ctypes.c_uint64 * 64), ("apr", ctypes.c_uint32 * 8), ("hcr", ctypes.c_uint32),
        ("vmcr", ctypes.c_uint32), ("misr", ctypes.c_uint32), ("eisr", ctypes.c_uint64),
        ("writes", ctypes.c_uint64), ("masked", ctypes.c_uint8 * 1024),
        ("active", ctypes.c_uint8 * 1024), ("deactivated", ctypes.c_uint32 * 1024)]


assert ctypes.sizeof(Raw) == fake_lists.FakeLists.size


@dataclass
class CpuBank:
    """What a CPU has of its own."""

    lr: list[int] = field(default_factory=lambda: [0] * 16)
    apr: list[int] = field(default_factory=lambda: [0] * 8)
    hcr: int = 0
    vmcr: int = 0
    active: list[int] = field(default_factory=lambda: [0] * 32)
    vcpu: int | None = None


class World:
    """`version` 2 or 3, `vcpus` of one domain, `cpus` with `lists` list registers each."""

    def __init__(self, version: int, vcpus: int, cpus: int, lists: int, spis: int = 64) -> None:
        self.version, self.lists = version, lists
        self.fake = Raw.from_address(fake_lists.lists.get().address)
        fake_lists.count.set(lists)
        fake_lists.version.set(version)
        ctypes.memset(ctypes.addressof(self.fake), 0, ctypes.sizeof(Raw))
        self.guest = VDomain(vcpus)
        self.vcpus = self.guest.vcpus
        self.parts = self.guest.parts
        self.where: list[int | None] = [None] * vcpus
        self.banks = [CpuBank() for _ in range(cpus)]
        self.cpu = 0
        self.put(0)
        assert vgic.vgic_init_domain(self.guest.domain, version, spis)
        for part, address in zip(self.parts, self.vcpus, strict=True):
            vgic.vgic_init_vcpu(address)
            part.vgic.vmcr = 0xF000_0003
            part.core.state = int(VcpuState.RUNNABLE)
        fake_cpu.kicked.set(0)

    # CPUs

    def take(self) -> None:
        bank, fake = self.banks[self.cpu], self.fake
        bank.lr, bank.apr, bank.active = fake.lr[:16], fake.apr[:], fake.active[:32]
        bank.hcr, bank.vmcr = fake.hcr, fake.vmcr

    def put(self, cpu: int) -> None:
        bank, fake = self.banks[cpu], self.fake
        fake.lr[:16], fake.apr[:], fake.active[:32] = bank.lr, bank.apr, bank.active
        fake.hcr, fake.vmcr = bank.hcr, bank.vmcr
        self.cpu = cpu
        fake_cpu.current.set(cpu)

    def on(self, cpu: int) -> None:
        """Go on as this CPU."""
        if cpu != self.cpu:
            self.take()
            self.put(cpu)

    def run_as(self, vcpu: int) -> None:
        cpu = self.where[vcpu]
        assert cpu is not None, "the vCPU is not loaded"
        self.on(cpu)

    # Switching

    def load(self, vcpu: int, cpu: int) -> None:
        self.on(cpu)
        assert self.banks[cpu].vcpu is None and self.where[vcpu] is None
        assert not any(x >> 62 or x & EOI and not x & HW for x in self.fake.lr[:16]), (
            "list registers are left over from another vCPU")
        assert not any(self.fake.apr), "active priorities are left over from another vCPU"
        self.parts[vcpu].core.cpu = cpu
        self.parts[vcpu].core.state = int(VcpuState.RUNNING)
        vgic.vgic_load(self.vcpus[vcpu])
        self.banks[cpu].vcpu, self.where[vcpu] = vcpu, cpu

    def save(self, vcpu: int) -> None:
        self.run_as(vcpu)
        vgic.vgic_save(self.vcpus[vcpu])
        self.parts[vcpu].core.state = int(VcpuState.RUNNABLE)
        self.banks[self.cpu].vcpu, self.where[vcpu] = None, None

    # Exits

    def settle(self) -> None:
        """Let every CPU do what it was kicked for and serve its maintenance interrupts, until
        nothing is left."""
        here = self.cpu
        for _ in range(STORM):
            if sum(self.exit(cpu) for cpu in range(len(self.banks))) == 0:
                break
        else:
            raise AssertionError("maintenance interrupts or kicks never end")
        self.on(here)

    def exit(self, cpu: int) -> bool:
        """One exit of what runs there, if something is to be done."""
        vcpu = self.banks[cpu].vcpu
        if vcpu is None:
            return False
        self.on(cpu)
        work = self.parts[vcpu].core.work & WORK_INTERRUPTS != 0
        if work:
            kicked = fake_cpu.kicked.get()
            fake_cpu.kicked.set(kicked & ~(1 << cpu))
            vgic.vgic_flush(self.vcpus[vcpu])
        elif self.maintenance():
            vgic.vgic_maintenance(self.vcpus[vcpu])
            return True
        return work

    def maintenance(self) -> bool:
        """Whether this CPU's virtual interface asserts its interrupt (IHI 0069, 12.4.8)."""
        lr, hcr = [self.fake.lr[i] for i in range(self.lists)], self.fake.hcr
        ended = any(x & (PENDING | ACTIVE) == 0 and x & HW == 0 and x & EOI for x in lr)
        valid = sum(x & (PENDING | ACTIVE) != 0 for x in lr)
        pending = any(x & (PENDING | ACTIVE) == PENDING for x in lr)
        return bool(ended or hcr & HCR_UIE and valid <= 1 or hcr & HCR_NPIE and not pending
                    or hcr & HCR_LRENPIE and hcr >> 27)

    # The guest's CPU interface

    def split(self, vcpu: int) -> bool:
        self.run_as(vcpu)
        return self.fake.vmcr & VEOIM != 0

    def acknowledge(self, vcpu: int) -> tuple[int, int]:
        """ICC_IAR1_EL1 or GICC_IAR: INTID and sender."""
        self.run_as(vcpu)
        running = self.running()
        best = None
        for i in range(self.lists):
            x = self.fake.lr[i]
            if x & (PENDING | ACTIVE) == PENDING and self.fake.vmcr >> (x >> 60 & 1) & 1:
                key = (x >> 48 & 0xFF, x & 0xFFFF_FFFF, i)
                best = min(best, key) if best else key
        if best is None or best[0] >= min(running, self.fake.vmcr >> 24):
            return SPURIOUS, 0
        i = best[2]
        value = self.fake.lr[i]
        self.fake.lr[i] = value ^ (PENDING | ACTIVE)
        self.fake.apr[self.word(value)] |= 1 << (best[0] >> 3)
        return best[1], 0 if value & HW else value >> 32 & 7

    def word(self, lr: int) -> int:
        """The active priorities that an interrupt counts in: GICv2 has one word for all."""
        return 4 if self.version == 3 and not lr >> 60 & 1 else 0

    def running(self) -> int:
        """The running priority, ICC_RPR_EL1."""
        both = self.fake.apr[0] | self.fake.apr[4]
        return (both & -both).bit_length() - 1 << 3 if both else 0x100

    def drop(self) -> None:
        """Priority drop: the highest active priority goes."""
        bit = self.running() >> 3
        for word in (0, 4):
            self.fake.apr[word] &= ~(1 << bit)

    def find_active(self, intid: int, sender: int) -> int | None:
        return next((i for i in range(self.lists)
                     if self.fake.lr[i] & ACTIVE and self.fake.lr[i] & 0xFFFF_FFFF == intid
                     and (self.fake.lr[i] & HW or self.fake.lr[i] >> 32 & 7 == sender)), None)

    def end(self, vcpu: int, intid: int, sender: int = 0) -> None:
        """ICC_EOIR1_EL1 or GICC_EOIR."""
        self.run_as(vcpu)
        self.drop()
        if not self.fake.vmcr & VEOIM:
            self.deactivate(vcpu, intid, sender)

    def deactivate(self, vcpu: int, intid: int, sender: int = 0) -> None:
        """The end of an active interrupt: by the write above, or by ICC_DIR_EL1."""
        self.run_as(vcpu)
        i = self.find_active(intid, sender)
        if i is None:
            self.fake.hcr = self.fake.hcr + (1 << 27) & 0xFFFF_FFFF
            return
        value = self.fake.lr[i] & ~ACTIVE
        self.fake.lr[i] = value
        if value & HW and value & PENDING == 0:
            self.fake.active[value >> 32 & 0x1FFF] = 0

    def write_dir(self, vcpu: int, intid: int, sender: int = 0) -> None:
        """ICC_DIR_EL1, which traps where ICH_HCR_EL2.TDIR says so."""
        self.run_as(vcpu)
        if self.fake.hcr >> 14 & 1:
            vgic.vgic_deactivate(self.vcpus[vcpu], intid)
        else:
            self.deactivate(vcpu, intid, sender)

    # Registers

    def call(self, vcpu: int, function: Callable, *arguments: int) -> int | None:
        self.run_as(vcpu)
        return function(self.vcpus[vcpu], *arguments)

    def write(self, vcpu: int, offset: int, value: int, size: int = 4,
              of: int | None = None) -> None:
        """The distributor, or the redistributor of `of`."""
        if of is None:
            self.call(vcpu, vgic.vgicd_write, offset, size, value)
        else:
            self.call(vcpu, vgic.vgicr_write, of, offset, size, value)

    def read(self, vcpu: int, offset: int, size: int = 4, of: int | None = None) -> int:
        if of is None:
            value = self.call(vcpu, vgic.vgicd_read, offset, size)
        else:
            value = self.call(vcpu, vgic.vgicr_read, of, offset, size)
        assert value is not None
        return value

    def bits(self, vcpu: int, base: int, intid: int, of: int) -> tuple[int, int | None]:
        """Where the register array `base` has an interrupt: offset of its word, redistributor."""
        if intid < 32 and self.version == 3:
            return 0x1_0000 + base, of
        return base + intid // 32 * 4, None
