"""The emulated physical timer against a model (Arm ARM DDI 0487, D12.2)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hv.vdev.vdomain import VDomain
from wrought.hv.fake import cpu as fake
from wrought.hv.vdev import vtimer

TVAL, CTL, CVAL = 0, 1, 2
ENABLE, IMASK, ISTATUS = 1, 2, 4
NEVER = 2**64 - 1
PPI = 30
FAR = 2**62
"""The machine's counter takes centuries to get there."""


class Model:
    """A comparator and the machine's counter."""

    def __init__(self) -> None:
        self.now = self.cval = self.ctl = 0

    @property
    def due(self) -> bool:
        return bool(self.ctl & ENABLE) and self.now >= self.cval

    @property
    def line(self) -> bool:
        return self.due and not self.ctl & IMASK

    def read(self, which: int) -> int:
        if which == CTL:
            return self.ctl | ISTATUS * self.due
        return self.cval if which == CVAL else self.cval - self.now & 0xFFFF_FFFF

    def write(self, which: int, value: int) -> None:
        if which == CTL:
            self.ctl = value & 3
        elif which == CVAL:
            self.cval = value
        else:
            low = value & 0xFFFF_FFFF
            self.cval = self.now + low - (low >> 31 << 32) & NEVER


class Timer:
    """A vCPU's, and how its interrupt's level was set."""

    def __init__(self) -> None:
        self.machine = VDomain()
        self.vcpu = self.machine.vcpus[0]
        self.line = False
        self.clock(0)
        vtimer.vtimer_init(self.vcpu, 0)

    def clock(self, now: int) -> None:
        fake.clock.set(now)

    def read(self, which: int) -> int:
        return vtimer.ptimer_read(self.vcpu, which)

    def write(self, which: int, value: int) -> bool:
        return vtimer.ptimer_write(self.vcpu, which, value)

    def deadline(self) -> int:
        return vtimer.next_deadline(self.vcpu)

    def level(self) -> bool:
        for vcpu, number, high in self.machine.raised():
            assert (vcpu, number, high) == (0, PPI, not self.line), "told of changes only"
            self.line = high
        return self.line


numbers = st.one_of(st.integers(0, 3), st.integers(0, 5000), st.integers(2**32 - 3000, 2**32),
                    st.integers(0, NEVER))
steps = st.lists(st.one_of(
    st.tuples(st.just("write"), st.sampled_from((TVAL, CTL, CTL, CVAL)), numbers),
    st.tuples(st.just("wait"), st.just(0), st.integers(0, 4000)),
    st.tuples(st.just("alarm"), st.just(0), st.just(0))), max_size=40)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(steps)
def test_random_operations(operations: list[tuple[str, int, int]]):
    timer, model = Timer(), Model()
    for what, which, value in operations:
        before = timer.deadline()
        if what == "write":
            changed = timer.write(which, value)
            model.write(which, value)
            assert changed == (timer.deadline() != before)
        else:
            # The alarm rings when it was asked to, or a moment later.
            late = value if what == "wait" or before > FAR else max(before - model.now, 0)
            model.now += late
            timer.clock(model.now)
            if before <= model.now:
                vtimer.timers_expired(timer.vcpu)
        assert timer.level() == model.line
        waits = model.ctl & 3 == ENABLE and not model.line
        assert timer.deadline() == (model.cval if waits else NEVER)
        for register in (TVAL, CTL, CVAL):
            assert timer.read(register) == model.read(register)


def test_what_linux_does():
    timer = Timer()
    timer.clock(1000)
    assert timer.write(TVAL, 500) is False, "still off"
    assert timer.write(CTL, ENABLE) is True and timer.deadline() == 1500
    timer.clock(1500)
    vtimer.timers_expired(timer.vcpu)
    assert timer.level() and timer.read(CTL) == ENABLE | ISTATUS and timer.deadline() == NEVER
    assert timer.write(CTL, ENABLE | IMASK) is False and not timer.level()
    assert timer.read(CTL) == ENABLE | IMASK | ISTATUS
    timer.write(CVAL, 9000)
    assert timer.read(CTL) == ENABLE | IMASK and timer.deadline() == NEVER
    assert timer.write(CTL, ENABLE) and timer.deadline() == 9000


def test_timer_value_is_signed():
    timer = Timer()
    timer.clock(100)
    timer.write(TVAL, 0xFFFF_FFFF)
    assert timer.read(CVAL) == 99 and timer.read(TVAL) == 0xFFFF_FFFF
    timer.write(CTL, ENABLE)
    assert timer.level()


def test_no_other_register():
    timer = Timer()
    timer.write(CVAL, 77)
    assert timer.write(3, 5) is False and timer.read(3) == 0 and timer.read(CVAL) == 77
