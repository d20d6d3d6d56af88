"""Random operations on event channels of three domains, beside a model."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.core.event_model import SELF, STATUS, TABLE, Model
from hv.core.event_world import LINK, LINKED, MASKED, PENDING, World
from hv.core.machine import Ram
from wrought.hv.core import events_virq
from wrought.hv.fake import guest

VCPUS, LIMIT = 2, 14
ram = Ram(2 << 20)

who = st.integers(0, 2)
doms = st.sampled_from([0, 1, 2, SELF, SELF, SELF, 3, 0x7FF1, 0xFFFF])
ports = st.one_of(st.integers(0, LIMIT), st.integers(1, 6), st.sampled_from([511, 512, 2**32 - 1]))
vcpus = st.sampled_from([0, 0, 1, 1, VCPUS, 2**32 - 1])
virqs = st.sampled_from([0, 1, 2, 3, 13, 16, 23, 24, 2**32 - 1])

SHARED = [
    ("alloc_unbound", doms, doms), ("alloc_unbound", st.just(SELF), who),
    ("bind_interdomain", doms, ports), ("bind_interdomain", who, st.integers(1, 4)),
    ("bind_virq", virqs, vcpus), ("bind_ipi", vcpus), ("bind_vcpu", ports, vcpus),
    ("close", ports), ("send", ports), ("send", ports), ("send", ports), ("unmask", ports),
    ("mask", st.integers(1, LIMIT)), ("handle", st.integers(0, VCPUS - 1)),
    ("handle", st.integers(0, VCPUS - 1)), ("virq", virqs, st.integers(0, VCPUS - 1)),
    ("register_info", st.integers(0, VCPUS - 1)), ("set_priority", ports, st.integers(0, 17)),
    ("init_control", vcpus), ("expand_array",),
]
RARE = [("reset", doms)]


def steps(*more):
    """Lists of (name, caller, arguments)."""
    return st.lists(st.one_of(*(
        st.tuples(st.just(name), who, st.tuples(*arguments))
        for name, *arguments in (*SHARED, *more))), max_size=60)


class Both:
    """The hypervisor and the model, told the same."""

    def __init__(self) -> None:
        self.world = World(ram, VCPUS, LIMIT)
        self.model = Model(3, VCPUS, LIMIT)

    def step(self, name: str, caller: int, arguments: tuple[int, ...]) -> None:
        """One operation on both, with the same result."""
        world, model = self.world, self.model
        if name == "mask":
            self.mask(caller, *arguments)
        elif name == "virq":
            virq, vcpu = arguments
            if virq < 24:
                events_virq.event_send_virq(world.vcpu(caller, vcpu), virq)
                model.send_virq(caller, vcpu, virq)
        elif name == "expand_array" and model.domains[caller].pages == 3:
            return
        else:
            want = getattr(model, name)(caller, *arguments)
            assert getattr(world, name)(caller, *arguments) == want, (name, caller, arguments)

    def mask(self, caller: int, port: int) -> None:
        d = self.model.domains[caller]
        d.ports[port].masked = d.ports[port].masked or not d.fifo or d.pages > 0
        self.world.mask(caller, port)

    def compare(self) -> None:
        """States of all ports, bits in guests' memory, interrupts raised."""
        log = guest.raised_log.get()
        raised = [(e.domain, e.vcpu) for e in log[:guest.raised.get()]]
        assert raised == self.model.raised[:guest.MAX_RAISED]
        assert all(e.number == 31 for e in log[:guest.raised.get()])
        for d in self.model.domains:
            for number in range(LIMIT + 1):
                port = d.ports[number]
                who = port.other if STATUS[port.state] == 4 else port.remote
                end = port.other if STATUS[port.state] == 2 else 0
                if STATUS[port.state] in (0, 5):
                    who = 0
                assert self.world.status(d.id, SELF, number) == (
                    STATUS[port.state], port.vcpu, who, end)
            assert {v for v in d.informed
                    if ram.read(self.world.info(d.id, v), 1)[0]} == d.upcall
            if d.fifo:
                self.compare_words(d)
            else:
                pending = {n for n in range(TABLE) if d.ports[n].pending}
                assert self.world.bitmap(d.id, 48) == pending
                for vcpu in d.informed:
                    news = ram.word(self.world.info(d.id, vcpu) + 8)
                    assert {i for i in range(64) if news >> i & 1} == d.news.get(vcpu, set())

    def compare_words(self, d) -> None:
        """The event array, and that each queue leads from its head to all that is linked."""
        if d.pages == 0:
            return
        words = [self.world.word(self.world.event_word(d.id, n)) for n in range(LIMIT + 1)]
        for port, word in zip(d.ports, words, strict=False):
            assert bool(word & PENDING) == port.pending
            assert bool(word & MASKED) == port.masked
            assert bool(word & LINKED) == (port.queue is not None)
        for (vcpu, priority), queue in d.queues.items():
            control = self.world.vcpu(d.id, vcpu).events.control
            assert self.world.word(control + 8 + 4 * priority) == queue[0]
            assert self.world.word(control) >> priority & 1
            assert [words[n] & LINK for n in queue] == [*queue[1:], 0]


def run(operations) -> None:
    both = Both()
    for name, caller, arguments in operations:
        both.step(name, caller, arguments)
        for d in both.model.domains:
            both.compare_words(d)
    both.compare()
    for number in range(3):
        for vcpu in range(VCPUS):
            assert both.world.handle(number, vcpu) == both.model.handle(number, vcpu)
    both.compare()


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(steps(*RARE))
def test_channels_follow_the_model(operations):
    run(operations)


FEW, BOTH = range(1, 7), range(VCPUS)
HOT = [("send", FEW)] * 5 + [("handle", BOTH)] * 2 + [("unmask", FEW)] * 2 + [
    ("set_priority", FEW, (7, 3)), ("bind_vcpu", range(1, 5), BOTH), ("mask", FEW),
    ("close", FEW), ("bind_ipi", BOTH), ("bind_interdomain", (SELF,), FEW),
    ("alloc_unbound", (SELF,), (SELF,))]
"""A domain that sends to itself: what counts is the order of events in its queues."""


def hot_steps(seed: int, count: int) -> list[tuple[str, int, tuple[int, ...]]]:
    """Many operations on few ports: where queues go wrong takes several in the right order."""
    chance = random.Random(seed)
    return [(name, 1, tuple(chance.choice(choice) for choice in choices))
            for name, *choices in chance.choices(HOT, k=count)]


START = [("register_info", 1, (1,)),
         *(("alloc_unbound", 1, (SELF, SELF)), ("bind_interdomain", 1, (SELF, 1))),
         *(("alloc_unbound", 1, (SELF, SELF)), ("bind_interdomain", 1, (SELF, 3))),
         ("bind_ipi", 1, (0,)), ("bind_ipi", 1, (1,))]
FIFO = [("init_control", 1, (0,)), ("init_control", 1, (1,)), ("expand_array", 1, ())]


@pytest.mark.parametrize("seed", range(20))
def test_fifo_queues_follow_the_model(seed):
    run(START + FIFO + hot_steps(seed, 500))


@pytest.mark.parametrize("seed", range(20))
def test_what_is_pending_survives_the_change_to_fifo(seed):
    run(START + hot_steps(seed, 20) + FIFO + hot_steps(~seed, 100))


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(who, min_size=1, max_size=4), steps())
def test_channels_between_both_abis(switched, operations):
    start = [("register_info", i, (1,)) for i in range(3)]
    for i in switched:
        start += [("init_control", i, (0,)), ("init_control", i, (1,)), ("expand_array", i, ())]
    run(start + operations)
