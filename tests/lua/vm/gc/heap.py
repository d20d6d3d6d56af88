"""A state without an interpreter for the collector's tests, and what they do to it.

Python holds values as numbers.  Roots are slots of the main thread's stack; everything else is
alive only while it is reachable from them, as in a program.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    bitcast,
    fill_memory,
    sizeof,
    trunc,
    zeroed,
)
from wrought.lang.core.scalars import Ptr, Slice, u8, u32, u64
from wrought.lua.vm.barrier import barrier, barrier_back
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_byte
from wrought.lua.vm.gc import control, cycle
from wrought.lua.vm.gc.mark import is_marked
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.memory import alloc, free
from wrought.lua.vm.new import (
    new_builtin,
    new_thread,
    new_userdata,
)
from wrought.lua.vm.objects import (
    Buffer,
    Kind,
    Thread,
    Vm,
    function_of,
    function_value,
    header_of,
    proto_of,
    string_value,
    table_of,
    table_value,
    thread_of,
    thread_value,
    userdata_of,
    userdata_value,
)
from wrought.lua.vm.strings import init_strings, intern
from wrought.lua.vm.system_memory import map_pages, unmap_pages
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set as table_set
from wrought.lua.vm.table.iterate import iterate
from wrought.lua.vm.table.lookup import get as table_get
from wrought.lua.vm.value import NIL, PAYLOAD

SLOTS = 4096
ROOTS = 32
"""Slots of the main thread that are in use."""
VM_BYTES = 16 * 4096


@unsafe
@fn
def new_heap() -> Ptr[Vm]:
    """A zeroed state with collector, strings, globals, registry and a main thread."""
    # SAFETY: fresh pages; everything that the collector looks at is filled here.
    assert sizeof(Vm) <= VM_BYTES
    pages = map_pages(VM_BYTES, 4096)
    assert pages is not None
    vm = bitcast(Ptr[Vm], pages)
    for i in range(len(vm.cache)):
        vm.cache[i] = NIL
    vm.error = NIL
    vm.memory_error = NIL
    control.init(vm)
    init_strings(vm, 1, 2)
    vm.globals = new_table(vm, 0, 0)
    vm.registry = new_table(vm, 0, 0)
    vm.main = new_thread(vm, SLOTS)
    vm.current = vm.main
    vm.limit = vm.main.limit
    vm.main.top = vm.main.stack + ROOTS
    return vm


@unsafe
@fn
def drop_heap(vm: Ptr[Vm]) -> None:
    """Give everything back."""
    # SAFETY: nobody uses the state any more.
    control.shutdown(vm)
    unmap_pages(bitcast(Ptr[u8], vm), VM_BYTES)


@unsafe
@fn
def slot(vm: Ptr[Vm], i: u64) -> u64:
    # SAFETY: the stack has SLOTS slots, here and below.
    assert i < SLOTS
    return vm.main.stack[i]


@unsafe
@fn
def set_slot(vm: Ptr[Vm], i: u64, v: u64) -> None:
    # SAFETY: as in slot.
    assert i < SLOTS
    vm.main.stack[i] = v


@fn
def advance(vm: Ptr[Vm], work: u64) -> u8:
    """A piece of collector's work; the phase after it."""
    cycle.advance(vm, work)
    if vm.gc.phase == 3:
        vm.gc.phase = 0
    return vm.gc.phase


@fn
def full(vm: Ptr[Vm]) -> None:
    cycle.full_cycle(vm)
    vm.gc.phase = 0


@fn
def survived(vm: Ptr[Vm], v: u64) -> bool:
    """Whether an object survived the last complete cycle."""
    return is_marked(vm.gc.live_offset, v & PAYLOAD)


@fn
def make_table(vm: Ptr[Vm], asize: u32, hbits: u32) -> u64:
    return table_value(new_table(vm, asize, hbits))


@fn
def make_string(vm: Ptr[Vm], text: Slice[u8]) -> u64:
    return string_value(intern(vm, text))


@unsafe
@fn
def make_userdata(vm: Ptr[Vm], size: u64, env: u64) -> u64:
    # SAFETY: the caller gives a table; the bytes are the userdata's.
    u = new_userdata(vm, size, table_of(env))
    fill_memory(u.data(), 0x77, size)
    return userdata_value(u)


@fn
def native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    return 0


@fn
def make_builtin(vm: Ptr[Vm], nup: u64) -> u64:
    return function_value(new_builtin(vm, native, nup, vm.globals, head(FUNCB)))


