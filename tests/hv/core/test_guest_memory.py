"""Copies from and to guests, of any alignment, across pages of every kind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.core.machine import PAGE, START, Ram
from wrought.hv.core import frames, guest_memory, stage2
from wrought.hv.core.domain import Vcpu
from wrought.hv.core.stage2_types import Kind
from wrought.hv.fake import guest
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Untrusted, u8, u16, u64

BASE = 0x8000_0000
PAGES = 12
READ_ONLY = {Kind.RAM_READ_ONLY, Kind.GRANT_READ_ONLY, Kind.XEN_READ_ONLY}
ram = Ram(2 << 20)


class Guest:
    """Pages of those kinds one after the other, backed by scattered frames of random bytes."""

    def __init__(self, kinds: list[Kind]) -> None:
        ram.begin()
        guest.hidden_from.set(0)
        guest.hidden_to.set(0)
        assert frames.add_memory(START, 2 << 20)
        pointer = guest.new_domain()
        self.d, self.kinds = pointer.value, kinds
        self.vcpu = guest.new_vcpu(pointer, 0)
        assert stage2.stage2_new(self.d.memory, 1, 40)
        self.frames = [frames.alloc_frames(2, 1) for _ in kinds]
        for i, (kind, at) in enumerate(zip(kinds, self.frames, strict=True)):
            ram.write(at, bytes((i * 37 + n * 11) % 251 for n in range(PAGE)))
            if kind != Kind.NONE:
                assert stage2.stage2_map(self.d.memory, BASE + i * PAGE, at, PAGE, kind)

    def memory(self) -> bytes:
        """All of its pages."""
        return b"".join(ram.read(at, PAGE) for at in self.frames)

    def may(self, offset: int, size: int, write: bool) -> bool:
        """Whether the guest could do that itself, devices apart."""
        touched = range(offset // PAGE, (offset + size - 1) // PAGE + 1) if size else ()
        for page in touched:
            if not 0 <= page < len(self.kinds):
                return False
            kind = self.kinds[page]
            if kind in (Kind.NONE, Kind.DEVICE) or (write and kind in READ_ONLY):
                return False
        return True


kinds = st.lists(st.sampled_from([Kind.RAM, Kind.RAM, Kind.RAM, *Kind]), min_size=PAGES,
                 max_size=PAGES)
offsets = st.one_of(st.integers(-10, PAGES * PAGE), st.builds(
    lambda page, back: page * PAGE - back, st.integers(0, PAGES), st.integers(0, 20)))
sizes = st.one_of(st.integers(0, 64), st.integers(0, 3 * PAGE))


@given(kinds, st.lists(st.tuples(st.booleans(), st.booleans(), offsets, sizes), max_size=10))
@settings(deadline=None, max_examples=100)
def test_copies(kinds: list[Kind], steps: list):
    guest_ = Guest(kinds)
    for write, virtual, offset, size in steps:
        before = guest_.memory()
        data = bytearray(n % 256 for n in range(offset + 7, offset + 7 + size))
        done = copy(guest_, write, virtual, BASE + offset, data)
        assert done == guest_.may(offset, size, write)
        after = guest_.memory()
        if write and done:
            assert after == before[:offset] + bytes(data) + before[offset + size:]
        elif write:
            check_partial(guest_, before, after, offset, bytes(data))
        else:
            assert after == before
            if done:
                assert data == before[offset:offset + size]


def copy(guest_: Guest, write: bool, virtual: bool, at: int, data: bytearray) -> bool:
    """By one of the four functions."""
    if virtual:
        function = guest_memory.write_guest if write else guest_memory.read_guest
        return function(guest_.vcpu, at, data)
    if write:
        return guest_memory.copy_to_guest_gpa(guest_.d, at, data)
    return guest_memory.copy_from_guest_gpa(guest_.d, data, at)


def check_partial(guest_: Guest, before: bytes, after: bytes, offset: int, data: bytes) -> None:
    """Only what lies before the bad page was written, and only where the guest may write."""
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        if old != new:
            assert 0 <= i - offset < len(data) and new == data[i - offset]
            assert guest_.may(offset, i - offset + 1, True)


@pytest.mark.parametrize("at, size", [
    (2**64 - 8, 16), (2**64 - 1, 2), (2**40 - 4, 8), (0, 1), (2**63, 8), (BASE + PAGE - 1, 2)])
def test_far_addresses(at: int, size: int):
    """Past the end of the address space, or of memory: refused, not wrapped."""
    guest_ = Guest([Kind.RAM])
    assert stage2.stage2_map(guest_.d.memory, 2**40 - PAGE, guest_.frames[0], PAGE, Kind.RAM)
    assert not guest_memory.read_guest(guest_.vcpu, at, bytearray(size))
    assert not guest_memory.write_guest(guest_.vcpu, at, bytes(size))
    assert not guest_memory.copy_from_guest_gpa(guest_.d, bytearray(size), at)


def test_what_the_guest_hides():
    guest_ = Guest([Kind.RAM] * 3)
    guest.hidden_from.set(BASE + PAGE)
    guest.hidden_to.set(BASE + 2 * PAGE)
    assert guest_memory.read_guest(guest_.vcpu, BASE + PAGE - 8, bytearray(8))
    assert not guest_memory.read_guest(guest_.vcpu, BASE + PAGE - 8, bytearray(9))
    assert not guest_memory.write_guest(guest_.vcpu, BASE + 2 * PAGE - 1, b"ab")
    assert guest_memory.copy_from_guest_gpa(guest_.d, bytearray(PAGE), BASE + PAGE)


@struct(size=16)
class Pair:
    first: u64
    second: u16
    third: u8


@fn
def swap_item(vcpu: Ptr[Vcpu], at: Untrusted[u64], i: u64) -> bool:
    pair = zeroed(Pair)
    if not guest_memory.read_item(vcpu, at, i, addr_of(pair)):
        return False
    pair.first, pair.second = u64(pair.second), 0xBEEF
    return guest_memory.write_item(vcpu, at, i, addr_of(pair))


def test_items():
    """Element 3 of an array of 16-byte structures, across a page."""
    guest_ = Guest([Kind.RAM] * 2)
    start = PAGE - 48 - 9
    there = ram.read(guest_.frames[0], PAGE) + ram.read(guest_.frames[1], PAGE)
    assert swap_item(guest_.vcpu, BASE + start, 3)
    new = guest_.memory()
    item = start + 48
    second = int.from_bytes(there[item + 8:item + 10], "little")
    assert new[item:item + 8] == second.to_bytes(8, "little")
    assert new[item + 8:item + 10] == b"\xef\xbe"
    assert new[:item] == there[:item] and new[item + 16:] == there[item + 16:]
    assert not swap_item(guest_.vcpu, BASE, 2**60 - 1)
