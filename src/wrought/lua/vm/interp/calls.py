"""Calls: CALL and its relatives, and the heads of functions."""

from __future__ import annotations

from wrought.lang.core.function import Compiled, cold, fn, handler, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, tail
from wrought.lang.core.scalars import Ptr, i64, u64
from wrought.lua.vm.bytecode import OP, a_of, b_of, d_of
from wrought.lua.vm.debug.messages import call_error
from wrought.lua.vm.frame import HEAD, MIN_SLOTS, VARARG
from wrought.lua.vm.interp.returns import return_values
from wrought.lua.vm.interp.step import collection_due, next_ins, save
from wrought.lua.vm.memory import safe_point
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import metamethod
from wrought.lua.vm.objects import Vm, function_of
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.value import NIL, is_function


def call_handler(fused: bool) -> Compiled:
    """CALL.  The fused one enters a Lua function without varargs itself, instead of by its FUNCF;
    where every bytecode is to be seen (hooks, budgets) the other one is used."""

    @handler("CALL" if fused else "CALL_STEPPED")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        slot = base + a_of(w)
        f = slot[0]
        if not is_function(f):
            return tail(call_object)(w, pc, base, vm, k, b_of(w), tag)
        slot[1] = u64(pc)
        closure = function_of(f)
        head = closure.code[0]
        if fused:
            if head & 0xFF == OP.FUNCF:
                above = slot + HEAD
                if u64(above + d_of(head)) > u64(vm.limit) or b_of(w) < a_of(head):
                    return tail(funcf)(
                        head, closure.code + 1, above, vm, closure.k, b_of(w), tag)
                return next_ins(head, closure.code + 1, above, vm, closure.k, n, tag)
        return vm.handlers[head & 0xFF](
            head, closure.code + 1, slot + HEAD, vm, closure.k, b_of(w), tag)
    return op


