"""What the interpreter's ops with effects do, and what it refuses to do."""

from __future__ import annotations

import pytest

from wrought.lang.ir.interp import (
    InterpError,
    Interpreter,
    Panic,
    RecordingMachine,
    StepLimit,
)
from wrought.lang.ir.ops import OPS
from wrought.lang.ir.parser import parse_module
from wrought.lang.ir.verifier import check_module

EFFECTS = {
    "load", "store", "copy", "memcpy", "memmove", "memset", "prefetch", "atomic_load",
    "atomic_store", "atomic_rmw", "atomic_cas", "fence", "compiler_fence", "call", "calli",
    "sysread", "syswrite", "sysop", "smccc", "mmio_read", "mmio_write", "percpu", "read_sp",
    "return_address", "ret", "br", "cbr", "switch", "tail", "taili", "panic", "unreachable"}
"""Ops that a test below is about; the others are in `op_cases`."""


def test_every_op_is_tested_here_or_in_the_cases():
    pure = {name for name, row in OPS.items() if row.pure} - {"percpu"}
    assert EFFECTS | pure == set(OPS)


def load(text: str, **options) -> Interpreter:
    m = parse_module('module "m"\n' + text)
    check_module(m)
    return Interpreter(m, **options)


def func(head: str, *lines: str) -> str:
    body = "\n".join(lines)
    return f"func @{head} {{\n^entry:\n{body}\n}}\n"


# memory

@pytest.mark.parametrize(("t", "value", "data"), [
    ("i1", 1, "01"), ("i8", 200, "c8"), ("i16", 0x1234, "3412"), ("i64", 2**63, "00" * 7 + "80"),
    ("i128", 1, "01" + "00" * 15), ("f32", 1.0, "0000803f"), ("f64", -0.0, "00" * 7 + "80"),
    ("ptr", 0x1000, "0010" + "00" * 6), ("{i8, i32}", (1, 2), "01" + "00" * 3 + "02000000"),
    ("{i8, {i8, i16}}", (1, (2, 3)), "010002000300")])
