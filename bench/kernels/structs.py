"""Kernels over structs and bit fields."""

from __future__ import annotations

from wrought.lang.core.decl import bit, bitfield, bits, enum, struct
from wrought.lang.core.function import export, fn
from wrought.lang.core.scalars import Array, Ptr, Slice, u8, u16, u32, u64


@enum(u8)
class Trap:
    """Some of the exception classes (Arm ARM DDI 0487, D24.2.40)."""

    WFX = 0x01
    HVC = 0x16
    DATA_ABORT = 0x24


@bitfield(u64)
class Syndrome:
    """ESR_EL2."""

    iss: u32 = bits(24, 0)
    il: bool = bit(25)
    trap: Trap = bits(31, 26)


@bitfield(u32)
class DataAbort:
    """ISS of a data abort."""

    dfsc: u8 = bits(5, 0)
    wnr: bool = bit(6)
    srt: u8 = bits(20, 16)
    sas: u8 = bits(23, 22)
    isv: bool = bit(24)


@export
@fn
def bit_fields(syndromes: Slice[Syndrome]) -> u64:
    """A number that depends on every field of every syndrome."""
    total: u64 = 0
    for esr in syndromes:
        match esr.trap:
            case Trap.WFX:
                total += 1
            case Trap.HVC:
                total += esr.iss & 0xFFFF
            case Trap.DATA_ABORT:
                abort = DataAbort(esr.iss)
                if abort.isv:
                    total += u64(abort.srt) * 8 + (u64(1) << abort.sas)
                    total += 100 if abort.wnr else 0
                else:
                    total += abort.dfsc
            case _:
                total += 7
    return total


@bitfield(u64)
class Descriptor:
    """A page descriptor, as far as it is needed here."""

    valid: bool = bit(0)
    attribute: u8 = bits(4, 2)
    accessed: bool = bit(10)
    frame: u64 = bits(47, 12)


@export
@fn
def bit_writes(descriptors: Slice[Descriptor], base: u64) -> u64:
    """Fill in descriptors field by field; the sum of their frames."""
    total: u64 = 0
    for i in range(len(descriptors)):
        made = Descriptor(0)
        made.valid = True
        made.attribute = 3
        made.frame = base + i & 0xFFFFFFFFF
        made.accessed = i & 3 == 0
        descriptors[i] = made
        total += descriptors[i].frame
    return total


@struct
class Registers:
    """What a context switch saves."""

    x: Array[u64, 6]
    pc: u64
    flags: u32
    mode: u16


@export
@fn
def struct_copy(saved: Slice[Registers], live: Ptr[Registers]) -> u64:
    """Give every saved context a turn."""
    total: u64 = 0
    for i in range(1, len(saved)):
        kept = live[0]
        live[0] = saved[i]
        saved[i - 1] = kept
        live.x[i & 3] += 1
        live.pc += 4
        total += live.pc + live.flags + live.mode
    return total


@struct
class Packet:
    """A header and some payload."""

    kind: u16
    length: u16
    sequence: u32
    payload: Array[u8, 24]


@struct
class Ring:
    """A queue of a fixed size."""

    packets: Array[Packet, 16]
    head: u32
    tail: u32

    def push(self, packet: Ptr[Packet]) -> bool:
        """False where the ring is full."""
        if self.tail - self.head == 16:
            return False
        self.packets[self.tail % 16] = packet[0]
        self.tail += 1
        return True

    def pop(self, packet: Ptr[Packet]) -> bool:
        """False where the ring is empty."""
        if self.tail == self.head:
            return False
        packet[0] = self.packets[self.head % 16]
        self.head += 1
        return True


@export
@fn
def ring(queue: Ptr[Ring], packets: Slice[Packet], out: Ptr[Packet]) -> u64:
    """Send packets through a ring in bursts."""
    total: u64 = 0
    for packet in packets:
        if not queue.push(packet):
            while queue.pop(out):
                total += u64(out.sequence) * out.length + out.payload[out.kind & 15]
            queue.push(packet)
    return total
