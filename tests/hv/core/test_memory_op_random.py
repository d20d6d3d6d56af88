"""memory_op with random and hostile arguments: whatever a guest passes, every frame stays with
one owner, nobody reaches what is free, and the hypervisor does not panic."""

from __future__ import annotations

import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from hv.core.machine import PAGE, Ram
from hv.core.memory_world import BASE, BASE_FRAME, RAM_SIZE, SELF, World
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import cpu, guest

machine = Ram(RAM_SIZE)

near = st.integers(0, 540).map(lambda n: BASE_FRAME + n)
frames_ = st.one_of(near, near, near, st.integers(0, 2**64 - 1), st.sampled_from(
    [0, 1 << 28, (1 << 28) - 1, 1 << 36, (1 << 36) - 1, 1 << 52, 2**64 - 1, BASE_FRAME + 1024]))
domains = st.one_of(st.sampled_from([SELF, SELF, 0, 1, 2]), st.integers(0, 0xFFFF))
words = st.one_of(st.integers(0, 2**64 - 1), st.sampled_from(
    [0, 1, 2, 2**32, 2**58, 2**58 - 1, 2**63, 2**64 - 1]))
places = st.one_of(
    st.integers(BASE, BASE + 528 * PAGE), st.integers(0, 2**64 - 1),
    st.builds(lambda page, back: (BASE + page * PAGE - back) % 2**64,
              st.integers(0, 529), st.integers(0, 40)),
    st.sampled_from([0, 2**64 - 1, 2**64 - 8, 2**40 - 4]))

reservations = st.tuples(
    st.sampled_from([0, 1, 1, 6, 6]), st.lists(frames_, max_size=8),
    st.one_of(st.sampled_from([0, 0, 0, 1, 3, 9]), st.integers(0, 2**32 - 1)), domains,
    st.sampled_from([0, 0, 0, 1, 2**58 - 1]))
batches = st.tuples(
    st.integers(0, 7), st.lists(st.tuples(frames_, frames_), max_size=6), domains, domains,
    st.sampled_from([0, 0, 1, 7]))
singles = st.tuples(st.sampled_from([7, 15]), st.integers(0, 6), frames_, frames_, domains)
raw = st.tuples(words, places, st.lists(words, min_size=6, max_size=6))


def reservation(world: World, who: int, step: tuple) -> None:
    op, gfns, order, domain, start = step
    result = world.balloon(who, op, gfns, order, domain, start)
    assert start <= result <= max(start, len(gfns))


def batch(world: World, who: int, step: tuple) -> None:
    space, items, domain, extra, start = step
    if items:
        result, errors = world.batch(who, space, items, domain, extra, start)
        assert -95 <= result <= 0
        assert all(-95 <= error <= 0 or error == 0x11111111 for error in errors)


def single(world: World, who: int, step: tuple) -> None:
    op, space, idx, gfn, domain = step
    structure = struct.pack("<HHIQQ", domain, 0, space, idx, gfn)
    if op == 15:
        structure = struct.pack("<H6xQ", domain, gfn)
    world.store(who, BASE, structure)
    assert -95 <= world.call(who, op, BASE) <= 0


def anything(world: World, who: int, step: tuple) -> None:
    """Any command, any pointer, any words there."""
    command, at, content = step
    world.store(who, at, struct.pack("<6Q", *content))
    world.call(who, command & 63, at, command >> 6)


steps = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.one_of(
    st.tuples(st.just(reservation), reservations), st.tuples(st.just(batch), batches),
    st.tuples(st.just(single), singles), st.tuples(st.just(anything), raw))), max_size=12)


@given(steps)
@settings(deadline=None, max_examples=60)
def test_frames_are_conserved(steps: list):
    world = World(machine)
    for who, interrupted, (do, step) in steps:
        if BASE not in world.pages(who, Kind.RAM):
            continue
        cpu.waiting.set(interrupted)
        do(world, who, step)
        world.check()
    for number in (2, 1, 0):
        world.release(number)


@given(raw=raw, hidden=st.tuples(st.integers(0, 528), st.integers(0, 3)),
       op=st.integers(0, 63))
@settings(deadline=None, max_examples=200)
def test_hostile_arguments(raw: tuple, hidden: tuple[int, int], op: int):
    """Every operation, with structures across pages, pages taken away, and wrapping arrays."""
    world = World(machine)
    first = BASE + hidden[0] * PAGE
    guest.hidden_from.set(first)
    guest.hidden_to.set(first + hidden[1] * PAGE)
    command, at, content = raw
    world.store(1, at, struct.pack("<6Q", *content))
    world.call(1, op, at, command >> 6)
    world.check()
