"""The bytecodes of examples/30_register_vm: their machine code, and that they work."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from wrought.lang.build.cache import Cache
from wrought.lang.build.dump import disassemble, functions
from wrought.lang.build.program import Program, find_target
from wrought.lang.build.toolchain import run

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "30_register_vm"
MODULES = ("machine", "arithmetic", "control", "tables", "assembler", "programs")
TARGETS = {"a64": "aarch64-linux-musl", "x64": "x86_64-linux-musl"}
HOT = {"arithmetic": ("ADD", "SUB", "MUL"),
       "control": ("SET", "MOVE", "LESS", "LOOP", "JUMP", "CALL", "RETURN"),
       "tables": ("GET",)}
"""Each module's bytecodes that have to be as good as written by hand."""

CASES = [(machine, module, name) for machine in TARGETS for module, names in HOT.items()
         for name in names]
STACK = re.compile(r"\b(sp|x29|x30|w30|rsp|rbp|push|pop|call|bl)\b")
LEAVE = re.compile(r"br x\d+$|jmp r\w\w?$")
"""The jump to the next bytecode, which ends the hot path."""


@pytest.fixture(scope="session")
def programs() -> Iterator[ModuleType]:
    """The example's modules, which import each other as scripts do."""
    sys.path.insert(0, str(EXAMPLE))
    try:
        import programs  # pyright: ignore[reportMissingImports]

        yield programs
    finally:
        sys.path.remove(str(EXAMPLE))
        for name in MODULES:
            sys.modules.pop(name, None)


@pytest.fixture(scope="session")
def objects(programs: ModuleType) -> dict[str, bytes]:
    """The example's object for each machine."""
    return {machine: Program("vm", target=target, main=programs.main, debug=False).object()
            for machine, target in TARGETS.items()}


@pytest.fixture(scope="session")
def twins(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The objects of the handlers that are written by hand."""
    made: dict[str, bytes] = {}
    for machine, target in TARGETS.items():
        out = tmp_path_factory.mktemp("twins") / "vm.o"
        run(["clang", f"--target={find_target(target).triple}", "-c",
             str(HERE / "twins" / f"vm_{machine}.s"), "-o", str(out)], Cache())
        made[machine] = out.read_bytes()
    return made


def handler(data: bytes, name: str) -> list[str]:
    """The instructions of the bytecode with this label; a cold part of its own is not in it."""
    symbol = next(s for s in functions(data) if s == name or s.endswith(f"[{name}]"))
    return disassemble(data, symbol)


def hot_path(code: list[str]) -> list[str]:
    """Up to the jump to the next bytecode."""
    end = next(i for i, text in enumerate(code) if LEAVE.match(text))
    return code[:end + 1]


def normal(code: list[str]) -> str:
    """Without the addresses that other functions decide; jumps inside count from the start."""
    jumps = re.compile(r"^((?:b|b\.\w+|cb\w+ \w+,|j\w+) #?)0x[0-9a-f]+( ; (.*))?$")
    return "".join(f"    {jumps.sub(lambda m: m[1] + (m[3] or 'out of line'), text)}\n"
                   for text in code)


@pytest.mark.parametrize("machine", TARGETS)
@pytest.mark.parametrize("module", HOT)
def test_golden(objects: dict[str, bytes], machine: str, module: str,
                golden: Callable[[Path, str], None]) -> None:
    text = "".join(f"{name}:\n{normal(handler(objects[machine], name))}" for name in HOT[module])
    golden(HERE / "golden" / f"vm_{module}.{machine}.txt", text)


@pytest.mark.parametrize(("machine", "module", "name"), CASES)
def test_as_good_as_by_hand(objects: dict[str, bytes], twins: dict[str, bytes], machine: str,
                            module: str, name: str) -> None:
    ours = handler(objects[machine], name)
    assert not [text for text in ours if STACK.search(text)], "it uses the stack"
    by_hand = hot_path(handler(twins[machine], name))
    assert len(hot_path(ours)) <= len(by_hand), "\n".join(ours)


def test_runs(programs: ModuleType) -> None:
    def result(program: object) -> tuple[int, int, int]:
        status = programs.execute(list(program.init))  # type: ignore[attr-defined]
        assert status == programs.Status.DONE
        vm = programs.machine.get()
        return vm.result, vm.overflows, vm.misses
    assert result(programs.FIBONACCI) == (6765, 0, 0)
    assert result(programs.LOOP_SUM) == (sum(n * n for n in range(1001)), 0, 0)
    assert result(programs.TABLE_SUM) == (500 * (3 + 4 - 1), 0, 3)
    assert result(programs.FACTORIAL)[0] == (1 << 63) - 1


def test_stops(programs: ModuleType) -> None:
    assert programs.execute(list(programs.ENDLESS.init)) == programs.Status.TOO_DEEP
    assert programs.execute(list(programs.WRONG_KEY.init)) == programs.Status.NO_SUCH_KEY


@pytest.mark.parametrize(("a", "b", "op", "result"), [
    ((1 << 31) - 1, 5, "SUB", (1 << 31) - 6), (-7, 3, "MUL", -21), (-4, -5, "ADD", -9)])
def test_arithmetic(programs: ModuleType, a: int, b: int, op: str, result: int) -> None:
    program = programs.program(f"SET r0 {a}\nSET r1 {b}\n{op} r2 r0 r1\nHALT r2")
    programs.execute(list(program.init))
    assert programs.machine.get().result == result
