"""Crossing the border: what runs under a `try_call`, from Python into Lua and back.

    run(core, vm, body, work)      # Python has called: body may throw; False with an exception
    visit(vm, body, work)          # Lua has called: body runs with the GIL

A body that finds a Python exception set leaves by `raised(vm)`.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import cold, fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, throw, try_call, uninit, zeroed
from wrought.lang.core.scalars import Fn, Never, Ptr, i32, u64
from wrought.lua.embed.capi import Object
from wrought.lua.embed.core import Core, core_of
from wrought.lua.embed.lock import lock_gil, unlock_gil
from wrought.lua.vm import call
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.debug.traceback import traceback
from wrought.lua.vm.errors import ERRRUN, plain_error
from wrought.lua.vm.frame import CONT_HEAD, MIN_SLOTS
from wrought.lua.vm.interp.unwind import CATCHES
from wrought.lua.vm.memory import fits, reserve
from wrought.lua.vm.objects import Buffer, Thread, Vm
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.strings import close_to_string, text
from wrought.lua.vm.upvalues import close_upvalues
from wrought.lua.vm.value import NIL, is_string
from wrought.rt.escape import TryFrame

RAISED: i32 = 100
"""The code of a throw for which a Python exception is set."""


@struct
class Work:
    """What a body gets and gives."""

    core: Ptr[Core]
    vm: Ptr[Vm]
    args: Ptr[Ptr[Object]]
    """Python objects."""
    n: u64
    """How many; after a failure of a body of `visit` so many are given up."""
    target: u64
    """The Lua value that it is about."""
    first: u64
    """Bodies of `visit`: the first argument on the Lua stack that counts."""
    count: u64
    """Bodies of `visit`: how many arguments are on the Lua stack, and then results."""
    more: u64
    result: Ptr[Object] | None
    partial: Ptr[Object] | None
    """What is to be given up where the body fails."""


@cold
@fn
def raised(vm: Ptr[Vm]) -> Never:
    """Leave the body: a Python exception is set."""
    throw(vm.frame, RAISED)


@unsafe
@fn
def run(core: Ptr[Core], vm: Ptr[Vm], body: Fn[[Ptr[Work]], None], work: Ptr[Work]) -> bool:
    """Run a body that works on a state which this thread has entered.

    Where it throws, the state is as it was, a Python exception is set, and the result is False.
    """
    # SAFETY: try_call writes the frame before it is read.
    frame = uninit(TryFrame)
    outer, buffers, depth = vm.frame, vm.buffers, vm.native_depth
    thread = vm.current
    top = u64(thread.top) - u64(thread.stack)
    vm.frame = addr_of(frame)
    code = try_call(addr_of(frame), body, work)
    vm.frame = outer
    if code == 0:
        return True
    vm.buffers, vm.native_depth, vm.front = buffers, depth, 0
    thread.top = bitcast(Ptr[u64], u64(thread.stack) + top)
    failed(core, vm, code, work)
    return False


@cold
@noinline
@fn
def failed(core: Ptr[Core], vm: Ptr[Vm], code: i32, work: Ptr[Work]) -> None:
    """A body was left by an error: make it a Python exception, and clean up."""
    if core.saved != 0:
        lock_gil(core)
    if code != RAISED:
        raise_in_python(core, vm, code)
    drop_maybe(work.partial)


@unsafe
@fn
def visit(vm: Ptr[Vm], body: Fn[[Ptr[Work]], None], work: Ptr[Work]) -> None:
    """Run a body that uses Python, for a built-in function.  What it throws goes on in Lua."""
    # SAFETY: as in run.
    frame = uninit(TryFrame)
    core = core_of(vm)
    work.core = core
    work.vm = vm
    work.result = None
    work.partial = None
    outer, buffers, depth = vm.frame, vm.buffers, vm.native_depth
    lock_gil(core)
    vm.frame = addr_of(frame)
    code = try_call(addr_of(frame), body, work)
    if code != 0:
        vm.buffers, vm.native_depth = buffers, depth
        drop_all(work)
        if code == RAISED:
            vm.error = NIL
            code = try_call(addr_of(frame), error_from_python, work)
            code = ERRRUN if code == 0 else code
    vm.frame = outer
    unlock_gil(core)
    if code != 0:
        vm.error_code = code
        vm.error_handled = 0
        throw(outer, code)


@cold
@unsafe
@fn
def drop_all(work: Ptr[Work]) -> None:
    """Give up what a failed body of `visit` owned.  The exception that is set stays."""
    # SAFETY: `args` has n owned objects.
    kind: Ptr[Object] | None = None
    value: Ptr[Object] | None = None
    trace: Ptr[Object] | None = None
    PyErr_Fetch(addr_of(kind), addr_of(value), addr_of(trace))
    drop_maybe(work.partial)
    work.partial = None
    while work.n > 0:
        work.n -= 1
        drop(work.args[work.n])
    PyErr_Restore(kind, value, trace)


@unsafe
@fn
def invoke(core: Ptr[Core], vm: Ptr[Vm], slot: Ptr[u64], n: u64) -> tuple[Ptr[u64], u64]:
    """Call the function at slot[2] with n arguments from slot[4] on, without the GIL.

    Returns where slot is now and the number of results there; the thread's top is behind them.
    Errors are thrown, texts with a traceback.
    """
    # SAFETY: the caller has laid out the call on the current thread; the frames that raised an
    # error are still there when its traceback is made.
    thread = vm.current
    index = (u64(slot) - u64(thread.stack)) // 8
    own = (u64(thread.base) - u64(thread.stack)) // 8
    own_pc = thread.pc
    unlock_gil(core)
    base = call.lay_out(vm, slot, CATCHES)
    code = call.run_loop(vm, base, n)
    if code == ERRRUN:
        if is_string(vm.error):
            add_traceback_of(vm, vm.current)
    back = thread.stack + index
    if code != 0:
        if thread.open is not None:
            close_upvalues(vm, back)
    thread.base = thread.stack + own
    thread.pc = own_pc
    lock_gil(core)
    if code != 0:
        throw(vm.frame, code)
    count = vm.multi
    thread.top = back + count
    return back, count


@cold
@noinline
@fn
def add_traceback_of(vm: Ptr[Vm], thread: Ptr[Thread]) -> None:
    """Put a thread's traceback behind the text of the error that was raised in it."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_bytes(addr_of(b), text(vm.error))
    put_bytes(addr_of(b), b"\n")
    traceback(vm, addr_of(b), thread, 0)
    vm.error = close_to_string(addr_of(b))


