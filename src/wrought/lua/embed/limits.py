"""Memory and instructions: limits, collections, and tests of failing memory."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of
from wrought.lang.core.scalars import Ptr, i32, i64, u64
from wrought.lua.embed import capi
from wrought.lua.embed.bits import i64_bits, u64_bits
from wrought.lua.embed.capi import Object, keep
from wrought.lua.embed.core import kinds
from wrought.lua.embed.crossing import Work, raised
from wrought.lua.embed.lock import lock_gil, unlock_gil
from wrought.lua.embed.methods import integer, start
from wrought.lua.vm.budget import NO_BUDGET, no_budget, remaining, set_budget
from wrought.lua.vm.gc.control import (
    NO_LIMIT,
    collect,
    fail_after,
    set_limit,
    set_step_stress,
    set_stress,
)
from wrought.lua.vm.memory import in_use


@fn
def collect_body(work: Ptr[Work]) -> None:
    unlock_gil(work.core)
    collect(work.vm)
    lock_gil(work.core)
    work.result = keep(kinds.none)


@unsafe
@fn
def collect_garbage(o: Ptr[Object], unused: Ptr[Object] | None) -> Ptr[Object] | None:
    # SAFETY: no argument is read.
    given = o
    return start(o, addr_of(given), 0, collect_body)


@unsafe
@fn
def limit_body(work: Ptr[Work]) -> None:
    # SAFETY: there is an argument.
    n = integer(work.args[0])
    set_limit(work.vm, NO_LIMIT if n == 0 else n)
    work.result = keep(kinds.none)


@fn
def limit(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_limit(bytes), 0 for no limit."""
    return start(o, args, n, limit_body)


@unsafe
@fn
def budget_body(work: Ptr[Work]) -> None:
    # SAFETY: there is an argument.
    overflow: i32 = 0
    n = capi.PyLong_AsLongLongAndOverflow(work.args[0], addr_of(overflow))
    if overflow == 0 and n < 0:
        no_budget(work.vm)
    else:
        set_budget(work.vm, u64_bits(n) if overflow == 0 else u64(1) << 62)
    work.result = keep(kinds.none)


@fn
def budget(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_budget(instructions), negative for no limit."""
    return start(o, args, n, budget_body)


@fn
def remaining_body(work: Ptr[Work]) -> None:
    n = remaining(work.vm)
    work.result = keep(kinds.none) if n == NO_BUDGET else number(work, n)


@unsafe
@fn
def instructions_left(o: Ptr[Object], unused: Ptr[Object] | None) -> Ptr[Object] | None:
    """What is left of the instruction limit, None where there is none."""
    # SAFETY: no argument is read.
    given = o
    return start(o, addr_of(given), 0, remaining_body)


@unsafe
@fn
def test_body(work: Ptr[Work]) -> None:
    # SAFETY: there are two arguments.
    how = integer(work.args[0])
    if how == 1:
        set_stress(work.vm, integer(work.args[1]) != 0)
    elif how == 2:
        set_step_stress(work.vm)
    else:
        fail_after(work.vm, integer(work.args[1]))
    work.result = keep(kinds.none)


@fn
def prepare_test(o: Ptr[Object], args: Ptr[Ptr[Object]], n: i64) -> Ptr[Object] | None:
    """_test(1, on): collect at every safe point; _test(2, 0): a tiny step at each;
    _test(3, n): let the n-th allocation from now on fail."""
    return start(o, args, n, test_body)


@fn
def memory_body(work: Ptr[Work]) -> None:
    work.result = number(work, in_use(work.vm))


@fn
def number(work: Ptr[Work], n: u64) -> Ptr[Object]:
    made = capi.PyLong_FromLongLong(i64_bits(n))
    if made is None:
        raised(work.vm)
    return made


@unsafe
@fn
def memory(o: Ptr[Object], unused: Ptr[Object] | None) -> Ptr[Object] | None:
    """_memory() -> bytes in use."""
    # SAFETY: no argument is read.
    given = o
    return start(o, addr_of(given), 0, memory_body)
