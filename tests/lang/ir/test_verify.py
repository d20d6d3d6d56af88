"""The verifier: one seeded fault for each rule, and the message that names it."""

from __future__ import annotations

import sys

import pytest

from wrought.lang.ir.errors import IrInvalid
from wrought.lang.ir.model import Block, Const, Function, Global, Ins, Module, Param, Slot
from wrought.lang.ir.ops import OPS
from wrought.lang.ir.parser import parse_module
from wrought.lang.ir.type_rules import _ANY
from wrought.lang.ir.verifier import check_module, verify_module

HEADER = """module "m"
dtype "u32" base size=4
global @g size=16 align=8
global @cpu size=8 align=8 percpu=true
asm @stop() -> void arch=a64
func @callee(a: i32, p: ptr) -> i64 linkage=extern
func @printf(p: ptr) -> i32 linkage=extern variadic=true
func @on(p: ptr, a: i32) -> i64 cc=handler linkage=extern
func @twin(a: i32, p: ptr, x: f64, w: i64, c: i1) -> void linkage=extern
"""
FUNC = "func @f(a: i32, p: ptr, x: f64, w: i64, c: i1) -> void {\n  slot $s size=8 align=8\n^b:\n"


def problems(body: str) -> list[str]:
    text = HEADER + FUNC + "\n".join("  " + line for line in body.split("; ")) + "\n}\n"
    return [p.message for p in verify_module(parse_module(text))]


def test_the_frame_of_the_cases_is_well_formed():
    assert problems("ret") == []


