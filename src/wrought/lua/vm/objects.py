"""Layouts of everything that the collector owns, and of a state.

Every object begins with its kind, so that an address alone tells what it is.  `epoch` is the
collector's (`memory`): an object whose epoch equals `Vm.black` was traversed in this cycle, and a
store into it needs a barrier.  Arrays, hash nodes, code and constants are cells of their own,
without a header: their owner marks them.  `boxes` has the ways between values and addresses of
objects, `memory_state` what the collector keeps of a state; all of that can be imported from here.
"""

from __future__ import annotations

from wrought.lang.core.decl import enum, struct
from wrought.lang.core.function import unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, slice_from
from wrought.lang.core.scalars import Array, Fn, HandlerFn, Ptr, Slice, f64, i32, i64, u8, u32, u64
from wrought.rt.escape import TryFrame


@enum(u8)
class Kind:
    """What an object is: the first byte of its header."""

    STRING = 1
    TABLE = 2
    CLOSURE = 3
    BUILTIN = 4
    UPVALUE = 5
    PROTO = 6
    USERDATA = 7
    THREAD = 8
    CDATA = 9


@struct(size=8)
class Header:
    """The first word of an object."""

    kind: Kind
    epoch: u8
    a: u8
    b: u8
    c: u32


@struct(size=24)
class Str:
    """An interned string: equal strings are one object.  A zero byte follows its bytes."""

    kind: Kind
    epoch: u8
    reserved: u8
    """The lexer's number of a reserved word, else 0."""
    metamethod: u8
    """1 + the number of a metamethod's name (`Mm`), else 0."""
    hash: u32
    """Seeded hash of all its bytes."""
    next: Ptr[Str] | None
    """Chain of the intern table."""
    length: u32
    """Bytes, below 2^31."""
    extra: u32
    """Free for the pattern cache."""

    @unsafe
    def bytes(self) -> Slice[u8]:
        # SAFETY: the bytes follow the header.
        return slice_from(bitcast(Ptr[u8], u64(addr_of(self.kind)) + 24), self.length)


@struct(size=24)
class Node:
    """A slot of a hash part.  A key whose value is nil stays until the table is rehashed."""

    value: u64
    key: u64
    next: Ptr[Node] | None


@struct(size=48)
class Table:
    """A table.  Integer keys below `asize` are in the array part, which has a slot 0 as well."""

    kind: Kind
    epoch: u8
    nomm: u8
    """Bit n is set when this table, as a metatable, is known to have no metamethod n < 8."""
    flags: u8
    """Which parts lie in the table's own cell: 1 array, 2 nodes; 4: weak keys, 8: weak values;
    16: has a finaliser."""
    index_hint: u32
    """Byte offset of the node of "__index", as it was found last."""
    array: Ptr[u64]
    """Valid while `asize` > 0."""
    node: Ptr[Node]
    """The hash part; the shared empty node where there is none."""
    meta: Ptr[Table] | None
    asize: u32
    """Slots of the array part, the one for 0 included."""
    hmask: u32
    """Nodes of the hash part, a power of two, less one."""
    free: u32
    """Nodes from this index on are in use: free ones are looked for below it."""
    border: u32
    """Where the length was found last."""


@struct
class UpValue:
    """A variable that closures share: `v` points at the stack slot, or at `closed`."""

    kind: Kind
    epoch: u8
    is_open: u8
    pad: u8
    pad2: u32
    v: Ptr[u64]
    closed: u64
    next: Ptr[UpValue] | None
    """The thread's open ones, by falling address."""


