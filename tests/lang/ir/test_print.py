"""What the IR looks like as text: golden cases, each parsed back as well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wrought.lang.ir.model import (
    AsmFunction,
    Block,
    Const,
    DType,
    Function,
    Global,
    Ins,
    Loc,
    Module,
    Param,
    Slot,
    Sym,
    Undef,
)
from wrought.lang.ir.parser import parse_function, parse_module
from wrought.lang.ir.printer import print_function, print_module
from wrought.lang.ir.verifier import check_module

HERE = Path(__file__).parent / "golden"


def ret(*values, loc=None) -> Ins:
    return Ins("ret", "void", values, loc=loc)


def sum_to() -> Module:
    """A loop: slots, blocks, source positions."""
    n = Param("n", "i64", dtype="u64")
    i, s = Slot("i", 8, 8, "u64", 3), Slot("s", 8, 8, "u64", 2)
    entry, head, body, done = map(Block, ("entry", "while", "body", "done"))

    def load(slot: Slot) -> Ins:
        return Ins("load", "i64", (slot,), {"align": 8}, Loc(4, 11))

    def store(v, slot: Slot) -> Ins:
        return Ins("store", "void", (v, slot), {"align": 8}, Loc(5, 9))

    at, total, was = load(i), load(s), load(i)
    less = Ins("icmp", "i1", (at, n), {"pred": "ult"}, Loc(4, 11))
    more = Ins("add", "i64", (total, was), loc=Loc(5, 9))
    up = Ins("add", "i64", (was, Const("i64", 1)), loc=Loc(6, 9))
    end = load(s)
    entry.body = [store(Const("i64", 0), s), store(Const("i64", 0), i),
                  Ins("br", "void", blocks=(head,))]
    head.body = [at, less, Ins("cbr", "void", (less,), {"likely": 0}, Loc(4, 5), (body, done))]
    body.body = [total, was, more, store(more, s), up, store(up, i),
                 Ins("br", "void", blocks=(head,))]
    done.body = [end, ret(end, loc=Loc(7, 5))]
    f = Function("sum_to", [n], "i64", linkage="export", slots=[i, s],
                 blocks=[entry, head, body, done], file="loop.py", line=1, title="sum_to",
                 ret_dtype="u64")
    return Module("loop", {f.name: f}, dtypes={"u64": DType("base", "u64", 8, "unsigned")})


def everything() -> Module:
    """Every kind of header and every field."""
    m = Module("every field", recursive_ok=False)
    m.dtypes = {
        "u32": DType("base", "u32", 4, "unsigned"),
        "Ptr[P]": DType("ptr", of="P"),
        "P": DType("struct", "P", 8, members=(("x", "u32", 0, 32, False),
                                              ("y", "u32", 32, 4, True)),
                   file="p.py", line=4),
        "Color": DType("enum", "Color", of="u32", items=(("RED", 0), ("not a name", 1))),
        "a[3]": DType("array", of="u32", count=3),
    }
    m.globals = {
        "table": Global("table", 40, 8, b'"quoted"\0\xff' + b"x" * 30, ((8, "f", 0), (16, "g", -4)),
                        True, "export", ".rodata.table", False, "P", "p.py", 9, "TABLE"),
        "g": Global("g", 64, 64, percpu=True),
        "empty": Global("empty", 0, 1, b""),
    }
    m.asm = {"stop": AsmFunction("stop", "wfi\nb stop\n", "a64", "export", ".text.boot", 2048,
                                 [Param("x", "i64")], "void", "c", {"noreturn"}, ("f",), 16,
                                 "p.py", 12, "stop")}
    f = Function("f", [Param("p", "ptr", ("nonnull", "dereferenceable(8)"), "Ptr[P]"),
                       Param("two words", "i32")], "void", "handler", "internal",
                 {"cold", "inline"}, False, ".text.f", 64, [Slot("x", 4, 4, "u32", 3, 2)],
                 [Block("entry")], "p.py", 20, "P.f", "", ("stop",))
    f.blocks[0].body = [ret()]
    m.functions = {"f": f, "odd name": Function("odd name", [], "i32", linkage="extern",
                                                variadic=True)}
    return m


def values() -> Module:
    """Operands and attributes of every form."""
    block = Block("entry")
    p = Param("p", "ptr")
    add = Ins("add", "i32", (Const("i32", 7), Undef("i32")))
    wide = Ins("umulx", ("i64", "i64"), (Const("i64", 2**64 - 1), Const("i64", 3)))
    call = Ins("calli", "f64", (p, Const("f64", float("nan")), Const("f32", 0.1)),
               {"sig": ("f64", ("f64", "f32")), "cc": "c", "targets": ("f", "odd name")})
    block.body = [
        add, wide, call,
        Ins("make", ("ptr", ("i8", "f32")), (Sym("table", 8), Undef(("i8", "f32")))),
        Ins("fadd", "f64", (Const("f64", float("-inf")), Const("f64", 1e300))),
        Ins("store", "void", (Const("f64", -0.0), p), {"align": 8, "volatile": True}),
        Ins("store", "void", (Const("ptr", 4096), p), {"align": 8, "volatile": False}),
        Ins("call", "void", (add, Const("i1", 1)), {"callee": "odd name"}),
        Ins("memset", "void", (p, Const("i8", 255), Const("i64", 16))),
        Ins("sysread", "i64", (), {"reg": "ESR_EL2", "enc": (3, 4, 5, 2, 0)}),
        Ins("sysop", "void", (), {"text": "dsb ish"}),
        Ins("switch", "void", (add,), {"values": (1, 2)}, Loc(3, 1), (block, block, block)),
    ]
    f = Function("f", [p], "void", blocks=[block])
    return Module("values", {"f": f})


CASES: dict[str, Callable[[], Module]] = {
    "sum_to": sum_to, "everything": everything, "values": values}


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str, golden: Callable[[Path, str], None]):
    text = print_module(CASES[name]())
    golden(HERE / f"{name}.ir", text)
    assert print_module(parse_module(text)) == text


@pytest.mark.parametrize("name", ["sum_to"])
def test_the_cases_that_should_are_well_formed(name: str):
    check_module(CASES[name]())


def test_equal_names_are_told_apart():
    first, second = Slot("x", 4, 4), Slot("x", 8, 8)
    f = Function("f", [Param("a", "i32"), Param("a", "i64")], "void",
                 slots=[first, second, Slot("x.2", 1, 1)], blocks=[Block("b"), Block("b")])
    f.blocks[0].body = [Ins("br", "void", blocks=(f.blocks[1],))]
    f.blocks[1].body = [Ins("store", "void", (f.params[1], second), {"align": 8}), ret()]
    text = print_function(f)
    assert "a: i32, a.2: i64" in text and "slot $x.3 size=8" in text
    assert "br -> ^b.2" in text and "store a.2, $x.3" in text
    assert print_function(parse_function(text)) == text


def test_a_broken_function_prints_with_question_marks():
    lost = Ins("add", "i32")
    f = Function("f", [], "void", blocks=[Block("b")])
    f.blocks[0].body = [Ins("store", "void", (lost, Slot("s", 4, 4)), {"align": 4},
                            blocks=(Block("gone"),))]
    assert "store %?, ?s, align=4 -> ^?gone" in print_function(f)


def test_words_that_mean_something_are_quoted():
    f = Function("f", [Param("undef", "i32"), Param("nan", "f64"), Param("i32", "i32")], "i32",
                 blocks=[Block("true")])
    f.blocks[0].body = [ret(f.params[0])]
    text = print_function(f)
    assert '"undef": i32, "nan": f64, i32: i32' in text and 'ret "undef"' in text
    assert print_function(parse_function(text)) == text