BODIES = {
    # terminators and successors
    "%0: i32 = add a, a": "the block does not end in a terminator",
    "ret; ret": "ret is a terminator but not the block's last instruction",
    "br -> ^b": "the entry block cannot be a successor",
    "cbr c -> ^d; ^d:; ret": "cbr takes 2 successors, got 1",
    "switch a, values=(1) -> ^d; ^d:; ret": "switch takes 2 successors, got 1",
    "switch a, values=(1, 1) -> ^d, ^d, ^d; ^d:; ret": "switch values must differ",
    "switch a, values=(-1) -> ^d, ^d; ^d:; ret": "switch values must be integers from 0 to 42949",
    "ret -> ^d; ^d:; ret": "ret takes 0 successors, got 1",
    "ret a": "the function returns void, not i32",
    # definitions
    "%0: i32 = add %1, a; %1: i32 = add a, a; ret": "an operand is used before its definition",
    "%0: i32 = add %0, a; ret": "an operand is used before its definition",
    "cbr c -> ^d, ^e; ^d:; %0: i32 = add a, a; br -> ^e; ^e:; %1: i32 = add %0, a; ret":
        "an operand is defined in ^d, which not every path to here passes",
    "prefetch @nobody; ret": "no symbol is named 'nobody'",
    "prefetch undef:void; ret": "operand 1 of prefetch must be ptr, got void",
    # types
    "%0: i32 = add a, w; ret": "add needs operands of one type T, giving T; got (i32, i64) -> i32",
    "%0: i64 = add a, a; ret": "giving T; got (i32, i32) -> i64",
    "%0: i32 = add x, x; ret": "operand 1 of add must be an integer, got f64",
    "%0: f64 = fadd a, a; ret": "operand 1 of fadd must be a float, got i32",
    "%0: i32 = add a; ret": "add takes 2 operands, got 1",
    "%0: i32 = icmp a, a, pred=eq; ret": "giving i1",
    "%0: i1 = icmp x, x, pred=eq; ret": "fcmp compares floats",
    "%0: i32 = uaddo a, a; ret": "giving {T, i1}",
    "%0: {i32, i1} = umulx a, a; ret": "giving {T, T}",
    "%0: i8 = bswap 1; ret": "bswap needs i16 or wider",
    "%0: i32 = zext w; ret": "zext needs a wider integer",
    "%0: i32 = sext a; ret": "sext needs a wider integer",
    "%0: i64 = trunc a; ret": "trunc needs a narrower integer",
    "%0: f64 = fext x; ret": "fext needs f32 to f64",
    "%0: f64 = ftrunc x; ret": "ftrunc needs f64 to f32",
    "%0: i32 = uitof a; ret": "uitof needs integer to float",
    "%0: i32 = sitof a; ret": "sitof needs integer to float",
    "%0: f64 = ftoui x; ret": "ftoui needs float to integer",
    "%0: f64 = ftosi x; ret": "ftosi needs float to integer",
    "%0: f64 = ftosi_raw x; ret": "ftosi_raw needs float to integer",
    "%0: f32 = bitcast w; ret": "bitcast needs integers and floats of one size",
    "%0: i64 = bitcast p; ret": "bitcast needs integers and floats of one size",
    "%0: i32 = ptrtoint p; ret": "ptrtoint needs ptr to i64",
    "%0: ptr = inttoptr a; ret": "inttoptr needs i64 to ptr",
    "%0: i32 = select c, a, w; ret": "select needs i1 and two values of the result's type",
    "%0: i32 = select a, a, a; ret": "operand 1 of select must be i1, got i32",
    "%0: i32 = expect c, value=1; ret": "expect needs i1",
    "%0: {i32, i64} = make a, a; ret": "make needs the parts of its aggregate",
    "%0: {i32} = make a; %1: i32 = extract %0, index=1; ret": "extract needs an aggregate with",
    "%0: {i32} = make a; %1: {i32} = insert %0, w, index=0; ret": "insert needs an aggregate and",
    "%0: ptr = ptradd p, a; ret": "ptradd needs ptr and i64, giving ptr",
    "%0: ptr = elem p, a, size=4; ret": "elem needs ptr and i64, giving ptr",
    "%0: i32 = load a, align=4; ret": "operand 1 of load must be ptr, got i32",
    "load p, align=4; ret": "load needs a value as result",
    "%0: i32 = store a, p, align=4; ret": "store needs no result",
    "%0: i32 = copy p, p, size=1, align=1; ret": "copy needs no result",
    "memcpy p, p, a; ret": "memcpy needs ptr, ptr and i64",
    "memmove p, p, a; ret": "memmove needs ptr, ptr and i64",
    "memset p, a, w; ret": "memset needs ptr, i8 and i64",
    "%0: i32 = prefetch p; ret": "prefetch needs no result",
    "%0: i128 = atomic_load p, order=relaxed; ret": "atomic_load needs a scalar of 1 to 8 bytes",
    "atomic_store 0:i128, p, order=relaxed; ret": "atomic_store needs a scalar of 1 to 8 bytes",
    "%0: f64 = atomic_rmw p, x, kind=add, order=relaxed; ret": "atomic_rmw needs an integer",
    "%0: i32 = atomic_cas p, a, a, order=relaxed; ret": "giving {T, i1}",
    "%0: i32 = fence order=acquire; ret": "fence needs no result",
    "%0: i32 = compiler_fence; ret": "compiler_fence needs no result",
    "%0: i32 = calli p, a, sig=(i32, (i64)); ret": "calli needs what its sig says",
    "%0: i32 = sysread reg=X; ret": "sysread needs i64",
    "syswrite a, reg=X; ret": "syswrite needs i64",
    'sysop a, text="wfi"; ret': "sysop needs at most one i64",
    "%0: {i64} = smccc w, conduit=hvc, imm=0; ret": "smccc needs 1 to 8 i64, giving {i64, i64",
    "%0: i128 = mmio_read p; ret": "mmio_read needs i8 to i64",
    "mmio_write 0:i128, p; ret": "mmio_write needs i8 to i64",
    "%0: i64 = percpu p; ret": "percpu needs ptr to ptr",
    "%0: ptr = percpu @g; ret": "@g is not a per-CPU global",
    "%0: i32 = read_sp; ret": "read_sp needs i64",
    "%0: i32 = return_address; ret": "return_address needs i64",
    "ret a, a": "ret needs at most one value",
    "%0: i32 = br -> ^d; ^d:; ret": "br needs no result",
    "%0: i32 = cbr c -> ^d, ^d; ^d:; ret": "cbr needs no result",
    "%0: i32 = switch a, values=() -> ^d; ^d:; ret": "switch needs no result",
    "%0: i32 = tail @twin(a, p, x, w, c)": "tail needs no result",
    "taili p, a, sig=(void, (i64))": "taili needs what its sig says",
    "panic w, w, w, kind=k, msg=m": "panic needs at most two i64",
    "%0: i32 = unreachable": "unreachable needs no result",
    # attributes
    "%0: i1 = icmp a, a; ret": "icmp needs the attribute 'pred'",
    "%0: i1 = icmp a, a, pred=olt; ret": "attribute 'pred' of icmp must be one of eq ne",
    "%0: i1 = fcmp x, x, pred=eq; ret": "attribute 'pred' of fcmp must be one of oeq",
    "%0: i32 = add a, a, nsw=true; ret": "add has no attribute 'nsw'",
    "%0: i32 = load p, align=3; ret": "attribute 'align' of load must be a power of two, got 3",
    "%0: i32 = load p, align=4, volatile=2; ret": "attribute 'volatile' of load must be true or",
    "%0: i32 = atomic_load p, order=release; ret": "must be one of relaxed acquire seq_cst",
    "atomic_store a, p, order=acquire; ret": "must be one of relaxed release seq_cst",
    "fence order=relaxed; ret": "must be one of acquire release acq_rel seq_cst",
    "%0: i32 = atomic_rmw p, a, kind=nand, order=relaxed; ret": "'kind' of atomic_rmw must be one",
    "%0: {i64, i64, i64, i64} = smccc w, conduit=svc, imm=0; ret": "must be hvc or smc",
    "%0: {i64, i64, i64, i64} = smccc w, conduit=hvc, imm=65536; ret": "an integer of 16 bits",
    "cbr c, likely=2 -> ^d, ^d; ^d:; ret": "attribute 'likely' of cbr must be 0 or 1",
    "calli p, sig=(i32, i32); ret": "attribute 'sig' of calli must be (result type, (parameter",
    "calli p, sig=(void, ()), cc=fast; ret": "attribute 'cc' of calli must be c or handler",
    "call; ret": "call needs the attribute 'callee'",
    # constants
    "%0: i32 = add a, 4294967296; ret": "the constant 4294967296 is not an integer from 0 to 4294",
    "%0: i32 = add a, -1; ret": "the constant -1 is not an integer from 0 to 4294967295 (i32)",
    "%0: i32 = add a, 1.5; ret": "the constant 1.5 is not an integer from 0",
    "%0: f64 = fadd x, 1; ret": "the constant 1 of type f64 is not a Python float",
    "store 0.1:f32, p, align=4; ret": "the constant 0.1 is not exactly an f32",
    "store 1e300:f32, p, align=4; ret": "the constant 1e+300 is not exactly an f32",
    "store 0:{i32}, p, align=4; ret": "a constant cannot have type {i32}",
    # calls
    "call @nobody(); ret": "no function is named 'nobody'",
    "call @g(); ret": "no function is named 'g'",
    "%0: i64 = call @callee(a); ret": "@callee is {i32, ptr} -> i64, called with {i32}",
    "%0: i64 = call @callee(a, p, a); ret": "@callee is {i32, ptr} -> i64, called with {i32, ptr,",
    "%0: i32 = call @callee(a, p); ret": "@callee returns i64, not i32",
    "%0: i32 = call @printf(); ret": "@printf is variadic {ptr} -> i32, called with {}",
    "calli p, sig=(void, ()), targets=(nobody); ret": "no function is named 'nobody'",
    "tail @stop()": "a tail call to {} -> void from {i32, ptr, f64, i64, i1} -> void: both must",
    "tail @callee(a, p)": "both must have one signature",
    "tail @on(p, a)": "a tail call from convention 'c' to 'handler'",
    "taili p, sig=(void, ())": "both must have one signature",
    "taili p, a, p, x, w, c, sig=(void, (i32, ptr, f64, i64, i1)), cc=handler":
        "a tail call from convention 'c' to 'handler'",
}


