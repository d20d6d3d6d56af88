"""List registers: GICv2's form and ours say the same; the fake that the vGIC is tested with."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from wrought.hv.drivers.gic import fake_lists, lists
from wrought.hv.drivers.gic.list_register import (
    LR_EOI,
    LR_HW,
    GichLr,
    ListRegister,
    from_gich,
    to_gich,
)

states, flags = st.integers(0, 3), st.booleans()


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(states, flags, flags, st.integers(0, 31), st.integers(0, 1023), st.integers(0, 1023))
def test_round_trip(state: int, hw: bool, group: bool, priority: int, physical: int,
                    virtual: int):
    ours = ListRegister(state=state, hw=hw, group=group, priority=priority << 3,
                        pintid=physical, vintid=virtual)
    theirs = GichLr(state=state, hw=hw, group=group, priority=priority, physical=physical,
                    virtual=virtual)
    assert to_gich(int(ours)) == int(theirs)
    assert from_gich(int(theirs)) == int(ours)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 0xFFFF_FFFF))
def test_every_gich_value_survives(raw: int):
    assert to_gich(from_gich(raw)) == raw & ~(7 << 20), "bits 22:20 are reserved"


def test_as_the_manual_draws_it():
    # IHI 0048B, 5.3.9: software interrupt 3 sent by CPU 5, pending, end of interrupt asked for.
    ours = 1 << 62 | LR_EOI | 5 << 32 | 0xA8 << 48 | 3
    assert to_gich(ours) == 1 << 28 | (0xA8 >> 3) << 23 | 1 << 19 | 5 << 10 | 3
    # Physical interrupt 27 behind 27, active, group 1; the lowest bits of the priority are lost.
    ours = 2 << 62 | LR_HW | 1 << 60 | 0xA7 << 48 | 27 << 32 | 27
    assert to_gich(ours) == 2 << 28 | 1 << 31 | 1 << 30 | (0xA7 >> 3) << 23 | 27 << 10 | 27


def test_the_fake():
    fake_lists.lists.set(fake_lists.FakeLists())
    assert lists.lr_empty() == 0b1111 and lists.lr_count() == 4
    lists.lr_write(1, 1 << 62)
    lists.lr_write(3, 2 << 62)
    assert lists.lr_empty() == 0b0101 and lists.lr_read(3) == 2 << 62
    lists.host_set_active(27)
    lists.mask_host(27)
    held = fake_lists.lists.get()
    assert held.active[27] == held.masked[27] == 1 and held.writes == 2
    lists.deactivate_host(27)
    lists.unmask_host(27)
    held = fake_lists.lists.get()
    assert held.active[27] == held.masked[27] == 0 and held.deactivated[27] == 1
    fake_lists.version.set(2)
    assert lists.lr_group() == 0 and lists.vmcr_reset() == 0x4C_0000
    fake_lists.version.set(3)
    assert lists.lr_group() == 1 << 60 and lists.vmcr_reset() == 0x4C_0008
