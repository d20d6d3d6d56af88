"""Grants against a model: random operations of three domains that also end and begin anew."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hv.core.grant_world import (
    BASE,
    BASE_FRAME,
    COPY_FORMAT,
    DEVICE,
    HARDWARE,
    HOLE,
    HOST,
    MAP_FORMAT,
    OKAY,
    PAGE,
    PERMIT,
    READING,
    READONLY,
    SELF,
    SET_VERSION,
    UNMAP_FORMAT,
    WRITING,
    GrantWorld,
    is_free,
)
from hv.core.machine import Ram
from hv.core.memory_world import RAM_SIZE
from wrought.hv.core.stage2_types import Kind

machine = Ram(RAM_SIZE)
FIRST = BASE_FRAME + 512
"""The sixteen single pages of each domain are those that are granted."""
PAGES = 8
DECREASE, POPULATE = 1, 6


@dataclass
class Mapped:
    """What a handle is."""

    owner: int
    life: int
    ref: int
    gpa: int
    hpa: int
    write: bool


class Model:
    """The world, and what ought to be true of it."""

    def __init__(self) -> None:
        self.world = GrantWorld(machine)
        self.lives = [0, 0, 0]
        self.entries: list[dict[int, tuple[int, int, bool]]] = [{}, {}, {}]
        """Entry to domain, frame, read-only; what each wrote last."""
        self.mapped: list[dict[int, Mapped]] = [{}, {}, {}]

    def uses(self, owner: int, ref: int) -> list[Mapped]:
        """The mappings of an entry as it is now."""
        return [m for maps in self.mapped for m in maps.values()
                if (m.owner, m.life, m.ref) == (owner, self.lives[owner], ref)]

    def user_of(self, owner: int, ref: int) -> int | None:
        """Whose they are."""
        for number, maps in enumerate(self.mapped):
            for m in maps.values():
                if (m.owner, m.life, m.ref) == (owner, self.lives[owner], ref):
                    return number
        return None

    def allowed(self, user: int, owner: int, ref: int, write: bool) -> int:
        """The machine address that a use of an entry leads to; 0 if it is refused."""
        entry = self.entries[owner].get(ref)
        if entry is None or entry[0] != user or write and entry[2]:
            return 0
        used = self.uses(owner, ref)
        if used:
            return used[0].hpa if self.user_of(owner, ref) == user else 0
        return self.world.pages(owner, Kind.RAM).get(entry[1] * PAGE, 0)

    def grant(self, owner: int, ref: int, to: int, page: int, readonly: bool) -> None:
        """Write an entry, unless it is used; a domain seldom grants something to itself."""
        if self.uses(owner, ref):
            return
        to = (owner + 1 + page % 2) % 3 if to == owner and ref else to
        self.world.grant(owner, ref, to, FIRST + page, PERMIT | (READONLY if readonly else 0))
        self.entries[owner][ref] = (to, FIRST + page, readonly)

    def revoke(self, owner: int, ref: int, *_: Any) -> None:
        """Clear an entry, unless it is used."""
        if not self.uses(owner, ref):
            self.world.grant(owner, ref, 0, 0, 0)
            self.entries[owner].pop(ref, None)

    def map(self, user: int, ref: int, owner: int, page: int, readonly: bool) -> None:
        """Map at one of a few places."""
        gpa = HOLE + page * PAGE
        hpa = self.allowed(user, owner, ref, not readonly)
        free = gpa not in {m.gpa for m in self.mapped[user].values()}
        status, handle, _ = self.world.map(user, owner, ref, gpa,
                                           HOST | (READONLY if readonly else 0))
        assert (status == OKAY) == (hpa != 0 and free)
        if status == OKAY:
            assert handle not in self.mapped[user]
            self.mapped[user][handle] = Mapped(owner, self.lives[owner], ref, gpa, hpa,
                                               not readonly)

    def unmap(self, user: int, handle: int, other: int, page: int, wrong: bool) -> None:
        """Undo a mapping, if there is one of that number and address."""
        found = self.mapped[user].get(handle)
        gpa = found.gpa if found and not wrong else HOLE + page * PAGE
        status = self.world.unmap(user, handle, gpa)
        assert (status == OKAY) == (found is not None and found.gpa == gpa)
        if status == OKAY:
            del self.mapped[user][handle]

    def copy(self, user: int, ref: int, owner: int, page: int, back: bool) -> None:
        """From an entry to an own page, or back."""
        theirs = self.allowed(user, owner, ref, back)
        ours = self.world.pages(user, Kind.RAM).get((FIRST + page) * PAGE, 0)
        source, dest = (ours, theirs) if back else (theirs, ours)
        before = {at: machine.read(at, PAGE) for at in (ours, theirs) if at}
        granted, own = (owner, ref, 16), (SELF, FIRST + page, 16)
        status = self.world.copy(user, *((own, granted) if back else (granted, own)), 64,
                                 2 if back else 1)
        assert (status == OKAY) == (ours != 0 and theirs != 0)
        if status == OKAY:
            before[dest] = before[dest][:16] + before[source][16:80] + before[dest][80:]
        assert before == {at: machine.read(at, PAGE) for at in before}

    def write(self, user: int, ref: int, owner: int, page: int, flag: bool) -> None:
        """A guest writes to what it reaches."""
        at = self.world.pages(user, Kind.RAM, Kind.GRANT).get(
            (FIRST * PAGE if flag else HOLE) + page * PAGE)
        if at:
            machine.write(at + 16, bytes([user + 1, page]) * 32)

    def balloon(self, owner: int, ref: int, other: int, page: int, back: bool) -> None:
        """A page leaves a domain, unless it is used, or comes back."""
        gfn = FIRST + page
        hpa = self.world.pages(owner, Kind.RAM).get(gfn * PAGE, 0)
        if back:
            assert self.world.balloon(owner, POPULATE, [gfn]) == (hpa == 0)
        else:
            held = hpa in {m.hpa for maps in self.mapped for m in maps.values()}
            assert self.world.balloon(owner, DECREASE, [gfn]) == (hpa != 0 and not held)

    def version(self, owner: int, ref: int, other: int, page: int, two: bool) -> None:
        """Change the layout, if nothing is used."""
        world = self.world
        used = any(m.owner == owner and m.life == self.lives[owner]
                   for maps in self.mapped for m in maps.values())
        now = world.domains[owner].grants.version
        world.put(owner, struct.pack("<I", 2 if two else 1))
        result = world.op(owner, SET_VERSION, BASE, 1)
        assert (result == 0) == (not used or now == (2 if two else 1))
        if now != world.domains[owner].grants.version:
            self.entries[owner] = {r: e for r, e in self.entries[owner].items() if r < 8}

    def end(self, owner: int, *_: Any) -> None:
        """A domain ends and begins anew."""
        self.world.end(owner)
        self.lives[owner] += 1
        self.entries[owner], self.mapped[owner] = {}, {}

    def check(self) -> None:
        """Everybody reaches what it has mapped, and nothing else; no frame is lost."""
        world = self.world
        owned = [set(world.pages(n, Kind.RAM).values()) for n in range(3)]
        orphans = set()
        for number, maps in enumerate(self.mapped):
            wanted = {m.gpa: (m.hpa, Kind.GRANT if m.write else Kind.GRANT_READ_ONLY)
                      for m in maps.values()}
            assert world.granted(number) == wanted
            for m in maps.values():
                assert not is_free(m.hpa)
                if m.life == self.lives[m.owner]:
                    assert m.hpa in owned[m.owner]
                else:
                    assert not any(m.hpa in pages for pages in owned)
                    orphans.add(m.hpa)
        assert world.account() == len(orphans)
        for owner in range(3):
            for ref in self.entries[owner]:
                used = self.uses(owner, ref)
                bits = (READING if used else 0) | (WRITING if any(m.write for m in used) else 0)
                assert world.used(owner, ref) == bits


    def pick(self, user: int, ref: int, owner: int) -> tuple[int, int, int]:
        """Who uses which entry of whom: one that was granted to it, if there is any; every third
        time whatever the numbers say."""
        there = [(to, r, n) for n in range(3) for r, (to, _, _) in self.entries[n].items()]
        n = 9 * ref + 3 * user + owner
        return there[n // 3 % len(there)] if there and n % 3 else (user, ref, owner)

    def step(self, name: str, domain: int, ref: int, other: int, page: int, flag: bool) -> None:
        """Do a step."""
        if name in ("map", "copy"):
            domain, ref, other = self.pick(domain, ref, other)
        elif name == "unmap" and self.mapped[domain]:
            handles = sorted(self.mapped[domain])
            ref = handles[ref % len(handles)]
            flag = flag and page == 0
        getattr(self, name)(domain, ref, other, page, flag)


STEPS = st.lists(st.tuples(
    st.sampled_from(["grant"] * 4 + ["map"] * 6 + ["unmap"] * 3 + ["copy"] * 3
                    + ["revoke", "write", "write", "balloon", "version", "end"]),
    st.integers(0, 2), st.sampled_from([0, 1, 7, 8, 255]), st.integers(0, 2),
    st.integers(0, PAGES - 1), st.booleans()), min_size=10, max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_random_operations(steps: list[Any]):
    model = Model()
    for step in steps:
        model.step(*step)
        if step[0] in ("end", "map", "unmap"):
            model.check()
    for domain in range(3):
        model.end(domain)
        model.check()
    assert model.world.account() == 0


HOSTILE = st.one_of(st.integers(0, 4), st.integers(0, 2**64 - 1), st.sampled_from(
    [BASE, HOLE, FIRST, FIRST * PAGE, 0x7FF0, 2**31, 2**32 - 1, 2**63, 2**64 - PAGE]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 15), HOSTILE, st.lists(HOSTILE, min_size=8, max_size=8),
                          st.integers(0, 6)), min_size=1, max_size=12), st.binary(max_size=64))
def test_hostile_arguments(calls: list[Any], table: bytes):
    """Whatever a guest asks with whatever in its table, the others' memory is untouched, and every
    frame comes back."""
    world = GrantWorld(machine)
    world.domains[2].direct = bool(table[:1])
    world.grant(0, 0, 2, FIRST, PERMIT | READONLY)
    world.grant(2, 0, 2, FIRST)
    machine.write(world.table(2, 0), table)
    before = world.get(0, 2 << 20), [machine.read(at, PAGE)
                                     for at in sorted(world.pages(0, Kind.RAM).values())[-16:]]
    for command, arg, words, count in calls:
        data = b"".join(struct.pack("<Q", word % 2**64) for word in words) * 6
        world.put(2, data)
        world.op(2, command, BASE if arg % 3 else arg % 2**64, count)
        assert world.get(0, 2 << 20) == before[0]
    assert before[1] == [machine.read(at, PAGE)
                         for at in sorted(world.pages(0, Kind.RAM).values())[-16:]]
    for gpa, (hpa, kind) in world.granted(2).items():
        assert kind == Kind.GRANT_READ_ONLY or hpa in world.pages(2, Kind.RAM).values(), hex(gpa)
    world.end(2)
    assert world.account() == 0 and world.used(0, 0) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(
    st.sampled_from([(0, MAP_FORMAT), (1, UNMAP_FORMAT), (5, COPY_FORMAT)]),
    st.lists(st.sampled_from([0, 1, 2, 3, 4, SELF, HOLE, HOLE + PAGE, FIRST, HOST,
                              DEVICE, 2**16 - 1]), min_size=9, max_size=9)),
    max_size=30), st.sampled_from([1, 2]))
def test_plausible_nonsense(calls: list[Any], version: int):
    """Structures with numbers that mean something, in places where they may not."""
    world = GrantWorld(machine)
    for number in range(3):
        world.put(number, struct.pack("<I", version))
        world.op(number, SET_VERSION, BASE, 1)
        for ref in range(4):
            world.grant(number, ref, ref % 3, FIRST + ref, PERMIT)
    for (command, form), values in calls:
        letters = [c for c in form if c in "QIHh"]
        limits = {"Q": 2**64, "I": 2**32, "H": 2**16, "h": 2**15}
        fields = [v % limits[c] for v, c in zip(values, letters, strict=False)]
        world.put(HARDWARE, struct.pack(form, *fields))
        assert world.op(HARDWARE, command, BASE, 1) == 0
    for number in range(3):
        world.end(number)
    assert world.account() == 0
