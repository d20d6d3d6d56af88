"""The vector table with its handlers."""

from __future__ import annotations

from wrought.hv.a64.death import on_own_fault
from wrought.hv.a64.irq import on_interrupt
from wrought.hv.a64.run import work
from wrought.hv.a64.traps.sync import on_firmware, on_serror, on_sync
from wrought.hv.a64.vectors import vectors
from wrought.hv.core.hypercall import hypercall

vector_table = vectors(hypercall, on_firmware, on_interrupt, on_sync, on_serror, work,
                       on_own_fault)
