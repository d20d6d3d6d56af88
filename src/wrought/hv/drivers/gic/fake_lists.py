"""List registers and host interrupts as plain memory, for tests on the host."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Array, u8, u32, u64
from wrought.lang.core.static import static

INTIDS = 1024


@struct
class FakeLists:
    """What the hardware would hold; tests read and set it."""

    lr: Array[u64, 64]
    apr: Array[u32, 8]
    hcr: u32
    vmcr: u32
    misr: u32
    eisr: u64
    writes: u64
    """List register writes so far."""
    masked: Array[u8, INTIDS]
    """1 where the physical interrupt was disabled by `mask_host`."""
    active: Array[u8, INTIDS]
    """1 while it is active; `deactivate_host` clears it."""
    deactivated: Array[u32, INTIDS]
    """How often `deactivate_host` was called."""


lists = static(FakeLists)
edges = static(Array[u8, INTIDS])
"""1 where a physical interrupt was set to be edge-triggered, after `configure_host`."""
aimed = static(Array[u32, INTIDS])
"""The CPU that it was last sent to by `aim_host`."""
count = static(u32, 4)
"""List registers of the fake machine."""
version = static(u32, 3)
"""The GIC that it pretends to have, 2 or 3: decides `vmcr_reset` and `lr_group`."""


@fn
def empty() -> u64:
    """A bit for each list register whose state is inactive."""
    result: u64 = 0
    for i in range(u64(count)):
        if lists.lr[i] >> 62 == 0:
            result |= u64(1) << i
    return result


@fn
def write(i: u32, value: u64) -> None:
    """List register `i`; a panic where there is none, as hardware has an undefined one."""
    assert i < count, "no such list register"
    lists.lr[i] = value
    lists.writes += 1


@fn
def deactivate(intid: u32) -> None:
    """End of a physical interrupt."""
    lists.active[intid] = 0
    lists.deactivated[intid] += 1
