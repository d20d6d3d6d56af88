"""A model of a GIC, straight from the architecture: what is pending where, what a CPU may be
given, and what acknowledging, ending and the distributor's registers do (Arm IHI 0048B, chapters
3 and 4; IHI 0069, chapter 4).  It has no list registers."""

from __future__ import annotations

from dataclasses import dataclass, field

IDLE = 0x100
SGIS, PRIVATE = 16, 32


@dataclass
class Interrupt:
    """One interrupt; of a private one, each CPU has its own."""

    intid: int
    edge: bool
    group: int
    enabled: bool = False
    priority: int = 0
    target: int | None = 0
    latch: bool = False
    line: bool = False
    active: int | None = None
    """The CPU at which it is active."""
    senders: set[int] = field(default_factory=set)
    """GICv2's SGIs: who has sent it."""
    host: int | None = None
    """The host's interrupt behind it."""
    fired: bool = False
    """That is active."""

    @property
    def pending(self) -> bool:
        return self.latch or bool(self.senders) or self.line and not self.edge

    @property
    def idle(self) -> bool:
        return not self.pending and self.active is None


class Gic:
    """`cpus` CPU interfaces and `spis` shared interrupts."""

    def __init__(self, version: int, cpus: int, spis: int) -> None:
        self.version, self.cpus = version, cpus
        self.forwarded: set[int] = set()
        group = 1 if version == 3 else 0
        self.private = [[Interrupt(i, i < SGIS, group, enabled=i < SGIS, target=cpu)
                         for i in range(PRIVATE)] for cpu in range(cpus)]
        self.shared = {i: Interrupt(i, False, group) for i in range(PRIVATE, PRIVATE + spis)}
        self.running: list[list[int]] = [[] for _ in range(cpus)]
        """Priorities of the interrupts that each CPU is handling, the last one innermost."""
        self.mask = [0xF0] * cpus

    def interrupt(self, cpu: int, intid: int) -> Interrupt:
        return self.private[cpu][intid] if intid < PRIVATE else self.shared[intid]

    def of_cpu(self, cpu: int) -> list[Interrupt]:
        return self.private[cpu] + list(self.shared.values())

    def all(self) -> list[Interrupt]:
        return sum(self.private, []) + list(self.shared.values())

    def with_senders(self, intid: int) -> bool:
        return self.version == 2 and intid < SGIS

    # Inputs

    def edge(self, cpu: int, intid: int) -> None:
        self.interrupt(cpu, intid).latch = True

    def sgi(self, sender: int, cpu: int, intid: int) -> None:
        if self.version == 2:
            self.private[cpu][intid].senders.add(sender)
        else:
            self.private[cpu][intid].latch = True

    def level(self, cpu: int, intid: int, high: bool) -> None:
        it = self.interrupt(cpu, intid)
        if it.edge and high and not it.line:
            it.latch = True
        it.line = high

    # The CPU interface

    def deliverable(self, cpu: int) -> list[Interrupt]:
        return [it for it in self.of_cpu(cpu)
                if it.pending and it.enabled and it.active is None and it.target == cpu
                and it.group in self.forwarded]

    def signalled(self, cpu: int) -> list[Interrupt]:
        """Those of the best priority, if it is above the mask."""
        found = [it for it in self.deliverable(cpu) if it.priority < self.mask[cpu]]
        best = min((it.priority for it in found), default=None)
        return [it for it in found if it.priority == best]

    def acceptable(self, cpu: int) -> set[int]:
        """What an acknowledge may give; nothing: a spurious interrupt."""
        running = min(self.running[cpu], default=IDLE)
        return {it.intid for it in self.signalled(cpu) if it.priority < running}

    def acknowledge(self, cpu: int, intid: int, sender: int) -> None:
        it = self.interrupt(cpu, intid)
        if self.with_senders(intid):
            assert sender in it.senders, f"SGI {intid} is not pending from {sender}"
            it.senders.remove(sender)
        it.latch = False
        it.active = cpu
        self.running[cpu].append(it.priority)

    def drop(self, cpu: int) -> None:
        self.running[cpu].pop()

    def deactivate(self, cpu: int, intid: int) -> None:
        it = self.interrupt(cpu, intid)
        it.active = None
        if not it.latch:
            it.fired = False

    # What the distributor's registers do besides storing a value

    def clear_pending(self, it: Interrupt) -> None:
        it.latch = False
        if it.active is None:
            it.fired = False

    def set_active(self, cpu: int, it: Interrupt) -> None:
        if it.active is None:
            it.active = cpu if it.target is None or it.intid < PRIVATE else it.target
