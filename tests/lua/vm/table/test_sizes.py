"""How tables grow, and what lies in their own cells."""

from __future__ import annotations

import pytest

from lua.vm.table.driver import GET, LENGTH, SET, new_vm, pairs, run, step, word
from wrought.lua.vm.memory import in_use
from wrought.lua.vm.table.create import duplicate, new_table
from wrought.lua.vm.table.resize import clear, resize
from wrought.lua.vm.value import NIL

VM = new_vm()
ONE = word(VM, 1)


def append(t: object, first: int, last: int) -> list[int]:
    """t[#t + 1] = 1 from `first` to `last`; the sizes of the array part on the way."""
    sizes = []
    for n in range(first, last + 1):
        assert step(VM, t, LENGTH, 0, 0) == n - 1
        step(VM, t, SET, word(VM, n), ONE)
        if not sizes or t.asize != sizes[-1]:
            sizes.append(t.asize)
    return sizes


def test_appending_doubles_the_array_part():
    t = new_table(VM, 0, 0)
    sizes = append(t, 1, 3000)
    assert sizes[:6] == [3, 5, 9, 17, 33, 65]
    assert all(a < b <= 2 * a + 250 for a, b in zip(sizes[5:], sizes[6:], strict=False))
    assert t.hmask == 0 and t.asize <= 2 * 3000


def test_appending_beside_fields_uses_the_array_part():
    t = new_table(VM, 0, 0)
    run(VM, t, [(SET, word(VM, b"f%d" % n), ONE) for n in range(5)])
    append(t, 1, 500)
    assert t.asize > 256 and t.hmask < 256


def test_sparse_integers_are_hashed():
    t = new_table(VM, 0, 0)
    run(VM, t, [(SET, word(VM, n * 1000), ONE) for n in range(1, 200)])
    assert t.asize <= 3 and t.hmask == 255


def test_the_array_part_gets_what_was_hashed_when_it_pays():
    t = new_table(VM, 0, 0)
    run(VM, t, [(SET, word(VM, n), ONE) for n in range(100, 0, -1)])
    step(VM, t, SET, word(VM, b"x"), ONE)
    assert t.asize > 60
    assert len(pairs(t)) == 101


def test_a_queue_does_not_grow():
    """Entries come at one end and go at the other."""
    t = new_table(VM, 0, 0)
    largest = 0
    for n in range(1, 3000, 100):
        run(VM, t, [(SET, word(VM, k - back), value) for k in range(n, n + 100)
                    for back, value in ((0, ONE), (10, NIL)) if k > back])
        largest = max(largest, t.asize * 8 + (t.hmask + 1) * 24)
    assert largest <= 4096 * 8


def test_keys_that_come_and_go_leave_room_for_more():
    """Where tombstones fill a table with few free nodes, it is doubled instead of rehashed at
    every few insertions."""
    t = new_table(VM, 0, 0)
    names = [word(VM, b"n%d" % n) for n in range(20_000)]
    run(VM, t, [(SET, name, ONE) for name in names[:256]])
    sizes = {t.hmask + 1}
    for n in range(256, 20_000):
        run(VM, t, [(SET, names[n - 256], NIL), (SET, names[n], ONE)])
        sizes.add(t.hmask + 1)
    assert sizes == {256, 512}
    assert len(pairs(t)) == 256


@pytest.mark.parametrize(("asize", "hbits", "flags"), [
    (0, 0, 0), (3, 0, 1), (17, 0, 1), (18, 0, 0), (0, 1, 2), (0, 4, 2), (0, 5, 0), (5, 3, 3),
    (100, 1, 2), (5, 7, 1)])
def test_small_parts_lie_in_the_tables_cell(asize: int, hbits: int, flags: int):
    """And leave it when they grow."""
    t = new_table(VM, asize, hbits)
    assert (t.flags, t.asize) == (flags, asize)
    assert t.hmask + 1 == (1 << hbits - 1 if hbits else 1)
    keys = [word(VM, n) for n in range(asize)] + [
        word(VM, b"%d" % n) for n in range(1 << hbits - 1 if hbits else 0)]
    run(VM, t, [(SET, key, ONE) for key in keys])
    assert (t.flags, t.asize, len(pairs(t))) == (flags, asize, len(keys))
    copy = duplicate(VM, t)
    assert (copy.flags, pairs(copy)) == (flags, pairs(t))
    more = [word(VM, 1000.5 + n) for n in range(40)] + [word(VM, n) for n in range(1, 300)]
    run(VM, t, [(SET, key, ONE) for key in more])
    assert t.flags == 0
    assert {key for key, _ in pairs(t)} == {*keys, *more}
    assert dict(pairs(copy)) == dict.fromkeys(keys, ONE)


def test_copies_share_nothing():
    t = new_table(VM, 4, 3)
    keys = [word(VM, k) for k in (1, 2, 3, b"a", b"b", b"c", b"d")]
    run(VM, t, [(SET, key, ONE) for key in keys])
    copy = duplicate(VM, t)
    run(VM, copy, [(SET, key, NIL) for key in keys[::2]])
    run(VM, copy, [(SET, word(VM, b"new%d" % n), ONE) for n in range(30)])
    assert dict(pairs(t)) == dict.fromkeys(keys, ONE)
    assert step(VM, copy, GET, keys[1], 0) == ONE and len(pairs(copy)) == 33


def test_resize_gives_room_and_takes_none():
    t = new_table(VM, 0, 0)
    resize(VM, t, 1001, 6)
    assert (t.asize, t.hmask) == (1001, 31)
    run(VM, t, [(SET, word(VM, 1000), ONE), (SET, word(VM, b"x"), ONE)])
    resize(VM, t, 3, 1)
    assert (t.asize, t.hmask, len(pairs(t))) == (1001, 31, 2)
    clear(t)
    assert (t.asize, t.hmask, pairs(t)) == (1001, 31, [])


def test_old_parts_are_given_back():
    """Memory after growing is what the parts of the final sizes need."""
    def grow() -> int:
        before = in_use(VM)
        t = new_table(VM, 0, 0)
        run(VM, t, [(SET, word(VM, n), ONE) for n in range(1, 3000)])
        run(VM, t, [(SET, word(VM, n + 0.5), ONE) for n in range(3000)])
        assert t.hmask == 4095 and t.asize <= 4608
        return in_use(VM) - before

    assert grow() < 48 + 4608 * 8 + 4096 * 24 + 8192
