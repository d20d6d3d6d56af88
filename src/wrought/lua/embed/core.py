"""The objects of the extension: a runtime (`Core`), and proxies for what Lua owns."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Array, Ptr, u8, u32, u64
from wrought.lang.core.static import static
from wrought.lua.embed.capi import Object
from wrought.lua.vm.objects import Table, Vm

DEAD = 64
"""Python objects that Lua has let go of, before they are given up together."""

BYTES, UTF8, CODEC = 0, 1, 2
"""`Core.encoding`: strings are bytes in Python, or are decoded."""


@struct
class Waiter:
    """A thread that waits to enter a runtime; it stands on that thread's stack."""

    lock: u64
    """What it sleeps on."""
    thread: u64
    next: Ptr[Waiter] | None


@struct
class Core:
    """A runtime: an object of type `Core` or of a type derived from it."""

    head: Object
    vm: Ptr[Vm] | None
    """None before it is opened and after it is closed."""
    owner: u64
    """The thread that is inside, or 0 (`lock`)."""
    depth: u64
    first: Ptr[Waiter] | None
    """Threads that wait to enter, the one that came first first."""
    last: Ptr[Waiter] | None
    encoding: u8
    unpack: u8
    """Tuples that Python functions return are several results."""
    opened: u8
    """It has been opened, and may be closed by now."""
    saved: u64
    """The Python thread state while Lua runs without the GIL, else 0."""
    codec: Ptr[Object] | None
    """The encoding's name, bytes with a zero byte behind them, where it is CODEC."""
    filter: Ptr[Object] | None
    """attribute_filter(object, name, is_setting) -> name."""
    getter: Ptr[Object] | None
    """attribute_handlers."""
    setter: Ptr[Object] | None
    overflow: Ptr[Object] | None
    """overflow_handler(number) -> object that Lua can have."""
    table: Ptr[Table]
    """What proxies refer to, by slot (`references`)."""
    free_slot: u32
    slots: u32
    meta: Ptr[Table]
    """The metatable of Python objects in Lua."""
    objects: Ptr[Table]
    """Weak values: the userdata of objects by their addresses, so that one has but one."""
    pending: u64
    """The address of the slots of proxies that died while another thread was inside."""
    pending_used: u64
    pending_size: u64
    dead_used: u64
    dead: Array[u64, DEAD]
    """Python objects whose userdata was collected."""


@struct
class Proxy:
    """A Lua object in Python."""

    head: Object
    vectorcall: u64
    weak: u64
    core: Ptr[Core]
    value: u64
    slot: u32
    """Of `Core.table`."""
    pad: u32
    bound: Ptr[Object] | None
    """Threads: the arguments of the first resume."""


@struct
class Wrapped:
    """A Python object with how Lua shall see it (`as_attrgetter`, `as_itemgetter`)."""

    head: Object
    object: Ptr[Object]
    items: u64
    """1: indexing reads items, 0: attributes."""


@struct
class Iterator:
    """An iteration over a table in Python."""

    head: Object
    proxy: Ptr[Object]
    what: u64
    position: u64
    asize: u32
    hmask: u32
    node: u64


KEYS, VALUES, ITEMS = 0, 1, 2


@struct
class Kinds:
    """Types and objects of Python that are needed often; all are set when the module is made."""

    none: Ptr[Object]
    true: Ptr[Object]
    false: Ptr[Object]
    text: Ptr[Object]
    bytes: Ptr[Object]
    integer: Ptr[Object]
    float: Ptr[Object]
    tuple: Ptr[Object]
    object: Ptr[Object]
    """LuaObject, and the types derived from it."""
    table: Ptr[Object]
    function: Ptr[Object]
    thread: Ptr[Object]
    wrapped: Ptr[Object]
    iterator: Ptr[Object]
    core: Ptr[Object]
    arguments: Ptr[Object]
    """What `python.args` makes: a class with `positional` and `named`."""
    method: Ptr[Object]
    """Of bound methods, Python's and C's."""
    c_method: Ptr[Object]
    names: Ptr[Object]
    """A frozenset of the attributes that proxies have in Python."""
    make_error: Ptr[Object]
    """make_error(kind, text, value) -> exception."""
    attribute_error: Ptr[Object]
    type_error: Ptr[Object]
    runtime_error: Ptr[Object]
    overflow_error: Ptr[Object]
    value_error: Ptr[Object]
    stop: Ptr[Object]
    not_implemented: Ptr[Object]
    call_proxy: u64
    """Addresses of compiled functions: `Proxy.vectorcall` of functions and of threads, and the
    native function of what `python.as_function` returns."""
    call_thread: u64
    as_function: u64


kinds = static(Kinds)


@inline
@unsafe
@fn
def proxy_of(o: Ptr[Object]) -> Ptr[Proxy]:
    # SAFETY: the caller knows the object's type.
    return bitcast(Ptr[Proxy], o)


@inline
@unsafe
@fn
def core_of(vm: Ptr[Vm]) -> Ptr[Core]:
    """The runtime of a state."""
    # SAFETY: `open` has stored its address.
    return bitcast(Ptr[Core], vm.user)


@inline
@fn
def is_proxy(o: Ptr[Object]) -> bool:
    """Whether a Python object is a proxy; none of their types can be derived from."""
    t = u64(o.type)
    return (t == u64(kinds.function) or t == u64(kinds.table) or t == u64(kinds.thread)
            or t == u64(kinds.object))
