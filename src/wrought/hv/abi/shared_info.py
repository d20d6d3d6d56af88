"""`shared_info` and `vcpu_info` of 64-bit Arm (xen/public/xen.h, arch-arm.h)."""

from __future__ import annotations

from wrought.lang.core.decl import at, struct
from wrought.lang.core.scalars import Array, Atomic, i8, u8, u32, u64

WORD_BITS = 64
PENDING_WORDS = 64
TWO_LEVEL_PORTS = PENDING_WORDS * WORD_BITS


@struct(size=32)
class TimeInfo:
    """Time of x86 guests; Arm's read the counter, and this stays zero."""

    version: u32
    tsc_timestamp: u64 = at(8)
    system_time: u64
    tsc_to_system: u32
    tsc_shift: i8
    flags: u8


@struct(size=48)
class VcpuInfo:
    """A vCPU's events."""

    upcall_pending: Atomic[u8] = at(0)
    """Not zero from an event's arrival until the guest looks."""
    pending_words: Atomic[u64] = at(8)
    """A bit for each word of SharedInfo.pending that has news (evtchn_pending_sel)."""
    time: TimeInfo = at(16)


@struct(size=1088)
class SharedInfo:
    """A domain's event channels and the wall-clock time when the system time was 0."""

    vcpu: Array[VcpuInfo, 1]
    """Of vCPU 0, until it registers one elsewhere."""
    pending: Array[Atomic[u64], PENDING_WORDS] = at(48)
    mask: Array[Atomic[u64], PENDING_WORDS] = at(560)
    clock_version: Atomic[u32] = at(1072)
    """Odd while the next three change."""
    clock_seconds: u32
    clock_nanoseconds: u32
    clock_seconds_high: u32