@struct
class Closure:
    """A function.  Lua's and built-in ones share everything up to `env`.

    `nup` words follow the struct: addresses of `UpValue`s, or values themselves where the
    prototype says that the variable never changes (`Capture`); in built-in functions values.
    """

    kind: Kind
    epoch: u8
    nup: u8
    flags: u8
    builtin: u32
    """Built-in functions: the number by which bytecode handlers and the JIT know it, or 0."""
    code: Ptr[u64]
    """The header instruction, FUNCF, FUNCV or one of the built-in kinds."""
    k: Ptr[u64]
    """The prototype's constants."""
    env: Ptr[Table]
    proto: Ptr[Proto] | None
    """Lua functions."""
    native: Fn[[Ptr[Vm], Ptr[u64], u64], u64] | None
    """Built-in functions."""

    @unsafe
    def upvalues(self) -> Slice[u64]:
        # SAFETY: `nup` words follow the struct.
        return slice_from(bitcast(Ptr[u64], u64(addr_of(self.kind)) + CLOSURE_SIZE), self.nup)


CLOSURE_SIZE = 48


@struct(size=8)
class Capture:
    """Where a new closure finds one of its upvalues."""

    index: u32
    """A register of the enclosing function, or one of its upvalues."""
    is_local: bool
    by_value: bool
    """The variable is never assigned after its declaration: the closure holds the value."""
    is_self: bool
    """`local function f`: the value is the new closure itself."""
    pad: u8


@struct(size=16)
class VarInfo:
    """A local variable: alive from instruction `first` until before `last`."""

    name: Ptr[Str]
    first: u32
    last: u32


@struct
class Proto:
    """A function's prototype."""

    kind: Kind
    epoch: u8
    flags: u8
    """1: takes varargs, 2: has children, 4: bytecode from a dump without debug information."""
    numparams: u8
    framesize: u32
    """Stack slots that a call needs from its base on."""
    code: Ptr[u64]
    """`ncode` instructions, the first the header."""
    k: Ptr[u64]
    """`nk` constants: numbers, strings, primitives, template tables, prototypes (TAG_OBJECT)."""
    ncode: u32
    nk: u32
    captures: Ptr[Capture] | None
    upvalue_names: Ptr[u64] | None
    """String values; None when stripped."""
    lines: Ptr[u32] | None
    """The line of each instruction; None when stripped."""
    vars: Ptr[VarInfo] | None
    """In the order of their registers' activation; None when stripped."""
    nvars: u32
    nup: u32
    first_line: u32
    last_line: u32
    chunk: Ptr[Str]
    """The chunk's name as given to load: "@file", "=text" or source."""


@struct
class Userdata:
    """A full userdata; `size` bytes follow the struct at offset 48."""

    kind: Kind
    epoch: u8
    flags: u8
    """16: has a finaliser that was not called yet."""
    type: u8
    """What a library made it for (`io` files, `string.buffer`); 0 for foreign ones."""
    pad: u32
    meta: Ptr[Table] | None
    env: Ptr[Table]
    size: u64
    reserved: u64
    reserved2: u64

    @unsafe
    def data(self) -> Ptr[u8]:
        # SAFETY: the bytes follow the struct.
        return bitcast(Ptr[u8], u64(addr_of(self.kind)) + 48)


@enum(u8)
class Status:
    """What a thread is doing."""

    FRESH = 0
    RUNNING = 1
    SUSPENDED = 2
    NORMAL = 3
    """It has resumed another one."""
    DEAD = 4


@struct
class Thread:
    """A coroutine, or the main thread: a stack of frames.

    Slots below a frame's base: base[-2] the function, base[-1] the link (`frame`).  All slots from
    `stack` to `top` are alive; a Lua function's frame reaches to base + framesize.
    """

    kind: Kind
    epoch: u8
    status: Status
    flags: u8
    native_calls: u32
    """Open `call`s of native code on this thread since it was resumed: it can't yield then."""
    stack: Ptr[u64]
    slots: u64
    """Slots of the stack, `EXTRA` beyond `limit` included."""
    limit: Ptr[u64]
    """A frame must end below it."""
    base: Ptr[u64]
    """The current frame, stored whenever a handler calls a function."""
    top: Ptr[u64]
    """Past the last value that is alive, where the current frame is a built-in function's."""
    pc: Ptr[u64]
    """The next instruction of the current Lua frame."""
    open: Ptr[UpValue] | None
    env: Ptr[Table]
    parent: Ptr[Thread] | None
    """Who resumed it."""
    hook_data: u64
    extra: u64


