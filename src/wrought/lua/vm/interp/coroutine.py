"""pcall, xpcall, and switching between coroutines: frames only, the native stack is not touched.

A coroutine's first frame has the continuation CONT_COROUTINE; the resumer's current frame is that
of `coroutine.resume`, or of the function that `coroutine.wrap` gave, and gets the results.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, handler, noinline
from wrought.lang.core.intrinsics import addr_of, bitcast, tail, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.vm.buffer import open_buffer, put_bytes
from wrought.lua.vm.bytecode import OP, c_of
from wrought.lua.vm.debug.position import position_prefix
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.frame import CONT, CONT_HEAD, LUA, MIN_SLOTS
from wrought.lua.vm.interp.calls import call_frame, funcb
from wrought.lua.vm.interp.returns import back_to_lua, return_values
from wrought.lua.vm.interp.unwind import BY_WRAP
from wrought.lua.vm.objects import (
    Buffer,
    Kind,
    Status,
    Thread,
    Vm,
    function_of,
    header_of,
    string_value,
    thread_of,
)
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.strings import close_to_string, intern, text
from wrought.lua.vm.value import FALSE, NIL, TRUE, is_function, is_object, is_string

MAX_NESTING = 20_000
"""Coroutines that may be resumed inside one another."""


@fn
def is_thread(v: u64) -> bool:
    if not is_object(v):
        return False
    return header_of(v).kind == Kind.THREAD


@handler("pcall")
def pcall(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    """Call base[0] with the other arguments; the frame above has the continuation CONT_PCALL."""
    if n == 0 or u64(base + (n + MIN_SLOTS)) > u64(vm.limit):
        return tail(pcall_slow)(w, pc, base, vm, k, n, tag)
    vm.current.base = base
    f = base[0]
    i = n - 1
    while i > 0:
        base[i + 3] = base[i]
        i -= 1
    base[0] = OP.CONT_PCALL
    base[1] = 0
    base[2] = f
    base[3] = CONT_HEAD << 3 | CONT
    return tail(call_frame)(w, pc, base + CONT_HEAD, vm, k, n - 1, tag)


@noinline
@handler("PCALL_SLOW")
def pcall_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """No argument, or no room."""
    vm.current.base = base
    vm.current.top = base + n
    if n == 0:
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    base = ensure(vm, base, n + MIN_SLOTS)
    return vm.handlers[w & 0xFF](w, pc, base, vm, k, n, tag)


@handler("xpcall")
def xpcall(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
    """xpcall(f, handler, …): the handler waits in the frame's head."""
    if n < 2 or u64(base + (n + MIN_SLOTS)) > u64(vm.limit) or not is_function(base[1]):
        return tail(xpcall_slow)(w, pc, base, vm, k, n, tag)
    vm.current.base = base
    f = base[0]
    message_handler = base[1]
    if not is_function(message_handler):
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    i = n - 1
    while i > 1:
        base[i + 2] = base[i]
        i -= 1
    base[0] = OP.CONT_PCALL
    base[1] = message_handler
    base[2] = f
    base[3] = CONT_HEAD << 3 | CONT
    return tail(call_frame)(w, pc, base + CONT_HEAD, vm, k, n - 2, tag)


@noinline
@handler("XPCALL_SLOW")
def xpcall_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    vm.current.base = base
    vm.current.top = base + n
    if n < 2 or not is_function(base[1]):
        return tail(funcb)(w, pc, base, vm, k, n, tag)
    base = ensure(vm, base, n + MIN_SLOTS)
    return vm.handlers[w & 0xFF](w, pc, base, vm, k, n, tag)


