"""Who may use a state: one thread at a time, which may enter again; and the GIL.

The fields are changed by the thread that holds the GIL only, so that they need no atomics.  A state
is entered with the GIL; `unlock_gil` gives it up while Lua runs.
"""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, c_str, unlikely
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.embed import capi
from wrought.lua.embed.capi import Object, drop
from wrought.lua.embed.core import Core, Waiter, kinds
from wrought.lua.vm.objects import Vm


@inline
@fn
def unlock_gil(core: Ptr[Core]) -> None:
    """Let other Python threads run."""
    core.saved = capi.PyEval_SaveThread()


@inline
@fn
def lock_gil(core: Ptr[Core]) -> None:
    """Wait until it is this thread's turn to run Python."""
    state = core.saved
    core.saved = 0
    capi.PyEval_RestoreThread(state)


@fn
def enter(core: Ptr[Core]) -> Ptr[Vm] | None:
    """Begin to use a state, or set a Python exception and return None where there is none."""
    me = capi.PyThread_get_thread_ident()
    if core.owner != me:
        if core.owner != 0:
            if not wait_for_turn(core, me):
                return None
        core.owner = me
    core.depth += 1
    vm = core.vm
    if vm is None:
        leave(core)
        capi.PyErr_SetString(kinds.runtime_error, c_str(b"the Lua runtime is closed"))
        return None
    if unlikely(core.pending_used != 0):
        drop_pending(core, vm)
    return vm


@inline
@fn
def leave(core: Ptr[Core]) -> None:
    """End what `enter` began.  Python code of dying objects may run."""
    if unlikely(core.dead_used != 0):
        drop_dead(core)
    core.depth -= 1
    if core.depth == 0:
        core.owner = 0
        first = core.first
        if first is not None:
            hand_over(core, first)


@cold
@noinline
@fn
def wait_for_turn(core: Ptr[Core], me: u64) -> bool:
    """Sleep until this thread is the owner; False with a Python exception where it can't."""
    lock = capi.PyThread_allocate_lock()
    if lock == 0:
        capi.PyErr_NoMemory()
        return False
    waiter = Waiter(lock, me, None)
    last = core.last
    if last is None:
        core.first = addr_of(waiter)
    else:
        last.next = addr_of(waiter)
    core.last = addr_of(waiter)
    capi.PyThread_acquire_lock(lock, 1)
    # `core.saved` is the owner's.
    state = capi.PyEval_SaveThread()
    capi.PyThread_acquire_lock(lock, 1)
    capi.PyEval_RestoreThread(state)
    capi.PyThread_release_lock(lock)
    capi.PyThread_free_lock(lock)
    return True


@cold
@noinline
@fn
def hand_over(core: Ptr[Core], first: Ptr[Waiter]) -> None:
    """Make the thread that waits longest the owner, and wake it."""
    core.owner = first.thread
    core.first = first.next
    if core.first is None:
        core.last = None
    capi.PyThread_release_lock(first.lock)


@cold
@noinline
@unsafe
@fn
def drop_dead(core: Ptr[Core]) -> None:
    """Give up the Python objects that Lua has let go of.  Needs the GIL."""
    # SAFETY: the array holds owned objects; each is taken out before its destructor runs.
    while core.dead_used > 0:
        core.dead_used -= 1
        drop(bitcast(Ptr[Object], core.dead[core.dead_used]))


from wrought.lua.embed.references import drop_pending  # noqa: E402
