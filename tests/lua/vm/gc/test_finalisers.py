"""Finalisers, called through the interpreter as built-in functions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lua.vm.gc import heap
from lua.vm.gc.heap import Vm
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, try_call, zeroed
from wrought.lang.core.scalars import Array, Ptr, i32, u64
from wrought.lang.core.static import static
from wrought.lua.vm.errors import ERRRUN, throw_value
from wrought.lua.vm.gc import control
from wrought.lua.vm.gc.weak import FINALISED
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.memory import safe_point
from wrought.lua.vm.new import new_builtin, new_userdata
from wrought.lua.vm.objects import (
    function_value,
    userdata_of,
    userdata_value,
)
from wrought.lua.vm.state import close_state, new_state
from wrought.lua.vm.table.insert import set as table_set
from wrought.lua.vm.value import int_value
from wrought.rt.escape import TryFrame

NIL = 0xFFF9 << 48
INT = 0xFFFF << 48

log = static(Array[u64, 256])
"""Sizes of the userdata that were finalised, in order."""
logged = static(u64)


@unsafe
@fn
def note(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: the finaliser's argument is a userdata.
    global logged
    assert n == 1
    log[logged] = userdata_of(args[0]).size
    logged += 1
    return 0


@unsafe
@fn
def fail(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """A finaliser that raises the userdata's size."""
    # SAFETY: as in note.
    note(vm, args, n)
    throw_value(vm, int_value(7), ERRRUN)


