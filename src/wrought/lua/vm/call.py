"""Calling Lua from native code, and the loop that runs bytecode under a `try_call`.

The arguments are laid out on the current thread's stack from `slot` on:

    slot[0], slot[1], slot[3]   the frame's own     slot[2]   the function     slot[4] …  arguments

Results are left at slot[0] ….  Every value below `slot` stays alive.  The stack may move: the
functions return where `slot` is then.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, noinline, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, throw, try_call, zeroed
from wrought.lang.core.scalars import Ptr, i32, i64, u64
from wrought.lua.vm.bytecode import OP
from wrought.lua.vm.errors import ERRERR, ERRMEM, throw_value
from wrought.lua.vm.frame import CONT, CONT_HEAD
from wrought.lua.vm.interp.unwind import CATCHES, HAS_HANDLER, unwind
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.stack import ensure, restore_limit
from wrought.lua.vm.upvalues import close_upvalues
from wrought.lua.vm.value import NIL, TAG_INT
from wrought.rt.escape import TryFrame

MAX_DEPTH = 190
"""Runs of the interpreter inside one another: "C stack overflow" beyond."""
EXTRA_DEPTH = 30
"""More of them while such an error is handled."""


@struct
class Run:
    """What `try_call` passes on: where to enter."""

    vm: Ptr[Vm]
    base: Ptr[u64]
    count: u64
    mode: u64
    """How: one of the three below."""


ENTER = 0
"""Enter the frame at base with `count` arguments."""
RETURN = 1
"""The built-in function at base returns `count` results: it has caught an error."""
RETURN_COLLECTED = 2
"""The same after a collection: memory was short, and most likely what took it is garbage now."""


@unsafe
@fn
def enter(run: Ptr[Run]) -> None:
    # SAFETY: the frame has been laid out.
    vm = run.vm
    if run.mode == ENTER:
        calls.call_frame(0, run.base, run.base, vm, run.base, run.count, TAG_INT)
    else:
        if run.mode == RETURN_COLLECTED and vm.gc.in_step == 0:
            cycle.full_cycle(vm)
        returns.return_values(u64(run.base), run.base, run.base, vm, run.base,
                      run.count, TAG_INT)


@noinline
@unsafe
@fn
def run_loop(vm: Ptr[Vm], base: Ptr[u64], count: u64) -> i32:
    """Run the frame at `base` until its continuation CONT_EXIT: 0, or the code of an error that
    nothing inside has caught; its value is in `vm.error`."""
    # SAFETY: errors leave frames as `unwind` expects them.
    frame = zeroed(TryFrame)
    outer = vm.frame
    buffers = vm.buffers
    depth = vm.native_depth
    thread = vm.current
    index = (u64(base) - u64(thread.stack)) // 8
    run = Run(vm, base, count, ENTER)
    vm.frame = addr_of(frame)
    vm.native_depth = depth + 1
    code: i32 = 0
    while True:
        code = try_call(addr_of(frame), enter, addr_of(run))
        if code == 0:
            break
        vm.buffers = buffers
        vm.front = 0
        vm.native_depth = depth + 1
        found, at, results = unwind(vm, thread, index)
        if not found:
            break
        run.base = at
        run.count = results
        run.mode = RETURN_COLLECTED if code == ERRMEM else RETURN
    vm.frame = outer
    vm.native_depth = depth
    return code


@unsafe
@fn
def lay_out(vm: Ptr[Vm], slot: Ptr[u64], catches: u64) -> Ptr[u64]:
    """Complete the frame head at `slot`; returns the new frame's base.

    `catches` is `unwind.CATCHES` where the native caller deals with errors itself, so that the
    message handler of an xpcall further below is not asked, else 0.
    """
    # SAFETY: the caller has laid out function and arguments.
    thread = vm.current
    base = slot + CONT_HEAD
    slot[0] = OP.CONT_EXIT | catches
    # Where a Lua function below is, for tracebacks and errors of a higher level.
    slot[1] = u64(thread.pc)
    slot[3] = u64(base) - u64(thread.base) | CONT
    return base


@unsafe
@fn
def protected(vm: Ptr[Vm], slot: Ptr[u64], n: u64, catches: u64) -> tuple[Ptr[u64], u64, i32]:
    """Call, and catch errors: (where slot is, number of results, 0 or the error's code).

    The error's value is in `vm.error`; the stack is as it was.
    """
    # SAFETY: as described at the top of this module.
    thread = vm.current
    index = (u64(slot) - u64(thread.stack)) // 8
    own = (u64(thread.base) - u64(thread.stack)) // 8
    own_pc = thread.pc
    own_top = (u64(thread.top) - u64(thread.stack)) // 8
    base = lay_out(vm, slot, catches)
    code = run_loop(vm, base, n)
    back = thread.stack + index
    if code != 0:
        restore_limit(vm, thread)
        if thread.open is not None:
            close_upvalues(vm, back)
    count = vm.multi if code == 0 else u64(0)
    thread.base = thread.stack + own
    thread.top = thread.stack + own_top
    thread.pc = own_pc
    return back, count, code


@unsafe
@fn
def call(vm: Ptr[Vm], slot: Ptr[u64], n: u64, wanted: i64) -> tuple[Ptr[u64], u64]:
    """Call the function at slot[2] with n arguments at slot[4] ….

    Returns where slot is now and the number of results; `wanted` of them (nil where there are
    fewer), or all for -1.  Errors pass through.
    """
    # SAFETY: as described at the top of this module.
    if vm.native_depth >= MAX_DEPTH:
        too_deep(vm)
    back, count, code = protected(vm, slot, n, 0)
    if code != 0:
        throw(vm.frame, code)
    if wanted >= 0:
        want = bitcast(u64, wanted)
        if count < want:
            back = ensure(vm, back, want)
        while count < want:
            back[count] = NIL
            count += 1
        return back, want
    return back, count


@unsafe
@fn
def pcall(vm: Ptr[Vm], slot: Ptr[u64], n: u64) -> tuple[Ptr[u64], u64, i32]:
    """Call as `call` does, all results; an error is caught: its code is the third result, its
    value is at slot[0]."""
    # SAFETY: as described at the top of this module.
    back, count, code = protected(vm, slot, n, CATCHES)
    if code != 0:
        back[0] = vm.error
        return back, 1, code
    return back, count, 0


@unsafe
@fn
def xpcall(vm: Ptr[Vm], slot: Ptr[u64], n: u64) -> tuple[Ptr[u64], u64, i32]:
    """`pcall` with the message handler in slot[-1], which sees errors where they are raised."""
    # SAFETY: as described at the top of this module.
    back, count, code = protected(vm, slot, n, CATCHES | HAS_HANDLER)
    if code != 0:
        back[0] = vm.error
        return back, 1, code
    return back, count, 0


@fn
def too_deep(vm: Ptr[Vm]) -> None:
    """Raise "C stack overflow"; not while that error is handled, unless it goes on."""
    if vm.native_depth >= MAX_DEPTH + EXTRA_DEPTH:
        throw_value(vm, vm.error_error, ERRERR)
    if vm.native_depth == MAX_DEPTH:
        messages.run_error(vm, b"C stack overflow")


from wrought.lua.vm.debug import messages  # noqa: E402
from wrought.lua.vm.gc import cycle  # noqa: E402
from wrought.lua.vm.interp import calls, returns  # noqa: E402
