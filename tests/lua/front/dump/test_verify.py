"""Hostile bytecode is refused, rule by rule; what the parser would emit is accepted."""

from __future__ import annotations

from typing import Any

import pytest

from lua.front.dump.assembler import Captured, Function, Template, assemble, serialise, word
from lua.front.dump.driver import new_vm, read
from wrought.lua.vm.bytecode import TABLE

SHARED = assemble("UGET 0 0\nRET1 0", framesize=1, captures=(Captured(2, local=True),))
HELD = assemble("UVAL 0 0\nRET1 0", framesize=1,
                captures=(Captured(2, local=True, by_value=True),))
ITSELF = assemble("UVAL 0 0\nRET1 0", framesize=1,
                  captures=(Captured(0, local=True, by_value=True, itself=True),))
CHILDREN = {"shared": SHARED, "held": HELD, "itself": ITSELF,
            "f": assemble("RET0", framesize=0)}
TEMPLATES = {"t": Template()}

GOOD = {
    "two returns": "RET0\nRET0",
    "constants":
        'KSTR 0 "a"\nKNUM 0 1.5\nKNUM 0 1\nADD_RK 0 0 1\nADD_KR 0 1 0\nJEQK 0 "a" x\nx: RET0',
    "template": "TDUP 0 &t\nRET0",
    "whole frame": "KNIL 0 7\nRET 0 8",
    "call to the end": "CALL 0 6 9\nRET0",
    "numeric loop": "FORPREP 0 e\nl: MOVE 4 3\nFORLOOP 0 l\ne: RET0",
    "loop with step 1": "FORPREP 0 e\nl: MOVE 4 3\nFORLOOP1 0 l\ne: RET0",
    "empty loop": "FORPREP 0 e\nl: FORLOOP 0 l\ne: RET0",
    "continue and break": "FORPREP 0 e\nl: JT 3 c\nJF 3 e\nc: FORLOOP 0 l\ne: RET0",
    "loop below outer variable": "FORPREP 1 e\nl: MOVE 0 4\nCALL 5 0 1\nFORLOOP 1 l\ne: RET0",
    "nested loops":
        "FORPREP 0 e\nl: FORPREP 4 f\nm: MOVE 3 7\nFORLOOP 4 m\nf: FORLOOP 0 l\ne: RET0",
    "generic loop": "ITERPREP 4 c\nl: MOVE 6 4\nc: ITERCALL 4 3\nITERLOOP 4 l\nRET0",
    "while": "l: JF 0 e\nMOVE 0 1\nLOOP l\ne: RET0",
    "open list to a call": "CALL 2 0 0\nCALLM 0 0 1\nRET0",
    "open list returned": "CALL 2 0 0\nRETM 1 1",
    "open list behind a closing": "VARG 0 0\nUCLO 0 x\nx: RETM 0 0",
    "open list in a table": "TNEW 0 0 0\nVARG 1 0\nTLISTM 0 0 1\nRET0",
    "closed at the end": "FNEW 0 &shared\nUCLO 2 x\nx: RET1 0",
    "held by value": "FNEW 0 &held\nRET1 0",
    "holds itself": "FNEW 0 &itself\nRET1 0",
    "closed in each turn": "l: FNEW 0 &shared\nJF 0 x\nUCLO 2 l\nx: UCLO 1 y\ny: RET1 0",
    "tail call closes": "FNEW 0 &shared\nUCLO 0 x\nx: CALLT 0 0",
}

