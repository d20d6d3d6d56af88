"""Making and closing a state."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, sizeof
from wrought.lang.core.scalars import Ptr, u8, u64
from wrought.lua.vm.bytecode import OP
from wrought.lua.vm.frame import CONT, CONT_HEAD
from wrought.lua.vm.gc.control import close_state as run_finalisers
from wrought.lua.vm.gc.control import init as init_collector
from wrought.lua.vm.gc.control import shutdown
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.interp.dispatch import install
from wrought.lua.vm.new import new_builtin, new_thread
from wrought.lua.vm.objects import Status, Thread, Vm, function_value, string_value
from wrought.lua.vm.strings import init_strings, intern
from wrought.lua.vm.system_memory import map_pages, unmap_pages
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.types import TCDATA, TYPE_NAMES, name_of_type
from wrought.lua.vm.value import NIL

MAIN_SLOTS = 512
"""Of the main thread's stack at first."""


@fn
def no_function(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The function of a thread's lowest frame; it is never called."""
    return 0


@unsafe
@fn
def new_state(seed: u64, seed2: u64) -> Ptr[Vm] | None:
    """A state without libraries, or None where there is no memory.

    The seeds are random numbers, so that nobody can choose strings whose hashes collide.
    """
    # SAFETY: the pages are as large as a Vm; all of it is filled here.
    pages = map_pages(sizeof(Vm), 4096)
    if pages is None:
        return None
    vm = bitcast(Ptr[Vm], pages)
    vm.black = 255
    vm.error = NIL
    vm.hook = NIL
    vm.next_function = NIL
    vm.ipairs_function = NIL
    for i in range(len(vm.mm_names)):
        vm.mm_names[i] = NIL
    for i in range(len(vm.cache)):
        vm.cache[i] = NIL
    install(vm)
    init_collector(vm)
    init_strings(vm, seed, seed2)
    vm.memory_error = string_value(intern(vm, b"not enough memory"))
    vm.error_error = string_value(intern(vm, b"error in error handling"))
    for i in range(TCDATA + 1):
        vm.cache[TYPE_NAMES + i] = string_value(intern(vm, name_of_type(i)))
    vm.globals = new_table(vm, 0, 7)
    vm.registry = new_table(vm, 0, 4)
    main = new_thread(vm, MAIN_SLOTS)
    vm.main = main
    vm.current = main
    vm.limit = main.limit
    main.status = Status.RUNNING
    first_frame(vm, main)
    return vm


@unsafe
@fn
def first_frame(vm: Ptr[Vm], thread: Ptr[Thread]) -> None:
    """The frame below all others of the main thread, as of a built-in function."""
    # SAFETY: the stack has room for it.
    f = new_builtin(vm, no_function, 0, vm.globals, head(FUNCB))
    stack = thread.stack
    stack[0] = OP.CONT_EXIT
    stack[1] = 0
    stack[2] = function_value(f)
    stack[3] = CONT
    thread.base = stack + CONT_HEAD
    thread.top = thread.base


@unsafe
@fn
def close_state(vm: Ptr[Vm]) -> None:
    """Call all finalisers, then give all memory back."""
    # SAFETY: nobody uses the state any more.
    run_finalisers(vm)
    shutdown(vm)
    unmap_pages(bitcast(Ptr[u8], vm), sizeof(Vm))
