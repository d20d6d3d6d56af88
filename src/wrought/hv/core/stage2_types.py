"""A domain's stage 2 translation: guest physical to machine addresses."""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.lang.core.decl import enum, struct
from wrought.lang.core.scalars import u8, u16, u32
from wrought.rt.lock import TicketLock


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


@struct
class Stage2:
    """The tables of one domain."""

    lock: TicketLock
    root: Hpa
    ipa_bits: u8
    vmid: u16
    tables: u32
    """Frames that the tables take, roots included."""
