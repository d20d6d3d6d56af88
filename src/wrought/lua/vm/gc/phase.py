"""What the collector is doing: `Gc.phase`."""

from __future__ import annotations

from wrought.lang.core.scalars import u8, u64

PAUSE: u8 = 0
MARK: u8 = 1
STRINGS: u8 = 2
FINALISE: u8 = 3

NOT_MARKING: u64 = 255
"""`Vm.black` outside of the marking phase: no object has this epoch."""
LAST_EPOCH: u64 = 250
