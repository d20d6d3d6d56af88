"""Random life of several vCPUs with few list registers, against a model of the GIC: every
acknowledge gives what the architecture says, nothing is lost or comes twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.vdev.vgic_model import PRIVATE, Gic
from hv.vdev.vgic_world import SPURIOUS, World
from wrought.hv.vdev import vgic

PRIORITIES = (0x00, 0x20, 0x48, 0x80, 0xA0, 0xE8, 0xF0)
INTIDS = (0, 1, 15, 20, 27, 30, 32, 33, 40, 41, 63, 64, 95)
SHARED = tuple(i for i in INTIDS if i >= PRIVATE)
HOST = {27: 27, 40: 140, 64: 200}
"""Mapped interrupts of the host."""
GROUP, ENABLE, DISABLE, PEND, UNPEND, ACTIVATE, DEACTIVATE, PRIORITY, TARGET, CONFIG, ROUTE = (
    0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380, 0x400, 0x800, 0xC00, 0x6000)


class Life:
    """The world and the model, doing the same."""

    def __init__(self, version: int, vcpus: int, cpus: int, lists: int, split: bool) -> None:
        self.world = World(version, vcpus, cpus, lists)
        self.model = Gic(version, vcpus, 64)
        self.split = split
        self.handling: list[list[tuple[int, int]]] = [[] for _ in range(vcpus)]
        """Acknowledged by each vCPU and not ended: INTID and sender."""
        self.dropped: list[list[tuple[int, int]]] = [[] for _ in range(vcpus)]
        """Ended, to be deactivated, where that is split."""
        for vcpu, part in enumerate(self.world.parts):
            part.vgic.vmcr |= 0x200 if split else 0
            assert vgic.vgic_map_hw(self.world.vcpus[vcpu], 27, HOST[27])
        for intid, host in HOST.items():
            if intid >= PRIVATE:
                assert vgic.vgic_map_spi(self.world.guest.domain, intid, host)
        for it in self.model.all():
            it.host = HOST.get(it.intid)
        for vcpu in range(min(vcpus, cpus)):
            self.world.load(vcpu, vcpu)

    def loaded(self) -> list[int]:
        return [v for v, cpu in enumerate(self.world.where) if cpu is not None]

    # What can happen; each takes random numbers and does nothing where they do not fit

    def edge(self, cpu: int, vcpu: int, intid: int, _: int) -> None:
        it = self.model.interrupt(vcpu, intid)
        if it.host is not None:
            self.fire(vcpu, it)
        elif it.edge and not self.model.with_senders(intid):
            self.world.on(cpu)
            vgic.vgic_inject_edge(self.world.vcpus[vcpu], intid)
            self.model.edge(vcpu, intid)

    def fire(self, vcpu: int, it) -> None:
        """The host's interrupt comes: a PPI where its vCPU is loaded, an SPI anywhere."""
        if it.intid < PRIVATE:
            if self.world.where[vcpu] is None:
                return
            self.world.run_as(vcpu)
        elif not it.enabled:
            return
        if self.world.fake.active[it.host] == 0:
            self.world.fake.active[it.host] = 1
            vgic.vgic_inject_edge(self.world.vcpus[vcpu], it.intid)
            it.latch = it.fired = True

    def level(self, cpu: int, vcpu: int, intid: int, high: int) -> None:
        if self.model.interrupt(vcpu, intid).host is None and intid >= 16:
            self.world.on(cpu)
            vgic.vgic_set_level(self.world.vcpus[vcpu], intid, bool(high & 1))
            self.model.level(vcpu, intid, bool(high & 1))

    def sgi(self, _: int, vcpu: int, intid: int, targets: int) -> None:
        n = len(self.world.vcpus)
        targets &= (1 << n) - 1
        if vcpu not in self.loaded() or intid >= 16:
            return
        if self.model.version == 2:
            self.world.write(vcpu, 0xF00, targets << 16 | intid)
        else:
            self.world.call(vcpu, vgic.vgic_sgi_v3, intid << 24 | targets)
        for to in range(n):
            if targets >> to & 1 and (self.model.version == 2
                                      or self.model.private[to][intid].group == 1):
                self.model.sgi(vcpu, to, intid)

    def take(self, _: int, vcpu: int, __: int, ___: int) -> None:
        if vcpu not in self.loaded():
            return
        expected = self.model.acceptable(vcpu)
        intid, sender = self.world.acknowledge(vcpu)
        if intid == SPURIOUS:
            assert not expected, f"vCPU {vcpu} got nothing instead of {expected}"
            return
        assert intid in expected, f"vCPU {vcpu} got {intid} instead of {expected or 'nothing'}"
        self.model.acknowledge(vcpu, intid, sender)
        self.handling[vcpu].append((intid, sender))

    def end(self, _: int, vcpu: int, __: int, ___: int) -> None:
        if vcpu not in self.loaded() or not self.handling[vcpu]:
            return
        intid, sender = self.handling[vcpu].pop()
        if not self.split and self.model.interrupt(vcpu, intid).active != vcpu:
            # The guest itself has deactivated it by the distributor: nothing to end.
            self.world.run_as(vcpu)
            self.world.drop()
            self.model.drop(vcpu)
            return
        self.world.end(vcpu, intid, sender)
        self.model.drop(vcpu)
        if self.split:
            self.dropped[vcpu].append((intid, sender))
        else:
            self.model.deactivate(vcpu, intid)

    def deactivate(self, _: int, vcpu: int, intid: int, which: int) -> None:
        if vcpu in self.loaded() and self.dropped[vcpu]:
            intid, sender = self.dropped[vcpu].pop(which % len(self.dropped[vcpu]))
            if self.model.interrupt(vcpu, intid).active == vcpu:
                self.world.write_dir(vcpu, intid, sender)
                self.model.deactivate(vcpu, intid)

    def switch(self, cpu: int, vcpu: int, _: int, __: int) -> None:
        """Another vCPU on a CPU, or the same elsewhere."""
        before = self.world.banks[cpu].vcpu
        if before is not None:
            self.world.save(before)
        if self.world.where[vcpu] is None:
            self.world.load(vcpu, cpu)

    # Registers: by a loaded vCPU, for its own interrupt or any vCPU's

    def set_bit(self, base: int, vcpu: int, of: int, intid: int):
        by = vcpu if vcpu in self.loaded() else None
        of = vcpu if self.model.version == 2 else of
        if by is None:
            return None
        offset, frame = self.world.bits(by, base, intid, of)
        self.world.write(by, offset, 1 << intid % 32, of=frame)
        return self.model.interrupt(of, intid)

    def enable(self, of: int, vcpu: int, intid: int, on: int) -> None:
        it = self.set_bit(ENABLE if on & 3 else DISABLE, vcpu, of, intid)
        if it is not None:
            it.enabled = on & 3 != 0

    def pend(self, of: int, vcpu: int, intid: int, on: int) -> None:
        if self.model.with_senders(intid):
            if vcpu in self.loaded() and on < 8:
                self.world.write(vcpu, (0xF20 if on & 1 else 0xF10) + intid, 1 << on, size=1)
                senders = self.model.private[vcpu][intid].senders
                senders.add(on) if on & 1 else senders.discard(on)
            return
        it = self.set_bit(PEND if on & 1 else UNPEND, vcpu, of, intid)
        if it is not None and on & 1:
            it.latch = True
        elif it is not None:
            self.model.clear_pending(it)

    def activate(self, of: int, vcpu: int, intid: int, on: int) -> None:
        if not on & 1:
            it = self.set_bit(DEACTIVATE, vcpu, of, intid)
            if it is not None and it.active is not None:
                self.model.deactivate(it.active, intid)
            return
        it = self.model.interrupt(vcpu if self.model.version == 2 else of, intid)
        if it.host is None and not self.model.with_senders(intid):
            it = self.set_bit(ACTIVATE, vcpu, of, intid)
            if it is not None:
                self.model.set_active(vcpu if intid >= PRIVATE else self.owner(vcpu, of), it)

    def owner(self, vcpu: int, of: int) -> int:
        return vcpu if self.model.version == 2 else of

    def prioritize(self, of: int, vcpu: int, intid: int, value: int) -> None:
        if vcpu not in self.loaded():
            return
        of = self.owner(vcpu, of)
        priority = PRIORITIES[value % len(PRIORITIES)]
        private = self.model.version == 3 and intid < PRIVATE
        self.world.write(vcpu, PRIORITY + intid + (0x1_0000 if private else 0), priority, size=1,
                         of=of if private else None)
        self.model.interrupt(of, intid).priority = priority

    def route(self, _: int, vcpu: int, intid: int, to: int) -> None:
        n = len(self.world.vcpus)
        if vcpu not in self.loaded() or intid < PRIVATE:
            return
        it = self.model.interrupt(vcpu, intid)
        if self.model.version == 3:
            self.world.write(vcpu, ROUTE + 8 * intid, to, size=8)
            it.target = to if to < n else None
        else:
            self.world.write(vcpu, TARGET + intid, to, size=1)
            there = to & (1 << n) - 1
            if n > 1:
                it.target = (there & -there).bit_length() - 1 if there else None

    def configure(self, of: int, vcpu: int, intid: int, edge: int) -> None:
        """While it is idle, as the architecture wants it."""
        of = self.owner(vcpu, of)
        it = self.model.interrupt(of, intid)
        if vcpu not in self.loaded() or not it.idle or it.host is not None or intid < 16:
            return
        private = self.model.version == 3 and intid < PRIVATE
        offset = CONFIG + intid // 16 * 4 + (0x1_0000 if private else 0)
        frame = of if private else None
        old = self.world.read(vcpu, offset, of=frame)
        field = 2 << intid % 16 * 2
        self.world.write(vcpu, offset, old | field if edge & 1 else old & ~field, of=frame)
        it.edge = bool(edge & 1)

    def regroup(self, of: int, vcpu: int, intid: int, group: int) -> None:
        if vcpu not in self.loaded():
            return
        of = self.owner(vcpu, of)
        offset, frame = self.world.bits(vcpu, GROUP, intid, of)
        old = self.world.read(vcpu, offset, of=frame)
        bit = 1 << intid % 32
        self.world.write(vcpu, offset, old | bit if group & 1 else old & ~bit, of=frame)
        self.model.interrupt(of, intid).group = group & 1

    def forward(self, _: int, vcpu: int, __: int, groups: int) -> None:
        if vcpu in self.loaded():
            groups = groups & 3 if groups & 4 else 3
            self.world.write(vcpu, 0, groups)
            self.model.forwarded = {g for g in (0, 1) if groups >> g & 1}

    # What must hold

    def check(self) -> None:
        for vcpu in range(len(self.world.vcpus)):
            cpu = self.world.where[vcpu]
            self.world.on(cpu if cpu is not None else 0)
            pending = vgic.vgic_pending(self.world.vcpus[vcpu])
            assert pending == bool(self.model.acceptable(vcpu)), f"vgic_pending of {vcpu}"
        self.world.settle()
        for it in self.model.all():
            if it.host is not None and it.host >= PRIVATE:
                assert bool(self.world.fake.active[it.host]) == it.fired, f"host {it.host}"
        for vcpu in self.loaded():
            self.world.run_as(vcpu)
            fired = self.model.private[vcpu][27].fired
            assert bool(self.world.fake.active[27]) == fired, f"the host's timer at {vcpu}"

    def check_registers(self, vcpu: int) -> None:
        """State as this vCPU reads it; what another CPU holds may be a moment old."""
        for intid in INTIDS:
            it = self.model.interrupt(vcpu, intid)
            for base, value in ((ENABLE, it.enabled), (DISABLE, it.enabled), (GROUP, it.group)):
                assert self.bit(vcpu, base, intid) == value, (base, intid)
            if it.active in (None, vcpu) and it.target == vcpu:
                assert self.bit(vcpu, ACTIVATE, intid) == (it.active is not None), intid
                if not self.model.with_senders(intid):
                    assert self.bit(vcpu, UNPEND, intid) == it.pending, intid
        self.world.settle()

    def bit(self, vcpu: int, base: int, intid: int) -> int:
        offset, frame = self.world.bits(vcpu, base, intid, vcpu)
        return self.world.read(vcpu, offset, of=frame) >> intid % 32 & 1

    def finish(self) -> None:
        """Everything that is pending is delivered in the end, and then nothing is left."""
        n, cpus = len(self.world.vcpus), len(self.world.banks)
        for vcpu in range(n):
            if self.world.where[vcpu] is None:
                self.switch(vcpu % cpus, vcpu, 0, 0)
                self.world.settle()
            for _ in range(200):
                before = len(self.handling[vcpu])
                self.take(0, vcpu, 0, 0)
                if len(self.handling[vcpu]) == before and not before:
                    break
                if len(self.handling[vcpu]) == before or before > 3:
                    self.calm(vcpu)
                    self.end(0, vcpu, 0, 0)
                    self.world.settle()
                    self.deactivate(0, vcpu, 0, 0)
                self.world.settle()
            else:
                raise AssertionError("interrupts never end")
            self.check()

    def calm(self, vcpu: int) -> None:
        """The handler quiets its device."""
        if self.handling[vcpu]:
            intid = self.handling[vcpu][-1][0]
            self.level(self.world.where[vcpu] or 0, vcpu, intid, 0)
            self.world.settle()


