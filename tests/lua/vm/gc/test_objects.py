"""Each kind of object by hand: what it keeps alive, and what happens to parts and variables."""

from __future__ import annotations

from lua.vm.gc import closures, heap
from lua.vm.gc.heap import Vm

NIL = 0xFFF9 << 48
INT = 0xFFFF << 48
MARK, STRINGS = 1, 2


def to_phase(vm: Vm, phase: int) -> None:
    """Work until the collector is in this phase, in the smallest pieces."""
    for _ in range(100_000):
        if heap.advance(vm, 1) == phase:
            return
    raise AssertionError("the phase never came")


def finish(vm: Vm) -> None:
    while heap.advance(vm, 1_000_000) != 0:
        pass


def test_freed_cell_is_white_for_its_next_owner(vm: Vm):
    """A part that was marked is given back, and an object gets its cell in the same cycle."""
    t = heap.make_table(vm, 20, 0)
    heap.set_slot(vm, 0, t)
    heap.full(vm)
    to_phase(vm, MARK)
    heap.advance(vm, 100_000)
    to_phase(vm, MARK)
    while vm.gc.grey.used:
        heap.advance(vm, 1)
        assert vm.gc.phase == MARK
    array = heap.array_of(t)
    for i in range(1, 40):
        heap.refer(vm, t, INT | i, INT | i)
    assert heap.array_of(t) != array
    f = heap.make_builtin(vm, 14)
    assert f & (1 << 48) - 1 == array
    inner = heap.make_table(vm, 0, 0)
    heap.refer(vm, f, 3, inner)
    heap.set_slot(vm, 1, f)
    finish(vm)
    assert heap.survived(vm, f) and heap.survived(vm, inner)


def test_new_parts_of_a_traversed_table(vm: Vm):
    """A table that grows while marking keeps its new array and nodes."""
    t = heap.make_table(vm, 0, 0)
    heap.set_slot(vm, 0, t)
    to_phase(vm, MARK)
    while vm.gc.grey.used:
        heap.advance(vm, 1)
    for i in range(1, 300):
        heap.refer(vm, t, INT | i, INT | i)
        heap.refer(vm, t, heap.make_string(vm, b"key %d" % i), INT | i)
    finish(vm)
    assert heap.survived(vm, heap.array_of(t))
    for _ in range(500):
        heap.fill(heap.cell(vm, 24 * 512), 0x5A, 24 * 512)
        heap.fill(heap.cell(vm, 2400), 0x5A, 2400)
    for i in range(1, 300):
        assert heap.referred(t, INT | i) == INT | i
        assert heap.referred(t, heap.make_string(vm, b"key %d" % i)) == INT | i


def test_closure_keeps_prototype_and_values(vm: Vm):
    inner = heap.make_table(vm, 0, 0)
    heap.set_slot(vm, 5, inner)
    p = closures.make_proto(vm, 1, 2, True)
    name = heap.make_string(vm, b"a constant")
    heap.refer(vm, p, 1, name)
    f = closures.make_closure(vm, p, 5)
    heap.set_slot(vm, 5, f)
    heap.full(vm)
    assert all(heap.survived(vm, v) for v in (inner, p, name, f))
    heap.set_slot(vm, 5, NIL)
    heap.full(vm)
    assert not any(heap.survived(vm, v) for v in (inner, p, name, f))


def test_closed_variable(vm: Vm):
    inner, other = heap.make_table(vm, 0, 0), heap.make_table(vm, 0, 0)
    heap.set_slot(vm, 5, inner)
    f = closures.make_closure(vm, closures.make_proto(vm, 1, 0, False), 5)
    heap.set_slot(vm, 0, f)
    at = closures.upvalue_of(f, 0)
    assert closures.open_variables(vm) == 1
    closures.close(vm, 5)
    heap.set_slot(vm, 5, NIL)
    heap.full(vm)
    assert closures.variable(at) == inner and heap.survived(vm, inner)
    heap.set_slot(vm, 6, other)
    to_phase(vm, MARK)
    while vm.gc.grey.used:
        heap.advance(vm, 1)
    fresh = heap.make_table(vm, 0, 0)
    closures.set_variable(vm, at, fresh)
    finish(vm)
    assert heap.survived(vm, fresh) and closures.variable(at) == fresh


def test_dead_open_variables_leave_the_list(vm: Vm):
    p = closures.make_proto(vm, 3, 0, False)
    heap.set_slot(vm, 0, p)
    f = closures.make_closure(vm, p, 8)
    g = closures.make_closure(vm, p, 10)
    heap.set_slot(vm, 1, f)
    assert closures.open_variables(vm) == 5 and g != f
    heap.full(vm)
    assert closures.open_variables(vm) == 3
    heap.set_slot(vm, 1, NIL)
    heap.full(vm)
    assert closures.open_variables(vm) == 0


