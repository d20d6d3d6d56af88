"""Random object graphs that change while the collector works, against a model of what is reachable.

The model knows every object that was made, by its address, and what it refers to.  Whenever an
address is handed out again its old owner must have been unreachable; after a full cycle exactly
the reachable objects have survived, and what they refer to can be read back.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from lua.vm.gc import closures, heap
from lua.vm.gc.heap import Vm
from wrought.lua.vm.gc import control

NIL = 0xFFF9 << 48
INT = 0xFFFF << 48
TRUE = NIL + 2


@dataclass
class Thing:
    """An object: what it refers to by key, table keys included."""

    value: int
    kind: str
    text: bytes = b""
    size: int = 0
    refers: dict[int, int] = field(default_factory=dict)


class Model:
    """The objects, and the operations that a program might do."""

    def __init__(self, vm: Vm, seed: int) -> None:
        self.vm = vm
        self.chance = random.Random(seed)
        self.roots = [NIL] * heap.ROOTS
        self.things: dict[int, Thing] = {}
        self.made = 0
        self.phase = 0

    def reachable(self) -> set[int]:
        found: set[int] = set()
        todo = [v for v in self.roots if v in self.things]
        while todo:
            v = todo.pop()
            if v not in found:
                found.add(v)
                for key, value in self.things[v].refers.items():
                    todo += [x for x in (key, value) if x in self.things]
        return found

    def add(self, thing: Thing) -> None:
        """A new object; its address may have belonged to one that is unreachable."""
        address = thing.value & (1 << 48) - 1
        for tag in (0xFFFB, 0xFFFC, 0xFFFD, 0xFFFE):
            old = self.things.get(tag << 48 | address)
            if old is not None:
                assert old.value not in self.reachable(), f"{old} was alive"
                del self.things[old.value]
        self.things[thing.value] = thing
        self.made += 1
        self.root(self.chance.randrange(heap.ROOTS), thing.value)

    def root(self, i: int, v: int) -> None:
        self.roots[i] = v
        heap.set_slot(self.vm, i, v)

    def make(self) -> None:
        chance, vm = self.chance, self.vm
        kind = chance.choice(("table", "table", "table", "string", "builtin", "userdata", "thread",
                              "proto"))
        if kind == "table":
            self.add(Thing(heap.make_table(vm, chance.choice((0, 0, 1, 3, 20, 300)),
                                           chance.choice((0, 1, 2, 3, 5))), kind))
        elif kind == "string":
            text = b"%d" % chance.randrange(300) * chance.choice((1, 1, 5, 700))
            v = heap.make_string(vm, text)
            if v not in self.things or self.things[v].text != text:
                self.add(Thing(v, kind, text))
            else:
                self.root(chance.randrange(heap.ROOTS), v)
            alive = [t for t in self.things.values() if t.text == text]
            assert len(alive) == 1 or all(
                t.value == v or t.value not in self.reachable() for t in alive)
        elif kind == "builtin":
            nup = chance.choice((0, 1, 4, 200))
            self.add(Thing(heap.make_builtin(vm, nup), kind, size=nup))
        elif kind == "proto":
            nk = chance.choice((0, 3, 50))
            self.add(Thing(closures.make_proto(vm, 2, nk, True), kind, size=nk))
        elif kind == "thread":
            slots = chance.choice((80, 300))
            self.add(Thing(heap.make_thread(vm, slots), kind, size=slots - 64))
        else:
            env = self.table()
            if env is not None:
                size = chance.choice((0, 30, 3000))
                v = heap.make_userdata(vm, size, env)
                self.add(Thing(v, kind, size=1, refers={0: env}))

    def some(self) -> Thing | None:
        """A reachable object, found as a program would: along references from a root."""
        v = self.chance.choice(self.roots)
        for _ in range(self.chance.randrange(6)):
            if v not in self.things:
                break
            inside = [x for pair in self.things[v].refers.items() for x in pair
                      if x in self.things]
            if not inside:
                break
            v = self.chance.choice(inside)
        return self.things.get(v)

    def table(self) -> int | None:
        found = [v for v in self.roots if v >> 48 == 0xFFFE]
        return self.chance.choice(found) if found else None

    def link(self) -> None:
        """Store a value into an object; nil as well."""
        owner, other = self.some(), self.some()
        if owner is None or owner.kind == "string":
            return
        v = other.value if other is not None else self.chance.choice((NIL, TRUE, INT | 7))
        if owner.kind == "table":
            key_thing = self.some()
            key = INT | self.chance.choice((1, 2, 3, 4, 9, 1000))
            if key_thing is not None and self.chance.random() < 0.5:
                key = key_thing.value
            if self.chance.random() < 0.2:
                v = self.chance.choice((NIL, TRUE))
        elif owner.size == 0:
            return
        else:
            key = self.chance.randrange(owner.size)
            if owner.kind == "userdata" and v >> 48 != 0xFFFE:
                return
        heap.refer(self.vm, owner.value, key, v)
        if v == NIL:
            owner.refers.pop(key, None)
        else:
            owner.refers[key] = v

    def check_contents(self) -> None:
        for v in self.reachable():
            thing = self.things[v]
            for key, value in thing.refers.items():
                assert heap.referred(v, key) == value, (thing, hex(key))

    def collect_some(self, work: int) -> None:
        """A piece of the collector's work.  Where it completes a cycle, what has not survived is
        known to be gone; its cells may then be used for parts of other objects."""
        cycles = self.vm.gc.cycles
        before = self.phase
        self.phase = heap.advance(self.vm, work)
        if self.phase == 0 and (before != 0 or self.vm.gc.cycles > cycles):
            self.drop_dead()

    def drop_dead(self) -> None:
        alive = self.reachable()
        for v in list(self.things):
            if not heap.survived(self.vm, v):
                assert v not in alive, self.things[v]
                del self.things[v]

    def check_full(self) -> None:
        """After a full cycle exactly the reachable objects are there."""
        heap.full(self.vm)
        self.phase = 0
        alive = self.reachable()
        for v in list(self.things):
            assert heap.survived(self.vm, v) == (v in alive), self.things[v]
            if v not in alive:
                del self.things[v]
        self.check_contents()


def play(vm: Vm, seed: int, turns: int, work: tuple[int, ...]) -> Model:
    """Random operations with pieces of the collector's work between them."""
    model = Model(vm, seed)
    for turn in range(turns):
        action = model.chance.random()
        if action < 0.3:
            model.make()
        elif action < 0.8:
            model.link()
        elif action < 0.9:
            model.root(model.chance.randrange(heap.ROOTS), NIL)
        elif work:
            model.collect_some(model.chance.choice(work))
        if turn % 250 == 249:
            model.check_contents()
        if turn % 1000 == 999:
            model.check_full()
    model.check_full()
    return model


