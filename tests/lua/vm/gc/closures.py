"""Functions, their prototypes and variables, for the collector's tests."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, sizeof
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.vm.barrier import barrier
from wrought.lua.vm.memory import alloc
from wrought.lua.vm.new import new_closure, new_proto
from wrought.lua.vm.objects import (
    Capture,
    Header,
    UpValue,
    Vm,
    function_of,
    function_value,
    proto_of,
    proto_value,
    thread_of,
)
from wrought.lua.vm.strings import intern
from wrought.lua.vm.upvalues import close_upvalues, find_upvalue
from wrought.lua.vm.value import NIL


@unsafe
@fn
def make_proto(vm: Ptr[Vm], nup: u32, nk: u32, by_value: bool) -> u64:
    """A prototype with code, constants (nil), captures."""
    # SAFETY: the parts have the sizes that the prototype says.
    p = new_proto(vm, intern(vm, b"=test"))
    p.ncode = 1
    p.code = bitcast(Ptr[u64], alloc(vm, 8))
    p.code[0] = 0
    p.nk = nk
    p.k = bitcast(Ptr[u64], alloc(vm, u64(nk) * 8))
    for i in range(nk):
        p.k[i] = NIL
    p.nup = nup
    captures = bitcast(Ptr[Capture], alloc(vm, u64(nup) * sizeof(Capture)))
    for i in range(nup):
        captures[i] = Capture(0, True, by_value, False, 0)
    p.captures = captures
    return proto_value(p)


@unsafe
@fn
def make_closure(vm: Ptr[Vm], proto: u64, first: u64) -> u64:
    """A function: its upvalues are (variables of) the main thread's slots from `first` on."""
    # SAFETY: the caller gives a prototype and slots.
    p = proto_of(proto)
    f = new_closure(vm, p, vm.globals)
    captures = p.captures
    assert captures is not None
    for i in range(p.nup):
        at = vm.main.stack + (first + i)
        f.upvalues()[i] = at[0] if captures[i].by_value else u64(find_upvalue(vm, at))
    return function_value(f)


@unsafe
@fn
def close(vm: Ptr[Vm], i: u64) -> None:
    """Close the variables of the main thread's slots from i on."""
    # SAFETY: as in slot.
    close_upvalues(vm, vm.main.stack + i)


@unsafe
@fn
def upvalue_of(f: u64, i: u64) -> u64:
    """The address of a function's variable."""
    # SAFETY: the caller's index.
    return function_of(f).upvalues()[i]


@unsafe
@fn
def variable(at: u64) -> u64:
    """What a variable holds."""
    # SAFETY: the caller's variable is alive.
    return bitcast(Ptr[UpValue], at).v[0]


@unsafe
@fn
def set_variable(vm: Ptr[Vm], at: u64, v: u64) -> None:
    """Assign to a variable, as a function that shares it does."""
    # SAFETY: as in variable.
    u = bitcast(Ptr[UpValue], at)
    u.v[0] = v
    barrier(vm, bitcast(Ptr[Header], at), v)


@unsafe
@fn
def open_variables(vm: Ptr[Vm]) -> u64:
    """How many the main thread has."""
    # SAFETY: the list ends with None.
    n: u64 = 0
    at = vm.main.open
    while at is not None:
        n += 1
        at = at.next
    return n


@fn
def switch_to(vm: Ptr[Vm], thread: u64) -> None:
    """Let a thread be the current one; 0 is the main thread."""
    vm.current = vm.main if thread == 0 else thread_of(thread)


@unsafe
@fn
def make_thread_closure(vm: Ptr[Vm], proto: u64, i: u64) -> u64:
    """A function whose only variable is slot i of the current thread."""
    # SAFETY: the caller gives a prototype with one capture by reference.
    f = new_closure(vm, proto_of(proto), vm.globals)
    f.upvalues()[0] = u64(find_upvalue(vm, vm.current.stack + i))
    return function_value(f)