@inline
@unsafe
@fn
def place(core: Ptr[Core], vm: Ptr[Vm], n: u64) -> Ptr[u64]:
    """A safe point, and then `claim`."""
    # SAFETY: as in claim.
    safe(core, vm)
    return claim(vm, n)


@inline
@fn
def safe(core: Ptr[Core], vm: Ptr[Vm]) -> None:
    """A safe point: no value that is not on the stack may be needed afterwards."""
    if vm.gc.allocated >= vm.gc.threshold:
        collect_some(core, vm, 0)


@inline
@unsafe
@fn
def claim(vm: Ptr[Vm], n: u64) -> Ptr[u64]:
    """Free slots above all that is alive: the head of a call and n arguments.

    The head is nil and alive; the caller moves the thread's top as it fills more.
    """
    # SAFETY: `ensure` has made the room.
    if vm.native_depth >= call.MAX_DEPTH:
        plain_error(vm, b"C stack overflow")
    slot = ensure(vm, vm.current.top, n + CONT_HEAD + MIN_SLOTS)
    for i in range(CONT_HEAD):
        slot[i] = NIL
    vm.current.top = slot + CONT_HEAD
    return slot


@noinline
@fn
def collect_some(core: Ptr[Core], vm: Ptr[Vm], size: u64) -> None:
    """A safe point before `size` bytes are allocated."""
    unlock_gil(core)
    reserve(vm, size)
    lock_gil(core)


@inline
@fn
def room_for(core: Ptr[Core], vm: Ptr[Vm], size: u64) -> None:
    """Make sure that the memory limit allows a string of so many bytes."""
    if size > 4096 and not fits(vm, size):
        collect_some(core, vm, size)


from wrought.lua.embed.capi import PyErr_Fetch, PyErr_Restore, drop, drop_maybe  # noqa: E402
from wrought.lua.embed.failures import error_from_python, raise_in_python  # noqa: E402