@pytest.mark.parametrize("body", BODIES)
def test_faults_in_bodies(body: str):
    wanted, found = BODIES[body], problems(body)
    assert found and wanted in found[0]


GOOD = [
    "tail @twin(a, p, x, w, c)",
    "%0: i32 = call @printf(p, a, x); ret",
    "taili p, a, p, x, w, c, sig=(void, (i32, ptr, f64, i64, i1))",
    "%0: i1 = icmp p, p, pred=ult; ret",
    "%0: {{ptr, i1}, i8} = make undef, 3; ret",
    "%0: ptr = percpu @cpu; ret",
    "%0: f64 = atomic_rmw p, x, kind=xchg, order=relaxed; ret",
    "%0: i32 = add a, a; br -> ^d; ^d:; %1: i32 = add %0, a; cbr c -> ^d, ^e; ^e:; ret",
    "ret; ^never:; %0: i32 = add a, a; br -> ^x; ^x:; %1: i32 = add %0, a; ret",
    "store 0.5:f32, p, align=4; store inf:f32, p, align=4; ret",
    "switch a, values=(0, 4294967295) -> ^d, ^d, ^d; ^d:; ret",
]


@pytest.mark.parametrize("body", GOOD)
def test_well_formed_bodies(body: str):
    assert problems(body) == []


