"""The passes that change the IR: what they do, and that they never change what a program does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lang.ir.op_cases import PURE_CASES, Case, case_module, same
from lang.ir.programs import running_functions
from wrought.lang.ir.errors import IrError
from wrought.lang.ir.interp import InterpError, Interpreter
from wrought.lang.ir.model import Const, Function, Ins, Module
from wrought.lang.ir.parser import parse_function, parse_module
from wrought.lang.ir.printer import print_function, print_module
from wrought.lang.ir.verifier import check_module
from wrought.lang.passes import PASSES, manager, run_passes
from wrought.lang.passes.checks import remove_checks
from wrought.lang.passes.fold import fold
from wrought.lang.passes.simplify import simplify
from wrought.lang.passes.unreachable import drop_unreachable


def wrap(f: Function) -> Module:
    m = Module("m", {f.name: f})
    check_module(m)
    return m


def body(f: Function) -> list[str]:
    """The lines of a function's blocks as printed."""
    text = print_function(f).splitlines()
    return [line.strip() for line in text[1:-1] if not line.strip().startswith("slot")]


def after(run: Any, head: str, lines: str) -> list[str]:
    """Body of a function after one pass; `lines` are separated by `; `."""
    m = wrap(parse_function(f"func @f{head} {{\n^e:\n" + lines.replace("; ", "\n") + "\n}\n"))
    run(m)
    check_module(m)
    return body(m.functions["f"])


SPELLABLE = [c for c in PURE_CASES if not any(isinstance(t, tuple) for t, _ in c.args)]
"""Cases whose operands can be constants: there are no constant aggregates."""


@pytest.mark.parametrize("case", SPELLABLE, ids=str)
def test_folding_gives_what_the_interpreter_gives(case: Case):
    m = case_module(case)
    f = m.functions["f"]
    ins, ret = f.blocks[0].body
    ins.args = tuple(Const(t, v) for t, v in case.args)
    before = Interpreter(m).call("f", *[0] * len(f.params))
    changed = fold(m)
    check_module(m)
    assert same(Interpreter(m).call("f", *[0] * len(f.params)), before)
    if changed:
        result = ret.args[0]
        assert isinstance(result, Const) and same(result.value, case.result)
    else:
        assert isinstance(case.type, tuple) or case.result != case.result, "only NaN stays"


def test_fold_goes_through_chains_and_parts():
    assert after(fold, "(a: i32) -> i32",
                 "%0: i32 = add 2, 3; %1: i32 = mul %0, 4; %2: i32 = add %1, a; ret %2") == [
        "^e:", "%0: i32 = add 20, a", "ret %0"]
    assert after(fold, "() -> i8",
                 "%0: {i8, i1} = uaddo 255, 1; %1: i8 = extract %0, index=0; ret %1")[-1] == (
        "ret 0:i8")
    assert after(fold, "(a: i8) -> i8",
                 "%0: {i8, i8} = make a, 1; %1: i8 = extract %0, index=0; ret %1")[-1] == "ret a"
    assert after(fold, "(a: i8, b: i8) -> i8", "%0: i8 = select 0, a, b; ret %0")[-1] == "ret b"


def test_fold_of_addresses():
    m = parse_module('module "m"\nglobal @g size=32 align=8\nfunc @f() -> ptr {\n^b:\n'
                     "%0: ptr = ptradd @g+8, -4\n%1: ptr = elem %0, 3, size=8\nret %1\n}"
                     .replace("-4", str(2**64 - 4)))
    fold(m)
    assert body(m.functions["f"]) == ["^b:", "ret @g+28"]


def test_what_has_no_value_is_not_folded():
    assert len(after(fold, "() -> i8", "%0: i8 = udiv 1, 0; ret %0")) == 3
    assert len(after(fold, "() -> f64", "%0: f64 = fdiv 0.0, 0.0; ret %0")) == 3
    assert len(after(fold, "() -> i8", "%0: i8 = add 1, undef; ret %0")) == 3


def test_simplify_decides_and_joins():
    assert after(simplify, "() -> void", "cbr 1 -> ^a, ^b; ^b:; ret; ^a:; br -> ^c; ^c:; ret") == [
        "^e:", "ret"]
    assert after(simplify, "() -> void", "switch 3:i8, values=(1, 3) -> ^a, ^b, ^c; ^a:; ret; ^b:; "
                 "ret; ^c:; unreachable") == ["^e:", "unreachable"]
    assert after(simplify, "() -> void", "switch 4:i8, values=(1) -> ^a, ^b; ^b:; ret; "
                 "^a:; unreachable") == ["^e:", "unreachable"]
    assert after(simplify, "(c: i1) -> void", "cbr c -> ^a, ^a; ^a:; ret") == ["^e:", "ret"]


def test_simplify_keeps_loops_and_meetings():
    loop = "br -> ^a; ^a:; br -> ^a"
    assert after(simplify, "() -> void", loop) == ["^e:", "br -> ^a", "^a:", "br -> ^a"]
    meet = "cbr c -> ^a, ^b; ^a:; br -> ^c; ^b:; br -> ^c; ^c:; ret"
    assert len(after(simplify, "(c: i1) -> void", meet)) == 8


CHECK = ("%0: i1 = icmp i, n, pred=ult; cbr %0 -> ^ok, ^bad; ^bad:; panic kind=bounds, msg=x; "
         "^ok:; ")


