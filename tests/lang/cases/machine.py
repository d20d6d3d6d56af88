"""Atomics, fences, untrusted values, C functions, non-local exit, handlers and tail calls."""

from __future__ import annotations

from lang.expect import gives, panics, prints, returns
from wrought.lang.core.atomics import Order
from wrought.lang.core.decl import struct
from wrought.lang.core.function import Compiled, extern, fn, handler, inline, unsafe
from wrought.lang.core.intrinsics import (
    addr_of,
    c_str,
    compiler_fence,
    cpu_relax,
    fence,
    function_address,
    prefetch,
    tail,
    throw,
    trust,
    try_call,
    zeroed,
)
from wrought.lang.core.scalars import (
    Array,
    Atomic,
    Fn,
    HandlerFn,
    Ptr,
    Slice,
    Untrusted,
    Void,
    f64,
    i8,
    i32,
    i64,
    u8,
    u16,
    u32,
    u64,
)
from wrought.lang.core.static import fn_table, static
from wrought.lang.core.target import target


@struct
class Shared:
    n: Atomic[u32]
    wide: Atomic[u64]
    small: Atomic[u8]
    signed: Atomic[i64]
    flag: Atomic[bool]
    next: Atomic[Ptr[Void] | None]


@returns((5, 5, 8, 8, 6))
@fn
def atomic_arithmetic() -> tuple[u32, u32, u32, u32, u32]:
    """Each gives the old value."""
    s = zeroed(Shared)
    s.n.store(5, Order.RELEASE)
    a = s.n.load(Order.ACQUIRE)
    b = s.n.add(3, Order.RELAXED)
    c = s.n.load(Order.SEQ_CST)
    d = s.n.sub(2, Order.ACQ_REL)
    return a, b, c, d, s.n.load(Order.RELAXED)


@returns((0b1100, 0b1000, 0b1011, 0b0001, 7))
@fn
def atomic_logic() -> tuple[u8, u8, u8, u8, u8]:
    s = zeroed(Shared)
    s.small.store(0b1100, Order.RELAXED)
    a = s.small.and_(0b1010, Order.SEQ_CST)
    b = s.small.or_(0b0011, Order.SEQ_CST)
    c = s.small.xor(0b1010, Order.SEQ_CST)
    d = s.small.swap(7, Order.SEQ_CST)
    return a, b, c, d, s.small.load(Order.RELAXED)


@returns((-5, -5, 3, (1 << 64) - 1, 2))
@fn
def atomic_extremes() -> tuple[i64, i64, i64, u64, u64]:
    s = zeroed(Shared)
    s.signed.store(-5, Order.RELAXED)
    a = s.signed.min(3, Order.SEQ_CST)
    b = s.signed.max(3, Order.SEQ_CST)
    s.wide.store((1 << 64) - 1, Order.RELAXED)
    c = s.wide.min(2, Order.SEQ_CST)
    return a, b, s.signed.load(Order.RELAXED), c, s.wide.load(Order.RELAXED)


@returns((4, True, 9, False, 9, 255))
@fn
def compare_exchange() -> tuple[u32, bool, u32, bool, u32, u8]:
    s = zeroed(Shared)
    s.n.store(4, Order.RELAXED)
    old, ok = s.n.compare_exchange(4, 9, Order.ACQ_REL)
    other, failed = s.n.compare_exchange(4, 10, Order.ACQUIRE)
    x: u8 = 0
    s.small.sub(1, Order.RELAXED)
    x = s.small.load(Order.RELAXED)
    return old, ok, other, failed, s.n.load(Order.RELAXED), x


@returns((False, True, True, False))
@fn
def atomic_bool_and_pointer() -> tuple[bool, bool, bool, bool]:
    s = zeroed(Shared)
    a = s.flag.load(Order.ACQUIRE)
    s.flag.store(True, Order.RELEASE)
    b = s.flag.swap(False, Order.ACQ_REL)
    before = s.next.load(Order.ACQUIRE) is None
    s.next.store(addr_of(s), Order.RELEASE)
    return a, b, before, s.next.load(Order.ACQUIRE) is None


tickets = static(Atomic[u32])


@returns((0, 1))
@fn
def static_atomic() -> tuple[u32, u32]:
    tickets.store(0, Order.RELAXED)
    fence(Order.SEQ_CST)
    compiler_fence()
    cpu_relax()
    return tickets.add(1, Order.RELAXED), tickets.load(Order.RELAXED)


@gives(((b"abc", 2), 99), ((b"abc", 3), 0), ((b"abc", (1 << 64) - 1), 0))
@fn
def untrusted_index(s: Slice[u8], n: Untrusted[u64]) -> u8:
    if n < len(s):
        return s[n]
    return 0


@gives(((50,), 50), ((200,), 100))
@fn
def untrusted_clamped(n: Untrusted[u32]) -> u32:
    m = n + 0
    if m > 100:
        return 100
    return m


@gives(((7,), 8))
@unsafe
@fn
def untrusted_trusted(n: Untrusted[u16]) -> u16:
    # SAFETY: any number will do.
    return trust(n + 1)


@extern(variadic=True)
def snprintf(to: Ptr[u8], size: u64, text: Ptr[u8]) -> i32: ...