BAD = {
    "no end": "MOVE 0 0",
    "ends in a condition": "JF 0 x\nx: JT 0 x",
    "register": "MOVE 0 8\nRET0",
    "register a": "KINT 8 0\nRET0",
    "nil range backward": "KNIL 3 2\nRET0",
    "missing constant": "KSTR 0 #9\nRET0",
    "string wanted": "KSTR 0 1.5\nRET0",
    "number wanted": 'KNUM 0 "a"\nRET0',
    "template wanted": "TDUP 0 1\nRET0",
    "prototype wanted": "FNEW 0 &t\nRET0",
    "key is no string": "GGET 0 1\nRET0",
    "operand is no number": 'ADD_RK 0 0 "a"\nRET0',
    "constant is a template": "JEQK 0 &t x\nx: RET0",
    "primitive": "KPRI 0 3\nRET0",
    "upvalue": "UGET 0 0\nRET0",
    "call arguments": "CALL 0 7 1\nRET0",
    "call results": "CALL 0 0 10\nRET0",
    "call without room": "CALL 7 0 1\nRET0",
    "tail call arguments": "CALLT 2 5",
    "returns too much": "RET 1 8",
    "varargs out of the frame": "VARG 2 8\nRET0",
    "method call": 'SELF 6 0 "m"\nRET0',
    "concatenation of one": "CAT 0 1 1\nRET0",
    "table list": "TLIST 4 4 1\nRET0",
    "table list far up": "TLIST 0 1 99999999\nRET0",
    "table size": "TNEW 0 28 0\nRET0",
    "jump back by condition": "x: JF 0 x\nRET0",
    "jump back": "x: MOVE 0 0\nJMP x",
    "loop forward": "LOOP x\nx: RET0",
    "loop without end": "FORPREP 0 e\nMOVE 4 3\ne: RET0",
    "loop without start": "l: MOVE 4 3\nFORLOOP 0 l\nRET0",
    "loop of another register": "FORPREP 0 e\nl: MOVE 4 3\nFORLOOP 1 l\ne: RET0",
    "loop to another start": "FORPREP 0 e\nMOVE 4 3\nl: FORLOOP 0 l\ne: RET0",
    "loop out of the frame": "FORPREP 5 e\nl: FORLOOP 5 l\ne: RET0",
    "limit changed": "FORPREP 0 e\nl: MOVE 1 3\nFORLOOP 0 l\ne: RET0",
    "index changed by nil": "FORPREP 1 e\nl: KNIL 0 1\nFORLOOP 1 l\ne: RET0",
    "step changed by a call": "FORPREP 0 e\nl: CALL 2 0 1\nFORLOOP 0 l\ne: RET0",
    "limit changed by concatenation": "FORPREP 0 e\nl: CAT 4 2 3\nFORLOOP 0 l\ne: RET0",
    "hidden changed by a method": 'FORPREP 2 e\nl: SELF 0 1 "m"\nFORLOOP 2 l\ne: RET0',
    "jump into a loop": "JMP l\nFORPREP 0 e\nl: MOVE 4 3\nFORLOOP 0 l\ne: RET0",
    "jump into an inner loop":
        "FORPREP 0 e\nl: JT 3 m\nFORPREP 4 f\nm: MOVE 3 7\nFORLOOP 4 m\nf: FORLOOP 0 l\ne: RET0",
    "loops that cross":
        "FORPREP 0 e\nl: FORPREP 4 f\nm: MOVE 3 7\nFORLOOP 0 l\ne: FORLOOP 4 m\nf: RET0",
    "inner loop below": "FORPREP 4 e\nl: FORPREP 0 f\nm: FORLOOP 0 m\nf: FORLOOP 4 l\ne: RET0",
    "iterator without scratch": "ITERPREP 3 c\nl: MOVE 6 4\nc: ITERCALL 3 3\nITERLOOP 3 l\nRET0",
    "iterator call alone": "ITERCALL 4 3\nRET0",
    "iterator loop alone": "l: MOVE 0 0\nITERLOOP 4 l\nRET0",
    "iterator to nothing": "ITERPREP 4 c\nc: RET0",
    "iterator without results": "ITERPREP 4 c\nl: MOVE 6 4\nc: ITERCALL 4 1\nITERLOOP 4 l\nRET0",
    "iterator state changed": "ITERPREP 4 c\nl: MOVE 2 4\nc: ITERCALL 4 3\nITERLOOP 4 l\nRET0",
    "iterator in a numeric loop": "FORPREP 0 e\nl: ITERCALL 4 2\nFORLOOP 0 l\ne: RET0",
    "open list not taken": "VARG 0 0\nRET0",
    "open list at the end": "CALL 0 0 0\nLOOP x\nx: RET0",
    "open list from nowhere": "RETM 0 0",
    "open list begins elsewhere": "VARG 0 0\nRETM 0 1",
    "jump between list and taker": "JF 0 x\nVARG 0 0\nx: RETM 0 0",
    "jump to the closing between": "JF 0 y\nVARG 0 0\ny: UCLO 0 x\nx: RETM 0 0",
    "variable left open": "FNEW 0 &shared\nRET1 0",
    "variable left open by a tail call": "FNEW 0 &shared\nCALLT 0 0",
    "closed from above": "FNEW 0 &shared\nUCLO 3 x\nx: RET1 0",
    "open on one way": "FNEW 0 &shared\nJF 0 x\nUCLO 2 y\nx: MOVE 0 0\ny: RET1 0",
    "open after a turn": "l: JT 0 x\nFNEW 0 &shared\nLOOP l\nx: RET1 0",
}


