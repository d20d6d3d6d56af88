"""Frames as levels: functions, lines, names, tracebacks, variables."""

from __future__ import annotations

from typing import Any

import pytest

from lua.front.dump.assembler import Function, assemble
from lua.vm.debug.driver import Stack, fresh, info_at, info_of, local_of, place, set_status, trace
from wrought.lua.vm.debug.slots import NameKind
from wrought.lua.vm.objects import Status
from wrought.lua.vm.value import NIL, TAG_INT

HERE = "\n\t[C]: at 0x"


def caller(**fields: Any) -> Function:
    """A function that calls the global f in line 12."""
    return assemble('GGET 2 "f" ; 11\nCALL 2 0 1 ; 12\nRET0 ; 13', framesize=8, first_line=10,
                    last_line=13, **fields)


MAIN = assemble('GGET 0 "f" ; 1\nCALL 0 0 1 ; 2\nRET0 ; 3', framesize=8, last_line=3)


def shown(stack: Stack, level: int) -> list[str]:
    """The lines of a traceback, addresses left out."""
    stack.run()
    lines = bytes(trace(stack.vm, level)).decode().split("\n\t")
    assert lines[0] == "stack traceback:"
    return [line.partition(" 0x")[0] for line in lines[1:]]


def test_a_plain_stack() -> None:
    stack = fresh()
    stack.call(MAIN, 2)
    stack.call(caller(), 2, 0)
    stack.call_native(2)
    assert shown(stack, 0) == ["[C]: in function 'f'", "test.lua:12: in function 'f'",
                               "test.lua:2: in main chunk", "[C]: at"]
    assert shown(stack, 2) == ["test.lua:2: in main chunk", "[C]: at"]
    assert shown(stack, 9) == []
    assert [bytes(place(stack.vm, i)) for i in range(5)] == [
        b"", b"test.lua:12: ", b"test.lua:2: ", b"", b""]
    assert bytes(place(stack.vm, -1)) == b""


def test_built_in_without_name() -> None:
    stack = fresh()
    stack.call(assemble("KNIL 0 0\nTGETI 0 1 2\nCALL 0 0 1\nRET0", framesize=4, first_line=5,
                        last_line=9), 3)
    stack.call_native(0, 20)
    assert shown(stack, 0) == ["[builtin#20]: at", "test.lua:5: in function <test.lua:5>",
                               "[C]: at"]


def test_vararg_frames_count_once() -> None:
    stack = fresh()
    stack.call(MAIN, 2)
    stack.call(caller(vararg=True, parameters=1), 2, 0, 1, 2, 3)
    stack.call(caller(vararg=True), 1, 2)
    assert shown(stack, 0) == ["test.lua:11: in function 'f'", "test.lua:12: in function 'f'",
                               "test.lua:2: in main chunk", "[C]: at"]


@pytest.mark.parametrize(("text", "name"), [
    ("ADD_RR 0 1 2", "__add"), ("SUB_RI 0 1 2", "__sub"), ("POW_KR 0 2 2", "__pow"),
    ('TGETS 0 1 "x"', "__index"), ("TSETV 0 1 2", "__newindex"), ("CAT 0 1 2", "__concat"),
    ("JNLE 0 1 x", "__le"), ("JGTI 0 1 x", "__lt"), ("JNGEI 0 1 x", "__le"), ("JNE 0 1 x", "__eq"),
    ("UNM 0 1", "__unm"), ("LEN 0 1", "__len"), ('GGET 0 "x"', "__index"),
    ('GSET 0 "x"', "__newindex"), ('SELF 0 1 "x"', "__index"), ("JLT 0 1 x", "__lt")])
def test_metamethods(text: str, name: str) -> None:
    stack = fresh()
    stack.call(assemble(f"{text} ; 7\nx: RET0", framesize=4, constants=[0, 1, 2], last_line=8), 1)
    stack.call_metamethod(caller(), 2, 4)
    assert shown(stack, 0)[:2] == [f"test.lua:12: in function '{name}'",
                                   "test.lua:7: in main chunk"]
    assert info_at(stack.vm, 0).name.kind == NameKind.METAMETHOD


def test_iterators_have_the_name_of_their_register() -> None:
    stack = fresh()
    variables = (("(for scratch)", 2, 6), ("(for generator)", 2, 6), ("(for state)", 2, 6),
                 ("(for control)", 2, 6))
    stack.call(assemble("KNIL 0 3\nITERPREP 4 c\nl: MOVE 5 4\nc: ITERCALL 4 2\nITERLOOP 4 l\nRET0",
                        framesize=8, variables=variables, last_line=1), 4)
    stack.call_native(4)
    assert shown(stack, 0)[0] == "[C]: in function '(for generator)'"