def test_load_and_store(t: str, value: object, data: str):
    i = load(func(f"put(p: ptr, v: {t}) -> void", "store v, p, align=1", "ret")
             + func(f"get(p: ptr) -> {t}", f"%0: {t} = load p, align=1", "ret %0"))
    p = i.alloc(len(data) // 2)
    i.call("put", p, value)
    assert i.read(p, len(data) // 2).hex() == data
    assert i.call("get", p) == value


def test_a_bool_in_memory_is_bit_0_of_its_byte():
    i = load(func("get(p: ptr) -> i1", "%0: i1 = load p, align=1", "ret %0"))
    p = i.alloc(1)
    i.write(p, b"\xfe")
    assert i.call("get", p) == 0


def test_padding_is_not_written():
    i = load(func("put(p: ptr, v: {i8, i32}) -> void", "store v, p, align=4", "ret"))
    p = i.alloc(8)
    i.write(p, b"\xaa" * 8)
    i.call("put", p, (1, 2))
    assert i.read(p, 8).hex() == "01aaaaaa02000000"


GET = func("get(p: ptr, i: i64) -> i32", "%0: ptr = elem p, i, size=4",
           "%1: i32 = load %0, align=4 !7:9", "ret %1")


def refused(i: Interpreter, message: str, name: str, *args: int) -> None:
    with pytest.raises(InterpError, match=message):
        i.call(name, *args)


def test_bounds():
    i = load(GET)
    p = i.alloc(8, 4)
    assert i.call("get", p, 1) == 0
    refused(i, r"load of 4 bytes at .*0 bytes past the end of test memory, 8 bytes", "get", p, 2)
    refused(i, "elem of 3 leaves its object", "get", p, 3)
    refused(i, "elem of -1 leaves its object", "get", p, -1)
    refused(i, r"load of 4 bytes at .*6 bytes into test memory|not aligned", "get", p + 6, 0)
    refused(i, r"load of 4 bytes at 0x0 \(null\)", "get", 0, 0)
    refused(i, "no allocation there", "get", 1 << 50, 0)
    refused(i, "which is not aligned to 4", "get", p + 1, 0)
    i.free(p)
    refused(i, "the start of freed test memory", "get", p, 0)


def test_an_error_says_where():
    i = load(GET)
    with pytest.raises(InterpError) as caught:
        i.call("get", 0, 0)
    assert "in get (:7:9), at: %1: i32 = load %0, align=4" in str(caught.value)


def test_an_allocation_is_aligned_as_asked_and_no_more():
    i = load(GET)
    assert [i.alloc(8, a) & (2 * a - 1) for a in (1, 2, 16, 4096)] == [1, 2, 16, 4096]
    assert i.alloc(1, 1 << 21) % (1 << 21) == 0


def test_large_and_mapped_memory():
    i = load(GET)
    p = i.alloc(3 << 20, 4)
    assert i.call("get", p + (3 << 20) - 4, 0) == 0
    i.memory.map(0x4000_0000, 4096, "RAM")
    i.write(0x4000_0004, b"\x07\0\0\0")
    assert i.call("get", 0x4000_0000, 1) == 7
    with pytest.raises(InterpError, match="too near to RAM"):
        i.memory.map(0x4000_2000, 16)


def test_slots_die_with_their_function():
    i = load("func @leak() -> ptr {\n slot $s size=4 align=4\n^b:\n ret $s\n}\n"
             + func("use() -> i32", "%0: ptr = call @leak()", "%1: i32 = load %0, align=4",
                    "ret %1"))
    refused(i, "freed slot s of leak, 4 bytes", "use")
    assert not i.memory.pages


def test_constants_cannot_be_written():
    i = load("global @c size=4 align=4 const=true {\n b\"\\01\\02\\03\\04\"\n}\n"
             "global @v size=8 align=8 {\n reloc 0 @c+1\n}\n"
             + func("put(p: ptr) -> void", "store 1:i8, p, align=1", "ret"))
    assert i.read(i.address_of("c"), 4) == b"\1\2\3\4"
    assert int.from_bytes(i.read(i.address_of("v"), 8), "little") == i.address_of("c") + 1
    refused(i, "store of 1 bytes to constant .*global c", "put", i.address_of("c"))
    i.call("put", i.address_of("v"))


BLOCKS = (func("copy(p: ptr, q: ptr) -> void", "copy p, q, size=4, align=2", "ret")
          + func("memcpy(p: ptr, q: ptr, n: i64) -> void", "memcpy p, q, n", "ret")
          + func("memmove(p: ptr, q: ptr, n: i64) -> void", "memmove p, q, n", "ret")
          + func("memset(p: ptr, n: i64) -> void", "memset p, 170, n", "ret")
          + func("prefetch(p: ptr) -> void", "prefetch p, write=true", "ret"))


def test_block_copies():
    i = load(BLOCKS)
    p = i.alloc(8, 2)
    i.write(p, b"abcdefgh")
    i.call("copy", p + 4, p)
    assert i.read(p, 8) == b"abcdabcd"
    i.call("memmove", p + 1, p, 6)
    assert i.read(p, 8) == b"aabcdabd"
    i.call("memcpy", p, p + 4, 4)
    assert i.read(p, 8) == b"dabddabd"
    i.call("memset", p + 7, 1)
    assert i.read(p, 8) == b"dabddab\xaa"
    i.call("copy", p, p)
    i.call("prefetch", 0)
    i.call("memcpy", 0, 0, 0)
    i.call("memset", 0, 0)
    refused(i, "memcpy of 4 bytes between overlapping memory", "memcpy", p, p + 2, 4)
    refused(i, "copy of 4 bytes between overlapping memory", "copy", p, p + 2)
    refused(i, "copy at .* not aligned to 2", "copy", p, p + 1)
    refused(i, "memset of 9 bytes", "memset", p, 9)
    refused(i, "memmove from of 9 bytes", "memmove", p, p, 9)


# atomics

@pytest.mark.parametrize(("kind", "operand", "new"), [
    ("xchg", 7, 7), ("add", 6, 4), ("sub", 255, 255), ("and", 12, 12), ("or", 1, 255),
    ("xor", 255, 1), ("umin", 7, 7), ("umax", 7, 254), ("smin", 7, 254), ("smax", 7, 7)])
def test_atomic_rmw(kind: str, operand: int, new: int):
    i = load(func("f(p: ptr, v: i8) -> i8",
                  f"%0: i8 = atomic_rmw p, v, kind={kind}, order=seq_cst", "ret %0"))
    p = i.alloc(1)
    i.write(p, b"\xfe")
    assert i.call("f", p, operand) == 254
    assert i.read(p, 1)[0] == new


def test_atomic_access():
    i = load(func("put(p: ptr, v: i32) -> void", "atomic_store v, p, order=release",
                  "fence order=seq_cst", "compiler_fence", "ret")
             + func("get(p: ptr) -> i32", "%0: i32 = atomic_load p, order=acquire", "ret %0")
             + func("cas(p: ptr, a: i32, b: i32) -> {i32, i1}",
                    "%0: {i32, i1} = atomic_cas p, a, b, order=acq_rel, weak=true", "ret %0")
             + func("fcas(p: ptr, a: f64, b: f64) -> {f64, i1}",
                    "%0: {f64, i1} = atomic_cas p, a, b, order=relaxed", "ret %0"))
    p = i.alloc(8)
    i.call("put", p, 5)
    assert i.call("cas", p, 4, 9) == (5, 0) and i.call("get", p) == 5
    assert i.call("cas", p, 5, 9) == (5, 1) and i.call("get", p) == 9
    refused(i, "atomic load at .* not aligned to 4", "get", p + 2)
    i.write(p, bytes(8))
    assert i.call("fcas", p, -0.0, 1.0) == (0.0, 0), "compared as bits"


# calls and control flow

CALLS = (
    func("half(x: i64) -> i64", "%0: i64 = lshr x, 1", "ret %0")
    + func("through(f: ptr, x: i64) -> i64", "%0: i64 = calli f, x, sig=(i64, (i64))", "ret %0")
    + func("both(x: i64) -> i64", "%0: i64 = call @half(x)", "%1: i64 = call @through(@half, %0)",
           "ret %1")
    + func("down(x: i64) -> i64", "%0: i1 = icmp x, 0:i64, pred=eq", "cbr %0 -> ^no, ^yes",
           "^no:", "ret 77:i64", "^yes:", "%1: i64 = sub x, 1",
           "taili @down, %1, sig=(i64, (i64))")
    + func("direct(x: i64) -> i64", "tail @down(x)")
    + func("deep(x: i64) -> i64", "%0: i64 = call @deep(x)", "ret %0")
    + func("forever() -> void", "br -> ^on", "^on:", "br -> ^on")
    + func("me() -> ptr", "ret @me") + func("nowhere() -> void", "unreachable !8:9"))


def test_calls():
    i = load(CALLS)
    assert i.call("both", 42) == 10
    assert i.call("through", i.address_of("half"), 9) == 4
    assert i.call_address(i.call("me")) == i.address_of("me")
    refused(i, "call of 0x0 .null., which is no function", "through", 0, 0)
    refused(i, "through a pointer of another signature", "through", i.address_of("me"), 0)
    refused(i, "@half takes 1 arguments, got 2", "half", 1, 2)
    refused(i, "no function is named 'nobody'", "nobody")


def test_tail_calls_take_no_stack():
    assert load(CALLS, max_depth=1).call("direct", 30_000) == 77


def test_recursion_ends_in_an_error():
    i = load(CALLS, max_depth=5_000)
    refused(i, "stack overflow: 5000 frames\n  in deep", "deep", 1)
    assert i.call("half", 8) == 4


def test_a_limit_on_instructions():
    with pytest.raises(StepLimit):
        load(CALLS, max_steps=1000).call("forever")
    assert load(CALLS, max_steps=1000).call("half", 2) == 1


def test_unreachable():
    refused(load(CALLS), r"reached `unreachable`\n  in nowhere \(:8:9\)", "nowhere")


def test_branches():
    i = load(func("pick(x: i8) -> i64", "switch x, values=(1, 255) -> ^other, ^one, ^last",
                  "^other:", "ret 0:i64", "^one:", "ret 1:i64", "^last:", "ret 255:i64")
             + func("cond(c: i1) -> i64", "cbr c -> ^yes, ^no", "^yes:", "br -> ^also", "^no:",
                    "ret 0:i64", "^also:", "ret 1:i64"))
    assert [i.call("pick", x) for x in (0, 1, 255)] == [0, 1, 255]
    assert [i.call("cond", c) for c in (False, True)] == [0, 1]


def test_a_panic():
    i = load('func @f(a: i64, b: i64) -> void file="a.py" line=3 title=T.f {\n slot $s size=1 '
             'align=1\n^b:\n panic a, b, kind=bounds, msg="{0} is not below {1}" !4:5\n}\n')
    with pytest.raises(Panic) as caught:
        i.call("f", -1, 3)
    p = caught.value
    assert (p.kind, p.message, p.file, p.line, p.col, p.function) == (
        "bounds", "-1 is not below 3", "a.py", 4, 5, "T.f")
    assert not i.memory.pages, "its slots are gone"


def test_external_functions():
    calls = "func @ext(x: i64) -> i64 linkage=extern\nglobal @there size=4 align=4 linkage=extern\n"
    text = calls + func("f(x: i64) -> i64", "%0: i64 = call @ext(x)", "ret %0") \
        + func("g(x: i64) -> i64", "tail @ext(x)") + func("at() -> ptr", "ret @there")
    i = load(text, externs={"ext": lambda interp, x: interp.call("g", x - 1) if x else 9,
                            "there": 0x5000})
    assert i.call("f", 3) == 9 and i.call("at") == 0x5000
    refused(load(text), "@ext has no body here: give the interpreter externs=", "f", 1)


def test_results_of_python_functions_are_checked():
    text = ("func @ext() -> i8 linkage=extern\n"
            + func("f() -> i8", "%0: i8 = call @ext()", "ret %0"))
    assert load(text, externs={"ext": lambda interp: -1}).call("f") == 255
    refused(load(text, externs={"ext": lambda interp: None}),
            "@ext gave None from Python, not a value of type i8", "f")


def test_calls_from_python_may_not_nest_for_ever():
    i = load("func @ext(x: i64) -> i64 linkage=extern\n"
             + func("f(x: i64) -> i64", "%0: i64 = call @ext(x)", "ret %0"),
             externs={"ext": lambda interp, x: interp.call("f", x)})
    refused(i, "stack overflow", "f", 1)


TRY = ("asm @__wrought_try(frame: ptr, f: ptr, arg: ptr) -> i32 arch=a64\n"
       "asm @__wrought_throw(frame: ptr, code: i32) -> void arch=a64\n"
       "func @ext(p: ptr) -> void linkage=extern\n"
       + func("leaf(p: ptr) -> void", "%0: i32 = load p, align=4",
              "%1: i1 = icmp %0, 0:i32, pred=eq", "cbr %1 -> ^ok, ^bad",
              "^bad:", "call @__wrought_throw(p, %0)", "unreachable",
              "^ok:", "ret")
       + "func @middle(p: ptr) -> void {\n slot $s size=4 align=4\n^b:\n call @leaf(p)\n ret\n}\n"
       + func("f(p: ptr) -> i32", "%0: i32 = call @__wrought_try(p, @middle, p)", "ret %0")
       + func("h(p: ptr) -> i32", "%0: i32 = call @__wrought_try(p, @outer, p)", "ret %0")
       + func("outer(p: ptr) -> void", "call @ext(p)", "ret"))


def test_try_and_throw():
    i = load(TRY, externs={"ext": lambda interp, p: interp.call("middle", p)})
    p = i.alloc(4)
    pages = len(i.memory.pages)
    assert i.call("f", p) == 0
    i.write(p, b"\x07\0\0\0")
    assert i.call("f", p) == 7
    assert i.call("h", p) == 7, "through a Python function"
    refused(i, "throw of 7 to frame .*, of which no __wrought_try is running", "leaf", p)
    functions = sum(a.size == 0 for a in i.memory.pages.values())
    assert len(i.memory.pages) == pages + functions


# the machine

MACHINE = (
    func("sys(v: i64) -> i64", "syswrite v, reg=VTTBR_EL2", 'sysop text="isb"',
         'sysop v, text="tlbi vae2is"', "%0: i64 = sysread reg=VTTBR_EL2", "ret %0")
    + func("hvc(a: i64, b: i64) -> {i64, i64, i64, i64}",
           "%0: {i64, i64, i64, i64} = smccc a, b, conduit=hvc, imm=60", "ret %0")
    + func("dev(p: ptr, v: i16) -> i8", "mmio_write v, p", "%0: i8 = mmio_read p", "ret %0"))


def test_the_machine_is_asked():
    machine = RecordingMachine({"VTTBR_EL2": 1}, on_smccc=lambda a, b: (a + b, 0, 0, -1))
    i = load(MACHINE, machine=machine)
    assert i.call("sys", 5) == 5
    assert i.call("hvc", 1, 2) == (3, 0, 0, 2**64 - 1)
    assert i.call("dev", 0x900_0000, 0x1234) == 0x34
    assert machine.events == [
        ("syswrite", "VTTBR_EL2", 5), ("sysop", "isb"), ("sysop", "tlbi vae2is", 5),
        ("sysread", "VTTBR_EL2"), ("hvc", 60, 1, 2), ("mmio_write", 0x900_0000, 2, 0x1234),
        ("mmio_read", 0x900_0000, 1)]


def test_without_a_machine_there_is_an_error():
    i = load(MACHINE)
    refused(i, "no machine: write of 0x5 to system register VTTBR_EL2", "sys", 5)
    refused(i, "no machine: hvc #60 with x0 = 0x1", "hvc", 1, 2)
    refused(i, "no machine: device write of 2 bytes at 0x8", "dev", 8, 1)


def test_stack_and_per_cpu():
    i = load("global @count size=8 align=8 percpu=true\n"
             + func("here() -> ptr", "%0: ptr = percpu @count", "ret %0")
             + func("sp() -> i64", "%0: i64 = read_sp", "ret %0")
             + func("inner() -> {i64, i64}", "%0: i64 = read_sp", "%1: i64 = return_address",
                    "%2: {i64, i64} = make %0, %1", "ret %2")
             + func("outer() -> {i64, i64}", "%0: {i64, i64} = call @inner()", "ret %0"))
    assert i.call("here") == i.address_of("count")
    sp, back = i.call("outer")
    assert sp < i.call("sp") and back == i.address_of("outer")
    assert i.call("inner")[1] == 0
