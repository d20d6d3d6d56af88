"""Structures that an SMMUv3 reads and writes in memory (Arm IHI 0070, chapters 4, 5 and 7)."""

from __future__ import annotations

from wrought.lang.core.decl import bit, bitfield, bits, enum, struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u8, u16, u32, u64

STREAM_BYTES, CONTEXT_BYTES, COMMAND_BYTES, EVENT_BYTES = 64, 64, 16, 32
STAGE1_ONLY, STAGE2_ONLY = 0b101, 0b110
"""STE.Config (5.2)."""
BASE_MASK = 0x000F_FFFF_FFFF_FFC0
"""Bits 51:6 of an address."""
USE_INCOMING = 1
"""STE.SHCFG: the device's own shareability."""
EL1 = 0
WRITE_BACK, INNER_SHAREABLE = 1, 3
MAIR = 0xFF | 0x04 << 8
"""Attribute 0 is memory, write-back; 1 is a device, nGnRE (5.4)."""


@bitfield(u64)
class Stream0:
    """Bits 63:0 of a stream table entry."""

    config: u8 = bits(3, 1)
    valid: bool = bit(0)


@bitfield(u64)
class Stream1:
    """Bits 127:64."""

    shareable: u8 = bits(45, 44)
    world: u8 = bits(31, 30)
    """STRW: of stage 1 translations."""
    context_shareable: u8 = bits(7, 6)
    context_outer: u8 = bits(5, 4)
    context_inner: u8 = bits(3, 2)


@bitfield(u64)
class Stream2:
    """Bits 191:128: as VTCR_EL2 has it, and what becomes of faults."""

    record: bool = bit(58)
    stall: bool = bit(57)
    walk_device: bool = bit(54)
    """S2PTW."""
    no_access_fault: bool = bit(53)
    aarch64: bool = bit(51)
    address_size: u8 = bits(50, 48)
    pages: u8 = bits(47, 46)
    """S2TG: 0 is 4 KB."""
    shareable: u8 = bits(45, 44)
    outer: u8 = bits(43, 42)
    inner: u8 = bits(41, 40)
    start: u8 = bits(39, 38)
    """S2SL0."""
    t0sz: u8 = bits(37, 32)
    vmid: u16 = bits(15, 0)


@bitfield(u64)
class Context0:
    """Bits 63:0 of a context descriptor (5.4)."""

    asid: u16 = bits(63, 48)
    private: bool = bit(47)
    """ASET: the CPUs' own ASIDs have nothing to do with this one."""
    abort: bool = bit(46)
    record: bool = bit(45)
    aarch64: bool = bit(41)
    address_size: u8 = bits(34, 32)
    valid: bool = bit(31)
    no_upper: bool = bit(30)
    """EPD1: there is no second table."""
    shareable: u8 = bits(13, 12)
    outer: u8 = bits(11, 10)
    inner: u8 = bits(9, 8)
    t0sz: u8 = bits(5, 0)


@bitfield(u64)
class StreamCommand:
    """Bits 63:0 of a command about a stream (4.3)."""

    stream: u32 = bits(63, 32)
    opcode: u8 = bits(7, 0)


@bitfield(u64)
class Command:
    """Bits 63:0 of another command (4.4, 4.7)."""

    asid: u16 = bits(63, 48)
    vmid: u16 = bits(47, 32)
    opcode: u8 = bits(7, 0)


@enum(u8)
class Opcode:
    """Commands (4.1.1)."""

    CONFIG_STREAM = 0x03
    CONFIG_ALL = 0x04
    CONTEXTS = 0x06
    TLB_ASID = 0x11
    TLB_GUEST = 0x28
    """CMD_TLBI_S12_VMALL."""
    TLB_GUEST_PAGE = 0x2A
    """CMD_TLBI_S2_IPA."""
    TLB_ALL = 0x30
    """CMD_TLBI_NSNH_ALL."""
    SYNC = 0x46


RANGE_ALL = 31
"""Range of CMD_CFGI_STE_RANGE that makes it CMD_CFGI_ALL (4.3.2)."""
LEAF = 1


@enum(u8)
class EventKind:
    """What an event record tells (7.3)."""

    UNSUPPORTED = 0x01
    BAD_STREAM = 0x02
    """The stream is beyond the table."""
    STREAM_FETCH = 0x03
    NOT_ALLOWED = 0x04
    """Nobody has given the device memory: its entry is not valid."""
    STREAM_DISABLED = 0x06
    CONTEXT_FETCH = 0x09
    BAD_CONTEXT = 0x0A
    WALK_ABORT = 0x0B
    TRANSLATION = 0x10
    ADDRESS_SIZE = 0x11
    ACCESS = 0x12
    PERMISSION = 0x13


@bitfield(u64)
class Event0:
    """Bits 63:0 of an event record."""

    stream: u32 = bits(63, 32)
    kind: EventKind = bits(7, 0)


@bitfield(u64)
class Event1:
    """Bits 127:64."""

    stage2: bool = bit(39)
    read: bool = bit(35)


@bitfield(u64)
class Level1:
    """A descriptor of a two-level stream table's first level (5.1)."""

    address: u64 = bits(51, 6)
    span: u8 = bits(4, 0)
    """2^(span - 1) entries there; 0 for none."""


@struct
class StreamEntry:
    """A stream table entry; the rest of its 64 bytes is zero."""

    words: u64
    world: u64
    guest: u64
    table: u64


@struct
class ContextEntry:
    """A context descriptor, likewise."""

    control: u64
    table: u64
    mair: u64


@fn
def stage2_entry(vmid: u16, t0sz: u8, start: u8, address_size: u8, root: u64) -> StreamEntry:
    """Translate by a guest's own stage 2 tables; faults end the access and are recorded."""
    return StreamEntry(
        u64(Stream0(valid=True, config=STAGE2_ONLY)), u64(Stream1(shareable=USE_INCOMING)),
        u64(Stream2(vmid=vmid, t0sz=t0sz, start=start, inner=WRITE_BACK, outer=WRITE_BACK,
                    shareable=INNER_SHAREABLE, address_size=address_size, aarch64=True,
                    record=True)),
        root)


@fn
def stage1_entry(context: u64) -> StreamEntry:
    """Translate by the one context descriptor at `context`."""
    return StreamEntry(
        u64(Stream0(valid=True, config=STAGE1_ONLY)) | context,
        u64(Stream1(shareable=USE_INCOMING, world=EL1,
                    context_shareable=INNER_SHAREABLE, context_outer=WRITE_BACK,
                    context_inner=WRITE_BACK)), 0, 0)


@fn
def context_entry(asid: u16, address_size: u8, root: u64) -> ContextEntry:
    """Tables at `root` for addresses of 48 bits."""
    return ContextEntry(
        u64(Context0(asid=asid, private=True, abort=True, record=True, aarch64=True,
                     address_size=address_size, valid=True, no_upper=True, t0sz=64 - 48,
                     shareable=INNER_SHAREABLE, outer=WRITE_BACK, inner=WRITE_BACK)),
        root, MAIR)
