"""Making objects, tables and strings excepted (`table.create`, `strings`).

None of these collects.  What they return is white and must be reachable at the next safe point.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast, fill_memory, sizeof, trunc
from wrought.lang.core.scalars import Fn, Ptr, u8, u64
from wrought.lua.vm.frame import EXTRA
from wrought.lua.vm.value import NIL


@inline
@unsafe
@fn
def new_closure(vm: Ptr[Vm], proto: Ptr[Proto], env: Ptr[Table]) -> Ptr[Closure]:
    """A Lua function; its upvalues are still to be written."""
    # SAFETY: the cell has room for the upvalues.
    f = bitcast(Ptr[Closure], alloc(vm, CLOSURE_SIZE + u64(proto.nup) * 8))
    f.kind = Kind.CLOSURE
    f.epoch = 0
    f.nup = trunc(u8, proto.nup)
    f.flags = 0
    f.builtin = 0
    f.code = proto.code
    f.k = proto.k
    f.env = env
    f.proto = proto
    f.native = None
    return f


@unsafe
@fn
def new_builtin(vm: Ptr[Vm], native: Fn[[Ptr[Vm], Ptr[u64], u64], u64], nup: u64,
                env: Ptr[Table], code: Ptr[u64]) -> Ptr[Closure]:
    """A built-in function with `nup` <= 255 upvalues, which are nil; `code` is its header
    instruction, which the collector does not own."""
    # SAFETY: the cell has room for the upvalues.
    assert nup <= 255, "a function has at most 255 upvalues"
    f = bitcast(Ptr[Closure], alloc(vm, CLOSURE_SIZE + nup * 8))
    f.kind = Kind.BUILTIN
    f.epoch = 0
    f.nup = trunc(u8, nup)
    f.flags = 0
    f.builtin = 0
    f.code = code
    f.k = code
    f.env = env
    f.proto = None
    f.native = native
    words = bitcast(Ptr[u64], u64(f) + CLOSURE_SIZE)
    for i in range(nup):
        words[i] = NIL
    return f


@inline
@unsafe
@fn
def new_upvalue(vm: Ptr[Vm]) -> Ptr[UpValue]:
    """A variable on the current thread's stack: `v` and `next` are still to be written.

    As long as it is open `closed` holds the thread's value, so that the stack outlives it.
    """
    # SAFETY: the cell has the size.
    u = bitcast(Ptr[UpValue], alloc(vm, sizeof(UpValue)))
    u.kind = Kind.UPVALUE
    u.epoch = 0
    u.is_open = 1
    u.closed = thread_value(vm.current)
    u.next = None
    return u


@unsafe
@fn
def new_proto(vm: Ptr[Vm], chunk: Ptr[Str]) -> Ptr[Proto]:
    """A prototype without any parts; `code` and `k` are still to be written."""
    # SAFETY: the cell has the size; zero counts go with missing parts.
    p = bitcast(Ptr[Proto], alloc(vm, sizeof(Proto)))
    fill_memory(bitcast(Ptr[u8], p), 0, sizeof(Proto))
    p.kind = Kind.PROTO
    p.chunk = chunk
    return p


@unsafe
@fn
def new_userdata(vm: Ptr[Vm], size: u64, env: Ptr[Table]) -> Ptr[Userdata]:
    """A full userdata with `size` unspecified bytes, without a metatable."""
    # SAFETY: the cell has room for the bytes.
    if size > 1 << 47:
        out_of_memory(vm)
    u = bitcast(Ptr[Userdata], alloc(vm, sizeof(Userdata) + size))
    u.kind = Kind.USERDATA
    u.epoch = 0
    u.flags = 0
    u.type = 0
    u.pad = 0
    u.meta = None
    u.env = env
    u.size = size
    u.reserved = 0
    u.reserved2 = 0
    watch(vm, u64(u))
    return u


@unsafe
@fn
def new_thread(vm: Ptr[Vm], slots: u64) -> Ptr[Thread]:
    """A coroutine with a stack of `slots` slots, all nil; `EXTRA` of them are beyond its limit."""
    # SAFETY: the cells have the sizes.
    t = bitcast(Ptr[Thread], alloc(vm, sizeof(Thread)))
    fill_memory(bitcast(Ptr[u8], t), 0, sizeof(Thread))
    stack = bitcast(Ptr[u64], alloc(vm, slots * 8))
    for i in range(slots):
        stack[i] = NIL
    t.kind = Kind.THREAD
    t.status = Status.FRESH
    t.stack = stack
    t.slots = slots
    t.limit = stack + (slots - EXTRA)
    t.base = stack
    t.top = stack
    t.pc = stack
    t.env = vm.globals
    t.hook_data = NIL
    return t


from wrought.lua.vm.gc.vector import watch  # noqa: E402
from wrought.lua.vm.memory import alloc  # noqa: E402
from wrought.lua.vm.memory_arena import out_of_memory  # noqa: E402
from wrought.lua.vm.objects import (  # noqa: E402
    CLOSURE_SIZE,
    Closure,
    Kind,
    Proto,
    Status,
    Str,
    Table,
    Thread,
    UpValue,
    Userdata,
    Vm,
    thread_value,
)