STEPS = (Life.edge, Life.level, Life.sgi, Life.take, Life.take, Life.end, Life.deactivate,
         Life.switch, Life.enable, Life.pend, Life.activate, Life.prioritize, Life.route,
         Life.configure, Life.regroup, Life.forward)
steps = st.lists(st.tuples(
    st.sampled_from(STEPS), st.integers(0, 3), st.integers(0, 3), st.sampled_from(INTIDS),
    st.integers(0, 15)), max_size=60)


GUEST = (Life.take, Life.end, Life.deactivate)


def live(version: int, vcpus: int, cpus: int, lists: int, split: bool, script,
         late: bool = False) -> None:
    """Run a script.  `late`: CPUs come to what they were kicked for only before a guest goes on,
    so that several changes meet."""
    life = Life(version, vcpus, min(cpus, vcpus), lists, split)
    life.forward(0, 0, 0, 0)
    for vcpu in range(min(cpus, vcpus)):
        for intid in INTIDS:
            life.enable(vcpu, vcpu, intid, 1)
            life.prioritize(vcpu, vcpu, intid, intid)
    life.world.settle()
    for act, a, b, intid, x in script:
        a = a % len(life.world.banks) if act in (Life.edge, Life.level, Life.switch) else a % vcpus
        if act in GUEST:
            life.world.settle()
        act(life, a, b % vcpus, intid, x)
        if not late or act in GUEST:
            life.world.settle()
            life.check()
    life.world.settle()
    for vcpu in life.loaded():
        life.check_registers(vcpu)
    life.finish()


@pytest.mark.parametrize("version", (3, 2))
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(vcpus=st.integers(1, 4), cpus=st.integers(1, 4), lists=st.integers(1, 4), script=steps,
       late=st.booleans())
def test_like_a_gic(version, vcpus, cpus, lists, script, late):
    live(version, vcpus, cpus, lists, False, script, late)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(vcpus=st.integers(1, 3), cpus=st.integers(1, 3), lists=st.integers(1, 4), script=steps)
def test_with_priority_drop_and_deactivation_apart(vcpus, cpus, lists, script):
    live(3, vcpus, cpus, lists, True, script)