@handler("CALLM")
def callm(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    slot = base + a_of(w)
    f = slot[0]
    count = b_of(w) + n
    if not is_function(f):
        return tail(call_object)(w, pc, base, vm, k, count, tag)
    slot[1] = u64(pc)
    closure = function_of(f)
    head = closure.code[0]
    return vm.handlers[head & 0xFF](
        head, closure.code + 1, slot + HEAD, vm, closure.k, count, tag)


@cold
@noinline
@unsafe
@fn
def call_of(vm: Ptr[Vm], value: u64, args: Ptr[u64], n: u64, register: i64) -> u64:
    """The __call of a value that is no function; the value goes before its n arguments.

    `register` is the one that it was in, for the error where there is no __call; -1 for none.
    """
    # SAFETY: a frame has room for an argument more.
    f = metamethod(vm, value, Mm.CALL)
    if not is_function(f):
        call_error(vm, register, value)
    i = n
    while i > 0:
        args[i] = args[i - 1]
        i -= 1
    args[0] = value
    return f


@cold
@noinline
@handler("CALL_OBJECT")
def call_object(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                tag: u64) -> None:
    """The value in R(a) is no function: its __call gets it as the first of n+1 arguments."""
    save(vm, base, pc)
    slot = base + a_of(w)
    slot[0] = call_of(vm, slot[0], slot + HEAD, n, bitcast(i64, a_of(w)))
    slot[1] = u64(pc)
    return tail(call_frame)(w, pc, slot + HEAD, vm, k, n + 1, tag)


@handler("CALL_FRAME")
def call_frame(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """Enter the value in base[-2] with n arguments; the link is in place.  Used by continuations
    and native code; the frame below has saved itself."""
    f = base[-2]
    if is_function(f):
        closure = function_of(f)
        head = closure.code[0]
        return vm.handlers[head & 0xFF](head, closure.code + 1, base, vm, closure.k, n, tag)
    return tail(call_frame_object)(w, pc, base, vm, k, n, tag)


@cold
@noinline
@handler("CALL_FRAME_OBJECT")
def call_frame_object(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                      tag: u64) -> None:
    # The frame is there, so that a pcall whose function can't be called catches its error.
    vm.current.base = base
    vm.current.top = base + n
    base[-2] = call_of(vm, base[-2], base, n, -1)
    return tail(call_frame)(w, pc, base, vm, k, n + 1, tag)


@handler("CALLT")
def callt(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    return tail(tail_call)(w, pc, base, vm, k, b_of(w), tag)


@handler("CALLMT")
def callmt(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
    return tail(tail_call)(w, pc, base, vm, k, b_of(w) + n, tag)


@noinline
@handler("TAIL_CALL")
def tail_call(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """The function in R(a) takes this frame's place."""
    slot = base + a_of(w)
    f = slot[0]
    if not is_function(f):
        return tail(tail_call_object)(w, pc, base, vm, k, n, tag)
    link = base[-1]
    if link & 7 == VARARG:
        base = base - (link >> 3)
    base[-2] = f
    i: u64 = 0
    while i < n:
        base[i] = slot[HEAD + i]
        i += 1
    closure = function_of(f)
    head = closure.code[0]
    return vm.handlers[head & 0xFF](head, closure.code + 1, base, vm, closure.k, n, tag)


@cold
@noinline
@handler("TAIL_CALL_OBJECT")
def tail_call_object(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                     tag: u64) -> None:
    save(vm, base, pc)
    slot = base + a_of(w)
    slot[0] = call_of(vm, slot[0], slot + HEAD, n, bitcast(i64, a_of(w)))
    return tail(tail_call)(w, pc, base, vm, k, n + 1, tag)


@noinline
@handler("FUNCF")
def funcf(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    """Enter a Lua function: base and n are the new frame's."""
    if u64(base + d_of(w)) > u64(vm.limit):
        return tail(more_stack)(w, pc, base, vm, k, n, tag)
    if n < a_of(w):
        return tail(fill_parameters)(w, pc, base, vm, k, n, tag)
    return next_ins(w, pc, base, vm, k, n, tag)


@noinline
@handler("FILL_PARAMETERS")
def fill_parameters(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                    tag: u64) -> None:
    """Fewer arguments than parameters: the others are nil."""
    while n < a_of(w):
        base[n] = NIL
        n += 1
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("FUNCV")
def funcv(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    """The parameters are moved behind the varargs, so that registers begin with them."""
    above = base + (n + HEAD)
    if u64(above + d_of(w)) > u64(vm.limit):
        return tail(more_stack)(w, pc, base, vm, k, n, tag)
    above[-2] = base[-2]
    above[-1] = (n + HEAD) << 3 | VARARG
    i: u64 = 0
    while i < a_of(w):
        if i < n:
            above[i] = base[i]
            base[i] = NIL
        else:
            above[i] = NIL
        i += 1
    return next_ins(w, pc, above, vm, k, n, tag)


@cold
@noinline
@handler("MORE_STACK")
def more_stack(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """Let the stack grow for a Lua function with n arguments, then enter it again."""
    vm.current.base = base
    vm.current.pc = pc
    base = ensure(vm, base, n + HEAD + d_of(w) + MIN_SLOTS)
    return vm.handlers[w & 0xFF](w, pc, base, vm, k, n, tag)


@handler("FUNCB")
def funcb(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
          tag: u64) -> None:
    """Run a built-in function and return its results."""
    thread = vm.current
    if u64(base + (n + MIN_SLOTS)) > u64(vm.limit):
        return tail(more_stack)(w, pc, base, vm, k, n, tag)
    thread.base = base
    thread.top = base + n
    if collection_due(vm):
        safe_point(vm)
        base = thread.base
    native = function_of(base[-2]).native
    assert native is not None
    count = native(vm, base, n)
    base = vm.current.base
    return tail(return_values)(u64(base), pc, base, vm, k, count, tag)


@handler("VARG")
def varg(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
         tag: u64) -> None:
    """Copy the varargs of this frame: all of them, or b-1."""
    link = base[-1]
    parameters = a_of(function_of(base[-2]).code[0])
    distance = link >> 3
    given = distance - HEAD
    count = given - parameters if given > parameters else u64(0)
    source = base - distance + parameters
    wanted = b_of(w)
    if wanted == 0:
        return tail(varg_all)(u64(source), pc, base, vm, k, count, tag)
    to = base + a_of(w)
    i: u64 = 0
    while i < wanted - 1:
        to[i] = source[i] if i < count else NIL
        i += 1
    return next_ins(w, pc, base, vm, k, n, tag)


@noinline
@handler("VARG_ALL")
def varg_all(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    """An open list: the n values from address w on."""
    to = base + a_of(pc[-1])
    if u64(to + (n + MIN_SLOTS)) > u64(vm.limit):
        return tail(varg_grow)(w, pc, base, vm, k, n, tag)
    source = bitcast(Ptr[u64], w)
    i: u64 = 0
    while i < n:
        to[i] = source[i]
        i += 1
    return next_ins(w, pc, base, vm, k, n, tag)


@cold
@noinline
@handler("VARG_GROW")
def varg_grow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    save(vm, base, pc)
    distance = u64(base) - w
    base = ensure(vm, base, a_of(pc[-1]) + n + MIN_SLOTS)
    return tail(varg_all)(u64(base) - distance, pc, base, vm, k, n, tag)


call, call_stepped = call_handler(True), call_handler(False)