HEADERS = {
    "global @a size=4 align=3": "alignment 3 is not a power of two",
    "global @a size=4 align=0": "alignment 0 is not a power of two",
    'global @a size=4 align=4 {\n b"abc"\n}': "init holds 3 bytes, size is 4",
    "global @a size=8 align=8 {\n reloc 1 @g\n}": "reloc at 1 is not inside its 8 bytes",
    "global @a size=8 align=8 {\n reloc 0 @nobody\n}": "reloc at 0: no symbol is named 'nobody'",
    "global @a size=-1 align=1": "size -1 is negative",
    "global @a size=1 align=1 linkage=weak": "linkage 'weak' is none of internal export extern",
    "global @a size=1 align=1 dtype=f128": "global: no type has the key 'f128'",
    'global @a size=1 align=1 linkage=extern {\n b"x"\n}': "an extern global has no init",
    "global @f size=1 align=1": "'f' names more than one thing",
    "asm @a() -> void arch=arm": "architecture 'arm' is none of a64 x64",
    "asm @a() -> void arch=x64 stack=-8": "stack use -8 is negative",
    "asm @a() -> void arch=x64 attrs=(fast)": "'fast' is no function attribute",
    "func @h() -> void": "an extern function has no blocks, every other one has",
    "func @h() -> void linkage=extern {\n^b:\n ret\n}": "an extern function has no blocks",
    "func @h() -> void linkage=extern align=3": "alignment 3 is not a power of two",
    "func @h() -> void linkage=extern cc=fast": "convention 'fast' is none of c handler",
    "func @h() -> void linkage=extern attrs=(inline, noinline)": "exclude each other",
    "func @h(a: i32 attrs=(byval)) -> void linkage=extern": "'byval' is no parameter attribute",
    'func @h(a: ptr attrs=("dereferenceable(x)")) -> void linkage=extern': "is no parameter",
    "func @h(a: void) -> void linkage=extern": "parameter 'a': 'void' is not a type",
    "func @h(a: i32 dtype=U) -> void linkage=extern": "parameter 'a': no type has the key 'U'",
    "func @h() -> i32 linkage=extern ret_dtype=U": "result: no type has the key 'U'",
    "func @h() -> void linkage=extern variadic=true cc=handler": "only an external C function",
    "func @h() -> void linkage=extern targets=(nobody)": "targets: no function is named 'nobody'",
    "func @h() -> void {\n slot $s size=4 align=3\n^b:\n ret\n}": "slot 's': alignment 3 is not",
    "func @h() -> void {\n slot $s size=-4 align=4\n^b:\n ret\n}": "slot 's': size -4 is negative",
    "func @h() -> void {\n slot $s size=4 align=4 arg=1\n^b:\n ret\n}": "there is no parameter 1",
    "func @h() -> void {\n slot $s size=4 align=4 dtype=U\n^b:\n ret\n}": "slot 's': no type has",
    'dtype "d" klass': "type 'd': kind 'klass' is none of base ptr",
    'dtype "d" ptr of=U': "type 'd': no type has the key 'U'",
    'dtype "d" struct {\n member (x, U, 0, 8, false)\n}': "type 'd': no type has the key 'U'",
}


