"""Calling Lua many times from one native function, with a single `try_call` around all of it.

    o = open_calls(vm, slot, work, address of work's own state)
    run_calls(addr_of(o))           # work(o, False), which does: o.call(2); o.slot()[0] …

A call costs no more than a frame on the Lua stack.  For it `work` must be able to begin again: when
Lua code that it has called catches an error, C's frames are gone.  That call is finished then,
and work(o, True) goes on behind it, with what it kept in its state.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, throw, try_call, zeroed
from wrought.lang.core.scalars import Fn, Ptr, i32, u64
from wrought.lua.vm.call import MAX_DEPTH, lay_out, too_deep
from wrought.lua.vm.frame import CONT_HEAD
from wrought.lua.vm.interp import calls, returns
from wrought.lua.vm.interp.unwind import unwind
from wrought.lua.vm.objects import Thread, Vm
from wrought.lua.vm.upvalues import close_upvalues
from wrought.lua.vm.value import NIL, TAG_INT
from wrought.rt.escape import TryFrame


@struct
class Calls:
    """A native function at work.  Places on the stack are counted from its start."""

    vm: Ptr[Vm]
    work: Fn[[Ptr[Calls], bool], None]
    state: u64
    """The address of what `work` keeps."""
    own: u64
    """The native function's base, top and pc."""
    own_top: u64
    own_pc: Ptr[u64]
    place: u64
    """Of the slot, as `call` has it."""
    resumed: bool
    """An error was caught inside a call: it goes on with results at `at`."""
    at: Ptr[u64]
    results: u64

    @inline
    @unsafe
    def slot(self) -> Ptr[u64]:
        """Where function and arguments are laid out, and the result is."""
        # SAFETY: the place is on the current thread's stack.
        return self.vm.current.stack + self.place

    @inline
    @unsafe
    def call(self, n: u64) -> None:
        """Call slot[2] with the n arguments from slot[4] on; slot[0] is its result, or nil."""
        # SAFETY: as in slot.
        vm = self.vm
        base = lay_out(vm, self.slot(), 0)
        calls.call_frame(0, base, base, vm, base, n, TAG_INT)
        self.settle()

    @inline
    @unsafe
    def settle(self) -> None:
        """Be in the native function's frame again."""
        # SAFETY: as in slot; the stack may have moved.
        thread = self.vm.current
        thread.base = thread.stack + self.own
        thread.top = thread.stack + self.own_top
        thread.pc = self.own_pc
        if self.vm.multi == 0:
            self.slot()[0] = NIL


@unsafe
@fn
def open_calls(vm: Ptr[Vm], slot: Ptr[u64], work: Fn[[Ptr[Calls], bool], None],
               state: u64) -> Calls:
    """What `run_calls` takes."""
    # SAFETY: all addresses are of the current thread's stack.
    thread = vm.current
    start = u64(thread.stack)
    return Calls(vm, work, state, (u64(thread.base) - start) // 8, (u64(thread.top) - start) // 8,
                 thread.pc, (u64(slot) - start) // 8, False, slot, 0)


@unsafe
@fn
def begin(o: Ptr[Calls]) -> None:
    # SAFETY: `at` is the frame that `unwind` has found.
    if not o.resumed:
        o.work(o, False)
        return
    o.resumed = False
    returns.return_values(u64(o.at), o.at, o.at, o.vm, o.at, o.results, TAG_INT)
    o.settle()
    o.work(o, True)


@inline
@unsafe
@fn
def is_own(o: Ptr[Calls], thread: Ptr[Thread]) -> bool:
    """Whether the native function itself has raised the error."""
    # SAFETY: as in Calls.slot.
    return o.vm.current == thread and thread.base == thread.stack + o.own


@noinline
@unsafe
@fn
def run_calls(o: Ptr[Calls]) -> None:
    """Let the native function work.  Errors pass through."""
    # SAFETY: errors leave frames as `unwind` expects them.
    vm = o.vm
    if vm.native_depth >= MAX_DEPTH:
        too_deep(vm)
    frame = zeroed(TryFrame)
    outer = vm.frame
    buffers = vm.buffers
    depth = vm.native_depth
    thread = vm.current
    vm.frame = addr_of(frame)
    code: i32 = 0
    while True:
        vm.native_depth = depth + 1
        code = try_call(addr_of(frame), begin, o)
        if code == 0:
            break
        vm.buffers = buffers
        vm.front = 0
        if is_own(o, thread):
            break
        vm.native_depth = depth + 1
        found, at, results = unwind(vm, thread, o.place + CONT_HEAD)
        if not found:
            if thread.open is not None:
                close_upvalues(vm, o.slot())
            o.settle()
            break
        o.resumed = True
        o.at = at
        o.results = results
    vm.frame = outer
    vm.native_depth = depth
    if code != 0:
        throw(vm.frame, code)
