"""The coroutine library.  Switching is done by the handlers of `vm.interp.coroutine`."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.lib.args import arg_error, check_function, opt_any
from wrought.lua.lib.registry import builtin_word, library, make_function, open_library
from wrought.lua.vm.bytecode import OP
from wrought.lua.vm.frame import CONT, CONT_HEAD, EXTRA, MIN_SLOTS
from wrought.lua.vm.interp.coroutine import is_thread
from wrought.lua.vm.new import new_thread
from wrought.lua.vm.objects import (
    Closure,
    Status,
    Thread,
    Vm,
    function_value,
    string_value,
    thread_of,
    thread_value,
)
from wrought.lua.vm.strings import intern
from wrought.lua.vm.value import NIL, boolean

FIRST_SLOTS = 128
"""Of a coroutine's stack at first: a kilobyte, enough for a few frames."""

assert FIRST_SLOTS >= CONT_HEAD + MIN_SLOTS + EXTRA

WRAPPED = builtin_word("coroutine.wrap()")


@unsafe
@fn
def new_coroutine(vm: Ptr[Vm], f: Ptr[Closure]) -> Ptr[Thread]:
    """A thread that will run f.  Its first frame is laid out; the arguments come with `resume`."""
    # SAFETY: the new stack has room for a frame's head.
    made = new_thread(vm, FIRST_SLOTS)
    made.env = vm.current.env
    stack = made.stack
    stack[0] = OP.CONT_COROUTINE
    stack[1] = 0
    stack[2] = function_value(f)
    stack[3] = CONT
    made.base = stack + CONT_HEAD
    made.top = made.base
    return made


@unsafe
@fn
def create(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    args[0] = thread_value(new_coroutine(vm, check_function(vm, args, n, 0)))
    return 1


@unsafe
@fn
def wrap(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in create; the function has one upvalue.
    made = new_coroutine(vm, check_function(vm, args, n, 0))
    f = make_function(vm, by_handler, 1, WRAPPED)
    f.upvalues()[0] = thread_value(made)
    args[0] = function_value(f)
    return 1


@fn
def by_handler(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The native function of those whose bytecode handler does all: it is never called."""
    return 0


@fn
def resume(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What the handler leaves over: the first argument is no coroutine."""
    arg_error(vm, 0, b"coroutine expected")


@fn
def status_text(status: Status) -> Slice[u8]:
    """What `coroutine.status` says."""
    match status:
        case Status.RUNNING:
            return b"running"
        case Status.NORMAL:
            return b"normal"
        case Status.DEAD:
            return b"dead"
        case _:
            return b"suspended"


@unsafe
@fn
def status(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: as in create.
    co = opt_any(args, n, 0)
    if not is_thread(co):
        arg_error(vm, 0, b"coroutine expected")
    args[0] = string_value(intern(vm, status_text(thread_of(co).status)))
    return 1


@unsafe
@fn
def running(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The coroutine that runs; nil in the main thread, as in Lua 5.1."""
    # SAFETY: as in create.
    args[0] = NIL if vm.current == vm.main else thread_value(vm.current)
    return 1


@unsafe
@fn
def isyieldable(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Whether `yield` would work: in a coroutine without open calls of native code."""
    # SAFETY: as in create.
    me = vm.current
    args[0] = boolean(me.parent is not None and me.native_calls == vm.native_depth)
    return 1


COROUTINE = library("coroutine", [
    ("create", create), ("wrap", wrap), ("status", status), ("running", running),
    ("isyieldable", isyieldable), ("resume", resume), ("yield", by_handler),
])


@fn
def open_coroutine(vm: Ptr[Vm]) -> None:
    """The global table `coroutine`."""
    open_library(vm, b"coroutine", COROUTINE.open)