@extern
def strlen(text: Ptr[u8]) -> u64: ...


@extern
def malloc(size: u64) -> Ptr[u8] | None: ...


@extern
def free(p: Ptr[u8] | None) -> None: ...


@prints("-5 4294967295 2.5 hi 8 -7|25\n")
@fn
def variadic() -> None:
    """C's promotions: narrow integers to int, f32 to double."""
    buffer = zeroed(Array[u8, 64])
    a: i8 = -7
    b: u8 = 8
    n = snprintf(addr_of(buffer[0]), 64, c_str(b"%d %u %g %s %d %d"), i32(-5), u32(0xFFFF_FFFF),
                 f64(2.5), c_str(b"hi"), b, a)
    print(f"{buffer[:strlen(addr_of(buffer[0]))]}|{n}")


@returns((3, 1))
@unsafe
@fn
def heap() -> tuple[u8, u8]:
    # SAFETY: two bytes are used of the four that malloc gave.
    p = malloc(4)
    if p is None:
        return 0, 0
    p[0] = 1
    p[1] = 3
    a, b = p[1], p[0]
    free(p)
    return a, b


@struct(align=16)
class Frame:
    saved: Array[u64, 22]


@struct
class Job:
    frame: Frame
    depth: u32
    steps: u32


@fn
def descend(job: Ptr[Job]) -> None:
    job.steps += 1
    if job.depth == 0:
        throw(addr_of(job.frame), 42)
    job.depth -= 1
    descend(job)
    job.steps += 100


@fn
def calm(job: Ptr[Job]) -> None:
    job.steps = 7


@gives(((0,), (42, 1, 8)), ((20,), (42, 21, 8)))
@fn
def non_local_exit(depth: u32) -> tuple[i32, u32, u32]:
    job = zeroed(Job)
    job.depth = depth
    kept = depth + 1
    code = try_call(addr_of(job.frame), descend, addr_of(job))
    steps = job.steps
    again = try_call(addr_of(job.frame), calm, addr_of(job))
    return code + again, steps, job.steps + (1 if kept == depth + 1 else 0)


@struct
class Machine:
    total: u64
    left: u64


@handler
def stop(m: Ptr[Machine], a: u64, b: u64) -> None:
    m.total = a + b


@handler
def count_down(m: Ptr[Machine], a: u64, b: u64) -> None:
    if b == 0:
        return stop(m, a, b)
    return tail(count_down)(m, a + 1, b - 1)


@fn
def start(m: Ptr[Machine], n: u64) -> None:
    enter(m, 0, n)


@handler
def enter(m: Ptr[Machine], a: u64, b: u64) -> None:
    return tail(count_down)(m, a, b)


@gives(((10,), 10), ((100_000,), 100_000))
@fn
def tail_calls(n: u64) -> u64:
    m = zeroed(Machine)
    start(addr_of(m), n)
    return m.total


@fn
def even(n: u64) -> bool:
    if n == 0:
        return True
    return tail(odd)(n - 1)


@fn
def odd(n: u64) -> bool:
    if n == 0:
        return False
    return tail(even)(n - 1)


@gives(((100_000,), True), ((7,), False))
@fn
def plain_tail_calls(n: u64) -> bool:
    return even(n)


Op = HandlerFn[[Ptr[u8], Ptr[Machine], u64], None]


def step(name: str, f: Compiled) -> Compiled:
    @handler(name)
    def op(pc: Ptr[u8], m: Ptr[Machine], acc: u64) -> None:
        return dispatch(pc + 1, m, f(acc))
    return op


@fn
def add_one(x: u64) -> u64:
    return x + 1


@fn
def twice(x: u64) -> u64:
    return x * 2


@handler
def halt(pc: Ptr[u8], m: Ptr[Machine], acc: u64) -> None:
    m.total = acc


INC, DOUBLE = step("INC", add_one), step("DOUBLE", twice)
OPS = fn_table(Op, [halt, INC, DOUBLE])


@inline
@handler
def dispatch(pc: Ptr[u8], m: Ptr[Machine], acc: u64) -> None:
    return OPS[u64(pc[0])](pc, m, acc)


@gives(((b"\x01\x02\x02\x01\x00",), 5), ((b"\x00",), 0))
@fn
def interpreter_loop(code: Slice[u8]) -> u64:
    m = zeroed(Machine)
    dispatch(code.ptr, addr_of(m), 0)
    return m.total


@panics("index 9 is out of range for length 3")
@fn
def bad_opcode() -> u64:
    m = zeroed(Machine)
    code: Array[u8, 2] = (1, 9)
    dispatch(addr_of(code[0]), addr_of(m), 0)
    return m.total


@returns((True, True))
@fn
def target_facts() -> tuple[bool, bool]:
    known = target.arch == "a64" or target.arch == "x64"
    return known, target.hosted


@returns(True)
@fn
def addresses() -> bool:
    x: u32 = 1
    prefetch(addr_of(x))
    return function_address(add_one) != function_address(twice)


@fn
def call_with(f: Fn[[u64], u64] | None, x: u64) -> u64:
    if f is None:
        return x
    return f(x)


@returns((3, 8))
@fn
def optional_function() -> tuple[u64, u64]:
    return call_with(None, 3), call_with(twice, 4)