@pytest.fixture(scope="module")
def vm() -> Any:
    return new_vm()


def function(text: str, **fields: Any) -> Function:
    """A vararg function with eight registers."""
    return assemble(text, CHILDREN, TEMPLATES, **{"framesize": 8, "vararg": True, **fields})


def accepted(vm: Any, f: Function) -> bool:
    try:
        read(vm, serialise(f))
    except ValueError as error:
        assert "malformed" in str(error)
        return False
    return True


@pytest.mark.parametrize("name", GOOD)
def test_good(vm: Any, name: str) -> None:
    assert accepted(vm, function(GOOD[name]))


@pytest.mark.parametrize("name", BAD)
def test_bad(vm: Any, name: str) -> None:
    assert not accepted(vm, function(BAD[name]))


@pytest.mark.parametrize("name", ["two returns", "numeric loop", "held by value"])
def test_header(vm: Any, name: str) -> None:
    for field, value in (("framesize", 1001), ("parameters", 9)):
        assert not accepted(vm, function(GOOD[name], **{field: value}))
    for head in (word("FUNCF", 0, 8), word("FUNCV", 1, 8), word("FUNCV", 0, 9), word("FUNCB"),
                 word("FUNCV", 0, 8) | 1 << 20, word("RET0")):
        f = function(GOOD[name])
        f.code[0] = head
        assert not accepted(vm, f)


@pytest.mark.parametrize("op", ["FUNCB", "CONT_EXIT", "CONT_STORE"])
def test_instructions_of_native_code(vm: Any, op: str) -> None:
    assert not accepted(vm, function(f"{op}\nRET0"))


def test_header_stands_once(vm: Any) -> None:
    assert not accepted(vm, function("FUNCV 0 8\nRET0"))


def test_unknown_instructions(vm: Any) -> None:
    for op in range(len(TABLE), 256):
        f = function("MOVE 0 0\nRET0")
        f.code[1] = op
        assert not accepted(vm, f)


@pytest.mark.parametrize("bit", [20, 31, 32, 63])
def test_unused_fields_are_zero(vm: Any, bit: int) -> None:
    f = function("RET1 0\nRET0")
    f.code[1] |= 1 << bit
    assert not accepted(vm, f)


@pytest.mark.parametrize("d", [-2, -3, -2**31, 1, 2**31 - 1])
def test_jumps_leave_the_code(vm: Any, d: int) -> None:
    f = function("UCLO 0 x\nx: RET0")
    f.code[1] = word("UCLO", 0, d)
    assert not accepted(vm, f)


def test_varargs_need_their_header(vm: Any) -> None:
    assert accepted(vm, function("VARG 0 2\nRET0"))
    assert not accepted(vm, function("VARG 0 2\nRET0", vararg=False))


@pytest.mark.parametrize(("op", "by_value", "good"), [
    ("UGET 0 0", False, True), ("USET 0 0", False, True), ("UVAL 0 0", True, True),
    ("UGET 0 0", True, False), ("USET 0 0", True, False), ("UVAL 0 0", False, False)])
def test_upvalues_are_used_as_held(vm: Any, op: str, by_value: bool, good: bool) -> None:
    captures = (Captured(0, local=True, by_value=by_value),)
    assert accepted(vm, function(f"{op}\nRET0", captures=captures)) == good


@pytest.mark.parametrize(("captured", "good"), [
    (Captured(0, by_value=True), True), (Captured(1), True), (Captured(0), False),
    (Captured(1, by_value=True), False), (Captured(2), False), (Captured(7, local=True), True),
    (Captured(8, local=True), False), (Captured(3, local=True, itself=True), False),
    (Captured(0, by_value=True, itself=True), False)])
def test_captures_agree_with_the_outer_function(vm: Any, captured: Captured, good: bool) -> None:
    inner = assemble("RET0", framesize=0, captures=(captured,))
    outer = assemble("FNEW 0 &f\nUCLO 0 x\nx: RET0", {"f": inner}, framesize=8,
                     captures=(Captured(0, by_value=True), Captured(1)))
    assert accepted(vm, outer) == good


def test_functions_inside_are_verified(vm: Any) -> None:
    bad = assemble("MOVE 0 1\nRET0", framesize=1)
    for _ in range(3):
        bad = assemble("FNEW 0 &f\nRET0", {"f": bad}, framesize=1)
    assert not accepted(vm, bad)


def test_children_are_announced(vm: Any) -> None:
    f = function("FNEW 0 &held\nRET0")
    f.children = False
    assert not accepted(vm, f)