@pytest.mark.parametrize("item", HEADERS)
def test_faults_in_headers(item: str):
    m = parse_module(HEADER + item + "\n" + FUNC + "  ret\n}\n")
    assert any(HEADERS[item] in p.message for p in verify_module(m))


def function(*body: Ins) -> Module:
    block = Block("b")
    block.body = list(body)
    return Module("m", {"f": Function("f", [], "void", blocks=[block])})


RET = Ins("ret", "void")


def only_message(m: Module) -> str:
    found = verify_module(m)
    return found[0].message


def test_faults_that_text_cannot_express():
    lost = Ins("add", "i32", (Const("i32", 1), Const("i32", 1)))
    assert "outside the function" in only_message(function(
        Ins("add", "i32", (lost, lost)), RET))
    assert "slot 's' belongs to another function" in only_message(function(
        Ins("prefetch", "void", (Slot("s", 1, 1),)), RET))
    assert "parameter 'p' belongs to another function" in only_message(function(
        Ins("prefetch", "void", (Param("p", "ptr"),)), RET))
    assert "successor ^x is not in the function" in only_message(function(
        Ins("br", "void", blocks=(Block("x"),))))
    assert "no op is named 'frob'" in only_message(function(Ins("frob", "void"), RET))
    assert "'i33' is not a type" in only_message(function(
        Ins("sysread", "i33", attrs={"reg": "X"}), RET))
    assert "must be numbers, strings or tuples" in only_message(function(
        Ins("switch", "void", (Const("i8", 0),), {"values": []}, blocks=(Block("x"),))))
    assert "an instruction is in the function twice" in only_message(function(lost, lost, RET))
    m = function(RET)
    m.functions["f"].blocks *= 2
    assert "a block is in the function twice" in only_message(m)
    m = function(RET)
    m.globals["x"] = Global("y", 1, 1)
    assert "filed under 'x' but named 'y'" in only_message(m)
    assert "does not end in a terminator" in only_message(function())


def test_problems_say_where():
    m = parse_module(HEADER + FUNC + "  ret\n^two:\n  %0: i32 = add a, w !7:3\n  ret\n}\n")
    with pytest.raises(IrInvalid) as caught:
        check_module(m)
    text = str(caught.value)
    assert "@f ^two (line 7:3): add needs operands of one type" in text
    assert "%0: i32 = add a, w !7:3" in text and len(caught.value.problems) == 1


def test_every_op_has_a_type_rule():
    assert {name for name, row in OPS.items() if row.rule == "any"} == set(_ANY)


def big_module(functions: int) -> Module:
    m = Module("big")
    for k in range(functions):
        a, s = Param("a", "i64"), Slot("x", 8, 8)
        f = Function(f"f{k}", [a], "i64", slots=[s], blocks=[Block(f"b{i}") for i in range(10)])
        first = Ins("add", "i64", (a, Const("i64", 1)))
        f.blocks[0].body.append(first)
        for i, block in enumerate(f.blocks):
            for j in range(3):
                load = Ins("load", "i64", (s,), {"align": 8})
                add = Ins("add", "i64", (load, first))
                block.body += [load, add, Ins("store", "void", (Const("i64", j), s),
                                              {"align": 8})]
            block.body.append(Ins("br", "void", blocks=(f.blocks[i + 1],)) if i < 9
                              else Ins("ret", "void", (first,)))
        m.functions[f.name] = f
    return m


def test_work_grows_with_the_size_and_no_faster():
    """Counted in Python calls, which do not depend on the machine's load."""
    verify_module(big_module(1))
    small, large = calls_to_verify(big_module(4)), calls_to_verify(big_module(40))
    assert large < 11 * small


def calls_to_verify(m: Module) -> int:
    count = 0

    def on_event(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(on_event)
    try:
        found = verify_module(m)
    finally:
        sys.setprofile(None)
    assert found == []
    return count
