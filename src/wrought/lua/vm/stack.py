"""A thread's stack: it grows by moving."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, copy_memory
from wrought.lang.core.scalars import Never, Ptr, u8, u64
from wrought.lua.vm.errors import ERRERR, throw_value
from wrought.lua.vm.frame import EXTRA, MAX_SLOTS
from wrought.lua.vm.memory import alloc, free
from wrought.lua.vm.objects import Thread, Vm
from wrought.lua.vm.upvalues import move_upvalues
from wrought.lua.vm.value import NIL

OVERFLOW = 20_000
"""Slots beyond MAX_SLOTS that error handlers may use."""


@unsafe
@fn
def ensure(vm: Ptr[Vm], at: Ptr[u64], slots: u64) -> Ptr[u64]:
    """Make sure that `slots` slots from `at` on are below the current thread's limit.

    Returns where `at` is now: the stack may have moved.  Throws "stack overflow".
    """
    # SAFETY: `at` is in the current thread's stack.
    thread = vm.current
    if u64(at + slots) <= u64(thread.limit):
        return at
    index = (u64(at) - u64(thread.stack)) // 8
    grow(vm, thread, index + slots)
    return thread.stack + index


@noinline
@unsafe
@fn
def grow(vm: Ptr[Vm], thread: Ptr[Thread], needed: u64) -> None:
    """Move a stack to where it has at least `needed` slots below its limit."""
    # SAFETY: all addresses into the old stack are turned into ones into the new.
    allowed: u64 = MAX_SLOTS
    if u64(thread.limit) > u64(thread.stack + MAX_SLOTS):
        allowed += OVERFLOW
    if needed > allowed:
        stack_overflow(vm, thread)
    size = max(thread.slots * 2, needed + EXTRA)
    if size > MAX_SLOTS + EXTRA:
        size = max(u64(MAX_SLOTS) + EXTRA, needed + EXTRA)
    move(vm, thread, size)


@unsafe
@fn
def move(vm: Ptr[Vm], thread: Ptr[Thread], size: u64) -> None:
    """Give a thread a stack of `size` slots."""
    # SAFETY: as in grow.
    old = thread.stack
    made = bitcast(Ptr[u64], alloc(vm, size * 8))
    used = min(thread.slots, size)
    copy_memory(made, old, used)
    i = used
    while i < size:
        made[i] = NIL
        i += 1
    before = u64(old)
    after = u64(made)
    move_upvalues(vm, thread.open, before, after)
    thread.base = bitcast(Ptr[u64], u64(thread.base) - before + after)
    thread.top = bitcast(Ptr[u64], u64(thread.top) - before + after)
    thread.stack = made
    free(vm, bitcast(Ptr[u8], old), thread.slots * 8)
    thread.slots = size
    thread.limit = made + min(size - EXTRA, u64(MAX_SLOTS))
    if vm.current == thread:
        vm.limit = thread.limit


@cold
@unsafe
@fn
def stack_overflow(vm: Ptr[Vm], thread: Ptr[Thread]) -> Never:
    """Raise it; while the error is on its way there is some more room, for its handler."""
    # SAFETY: as in grow.
    if u64(thread.limit) > u64(thread.stack + MAX_SLOTS):
        throw_value(vm, vm.error_error, ERRERR)
    if thread.slots < MAX_SLOTS + OVERFLOW + EXTRA:
        move(vm, thread, MAX_SLOTS + OVERFLOW + EXTRA)
    thread.limit = thread.stack + (MAX_SLOTS + OVERFLOW)
    if vm.current == thread:
        vm.limit = thread.limit
    messages.run_error(vm, b"stack overflow")


@unsafe
@fn
def restore_limit(vm: Ptr[Vm], thread: Ptr[Thread]) -> None:
    """An error was caught: the room beyond MAX_SLOTS is closed again."""
    # SAFETY: the stack is at least that large where its limit is.
    if u64(thread.limit) > u64(thread.stack + MAX_SLOTS):
        thread.limit = thread.stack + MAX_SLOTS
        if vm.current == thread:
            vm.limit = thread.limit


from wrought.lua.vm.debug import messages  # noqa: E402
