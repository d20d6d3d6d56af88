"""Stage 2 against a dict of pages, its tables read by an independent walk."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.core.machine import PAGE, START, Ram, few_frames, free_frames_of
from hv.core.stage2_model import RIGHTS, Block, Tables
from wrought.hv.core import frames, stage2, stage2_tables
from wrought.hv.core.stage2_types import Kind, Stage2
from wrought.hv.fake import memory as fake_memory

M2, G1 = 2 << 20, 1 << 30
HPA = 0x8_0000_0000
ram = Ram(4 << 20)


class Guest:
    """Tables under test beside a dict: page to (machine page, kind)."""

    def __init__(self, ipa_bits: int = 40, size: int = 4 << 20) -> None:
        ram.begin()
        assert frames.add_memory(START, size)
        self.free = frames.free_count()
        self.s, self.ipa_bits, self.model = Stage2(), ipa_bits, {}
        assert stage2.stage2_new(self.s, 7, ipa_bits)
        fake_memory.start_level.set(self.s.start_level)

    def tables(self) -> Tables:
        """The raw tables, which must agree with the model and with the accounts."""
        tables = Tables(ram, self.s.root, self.ipa_bits)
        assert len(tables.frames) == self.s.tables == self.free - frames.free_count()
        return tables

    def flushed(self, start: int, seen: int) -> set[int] | None:
        """Pages whose translations were forgotten since then, None for all of them."""
        made = fake_memory.flushes.get() - start
        assert made <= fake_memory.MAX_FLUSHES
        pages: set[int] = set()
        for i in range(start, start + made):
            flush = fake_memory.flush_log.get()[i % fake_memory.MAX_FLUSHES]
            assert flush.vmid == 7 and not flush.mapped, "flushed before it was broken"
            assert flush.written > seen, "flushed before the walker could see the change"
            if flush.pages == 0:
                return None
            pages.add(flush.ipa)
        return pages


def changed(before: Tables, after: Tables) -> list[Block]:
    """Descriptors that are gone or say something else."""
    return [b for at, b in before.blocks.items() if after.blocks.get(at) != b]


sizes = st.sampled_from([1, 1, 2, 7, 511, 512, 513, 1024, 1536])
places = st.one_of(st.integers(0, 2048), st.sampled_from([0, 512, 1024, 511, 1023]))
steps = st.lists(st.tuples(
    st.sampled_from(["map", "map", "map", "unmap", "unmap", "replace"]), places, sizes,
    st.sampled_from([0, 0, 1, 512]), st.sampled_from(sorted(RIGHTS, key=int)),
    st.sampled_from([None, None, None, 0, 1])), max_size=12)


@pytest.mark.parametrize("ipa_bits", [32, 40, 44])
@given(steps=steps)
@settings(deadline=None, max_examples=60)
def test_against_a_dict(ipa_bits: int, steps: list):
    guest = Guest(ipa_bits)
    for what, at, count, shift, kind, left in steps:
        gpa, hpa, size = at * PAGE, HPA + (at + shift) * PAGE, count * PAGE
        before = guest.tables()
        start, seen = fake_memory.flushes.get(), fake_memory.barriers.get()
        with few_frames(frames.free_count() if left is None else left):
            done = apply(guest, what, gpa, hpa, size, kind, left)
        after = guest.tables()
        assert after.pages() == guest.model, (what, at, count)
        flushed = guest.flushed(start, seen)
        for block in changed(before, after):
            assert flushed is None or any(
                block.ipa <= ipa < block.ipa + block.size for ipa in flushed)
        if not done:
            assert before.pages() == after.pages()
    check_walks(guest)
    stage2.stage2_destroy(guest.s)
    assert frames.free_count() == guest.free


def apply(guest: Guest, what: str, gpa: int, hpa: int, size: int, kind: Kind,
          left: int | None) -> bool:
    """Do it to both; whether it was done.  Refusals must have a reason."""
    pages = range(0, size, PAGE)
    s, model = guest.s, guest.model
    if what == "map":
        done = stage2.stage2_map(s, gpa, hpa, size, kind)
        taken = any(gpa + at in model for at in pages)
        assert not (done and taken) and (done or taken or left is not None)
        if done:
            model.update({gpa + at: (hpa + at, kind) for at in pages})
    elif what == "unmap":
        done = stage2.stage2_unmap(s, gpa, size)
        assert done or left is not None
        if done:
            for at in pages:
                model.pop(gpa + at, None)
    else:
        done = stage2.stage2_replace_page(s, gpa, hpa, kind)
        assert done or left is not None
        if done:
            model[gpa] = (hpa, kind)
    return done


def check_walks(guest: Guest) -> None:
    """`stage2_walk` and `stage2_next` tell what the model holds."""
    for page in [*range(0, 2600, 37), 511, 512, 513]:
        gpa = page * PAGE + 0x123
        got = stage2.stage2_walk(guest.s, gpa)
        hpa, kind = guest.model.get(page * PAGE, (0, Kind.NONE))
        assert got.kind == kind and got.hpa == (hpa + 0x123 if kind else 0)
        for at in range(0, min(got.size + 0x123, 64 * PAGE), PAGE):
            there = guest.model.get(page * PAGE + at)
            assert there == ((hpa + at, kind) if kind else None)
    found, at = set(), 0
    while True:
        at, there = stage2.stage2_next(guest.s, at)
        if there.kind == Kind.NONE:
            break
        found |= {at + i for i in range(0, there.size, PAGE)}
        at += there.size
    assert found == set(guest.model)


def test_largest_blocks():
    guest = Guest()
    assert stage2.stage2_map(guest.s, G1 - M2 - PAGE, G1 * 5 - M2 - PAGE, G1 + 2 * M2 + 2 * PAGE,
                             Kind.RAM)
    sizes = [b.size for _, b in sorted(guest.tables().blocks.items())]
    assert sizes == [PAGE, M2, G1, M2, PAGE]


def test_a_gigabyte_is_split_twice_and_given_back():
    guest = Guest()
    assert stage2.stage2_map(guest.s, G1, G1 * 7, G1, Kind.RAM)
    assert guest.s.tables == 2
    assert stage2.stage2_unmap(guest.s, G1 + 5 * M2 + PAGE, PAGE)
    blocks = guest.tables().blocks
    assert len(blocks) == 511 + 511 and guest.s.tables == 4
    assert stage2.stage2_walk(guest.s, G1 + 5 * M2).hpa == G1 * 7 + 5 * M2
    assert stage2.stage2_unmap(guest.s, G1, G1)
    assert not guest.tables().blocks and guest.s.tables == 2


@pytest.mark.parametrize("ipa_bits", range(30, 50))
def test_roots(ipa_bits: int):
    ram.begin()
    assert frames.add_memory(START, 4 << 20)
    free, s = free_frames_of(ram), Stage2()
    made = stage2.stage2_new(s, 1, ipa_bits)
    assert made == (32 <= ipa_bits <= 48)
    if not made:
        return
    t0sz, sl0 = stage2_tables.vtcr_fields(ipa_bits)
    assert t0sz == 64 - ipa_bits and sl0 == 2 - s.start_level
    assert s.tables == len(Tables(ram, s.root, ipa_bits).frames)
    last = (1 << ipa_bits) - PAGE
    assert stage2.stage2_map(s, last, HPA, PAGE, Kind.RAM)
    assert not stage2.stage2_map(s, last + PAGE, HPA, PAGE, Kind.RAM)
    assert not stage2.stage2_map(s, last, HPA, 2 * PAGE, Kind.RAM)
    assert Tables(ram, s.root, ipa_bits).pages() == {last: (HPA, Kind.RAM)}
    assert stage2.stage2_walk(s, last + PAGE).kind == Kind.NONE
    assert stage2.stage2_next(s, 0)[0] == last
    stage2.stage2_destroy(s)
    assert free_frames_of(ram) == free


huge = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 2**40), st.sampled_from(
    [0, PAGE, 2**40 - PAGE, 2**40, 2**63, 2**64 - PAGE, 2**48, 2**48 - PAGE, PAGE + 1]))


@given(gpa=huge, hpa=huge, size=huge, kind=st.sampled_from(sorted(RIGHTS, key=int)))
@settings(deadline=None, max_examples=300)
def test_any_numbers(gpa: int, hpa: int, size: int, kind: Kind):
    """Nothing panics; what is out of range or between pages is refused."""
    guest = Guest()
    done = stage2.stage2_map(guest.s, gpa, hpa, size, kind)
    right = size > 0 and gpa % PAGE == hpa % PAGE == size % PAGE == 0
    right = right and gpa + size <= 2**40 and hpa + size <= 2**48
    assert done <= right
    stage2.stage2_walk(guest.s, gpa)
    stage2.stage2_unmap(guest.s, gpa, size)
    replaced = stage2.stage2_replace_page(guest.s, gpa, hpa, kind)
    assert replaced == (gpa % PAGE == hpa % PAGE == 0 and gpa < 2**40 and hpa < 2**48)
    guest.tables()


def test_many_changes_flush_once():
    guest = Guest()
    assert stage2.stage2_map(guest.s, 0, HPA, 100 * PAGE, Kind.RAM)
    start = fake_memory.flushes.get()
    assert stage2.stage2_unmap(guest.s, 0, 17 * PAGE)
    assert guest.flushed(start, 0) is None and fake_memory.flushes.get() == start + 1
    assert stage2.stage2_unmap(guest.s, 0, 33 * PAGE)
    assert guest.flushed(start + 1, 0) == {at * PAGE for at in range(17, 33)}


def test_table_limit_holds():
    guest = Guest()
    guest.s.max_tables = 6
    assert stage2.stage2_map(guest.s, 0, HPA, PAGE, Kind.RAM)
    assert stage2.stage2_map(guest.s, M2, HPA, PAGE, Kind.RAM)
    assert guest.s.tables == 5
    assert not stage2.stage2_map(guest.s, G1, HPA, PAGE, Kind.RAM)
    assert guest.s.tables == 5 and len(guest.tables().pages()) == 2