def recursion(depth: int) -> Stack:
    stack = fresh()
    stack.call(MAIN, 2)
    for i in range(depth):
        stack.call(caller(), 2, 2 if i else 0)
    return stack


@pytest.mark.parametrize(("depth", "dots"), [(9, 0), (20, 0), (21, 0), (22, 1), (23, 1), (60, 1)])
def test_deep_stacks(depth: int, dots: int) -> None:
    """Level 0 is left out, as debug.traceback leaves itself out."""
    lines = shown(recursion(depth), 1)
    assert lines.count("...") == dots
    assert len(lines) == (22 if dots else depth + 1)
    assert lines[-2:] == ["test.lua:2: in main chunk", "[C]: at"]
    if dots:
        assert lines.index("...") == 11


def test_threads_that_never_ran() -> None:
    stack = fresh()
    stack.call(MAIN, 2)
    stack.run()
    set_status(stack.thread, Status.FRESH)
    assert bytes(trace(stack.vm, 0)) == b"stack traceback:"


def test_info() -> None:
    stack = fresh()
    stack.call(MAIN, 2)
    stack.call(caller(parameters=3, vararg=True), 1, 0)
    stack.run()
    info = info_at(stack.vm, 0)
    assert (info.line_defined, info.last_line_defined, info.current_line) == (10, 13, 11)
    assert info.parameters == 3 and info.is_vararg and not info.is_main and not info.is_native
    assert info.name.kind == NameKind.GLOBAL and bytes(info.name.text.bytes()) == b"f"
    main = info_at(stack.vm, 1)
    assert main.is_main and main.name.kind == NameKind.NONE and main.current_line == 2
    native = info_at(stack.vm, 2)
    assert native.is_native and native.is_vararg and native.line_defined == -1
    assert info_at(stack.vm, 3) is None and info_at(stack.vm, -1) is None
    assert info_of(stack.vm, info.function).current_line == -1


VARIABLES = (("a", 1, 9), ("(for scratch)", 2, 9), ("(for generator)", 2, 9), ("b", 3, 4))


def test_locals() -> None:
    stack = fresh()
    f = assemble("KNIL 0 3\nMOVE 0 1\nMOVE 0 1\nCALL 5 0 1\nRET0", framesize=8, parameters=1,
                 vararg=True, variables=VARIABLES)
    stack.call(f, 3, None, *(TAG_INT | n for n in (7, 8, 9)))
    for register in range(1, 8):
        stack.slots[stack.base + register] = TAG_INT | 100 + register
    stack.run()
    assert [local_of(stack.vm, 0, n)[1] for n in (1, 2, 3, 4, 7)] == [
        TAG_INT | n for n in (7, 102, 103, 104, 107)]
    names = {n: bytes(local_of(stack.vm, 0, n)[0]).decode() for n in range(-4, 9)}
    assert names == {-4: "", -3: "", -2: "(*vararg)", -1: "(*vararg)", 0: "", 1: "a",
                     2: "(for generator)", 3: "b", 4: "(*temporary)", 5: "(*temporary)",
                     6: "(*temporary)", 7: "(*temporary)", 8: ""}
    assert [local_of(stack.vm, 0, n)[1] for n in (-1, -2)] == [TAG_INT | 8, TAG_INT | 9]
    assert [local_of(stack.vm, 0, n)[2] for n in (1, 2, 3, 4, -1)] == [1, 0, 1, 0, 1]


def test_locals_below_a_call_end_at_it() -> None:
    stack = fresh()
    stack.call(assemble("KNIL 0 3\nCALL 5 0 1\nRET0", framesize=9), 2)
    stack.call_native(5, 0, NIL)
    stack.run()
    assert [bytes(local_of(stack.vm, 1, n)[0]) for n in (5, 6)] == [b"(*temporary)", b""]
    assert [bytes(local_of(stack.vm, 0, n)[0]) for n in (1, 2)] == [b"(*temporary)", b""]


def test_variables_beyond_the_frame() -> None:
    """A dump may claim any number of variables."""
    stack = fresh()
    many = tuple((f"v{i}", 1, 9) for i in range(200))
    stack.call(assemble("KNIL 0 3\nRET0", framesize=4, variables=many), 1)
    stack.run()
    assert [bytes(local_of(stack.vm, 0, n)[0]) for n in (4, 5, 200, 201, 1 << 40)] == [
        b"v3", b"", b"", b"", b""]