@pytest.mark.parametrize("seed", range(6))
def test_full_cycles(vm: Vm, seed: int):
    assert play(vm, seed, 2000, ()).made > 300


@pytest.mark.parametrize("seed", range(10, 22))
def test_incremental(vm: Vm, seed: int):
    """Stores while marking: the barriers hold.  Every cycle takes many steps."""
    play(vm, seed, 3000, (1, 50, 200, 1000, 5000))
    assert vm.gc.cycles > 10


@pytest.mark.parametrize("seed", range(30, 36))
def test_poison(vm: Vm, seed: int):
    """In stress mode free cells are filled with garbage: nobody may look at them any more."""
    control.set_stress(vm, True)
    play(vm, seed, 2000, (100, 100_000_000))


def test_large_tables_are_traversed_in_pieces(vm: Vm):
    """A table of many slots does not make a step longer, and stores into it are not lost."""
    big = heap.make_table(vm, 60_000, 0)
    heap.set_slot(vm, 0, big)
    for i in range(1, 60_000, 7):
        heap.refer(vm, big, INT | i, heap.make_table(vm, 0, 0))
    heap.full(vm)
    steps = 0
    new = {}
    while heap.advance(vm, 20_000) != 0:
        steps += 1
        if vm.gc.phase == 1 and steps > 20 and steps % 3 == 0:
            new[steps * 5] = heap.make_table(vm, 0, 0)
            heap.refer(vm, big, INT | steps * 5, new[steps * 5])
    assert steps > 30 and new
    heap.full(vm)
    for i, v in new.items():
        assert heap.survived(vm, v) and heap.referred(big, INT | i) == v


def test_epochs_wrap(vm: Vm):
    """The barrier holds over more cycles than there are epochs."""
    old = heap.make_table(vm, 4, 0)
    heap.set_slot(vm, 0, old)
    for _ in range(520):
        while heap.advance(vm, 1) != 1:
            pass
        heap.advance(vm, 400)
        new = heap.make_table(vm, 0, 0)
        heap.refer(vm, old, INT | 1, new)
        while heap.advance(vm, 100_000) != 0:
            pass
        assert heap.survived(vm, new)


@pytest.mark.parametrize("seed", range(40, 44))
def test_poison_and_steps(vm: Vm, seed: int):
    control.set_step_stress(vm)
    play(vm, seed, 2000, (1, 50, 1000))