@fn
def make_thread(vm: Ptr[Vm], slots: u64) -> u64:
    """A thread, all of whose slots below the limit are alive."""
    t = new_thread(vm, slots)
    t.top = t.limit
    return thread_value(t)


@unsafe
@fn
def refer(vm: Ptr[Vm], owner: u64, key: u64, v: u64) -> None:
    """Store a value into an object, with the barrier that it needs."""
    # SAFETY: key is an index where the owner is no table.
    kind = header_of(owner).kind
    if kind == Kind.TABLE:
        table_set(vm, table_of(owner), key, v)
    elif kind == Kind.BUILTIN:
        function_of(owner).upvalues()[key] = v
        barrier(vm, header_of(owner), v)
    elif kind == Kind.USERDATA:
        userdata_of(owner).env = table_of(v)
        barrier(vm, header_of(owner), v)
    elif kind == Kind.PROTO:
        proto_of(owner).k[key] = v
        barrier(vm, header_of(owner), v)
    else:
        thread_of(owner).stack[key] = v


@unsafe
@fn
def referred(owner: u64, key: u64) -> u64:
    """What `refer` stored."""
    # SAFETY: as in refer.
    kind = header_of(owner).kind
    if kind == Kind.TABLE:
        return table_get(table_of(owner), key)
    if kind == Kind.BUILTIN:
        return function_of(owner).upvalues()[key]
    if kind == Kind.USERDATA:
        return table_value(userdata_of(owner).env)
    if kind == Kind.PROTO:
        return proto_of(owner).k[key]
    return thread_of(owner).stack[key]


@fn
def set_meta(vm: Ptr[Vm], v: u64, meta: u64) -> None:
    """Give a table or userdata a metatable."""
    if header_of(v).kind == Kind.TABLE:
        table_of(v).meta = table_of(meta)
    else:
        userdata_of(v).meta = table_of(meta)
    barrier(vm, header_of(v), meta)


@fn
def array_of(v: u64) -> u64:
    """The address of a table's array part."""
    return u64(table_of(v).array)


@fn
def set_top(vm: Ptr[Vm], n: u64) -> None:
    """Let the main thread have n slots in use."""
    set_top_of(vm.main, n)


@unsafe
@fn
def set_top_of(thread: Ptr[Thread], n: u64) -> None:
    # SAFETY: the caller keeps below the stack's end.
    thread.top = thread.stack + n


@unsafe
@fn
def cell(vm: Ptr[Vm], size: u64) -> u64:
    """A cell without a header."""
    # SAFETY: nobody reads it.
    return u64(alloc(vm, size))


@unsafe
@fn
def fill(at: u64, byte: u8, size: u64) -> None:
    # SAFETY: the caller's cell.
    fill_memory(bitcast(Ptr[u8], at), byte, size)


@unsafe
@fn
def filled(at: u64, byte: u8, size: u64) -> bool:
    """Whether all bytes are this one."""
    # SAFETY: the caller's cell.
    bytes = bitcast(Ptr[u8], at)
    for i in range(size):
        if bytes[i] != byte:
            return False
    return True


@unsafe
@fn
def give_back(vm: Ptr[Vm], at: u64, size: u64) -> None:
    # SAFETY: the caller's cell.
    free(vm, bitcast(Ptr[u8], at), size)


@unsafe
@fn
def buffer_survives(vm: Ptr[Vm], size: u64) -> bool:
    """Whether an open buffer has its bytes after two cycles and other allocations."""
    # SAFETY: the bytes are the buffer's and fresh cells'.
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    for i in range(size):
        put_byte(addr_of(b), trunc(u8, i))
    for _ in range(2):
        full(vm)
        for _ in range(200):
            fill_memory(alloc(vm, b.size), 0x55, b.size)
    same = True
    text = contents(addr_of(b))
    for i in range(size):
        if text[i] != trunc(u8, i):
            same = False
    close_buffer(addr_of(b))
    return same


@fn
def set_meta_back(vm: Ptr[Vm], t: u64, meta: u64) -> None:
    """Give a table a metatable as setmetatable does."""
    table_of(t).meta = table_of(meta)
    barrier_back(vm, table_of(t))


@fn
def entries(t: u64) -> u64:
    """How many keys of a table are in use."""
    n: u64 = 0
    at: u64 = 0
    while True:
        at, key, value = iterate(table_of(t), at)
        if key == NIL:
            return n
        n += 1


@fn
def set_front(vm: Ptr[Vm], parser: u64) -> None:
    vm.front = parser