@pytest.mark.parametrize("again", [
    "%1: i1 = icmp i, n, pred=ult; cbr %1 -> ^in, ^bad",
    "%1: i1 = icmp i, n, pred=uge; cbr %1 -> ^bad, ^in",
    "%1: i1 = icmp i, n, pred=ult; %2: i1 = expect %1, value=1; cbr %2 -> ^in, ^bad",
    "cbr %0 -> ^in, ^bad",
])
def test_a_repeated_check_goes(again: str):
    lines = after(remove_checks, "(i: i64, n: i64) -> void", CHECK + again + "; ^in:; ret")
    assert sum(line.startswith("cbr") for line in lines) == 1
    assert "br -> ^in" in lines


@pytest.mark.parametrize("other", [
    "%1: i1 = icmp i, n, pred=ule; cbr %1 -> ^in, ^bad",
    "%1: i1 = icmp n, i, pred=ult; cbr %1 -> ^in, ^bad",
    "%1: i64 = call @g(); %2: i1 = icmp %1, n, pred=ult; cbr %2 -> ^in, ^bad",
])
def test_another_check_stays(other: str):
    f = parse_function("func @f(i: i64, n: i64) -> void {\n^e:\n"
                       + (CHECK + other + "; ^in:; ret").replace("; ", "\n") + "\n}\n")
    m = Module("m", {"f": f, "g": parse_function("func @g() -> i64 linkage=extern\n")})
    check_module(m)
    assert remove_checks(m) == 0


def test_a_check_on_one_way_only_does_not_count():
    lines = ("cbr c -> ^x, ^y; ^x:; %0: i1 = icmp i, n, pred=ult; cbr %0 -> ^y, ^bad; ^bad:; "
             "panic kind=k, msg=x; ^y:; %1: i1 = icmp i, n, pred=ult; cbr %1 -> ^in, ^bad; ^in:; "
             "ret")
    assert sum(line.startswith("cbr") for line in
               after(remove_checks, "(i: i64, n: i64, c: i1) -> void", lines)) == 3


def test_where_ways_meet_again_nothing_is_known():
    lines = ("%0: i1 = icmp i, n, pred=ult; cbr %0 -> ^y, ^x; ^x:; br -> ^y; ^y:; "
             "cbr %0 -> ^in, ^bad; ^bad:; panic kind=k, msg=x; ^in:; ret")
    assert sum(line.startswith("cbr") for line in
               after(remove_checks, "(i: i64, n: i64) -> void", lines)) == 2


def test_drop_unreachable():
    m = parse_module('''module "m"
        global @kept size=8 align=8 {
          reloc 0 @by_table
        }
        global @lost size=8 align=8 {
          reloc 0 @lost_too
        }
        global @collected size=8 align=8 section=.drivers
        global @elsewhere size=8 align=8 linkage=extern section=.drivers
        asm @vectors() -> void arch=a64 linkage=export calls=(by_asm)
        asm @lost_asm() -> void arch=a64
        func @main() -> void linkage=export {
        ^b:
          prefetch @kept
          call @called()
          calli 0:ptr, sig=(void, ()), targets=(target)
          ret
        ^never:
          call @lost_call()
          ret
        }
        func @called() -> void targets=(declared) {
        ^b:
          ret
        }
        func @hidden() -> void attrs=(used) {
        ^b:
          ret
        }
        func @__wrought_panic(r: ptr, a: i64, b: i64) -> void {
        ^b:
          ret
        }
        ''' + "".join(f"func @{n}() -> void linkage=extern\n" for n in (
            "by_table", "lost_too", "by_asm", "target", "lost_call", "declared")))
    check_module(m)
    assert drop_unreachable(m) == 6
    check_module(m)
    assert set(m.functions) == {"main", "called", "hidden", "__wrought_panic", "by_table",
                                "by_asm", "target", "declared"}
    assert set(m.globals) == {"kept", "collected"} and set(m.asm) == {"vectors"}


def outcome(m: Module, *args: int) -> object:
    try:
        return Interpreter(m).call("f", *args)
    except InterpError as e:
        return e.message


ARGS = st.sampled_from([0, 1, 2, 7, 127, 128, 255, 2**31, 2**63, -1, -2])


@settings(max_examples=150, deadline=None)
@given(running_functions(), ARGS, ARGS)
def test_the_passes_never_change_a_result(f: Function, a: int, b: int):
    m = wrap(f)
    before = print_module(m)
    run_passes(m, verify_each=True)
    original = parse_module(before)
    assert outcome(m, a, b) == outcome(original, a, b)


def test_each_stage_can_be_seen():
    seen: list[str] = []
    m = wrap(parse_function("func @f() -> void linkage=export {\n^b:\n ret\n}\n"))
    run_passes(m, after=lambda name, _: seen.append(name))
    assert seen == [p.name for p in PASSES]


def test_a_pass_that_breaks_the_module_is_named(monkeypatch: pytest.MonkeyPatch):
    def breaks(m: Module) -> int:
        m.functions["f"].blocks[0].body.insert(0, Ins("ret", "void"))
        return 1

    monkeypatch.setattr(manager, "PASSES", [manager.Pass("clumsy", breaks)])
    m = wrap(parse_function("func @f() -> void {\n^b:\n ret\n}\n"))
    with pytest.raises(IrError, match="after pass clumsy: invalid IR"):
        run_passes(m, verify_each=True)
    with pytest.raises(IrError, match="before the passes: invalid IR"):
        run_passes(m, verify_each=True)
