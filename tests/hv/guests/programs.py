"""The guests: name, main function, and the machine that each needs."""

from __future__ import annotations

from typing import NamedTuple

from hv.guests import (
    aborts,
    between,
    channels,
    context,
    grants,
    hostile,
    hypercalls,
    irqs,
    parallel,
    power,
    registers,
    shared,
    storms,
    timers,
    traps,
)
from wrought.lang.core.function import Compiled


class Guest(NamedTuple):
    """One scenario."""

    main: Compiled
    """Takes nothing, never returns, prints `ok NAME` or `FAIL NAME`."""
    cpus: int = 1
    gic: tuple[int, ...] = (2, 3)
    lines: tuple[str, ...] = ()
    """What to wait for instead of the verdict, one line after the other."""
    verdict: bool = True
    """Whether it must come to an end of its own."""
    xen_differs: str = ""
    """Why Xen 4.17 fails it, or does not have what it is about."""

    @property
    def name(self) -> str:
        """What it prints behind `ok`."""
        return self.main.name


GUESTS = {g.name: g for g in (
    Guest(traps.wfi_wakes),
    Guest(traps.wfe_returns),
    Guest(traps.unknown_hypercalls),
    Guest(traps.unknown_immediates, xen_differs="it crashes a domain for another immediate"),
    Guest(traps.smc_trapped),
    Guest(registers.id_registers),
    Guest(registers.debug_registers),
    Guest(registers.pmu_registers),
    Guest(registers.foreign_registers),
    Guest(registers.implementation_registers),
    Guest(aborts.unmapped_data),
    Guest(aborts.unmapped_code),
    Guest(aborts.unmapped_tables),
    Guest(aborts.device_tables, gic=(2,), xen_differs="it repeats such a walk for ever"),
    Guest(aborts.mmio_widths, xen_differs="it extends the sign of LDRSB to 64 bits"),
    Guest(aborts.mmio_without_syndrome),
    Guest(aborts.uart_widths),
    Guest(aborts.cache_maintenance),
    Guest(irqs.sgi_to_self),
    Guest(irqs.spurious),
    Guest(irqs.priorities, xen_differs="what waits for a list register is not sorted"),
    Guest(irqs.enable_and_disable),
    Guest(irqs.disabled_waits, xen_differs="pending state can't be read or cleared"),
    Guest(irqs.software_pending),
    Guest(irqs.active_state),
    Guest(irqs.distributor_registers),
    Guest(timers.counters),
    Guest(timers.virtual_timer),
    Guest(timers.physical_timer),
    Guest(timers.timers_in_sleep),
    Guest(power.psci_calls),
    Guest(power.cpu_on_errors, xen_differs="it looks at few bits of an affinity"),
    Guest(power.suspend),
    Guest(power.cpu_on_and_off, cpus=2),
    Guest(power.already_on, cpus=2),
    Guest(power.system_reset, lines=("started",) * 3,
          xen_differs="a domain that was created at boot does not come again"),
    Guest(parallel.sgi_between_cpus, cpus=2),
    Guest(parallel.sgi_to_sleepers, cpus=4),
    Guest(parallel.atomics_and_timers, cpus=4),
    Guest(hypercalls.xen_version),
    Guest(hypercalls.hvm_parameters),
    Guest(hypercalls.sched_calls),
    Guest(hypercalls.sleep_by_hypercall),
    Guest(hypercalls.vcpu_calls),
    Guest(hypercalls.console_calls),
    Guest(hypercalls.multicalls),
    Guest(channels.interdomain_with_self),
    Guest(channels.masked_events),
    Guest(channels.channel_errors),
    Guest(channels.many_ports),
    Guest(channels.fifo_events),
    Guest(grants.grant_table),
)}

PAIRS = {
    "grants_and_events": (Guest(grants.granter), Guest(grants.mapper)),
    "write_to_read_grant": (Guest(grants.granter), Guest(
        grants.writing_mapper, xen_differs="it repeats such a write for ever")),
    "registers_kept": (Guest(context.registers_kept), Guest(context.registers_kept_too)),
    "hostile": (Guest(hostile.steady), Guest(hostile.hostile, verdict=False)),
}
"""Guests that run together, the first as domain 1.  On Xen they need `xsm=dummy`: Debian's
default lets domains only talk to the control domain."""

CONFIGURED = (Guest(shared.static_first), Guest(shared.static_second))
"""Guests that need more of their configuration than memory."""

STORMS = {
    "mmio": (Guest(storms.mmio_storm, cpus=4),),
    "sgi": (Guest(storms.sgi_storm, cpus=4),),
    "timer": (Guest(storms.timer_storm, cpus=4),),
    "power": (Guest(storms.power_storm, cpus=4),),
    "balloon": (Guest(storms.balloon_storm, cpus=2),),
    "events": (Guest(between.event_storm, cpus=2),
               Guest(between.event_guest, cpus=2, verdict=False)),
    "grants": (Guest(between.grant_storm, cpus=2),
               Guest(between.grant_guest, cpus=2, verdict=False)),
}
"""Guests that do as much as they can at random, the second of a pair starting over and over."""
