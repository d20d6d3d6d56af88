"""A domain's stage 2 translation: guest physical to machine addresses."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.lang.core.decl import enum, struct
from wrought.lang.core.scalars import Array, u8, u16, u32, u64
from wrought.rt.lock import TicketLock

MAX_KEPT = 32


@enum(u8)
class Kind:
    """What a mapping is: rights, memory type and who owns the frame.  Kept in the descriptor's
    software bits (58:55)."""

    NONE = 0
    RAM = 1
    """The domain's own memory: read, write, execute."""
    RAM_READ_ONLY = 2
    DEVICE = 3
    """A passed-through device's registers (Device-nGnRE, never executed)."""
    GRANT = 4
    """Another domain's frame, mapped by grant, writable."""
    GRANT_READ_ONLY = 5
    SHARED = 6
    """Static shared memory."""
    XEN = 7
    """A frame of the hypervisor's that the guest shares: shared_info, grant table."""
    XEN_READ_ONLY = 8
    """The same, for what only the hypervisor writes: grant status frames."""
    FOREIGN = 9
    """Another domain's frame, mapped by a privileged domain."""


@struct
class Translation:
    """Where a guest address leads."""

    hpa: Hpa
    size: u64
    """Bytes from the address to the end of its block, or of the hole that it is in."""
    kind: Kind
    """NONE where nothing is mapped; `hpa` is 0 then."""


@struct
class Kept:
    """RAM that is the domain's to its end: static memory, and what is mapped one to one."""

    gpa: u64
    hpa: u64
    size: u64


@struct
class Stage2:
    """The tables of one domain."""

    lock: TicketLock
    root: Hpa
    ipa_bits: u8
    start_level: u8
    """Level of the root: 0, or 1 with up to 16 tables side by side."""
    vmid: u16
    tables: u32
    """Frames that the tables take, roots included."""
    max_tables: u32
    """More are not taken: what a guest can make the hypervisor spend on it."""
    kept_count: u32
    kept: Array[Kept, MAX_KEPT]
    highest: u64
    """The highest guest address that was ever mapped, page's start."""