@struct
class Strings:
    """The intern table."""

    buckets: Ptr[Ptr[Str] | None]
    mask: u64
    count: u64
    seed: u64
    seed2: u64


MM_COUNT = 24


@struct
class Vm:
    """A Lua state: everything that its threads share.  Handlers get its address."""

    handlers: Array[
        HandlerFn[[u64, Ptr[u64], Ptr[u64], Ptr[Vm], Ptr[u64], u64, u64], None], 256]
    """By opcode; replaced while hooks or a budget are on."""
    bump: Array[u64, CLASSES]
    """The next free cell of each size class, and where its run ends (`memory`)."""
    bump_end: Array[u64, CLASSES]
    current: Ptr[Thread]
    limit: Ptr[u64]
    """`current.limit`."""
    black: u64
    """The epoch of traversed objects while marking, else a number that no object has."""
    frame: Ptr[TryFrame]
    """The innermost `try_call` of native code."""
    error: u64
    """The value of the error that is on its way."""
    error_code: i32
    error_handled: u32
    """A message handler has seen the error."""
    native_depth: u32
    """Nested runs of the interpreter."""
    nesting: u64
    """Coroutines that have been resumed inside one another."""
    multi: u64
    """How many results the last call of native code has left (`call`)."""
    next_function: u64
    """The value of the built-in `next` and of what `ipairs` returns, or nil."""
    ipairs_function: u64
    globals: Ptr[Table]
    registry: Ptr[Table]
    main: Ptr[Thread]
    metatables: Array[Ptr[Table] | None, 16]
    """Of the types without a metatable of their own, by `type_number`."""
    mm_names: Array[u64, MM_COUNT]
    """Names of the metamethods (`Mm`), string values."""
    budget: i64
    """Instructions left, where one is set."""
    budget_on: u8
    hook_mask: u8
    hook_running: u8
    options: u8
    """1: load refuses bytecode."""
    hook_count: i32
    hook_left: i32
    hook_line: i32
    hook: u64
    """The hook function's value."""
    hook_native: u64
    random: Array[u64, 4]
    strings: Strings
    gc: Gc
    frozen_handlers: Ptr[
        HandlerFn[[u64, Ptr[u64], Ptr[u64], Ptr[Vm], Ptr[u64], u64, u64], None]]
    """The plain table, to go back to."""
    buffers: Ptr[Buffer] | None
    """The open buffers of native functions, the innermost first."""
    memory_error: u64
    """The string "not enough memory"."""
    error_error: u64
    """The string "error in error handling"."""
    panic_message: Ptr[u8] | None
    system: u64
    """What the operating-system interface keeps."""
    user: u64
    """The embedding program's."""
    front: u64
    """The parser that runs, if any."""
    script_name: u64
    cache: Array[u64, 32]
    """Registered values of the libraries: file handles, metatables, pattern cache (`lib`)."""
    spare: Array[u64, 16]
    start_time: f64


Builtin = Fn[[Ptr[Vm], Ptr[u64], u64], u64]
"""`f(vm, args, n)`: n arguments are args[0] …; the results are left in args[0] … and counted."""

BytecodeHandler = HandlerFn[[u64, Ptr[u64], Ptr[u64], Ptr[Vm], Ptr[u64], u64, u64], None]
"""`h(word, pc, base, vm, k, n, tag)`; n: arguments of a call, or values of an open list;
tag: `TAG_INT`, for it is needed everywhere."""


from wrought.lua.vm.boxes import (  # noqa: E402, F401
    function_of,
    function_value,
    header_of,
    light_address,
    proto_of,
    proto_value,
    string_of,
    string_value,
    table_of,
    table_value,
    thread_of,
    thread_value,
    userdata_of,
    userdata_value,
)
from wrought.lua.vm.buffer import Buffer  # noqa: E402
from wrought.lua.vm.memory_state import CLASSES, Gc, Vector  # noqa: E402, F401
