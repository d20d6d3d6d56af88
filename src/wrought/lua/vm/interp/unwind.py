"""After an error: find who catches it.  The frames are as they were when it was raised."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, u64
from wrought.lua.vm.bytecode import OP, d_of
from wrought.lua.vm.errors import ERRERR
from wrought.lua.vm.frame import CONT, CONT_HEAD, below
from wrought.lua.vm.objects import Status, Thread, Vm, function_of
from wrought.lua.vm.upvalues import close_upvalues
from wrought.lua.vm.value import FALSE, NIL, is_function

CATCHES = 0x100
"""Beside the opcode in base[-4] of a CONT_EXIT frame: the native caller catches errors."""
HAS_HANDLER = 0x200
"""The same, with a message handler in base[-5]."""


@unsafe
@fn
def frame_end(thread: Ptr[Thread]) -> Ptr[u64]:
    """Past the registers of a thread's current frame."""
    # SAFETY: base[-2] is a function in every frame.
    if not is_function(thread.base[-2]):
        return thread.top
    f = function_of(thread.base[-2])
    if f.proto is None:
        return thread.top
    end = thread.base + d_of(f.code[0])
    return end


@unsafe
@fn
def unwind(vm: Ptr[Vm], thread: Ptr[Thread], index: u64) -> tuple[bool, Ptr[u64], u64]:
    """Who in this run of the interpreter catches the error in `vm.error`.

    `thread` and `index` (slots from its stack's start) name the run's first frame.  Returns
    whether somebody does, the frame of the built-in function that is to return, and how many
    results, which are in place at its base.
    """
    # SAFETY: links lead from frame to frame down to the run's first one.
    call_message_handler(vm)
    while True:
        current = vm.current
        base = current.base
        while True:
            if current == thread and u64(base) <= u64(thread.stack + index):
                return False, base, 0
            link = base[-1]
            if link & 7 == CONT:
                kind = base[-4]
                if kind == OP.CONT_PCALL:
                    return True, caught(vm, base, base - (link >> 3)), 2
                if kind == OP.CONT_COROUTINE:
                    break
            base = below(base)
        resumed_by = leave_dead(vm, current)
        if current.flags & BY_WRAP == 0:
            at = resumed_by.base
            resumed_by.top = at + 2
            at[0] = FALSE
            at[1] = vm.error
            return True, at, 2
        coroutine.wrap_error(vm)
        call_message_handler(vm)


BY_WRAP = 1
"""`Thread.flags`: the coroutine was resumed by a function of coroutine.wrap."""


@unsafe
@fn
def caught(vm: Ptr[Vm], callee: Ptr[u64], own: Ptr[u64]) -> Ptr[u64]:
    """A pcall at frame `own` catches: false and the error are its results."""
    # SAFETY: both frames are on the current thread's stack.
    thread = vm.current
    if thread.open is not None:
        close_upvalues(vm, callee - CONT_HEAD)
    restore_limit(vm, thread)
    thread.base = own
    thread.top = own + 2
    own[0] = FALSE
    own[1] = vm.error
    return own


@unsafe
@fn
def leave_dead(vm: Ptr[Vm], thread: Ptr[Thread]) -> Ptr[Thread]:
    """A coroutine ends by an error: back to who resumed it."""
    # SAFETY: a coroutine that runs has a parent.
    thread.status = Status.DEAD
    vm.nesting -= 1
    if thread.open is not None:
        close_upvalues(vm, thread.stack)
    parent = thread.parent
    assert parent is not None
    thread.parent = None
    parent.status = Status.RUNNING
    vm.current = parent
    vm.limit = parent.limit
    return parent


@unsafe
@fn
def find_handler(vm: Ptr[Vm]) -> u64:
    """The message handler of the innermost protected call, if that is an xpcall."""
    # SAFETY: as in unwind; a coroutine's frames end with its own.
    base = vm.current.base
    while True:
        link = base[-1]
        if link & 7 == CONT:
            kind = base[-4]
            if kind == OP.CONT_PCALL:
                return base[-3]
            if kind == OP.CONT_COROUTINE or link >> 3 == 0:
                return 0
            if kind & HAS_HANDLER != 0:
                return base[-CONT_HEAD - 1]
            if kind & CATCHES != 0:
                return 0
        base = below(base)


@unsafe
@fn
def call_message_handler(vm: Ptr[Vm]) -> None:
    """Let xpcall's handler see the error while the frames that raised it are still there."""
    # SAFETY: the handler's frame is laid out above the current one.
    if vm.error_handled != 0:
        return
    message_handler = find_handler(vm)
    vm.error_handled = 1
    if message_handler == 0:
        return
    if not is_function(message_handler):
        vm.error = vm.error_error
        return
    if vm.error_code == ERRERR:
        return
    # A handler that fails is called for its own errors, as in LuaJIT, but not without end.
    if vm.native_depth >= call.MAX_DEPTH:
        vm.error = vm.error_error
        return
    thread = vm.current
    slot = frame_end(thread)
    slot[2] = message_handler
    slot[4] = vm.error
    thread.top = slot
    back, count, code = call.protected(vm, slot, 1, CATCHES)
    if code != 0:
        vm.error = vm.error_error
    elif count > 0:
        vm.error = back[0]
    else:
        vm.error = NIL
    vm.error_handled = 1


from wrought.lua.vm import call  # noqa: E402
from wrought.lua.vm.interp import coroutine  # noqa: E402
from wrought.lua.vm.stack import restore_limit  # noqa: E402