def test_open_variable_keeps_its_thread(vm: Vm):
    """A function may outlive all references to the coroutine on whose stack its variable is."""
    thread = heap.make_thread(vm, 128)
    heap.set_slot(vm, 0, thread)
    p = closures.make_proto(vm, 1, 0, False)
    heap.set_slot(vm, 1, p)
    closures.switch_to(vm, thread)
    f = closures.make_thread_closure(vm, p, 7)
    closures.switch_to(vm, 0)
    heap.set_slot(vm, 2, f)
    inner = heap.make_table(vm, 0, 0)
    heap.refer(vm, thread, 7, inner)
    heap.set_slot(vm, 0, NIL)
    heap.full(vm)
    assert heap.survived(vm, thread) and heap.survived(vm, inner)
    assert closures.variable(closures.upvalue_of(f, 0)) == inner
    to_phase(vm, MARK)
    while vm.gc.grey.used:
        heap.advance(vm, 1)
    late = heap.make_table(vm, 0, 0)
    heap.refer(vm, thread, 7, late)
    finish(vm)
    assert heap.survived(vm, late)
    heap.full(vm)
    assert heap.survived(vm, thread) and not heap.survived(vm, inner)
    heap.set_slot(vm, 2, NIL)
    heap.full(vm)
    assert not heap.survived(vm, thread)


def test_stacks_are_looked_at_again_and_cleared(vm: Vm):
    """Stores to a stack need no barrier; slots above the top do not keep what they hold."""
    heap.set_top(vm, 8)
    to_phase(vm, MARK)
    while vm.gc.grey.used:
        heap.advance(vm, 1)
    kept, dropped = heap.make_table(vm, 0, 0), heap.make_table(vm, 0, 0)
    heap.set_slot(vm, 7, kept)
    heap.set_slot(vm, 8, dropped)
    heap.set_slot(vm, heap.SLOTS - 1, dropped)
    finish(vm)
    assert heap.survived(vm, kept) and not heap.survived(vm, dropped)
    assert heap.slot(vm, 7) == kept
    assert heap.slot(vm, 8) == heap.slot(vm, heap.SLOTS - 1) == NIL


def test_words_that_are_no_values_are_ignored(vm: Vm):
    """Frame links and addresses in slots are no references."""
    t = heap.make_table(vm, 0, 0)
    heap.set_slot(vm, 0, t & (1 << 48) - 1)
    heap.set_slot(vm, 1, 12345 << 3 | 2)
    heap.full(vm)
    assert not heap.survived(vm, t)


def test_strings_come_back_while_they_leave(vm: Vm):
    """A dead string that is asked for during the sweep is the same string, and stays."""
    texts = [b"text %d" % i for i in range(2000)]
    values = [heap.make_string(vm, text) for text in texts]
    to_phase(vm, STRINGS)
    heap.advance(vm, 20_000)
    assert vm.gc.phase == STRINGS
    count = vm.strings.count
    assert count > 100
    again = [heap.make_string(vm, text) for text in texts]
    same = sum(a == b for a, b in zip(values, again, strict=True))
    assert 0 < same < 2000, "some had left already"
    for i, v in enumerate(again):
        heap.set_slot(vm, 40 + i, v)
    heap.set_top(vm, 40 + len(again))
    finish(vm)
    for text, v in zip(texts, again, strict=True):
        assert heap.survived(vm, v)
        assert heap.make_string(vm, text) == v
    heap.full(vm)
    assert vm.strings.count >= 2000
    heap.set_top(vm, 0)
    heap.full(vm)
    assert vm.strings.count < 100


def test_made_during_the_sweep_stays(vm: Vm):
    """What is made between marking and the exchange of the bitmaps outlives this cycle."""
    for i in range(3000):
        heap.make_string(vm, b"filler %d" % i)
    to_phase(vm, STRINGS)
    made = [heap.make_table(vm, 3, 2) for _ in range(200)]
    made += [heap.make_string(vm, b"new %d" % i) for i in range(200)]
    large = heap.make_table(vm, 5000, 0)
    huge = heap.make_table(vm, 200_000, 0)
    assert heap.advance(vm, 1) == STRINGS
    finish(vm)
    assert all(heap.survived(vm, v) for v in made)
    assert heap.survived(vm, heap.array_of(large)) and heap.survived(vm, heap.array_of(huge))
    heap.full(vm)
    assert not any(heap.survived(vm, v) for v in made)


def test_reserved_words_and_metamethod_names_stay(vm: Vm):
    before = {word: heap.make_string(vm, word) for word in (b"while", b"__index", b"end")}
    heap.full(vm)
    for i in range(500):
        heap.make_string(vm, b"%d" % i)
    assert before == {word: heap.make_string(vm, word) for word in before}
    assert all(heap.survived(vm, v) for v in before.values())


def test_buffers_keep_their_cells(vm: Vm):
    assert heap.buffer_survives(vm, 5000) and heap.buffer_survives(vm, 100)
