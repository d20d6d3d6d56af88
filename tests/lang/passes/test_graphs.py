"""Call graph, recursion and stack bound."""

from __future__ import annotations

import pytest

from wrought.lang.ir.model import Module
from wrought.lang.ir.parser import parse_module
from wrought.lang.ir.verifier import check_module
from wrought.lang.passes.callgraph import Edge, Unresolved, call_graph
from wrought.lang.passes.recursion import find_recursion
from wrought.lang.passes.stackbound import StackBound, StackError, stack_bounds, with_asm_frames


def module(**functions: str) -> Module:
    """Functions of no arguments; bodies in short: `a b` calls, `>c` tail-calls, `*d,e` calls
    through a pointer declared to reach d and e, `*` one that is not declared, `!` panics."""
    text = 'module "m"\n'
    for name, body in functions.items():
        lines = [short(word) for word in body.split()]
        ended = lines and lines[-1].startswith(("tail", "panic"))
        text += f"func @{name}() -> void {{\n^b:\n" + "\n".join(
            lines + ([] if ended else ["ret"])) + "\n}\n"
    m = parse_module(text)
    check_module(m)
    return m


def short(word: str) -> str:
    if word == "!":
        return 'panic kind=k, msg="" !7:1'
    if word.startswith(">"):
        return f"tail @{word[1:]}()"
    if word.startswith("*"):
        targets = f", targets=({word[1:]})" if word[1:] else ""
        return f"calli 0:ptr, sig=(void, ()){targets} !9:3"
    return f"call @{word}() !5:2"


def test_edges():
    g = call_graph(module(a="b b >c", b="*c,d", c="", d="*"))
    assert g.edges["a"] == [Edge("b", False, (5, 2)), Edge("b", False, (5, 2)),
                            Edge("c", True, None)]
    assert g.edges["b"] == [Edge("c", False, (9, 3), True), Edge("d", False, (9, 3), True)]
    assert g.unresolved == [Unresolved("d", (9, 3))]
    assert g.reachable(["b"]) == {"b", "c", "d"} and g.address_taken == set()


def test_targets_of_the_function_and_addresses():
    m = parse_module(
        'module "m"\nglobal @t size=8 align=8 {\n reloc 0 @b\n}\n'
        "asm @boot() -> void arch=a64 calls=(a, vectors) stack=32\n"
        "func @a() -> void targets=(b) {\n^b:\n call @f(@c)\n calli @t, sig=(void, ())\n ret\n}\n"
        "func @b() -> void linkage=extern\nfunc @c() -> void linkage=extern\n"
        "func @f(p: ptr) -> void linkage=extern\n")
    g = call_graph(m)
    assert [e.callee for e in g.edges["a"]] == ["f", "b"] and not g.unresolved
    assert [e.callee for e in g.edges["boot"]] == ["a"]
    assert g.address_taken == {"a", "b", "c"}
    assert with_asm_frames(m, {"a": 8}) == {"boot": 32, "a": 8}


def cycles(m: Module, *roots: str) -> list[str]:
    return [" ".join(c.functions) for c in find_recursion(call_graph(m), roots).cycles]


def test_recursion():
    assert cycles(module(a="a"), "a") == ["a a"]
    assert cycles(module(a="b", b="c", c="a"), "a") == ["a b c a"]
    assert cycles(module(a="b", b="c b", c="a"), "a") == ["b b"], "the shortest"
    assert cycles(module(a="*b,c", b="", c="a"), "a") == ["a c a"], "through a table"
    assert cycles(module(a="b", b="", c="c"), "a") == [], "what does not run does not count"
    assert cycles(module(a="b c", b="b", c="d", d="c"), "a") == ["b b", "c d c"]


def test_loops_of_tail_calls_are_no_recursion():
    assert cycles(module(a=">b", b=">a"), "a") == []
    assert cycles(module(a=">b", b="a"), "a") == ["b a b"]


def test_cycles_carry_their_calls():
    cycle, = find_recursion(call_graph(module(a="b", b=">a")), ["a"]).cycles
    assert cycle.edges == (Edge("b", False, (5, 2)), Edge("a", True, None))


def test_unresolved_calls_of_what_runs():
    g = call_graph(module(a="b", b="*", c="*"))
    assert find_recursion(g, ["a"]).unresolved == [Unresolved("b", (9, 3))]


def bound(m: Module, root: str = "a", **frames: int) -> StackBound:
    return stack_bounds(call_graph(m), frames, [root])[root]


def test_stack_bound():
    m = module(a="b c", b="d", c="", d="")
    assert bound(m, a=16, b=32, c=100, d=48) == (116, (("a", 16), ("c", 100)))
    assert bound(m, a=16, b=32, c=64, d=48) == (96, (("a", 16), ("b", 32), ("d", 48)))
    assert bound(m, "d", a=1, b=1, c=1, d=48) == (48, (("d", 48),))


def test_tail_calls_give_their_frame_back():
    assert bound(module(a=">b", b=""), a=100, b=10).bytes == 100
    assert bound(module(a=">b", b=""), a=10, b=100) == (100, (("a", 0), ("b", 100)))
    assert bound(module(a="b", b=">c", c=""), a=8, b=10, c=100).bytes == 108
    dispatch = module(a="op1", op1="slow >op2", op2=">op1", slow="")
    assert bound(dispatch, a=8, op1=16, op2=64, slow=32).bytes == 72
    assert bound(dispatch, a=8, op1=16, op2=64, slow=80).bytes == 104


def test_panics_add_the_handler():
    m = module(a="b", b="!", __wrought_panic="put", put="")
    assert bound(m, a=8, b=8, __wrought_panic=100, put=10) == (
        126, (("a", 8), ("b", 8), ("__wrought_panic", 100), ("put", 10)))
    m = module(a="b", b="!", __wrought_panic="put", put="!")
    assert bound(m, a=8, b=8, __wrought_panic=100, put=10).bytes == 226
    assert bound(module(a="", __wrought_panic=""), a=8).bytes == 8


def test_no_bound_says_why():
    m = module(a="b c d", b="b", c="*", d="")
    with pytest.raises(StackError) as caught:
        bound(m, a=8, b=8, c=8)
    assert str(caught.value).splitlines() == [
        "no stack bound:", "  c calls through a pointer whose targets are not declared (line 9)",
        "  recursion: b -> b", "  d: the size of its frame is not known"]


def test_a_long_chain_needs_no_python_stack():
    names = [f"f{i}" for i in range(3000)]
    chain = dict(zip(names, [*names[1:], ""], strict=True))
    m = module(**chain)
    assert bound(m, "f0", **dict.fromkeys(names, 1)).bytes == 3000
    assert cycles(m, "f0") == []
