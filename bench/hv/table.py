"""What is measured and what it should be: the table of the design, as data."""

from __future__ import annotations

from typing import NamedTuple


class Operation(NamedTuple):
    """One of the twelve operations."""

    name: str
    """As the guest prints it."""
    title: str
    goal: int
    """Instructions."""


OPERATIONS = (
    Operation("xen_version", "null hypercall (xen_version)", 100),
    Operation("unknown_call", "unknown hypercall", 90),
    Operation("psci_version", "PSCI version by HVC", 110),
    Operation("read_uart", "emulated UART register read", 200),
    Operation("read_distributor", "emulated GIC distributor read", 200),
    Operation("read_id", "trapped ID register read", 110),
    Operation("self_sgi", "SGI to self, send to end of interrupt", 350),
    Operation("virtual_timer", "virtual timer, armed to end of interrupt", 350),
    Operation("sched_yield", "sched_yield, alone on the CPU", 300),
    Operation("wake_up", "WFI to timer wake-up, beyond the time", 900),
    Operation("fault", "unmapped access injected as a fault", 250),
    Operation("event_to_self", "event channel to self, send to handler", 500),
)

SHARE = 0.4
"""How much of Xen's instructions an operation may take at most."""
LAUNCH = 12.0
"""Million instructions from reset to the first instruction of two static domains."""
KEPT = 4
"""Megabytes of the machine's memory that the hypervisor may keep."""
IMAGE = 200
"""Thousand bytes of the image."""
KEPT = 4.0
"""Megabytes of the machine's memory."""
LINES = 12_000
"""Lines of the part that runs at EL2."""
