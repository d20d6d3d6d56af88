"""Lua programs with the collector in its worst moods, and with every allocation failing in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lua.vm.gc.heap import Vm
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, slice_from
from wrought.lang.core.scalars import Ptr, Slice, i32, u8, u64
from wrought.lua.front.chunk import load_chunk
from wrought.lua.lib.open import open_libraries as open_all
from wrought.lua.vm.call import call, pcall
from wrought.lua.vm.gc import control
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import function_value, string_of
from wrought.lua.vm.state import close_state, new_state
from wrought.lua.vm.strings import intern
from wrought.lua.vm.value import is_string

PROGRAMS = Path(__file__).with_name("programs")
UNUSED = 15
"""An index of the state's cache."""
RUN_ERROR, OUT_OF_MEMORY = 2, 4
"""Codes of errors: programs raise again what a failing `load` or `resume` has told them."""


@struct
class Source:
    """A program's text."""

    text: Ptr[u8]
    size: u64


@unsafe
@fn
def load_and_call(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """A built-in function: its argument is the address of a Source."""
    # SAFETY: `run` passes one.
    source = bitcast(Ptr[Source], args[0])
    f = load_chunk(vm, slice_from(source.text, source.size), intern(vm, b"=program"), 3)
    args[2] = function_value(f)
    call(vm, args, 0, 0)
    return 0


@unsafe
@fn
def run(vm: Ptr[Vm], loader: u64, text: Slice[u8], fail_at: u64) -> i32:
    """Load and run a program: 0, or the code of its error; the fail_at-th allocation fails."""
    # SAFETY: the first frame has free slots above its top.
    source = Source(text.ptr, len(text))
    slot = vm.current.top
    slot[2] = loader
    slot[4] = u64(addr_of(source))
    control.fail_after(vm, fail_at)
    _, _, code = pcall(vm, slot, 1)
    control.fail_after(vm, 0)
    return code


@fn
def make_loader(vm: Ptr[Vm]) -> u64:
    """`load_and_call`, kept where no library keeps anything."""
    f = function_value(new_builtin(vm, load_and_call, 0, vm.globals, head(FUNCB)))
    vm.cache[UNUSED] = f
    return f


@unsafe
@fn
def message(vm: Ptr[Vm]) -> Slice[u8]:
    """The text of the last error."""
    # SAFETY: the tag is tested.
    return string_of(vm.error).bytes() if is_string(vm.error) else b"(no text)"


@fn
def open_libraries(vm: Ptr[Vm]) -> None:
    open_all(vm)


@pytest.fixture
def state() -> Iterator[tuple[Vm, int]]:
    made: Any = new_state(3, 4)
    open_libraries(made)
    yield made, make_loader(made)
    close_state(made)


def check(state: tuple[Vm, int], name: str) -> None:
    vm, loader = state
    code = run(vm, loader, (PROGRAMS / name).read_bytes(), 0)
    assert code == 0, bytes(message(vm)).decode()


def nothing(vm: Vm) -> None:
    """The collector as it is by default."""


def full_stress(vm: Vm) -> None:
    control.set_stress(vm, True)


def hurry(vm: Vm) -> None:
    """Cycles that begin at once, in the default steps."""
    control.set_pause(vm, 0)


def creep(vm: Vm) -> None:
    """Cycles that begin at once and hardly get on."""
    control.set_pause(vm, 0)
    control.set_step_multiplier(vm, 110)


@pytest.mark.parametrize("mood", [nothing, full_stress, control.set_step_stress, hurry, creep])
@pytest.mark.parametrize("name", ["objects.lua", "changes.lua", "allocations.lua", "libraries.lua"])
def test_program(state: tuple[Vm, int], name: str, mood: Callable[[Vm], None]):
    mood(state[0])
    check(state, name)
    control.set_stress(state[0], False)
    check(state, name)


@pytest.mark.parametrize("name", ["allocations.lua", "libraries.lua"])
def test_every_allocation_fails_in_turn(state: tuple[Vm, int], name: str):
    """Each failure is the error "not enough memory", and leaves a state that works."""
    vm, loader = state
    text = (PROGRAMS / name).read_bytes()
    failed = 0
    for n in range(1, 5000):
        code = run(vm, loader, text, n)
        if code == 0:
            break
        said = bytes(message(vm))
        assert code in (RUN_ERROR, OUT_OF_MEMORY), n
        assert said.endswith(b"not enough memory"), (n, said)
        failed += 1
        if n % 7 == 0:
            control.collect(vm)
        if n % 29 == 0:
            check(state, name)
    assert 150 < failed < 4999
    check(state, "objects.lua")


def test_memory_limit(state: tuple[Vm, int]):
    """A program that keeps all it makes ends with the error; another one runs after it."""
    vm, loader = state
    control.set_limit(vm, 2 * 1024 * 1024)
    for text in (b"local t = {} for i = 1, 1e9 do t[i] = {i} end",
                 b"local s = 'x' while true do s = s .. s end",
                 b"local t = {} for i = 1, 1e9 do t['key' .. i] = true end",
                 b"local function f() return 1, f() end f()"):
        assert run(vm, loader, text, 0) in (2, OUT_OF_MEMORY)
        assert bytes(message(vm)) in (b"not enough memory", b"program:1: stack overflow")
        check(state, "allocations.lua")
