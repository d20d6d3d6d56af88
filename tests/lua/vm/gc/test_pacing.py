"""When the collector works, and what collectgarbage's options do."""

from __future__ import annotations

import pytest

from lua.vm.gc import heap, requests
from lua.vm.gc.heap import Vm
from wrought.lua.vm.gc import control
from wrought.lua.vm.memory import in_use

NIL = 0xFFF9 << 48
INT = 0xFFFF << 48
KB = 1024


def churn(vm: Vm, tables: int) -> int:
    """Make garbage with a safe point before each table; returns the largest heap."""
    code, most = requests.attempt(vm, requests.CHURN, tables)
    assert code == 0
    return most


def keep(vm: Vm, tables: int) -> None:
    """Keep so many tables alive."""
    t = heap.make_table(vm, tables + 1, 0)
    heap.set_slot(vm, 0, t)
    for i in range(tables):
        heap.refer(vm, t, INT | i + 1, heap.make_table(vm, 4, 0))


def test_garbage_does_not_pile_up(vm: Vm):
    keep(vm, 5000)
    control.collect(vm)
    live = in_use(vm)
    assert churn(vm, 60_000) < 2.9 * live
    assert 5 < vm.gc.cycles < 100


@pytest.mark.parametrize(("pause", "most"), [(120, 2.1), (200, 2.9), (400, 4.9)])
def test_pause(vm: Vm, pause: int, most: float):
    keep(vm, 5000)
    assert control.set_pause(vm, pause) == 200
    control.collect(vm)
    live = in_use(vm)
    peak = churn(vm, 50_000)
    assert pause / 100 * live < peak < most * live


def test_steps_are_small(vm: Vm):
    """One safe point never does the work of a whole cycle where there is much to mark."""
    keep(vm, 30_000)
    control.collect(vm)
    cycles = vm.gc.cycles
    steps = 0
    while vm.gc.cycles < cycles + 2:
        before = vm.gc.phase, vm.gc.grey.used
        churn(vm, 100)
        steps += before != (vm.gc.phase, vm.gc.grey.used)
    assert steps > 20


def test_stop_and_restart(vm: Vm):
    assert control.is_running(vm)
    control.stop(vm)
    assert not control.is_running(vm)
    churn(vm, 20_000)
    assert vm.gc.cycles == 0
    control.restart(vm)
    assert control.is_running(vm)
    churn(vm, 20_000)
    assert vm.gc.cycles > 1


def test_limit_holds_while_stopped(vm: Vm):
    control.stop(vm)
    control.set_limit(vm, vm.gc.allocated + 300 * KB)
    assert churn(vm, 20_000) < 500 * KB
    assert vm.gc.cycles > 2


def test_count(vm: Vm):
    control.collect(vm)
    before = control.count(vm)
    cells = [heap.cell(vm, 1024) for _ in range(100)]
    assert control.count(vm) == before + 100 and len(cells) == 100
    control.collect(vm)
    assert control.count(vm) == before


def test_step_ends_cycles(vm: Vm):
    keep(vm, 20_000)
    control.collect(vm)
    for kilobytes in (0, 100, 1 << 62):
        results = [control.step_by(vm, kilobytes)]
        while not results[-1]:
            results.append(control.step_by(vm, kilobytes))
            assert len(results) < 1000
        assert (len(results) == 1) == (kilobytes > 1 << 60)


def test_setstepmul(vm: Vm):
    assert control.set_step_multiplier(vm, 400) == 200
    assert control.set_step_multiplier(vm, 0) == 400
    keep(vm, 20_000)
    assert control.step_by(vm, 0), "without a multiplier a step is a cycle"


def test_stress_collects_at_every_safe_point(vm: Vm):
    control.set_stress(vm, True)
    for i in range(20):
        assert vm.gc.cycles == i
        requests.attempt(vm, requests.SAFE_POINT, 0)
        t = heap.make_table(vm, 0, 0)
        heap.set_slot(vm, 0, t)
    control.set_stress(vm, False)
    requests.attempt(vm, requests.SAFE_POINT, 0)
    assert vm.gc.cycles == 20


def test_not_while_the_parser_runs(vm: Vm):
    heap.set_front(vm, 1)
    control.collect(vm)
    churn(vm, 10_000)
    assert vm.gc.cycles == 0
    assert not control.step_by(vm, 10)
    heap.set_front(vm, 0)
    churn(vm, 10)
    assert vm.gc.cycles == 1


def test_step_stress(vm: Vm):
    """A tiny step at every safe point; cycles get done all the same."""
    control.set_step_stress(vm)
    keep(vm, 200)
    steps = 0
    while vm.gc.cycles < 3:
        requests.attempt(vm, requests.CHURN, 1)
        steps += 1
    assert 100 < steps < 20_000
