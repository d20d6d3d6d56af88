"""Registers of an SMMUv3, non-secure (Arm IHI 0070, chapter 6)."""

from __future__ import annotations

from wrought.lang.core.decl import at, bit, bitfield, bits, mmio
from wrought.lang.core.scalars import Mmio, u8, u32, u64


@bitfield(u32)
class Features0:
    """SMMU_IDR0 (6.3.1)."""

    level2: u8 = bits(28, 27)
    """1: two-level stream tables."""
    vmid16: bool = bit(18)
    ats: bool = bit(10)
    coherent: bool = bit(4)
    """Tables and queues are read through the CPUs' caches."""
    formats: u8 = bits(3, 2)
    """TTF: bit 1 is AArch64."""
    stage1: bool = bit(1)
    stage2: bool = bit(0)


@bitfield(u32)
class Features1:
    """SMMU_IDR1 (6.3.2)."""

    tables_preset: bool = bit(30)
    queues_preset: bool = bit(29)
    command_bits: u8 = bits(25, 21)
    """log2 of the most entries of the command queue."""
    event_bits: u8 = bits(20, 16)
    stream_bits: u8 = bits(5, 0)


@bitfield(u32)
class Features5:
    """SMMU_IDR5 (6.3.6)."""

    pages_4k: bool = bit(4)
    address_size: u8 = bits(2, 0)
    """OAS, coded as ID_AA64MMFR0_EL1.PARange."""


@bitfield(u32)
class Control0:
    """SMMU_CR0 and SMMU_CR0ACK (6.3.9)."""

    commands: bool = bit(3)
    events: bool = bit(2)
    enable: bool = bit(0)


@bitfield(u32)
class Control1:
    """SMMU_CR1 (6.3.11): how tables and queues are read."""

    table_shareable: u8 = bits(11, 10)
    table_outer: u8 = bits(9, 8)
    table_inner: u8 = bits(7, 6)
    queue_shareable: u8 = bits(5, 4)
    queue_outer: u8 = bits(3, 2)
    queue_inner: u8 = bits(1, 0)


@bitfield(u32)
class Control2:
    """SMMU_CR2 (6.3.12)."""

    private: bool = bit(2)
    """PTM: broadcast TLB maintenance of the CPUs is not taken part in."""
    record_bad: bool = bit(1)
    """RECINVSID: streams beyond the table are told as events."""


@bitfield(u32)
class Bypass:
    """SMMU_GBPA (6.3.14): what happens to streams while the SMMU is off."""

    update: bool = bit(31)
    abort: bool = bit(20)


@bitfield(u32)
class Interrupts:
    """SMMU_IRQ_CTRL and its ACK (6.3.17)."""

    events: bool = bit(2)
    errors: bool = bit(0)


@bitfield(u32)
class Errors:
    """SMMU_GERROR and SMMU_GERRORN (6.3.19): an error is active where they differ."""

    service: bool = bit(8)
    events: bool = bit(2)
    """A write to the event queue failed."""
    commands: bool = bit(0)


@bitfield(u32)
class TableShape:
    """SMMU_STRTAB_BASE_CFG (6.3.25)."""

    two_level: bool = bit(16)
    split: u8 = bits(10, 6)
    stream_bits: u8 = bits(5, 0)


@bitfield(u32)
class Consumer:
    """SMMU_CMDQ_CONS (6.3.28)."""

    error: u8 = bits(30, 24)
    at: u32 = bits(19, 0)


@mmio
class Smmu:
    """Both pages of 64 KB."""

    idr0: Mmio[Features0] = at(0x00)
    idr1: Mmio[Features1] = at(0x04)
    idr5: Mmio[Features5] = at(0x14)
    cr0: Mmio[Control0] = at(0x20)
    cr0ack: Mmio[Control0] = at(0x24)
    cr1: Mmio[Control1] = at(0x28)
    cr2: Mmio[Control2] = at(0x2C)
    gbpa: Mmio[Bypass] = at(0x44)
    irq_ctrl: Mmio[Interrupts] = at(0x50)
    irq_ctrlack: Mmio[Interrupts] = at(0x54)
    gerror: Mmio[Errors] = at(0x60)
    gerrorn: Mmio[Errors] = at(0x64)
    gerror_irq_cfg0: Mmio[u64] = at(0x68)
    strtab_base: Mmio[u64] = at(0x80)
    strtab_base_cfg: Mmio[TableShape] = at(0x88)
    cmdq_base: Mmio[u64] = at(0x90)
    cmdq_prod: Mmio[u32] = at(0x98)
    cmdq_cons: Mmio[Consumer] = at(0x9C)
    eventq_base: Mmio[u64] = at(0xA0)
    eventq_irq_cfg0: Mmio[u64] = at(0xB0)
    eventq_prod: Mmio[u32] = at(0x1_00A8)
    eventq_cons: Mmio[u32] = at(0x1_00AC)


REGISTERS = 0x2_0000
"""Bytes of both pages."""
WRITE_BACK, INNER_SHAREABLE = 1, 3
ALLOCATE = 1 << 62
"""RA or WA of the base registers of tables and queues: a hint."""