@unsafe
@fn
def resurrect(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """A finaliser that stores its object in the registry."""
    # SAFETY: as in note.
    note(vm, args, n)
    table_set(vm, vm.registry, int_value(1), args[0])
    return 0


@unsafe
@fn
def make_more(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """A finaliser that makes another userdata like it, one smaller, until there is nothing left;
    and garbage, and asks for a collection in the middle of all that."""
    # SAFETY: as in note.
    note(vm, args, n)
    old = userdata_of(args[0])
    if old.size > 0:
        more = new_userdata(vm, old.size - 1, vm.globals)
        more.meta = old.meta
        args[1] = userdata_value(more)
        vm.current.top = args + 2
        control.collect(vm)
    return 0


FINALISERS = (note, fail, resurrect, make_more)


@fn
def builtin(vm: Ptr[Vm], which: u64) -> u64:
    made = new_builtin(vm, note, 0, vm.globals, head(FUNCB))
    if which == 1:
        made.native = fail
    elif which == 2:
        made.native = resurrect
    elif which == 3:
        made.native = make_more
    return function_value(made)


@fn
def collect(vm: Ptr[Vm]) -> None:
    control.collect(vm)


@fn
def points(vm: Ptr[Vm]) -> None:
    safe_point(vm)


@fn
def attempt(vm: Ptr[Vm], whole: bool) -> tuple[i32, u64]:
    """A full collection or a safe point: the code of its error or 0, the error's value."""
    frame = zeroed(TryFrame)
    outer = vm.frame
    vm.frame = addr_of(frame)
    code: i32 = 0
    if whole:
        code = try_call(addr_of(frame), collect, vm)
    else:
        code = try_call(addr_of(frame), points, vm)
    vm.frame = outer
    return code, vm.error


@unsafe
@fn
def give_top(vm: Ptr[Vm], n: u64) -> None:
    """Let n slots above the first frame be alive."""
    # SAFETY: the stack has more.
    vm.main.top = vm.main.base + n


@unsafe
@fn
def set_local(vm: Ptr[Vm], i: u64, v: u64) -> None:
    # SAFETY: as in give_top.
    vm.main.base[i] = v


@fn
def registered(vm: Ptr[Vm]) -> u64:
    """The value that `resurrect` stored."""
    return heap.referred(0xFFFE << 48 | u64(vm.registry), int_value(1))


@fn
def forget(vm: Ptr[Vm]) -> None:
    table_set(vm, vm.registry, int_value(1), NIL)


@fn
def globals_of(vm: Ptr[Vm]) -> u64:
    return 0xFFFE << 48 | u64(vm.globals)


@pytest.fixture
def state() -> Iterator[Vm]:
    made = new_state(1, 2)
    give_top(made, 8)
    for i in range(8):
        set_local(made, i, NIL)
    logged.set(0)
    yield made
    close_state(made)


def metatable(vm: Vm, which: int | None) -> int:
    """A metatable with one of the finalisers, kept in the first slot."""
    meta = heap.make_table(vm, 0, 0)
    set_local(vm, 0, meta)
    if which is not None:
        heap.refer(vm, meta, heap.make_string(vm, b"__gc"), builtin(vm, which))
    return meta


def userdata(vm: Vm, size: int, meta: int) -> int:
    u = heap.make_userdata(vm, size, globals_of(vm))
    heap.set_meta(vm, u, meta)
    return u


def calls() -> list[int]:
    """The sizes of those finalised since the last call."""
    sizes = list(log.get())[:logged.get()]
    logged.set(0)
    return sizes


def test_reverse_order_and_once(state: Vm):
    meta = metatable(state, 0)
    for size in range(1, 7):
        u = userdata(state, size, meta)
        if size == 3:
            set_local(state, 1, u)
    assert attempt(state, True)[0] == 0
    assert calls() == [6, 5, 4, 2, 1]
    assert attempt(state, True)[0] == 0 and calls() == []
    set_local(state, 1, NIL)
    attempt(state, True)
    assert calls() == [3]


def test_object_is_whole_and_then_goes(state: Vm):
    """In the cycle in which its finaliser is due a userdata survives, in the next it is gone."""
    u = userdata(state, 40, metatable(state, 0))
    attempt(state, True)
    assert calls() == [40] and heap.survived(state, u)
    attempt(state, True)
    assert not heap.survived(state, u)


def test_resurrected(state: Vm):
    """An object that its finaliser stores stays, and is not finalised again."""
    u = userdata(state, 5, metatable(state, 2))
    attempt(state, True)
    assert calls() == [5] and registered(state) == u
    attempt(state, True)
    assert heap.survived(state, u) and calls() == []
    forget(state)
    attempt(state, True)
    assert not heap.survived(state, u) and calls() == []


def test_finaliser_is_looked_up_late(state: Vm):
    """A `__gc` that comes after the metatable was set counts, as in LuaJIT."""
    meta = metatable(state, None)
    userdata(state, 9, meta)
    heap.refer(state, meta, heap.make_string(state, b"__gc"), builtin(state, 0))
    attempt(state, True)
    assert calls() == [9]


def test_without_finaliser(state: Vm):
    u = userdata(state, 9, metatable(state, None))
    attempt(state, True)
    assert not heap.survived(state, u) and calls() == []


def test_errors_pass_through(state: Vm):
    """The collection is over by then; the other finalisers come at the next one."""
    meta = metatable(state, 1)
    for size in (1, 2, 3):
        userdata(state, size, meta)
    assert attempt(state, True) == (2, INT | 7)
    assert calls() == [3]
    assert attempt(state, True) == (2, INT | 7) and attempt(state, True)[0] == 2
    assert calls() == [2, 1]
    assert attempt(state, True)[0] == 0


def test_weak_references_to_what_is_finalised(state: Vm):
    """Removed as values before the call, as keys only when the object is gone."""
    meta = metatable(state, 0)
    tables = []
    for i, mode in enumerate((b"k", b"v")):
        t, its = heap.make_table(state, 0, 0), heap.make_table(state, 0, 0)
        heap.refer(state, its, heap.make_string(state, b"__mode"),
                   heap.make_string(state, mode))
        heap.set_meta_back(state, t, its)
        set_local(state, 2 + i, t)
        tables.append(t)
    u = userdata(state, 4, meta)
    heap.refer(state, tables[0], u, INT | 1)
    heap.refer(state, tables[1], INT | 1, u)
    attempt(state, True)
    assert calls() == [4]
    assert [heap.entries(t) for t in tables] == [1, 0]
    attempt(state, True)
    assert [heap.entries(t) for t in tables] == [0, 0]


def test_called_at_safe_points(state: Vm):
    """Without a full collection they are called when a cycle is complete."""
    meta = metatable(state, 0)
    for size in range(40):
        userdata(state, size, meta)
    for _ in range(10_000):
        heap.make_table(state, 4, 0)
        if attempt(state, False)[0] or logged.get() == 40:
            break
    assert calls() == list(range(39, -1, -1))
    assert state.gc.cycles == 1


def test_collect_inside_a_finaliser(state: Vm):
    userdata(state, 6, metatable(state, 3))
    assert attempt(state, True)[0] == 0
    for _ in range(8):
        attempt(state, True)
    assert calls() == [6, 5, 4, 3, 2, 1, 0]


def test_stress(state: Vm):
    control.set_stress(state, True)
    meta = metatable(state, 0)
    sizes = []
    for size in range(30):
        userdata(state, size, meta)
        attempt(state, False)
        sizes += calls()
    control.set_stress(state, False)
    assert sizes == list(range(30))


@pytest.mark.parametrize(("which", "expected"), [
    (0, [5, 4, 3, 2, 1]), (1, [5, 4, 3, 2, 1]), (2, [5, 4, 3, 2, 1])])
def test_closing_calls_all(which: int, expected: list[int]):
    """Alive or not, each once, errors or none."""
    vm = new_state(1, 2)
    give_top(vm, 8)
    for i in range(8):
        set_local(vm, i, NIL)
    logged.set(0)
    meta = metatable(vm, which)
    for size in range(1, 6):
        set_local(vm, size, userdata(vm, size, meta))
    control.close_state(vm)
    assert calls() == expected
    close_state(vm)
    assert calls() == []


def test_closing_with_finalisers_that_make_objects():
    vm = new_state(1, 2)
    give_top(vm, 1)
    logged.set(0)
    userdata(vm, 4, metatable(vm, 3))
    close_state(vm)
    assert calls() == [4, 3, 2, 1, 0]
    assert FINALISED == 32 and len(FINALISERS) == 4
