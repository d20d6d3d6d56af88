"""What vCPUs and domains hold for the virtual interrupt controller.

Interrupts are kept by 32, a bit each, as the architecture's registers have them (Arm IHI 0048B
and IHI 0069, 1.2 for the states).  An interrupt that a list register holds has its pending and
active state there; its bank keeps the rest, and what came after.

Who may touch what:
- `VgicCpu` but its atomic fields, and the fields `listed`, `holder`, `place` of private
  interrupts: the physical CPU on which the vCPU is loaded; when it is loaded nowhere, the one
  that loads it.
- Banks of shared interrupts, and configuration (everything not atomic) of private ones: written
  under `VgicDist.lock`.
- Atomic fields: anyone, who then tells the vCPU (`vgic_notify`).
"""

from __future__ import annotations

from wrought.hv.abi.address import Hpa
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, Atomic, Slice, u8, u16, u32, u64
from wrought.rt.lock import TicketLock

PRIVATE = 32
"""INTIDs below are each vCPU's own: 16 SGIs and 16 PPIs."""
SGIS = 16
MAX_SPIS = 988
"""INTIDs 32 to 1019."""
MAX_BANKS = 31
FEW_BANKS = 2
"""Banks of shared interrupts that need no frame."""
MAX_LISTS = 16
"""List registers that are used; GICv2 hosts may have more."""
MAX_PRIORITY_WORDS = 8
NOBODY = 0xFF
"""`Bank.target` where the guest named no vCPU that there is."""
PRIORITY_MASK = 0xF8
"""Bits that priorities have: the five that every list register has."""


@struct
class Bank:
    """Thirty-two interrupts."""

    enabled: Atomic[u32]
    pending: Atomic[u32]
    """Latched: by an edge, by the guest's write, by a mapped interrupt of the host."""
    line: Atomic[u32]
    """Input lines, for level-triggered ones."""
    active: Atomic[u32]
    """Active, while in no list register: `parked`."""
    forced: Atomic[u32]
    """Made active by the guest's write, so that no end of interrupt is due."""
    fired: Atomic[u32]
    """The host's interrupt behind it is active."""
    drop_pending: Atomic[u32]
    """The list register's pending state is void: what it is besides came later."""
    drop_active: Atomic[u32]
    """Likewise."""
    edge: u32
    group: u32
    """A bit is set for group 1."""
    listed: u32
    """In a list register of `holder`."""
    mapped: u32
    """Has an interrupt of the host, `physical`."""
    valid: u32
    priority: Array[u8, 32]
    active_priority: Array[u8, 32]
    """While active and parked: the one that it was acknowledged with."""
    target: Array[u8, 32]
    """Number of the vCPU, or NOBODY."""
    holder: Array[u8, 32]
    """The vCPU that has it in a list register, or active."""
    place: Array[u8, 32]
    """Its list register."""
    physical: Array[u16, 32]
    route: Array[u32, 32]
    """As the guest wrote it: GICv3 affinity, Aff3 in bits 31:24; GICv2 target byte."""

    def raised(self) -> u32:
        """Pending, were it in no list register."""
        return self.pending.load(Order.RELAXED) | self.line.load(Order.RELAXED) & ~self.edge

    def candidates(self, group_0: u32, group_1: u32) -> u32:
        """What wants a list register; the arguments are masks of the groups forwarded."""
        forwarded = self.group & group_1 | ~self.group & group_0
        return (self.raised() & self.enabled.load(Order.RELAXED) & forwarded & ~self.listed
                & ~self.active.load(Order.RELAXED))


@struct
class VgicCpu:
    """A vCPU's side: private interrupts, list registers while it does not run."""

    loaded_on: u32
    """The physical CPU whose list registers are this vCPU's, plus one; 0 for none."""
    used: u32
    """List registers with an interrupt, as far as looked at."""
    eoi: u32
    """Those that ask for a maintenance interrupt."""
    shared: u32
    """Those with an SPI."""
    forced: u32
    """Those with an interrupt of `Bank.forced`."""
    latched: u32
    """Those whose pending state came from the latch, and goes back there."""
    hcr: u32
    """As last written."""
    vmcr: u32
    self_sgi: u64
    """ICC_SGI1R_EL1 of an SGI to this vCPU alone, without the number."""
    stale: Atomic[u32]
    """Not 0: configuration changed under the list registers, all are to be written anew."""
    spi_banks: Atomic[u32]
    """Banks that may have a candidate for this vCPU.  Set and cleared under the domain's lock."""
    parked_banks: Atomic[u32]
    """Banks that may have an active interrupt of this vCPU in no list register; likewise."""
    asleep: bool
    """GICR_WAKER.ProcessorSleep."""
    lr: Array[u64, MAX_LISTS]
    """List registers as last written or seen."""
    intid: Array[u16, MAX_LISTS]
    apr: Array[u32, MAX_PRIORITY_WORDS]
    sources: Array[Atomic[u8], SGIS]
    """GICv2: vCPUs whose SGI is pending, a bit each."""
    active_source: Array[u8, SGIS]
    """GICv2: whose SGI is active, while parked."""
    own: Bank


@struct
class VgicDist:
    """A domain's distributor: shared interrupts."""

    lock: TicketLock
    version: u32
    """2 or 3."""
    banks: u32
    """Of shared interrupts."""
    group_0: u32
    """All ones while group 0 is forwarded (GICD_CTLR), else 0."""
    group_1: u32
    frames: Hpa
    """Memory of more than FEW_BANKS banks, 0 without."""
    frame_count: u64
    few: Array[Bank, FEW_BANKS]
    bank: Slice[Bank]
    """By INTID / 32 - 1."""