@handler("CONT_PCALL")
def cont_pcall(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """The function has returned: pcall returns true and its n results."""
    own = base - (base[-1] >> 3)
    results = bitcast(Ptr[u64], w)
    link = own[-1]
    if link & 7 == LUA:
        back = bitcast(Ptr[u64], link)
        site = back[-1]
        if c_of(site) - 1 <= 2:
            # Up to two of the results are wanted.
            own[-2] = TRUE
            if c_of(site) == 3:
                own[-1] = results[0] if n > 0 else NIL
            return back_to_lua(site, back, own, vm, k, n, tag)
    results[-1] = TRUE
    return tail(return_values)(w - 8, pc, own, vm, k, n + 1, tag)


@handler("CONT_EXIT")
def cont_exit(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """Native code's call is over: its results go to the frame's head."""
    results = bitcast(Ptr[u64], w)
    to = base - CONT_HEAD
    i: u64 = 0
    while i < n:
        to[i] = results[i]
        i += 1
    vm.multi = n


@handler("coroutine.resume")
def resume(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
    if n > 0:
        if is_thread(base[0]):
            co = thread_of(base[0])
            vm.current.base = base
            vm.current.top = base + n
            problem = can_resume(vm, co)
            if len(problem) == 0:
                co.flags &= 0xFE
                return tail(switch_to)(u64(base + 1), pc, base, vm, bitcast(Ptr[u64], co),
                                       n - 1, tag)
            base[0] = FALSE
            base[1] = string_value(intern(vm, problem))
            return tail(return_values)(u64(base), pc, base, vm, k, 2, tag)
    return tail(funcb)(w, pc, base, vm, k, n, tag)


@handler("coroutine.wrap()")
def wrapped(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
            tag: u64) -> None:
    """What coroutine.wrap returns: the coroutine is its upvalue."""
    upvalues = function_of(base[-2]).upvalues()
    co = thread_of(upvalues[0])
    vm.current.base = base
    vm.current.top = base + n
    problem = can_resume(vm, co)
    if len(problem) != 0:
        error_text(vm, problem)
    co.flags |= BY_WRAP
    return tail(switch_to)(u64(base), pc, base, vm, bitcast(Ptr[u64], co), n, tag)


@fn
def can_resume(vm: Ptr[Vm], co: Ptr[Thread]) -> Slice[u8]:
    """Why a coroutine can't be resumed; "" if it can."""
    if co.status == Status.FRESH or co.status == Status.SUSPENDED:
        if vm.native_depth >= call.MAX_DEPTH or vm.nesting >= MAX_NESTING:
            return b"stack overflow"
        return b""
    if co.status == Status.DEAD:
        return b"cannot resume dead coroutine"
    return b"cannot resume running coroutine"


@handler("SWITCH_TO")
def switch_to(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """Go on in the coroutine k with the n values from address w on."""
    co = bitcast(Ptr[Thread], k)
    me = vm.current
    me.status = Status.NORMAL
    vm.nesting += 1
    co.parent = me
    co.native_calls = vm.native_depth
    vm.current = co
    vm.limit = co.limit
    fresh = co.status == Status.FRESH
    co.status = Status.RUNNING
    to = co.base
    if u64(to + (n + MIN_SLOTS)) > u64(co.limit):
        to = ensure(vm, to, n + MIN_SLOTS)
    source = bitcast(Ptr[u64], w)
    i: u64 = 0
    while i < n:
        to[i] = source[i]
        i += 1
    if fresh:
        return tail(call_frame)(w, pc, to, vm, k, n, tag)
    return tail(return_values)(u64(to), pc, to, vm, k, n, tag)


@handler("coroutine.yield")
def lua_yield(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    me = vm.current
    me.base = base
    me.top = base + n
    if me.parent is None or me.native_calls != vm.native_depth:
        return tail(yield_wrong)(w, pc, base, vm, k, n, tag)
    me.status = Status.SUSPENDED
    return tail(hand_over)(u64(base), pc, base, vm, k, n, tag)


@noinline
@handler("YIELD_WRONG")
def yield_wrong(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    error_text(vm, b"attempt to yield across C-call boundary")


@handler("CONT_COROUTINE")
def cont_coroutine(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                   tag: u64) -> None:
    """A coroutine's function has returned."""
    me = vm.current
    me.status = Status.DEAD
    me.base = base
    me.top = bitcast(Ptr[u64], w) + n
    return tail(hand_over)(w, pc, base, vm, k, n, tag)


@handler("HAND_OVER")
def hand_over(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """Leave the current coroutine with the n values from address w on."""
    me = vm.current
    parent = me.parent
    assert parent is not None
    me.parent = None
    vm.nesting -= 1
    parent.status = Status.RUNNING
    vm.current = parent
    vm.limit = parent.limit
    to = parent.base
    if u64(to + (n + MIN_SLOTS)) > u64(parent.limit):
        to = ensure(vm, to, n + MIN_SLOTS)
    source = bitcast(Ptr[u64], w)
    skip: u64 = 0
    if me.flags & BY_WRAP == 0:
        to[0] = TRUE
        skip = 1
    i: u64 = 0
    while i < n:
        to[i + skip] = source[i]
        i += 1
    if me.status == Status.DEAD:
        me.top = me.stack + CONT_HEAD
        me.base = me.stack
    return tail(return_values)(u64(to), pc, to, vm, k, n + skip, tag)


@fn
def wrap_error(vm: Ptr[Vm]) -> None:
    """An error has come out of a coroutine that `wrap`'s function resumed: it goes on there, with
    that function's position if it is a text."""
    if is_string(vm.error):
        b = zeroed(Buffer)
        open_buffer(vm, addr_of(b))
        position_prefix(vm, addr_of(b), 1)
        put_bytes(addr_of(b), text(vm.error))
        vm.error = close_to_string(addr_of(b))
    vm.error_handled = 0


HANDLERS = {"pcall": pcall, "xpcall": xpcall, "coroutine.resume": resume,
            "coroutine.yield": lua_yield, "coroutine.wrap()": wrapped}
CONTINUATIONS = {"CONT_PCALL": cont_pcall, "CONT_EXIT": cont_exit,
                 "CONT_COROUTINE": cont_coroutine}

from wrought.lua.vm import call  # noqa: E402
