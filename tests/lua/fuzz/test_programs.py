"""Generated programs do the same on our VM and on LuaJIT; and the fuzzer itself is sound."""

from __future__ import annotations

import pytest

from lua.engines import TARGETS, Engine, Missing, oracle, ours
from lua.fuzz.compare import PER_FILE, differ, difference, differing, outputs
from lua.fuzz.generate import generate
from lua.fuzz.nodes import Program, block, line
from lua.fuzz.shrink import shrink

FILES = 10
"""Files of `PER_FILE` programs on our machine; fewer where it is slow."""


def check(target: str, seeds: range, stress: bool | str = False) -> None:
    try:
        tested, reference = ours(target, stress), oracle()
    except Missing as missing:
        pytest.fail(str(missing), pytrace=False)
    bad = differing(tested, reference, [generate(seed) for seed in seeds])
    if bad:
        small = shrink(bad[0], lambda p: differ(tested, reference, p), tries=300)
        pytest.fail(f"{len(bad)} programs differ: {[p.seed for p in bad]}\n"
                    + difference(tested, reference, small), pytrace=False)


@pytest.mark.parametrize("file", range(FILES))
def test_x86_64(file: int):
    check(TARGETS[0], range(file * PER_FILE, (file + 1) * PER_FILE))


@pytest.mark.parametrize("file", range(2))
def test_aarch64(file: int):
    check(TARGETS[1], range(1000 + file * PER_FILE, 1000 + (file + 1) * PER_FILE))


@pytest.mark.parametrize("file", range(2))
def test_collection_at_every_allocation(file: int):
    check(TARGETS[0], range(2000 + file * PER_FILE, 2000 + (file + 1) * PER_FILE), stress=True)


@pytest.mark.parametrize("file", range(4))
def test_tiny_steps_of_the_collector(file: int):
    check(TARGETS[0], range(3000 + file * PER_FILE, 3000 + (file + 1) * PER_FILE), stress="step")


def test_a_seed_gives_one_program():
    assert generate(7).lines() == generate(7).lines()
    assert generate(7).lines() != generate(8).lines()


def test_programs_compile_and_mostly_run_to_the_end():
    """Else they would compare messages of one broken statement and nothing more."""
    programs = [generate(seed) for seed in range(200)]
    found = outputs(oracle(), programs)
    assert set(found) == {program.seed for program in programs}
    assert not [seed for seed, lines in found.items() if "does not compile" in "".join(lines)]
    ended = sum(lines[-2].startswith("true") or len(lines) > 20 for lines in found.values())
    assert ended > 150
    assert sum(map(len, found.values())) > 4000


def test_the_oracle_agrees_with_itself():
    programs = [generate(seed) for seed in range(300, 400)]
    assert differing(oracle(), oracle(), programs) == []


def broken() -> Engine:
    """An engine that is wrong about one thing: it takes `floor` of a negative number for zero."""
    wrong = "local floor = math.floor math.floor = function(x) return x < 0 and 0 or floor(x) end"
    return Engine("broken", ("luajit", "-joff", "-e", wrong))


def test_a_wrong_engine_is_found_and_its_program_cut_short():
    program = Program(1, (
        line("local a, b = 1, 2"), line("T(a, b)"),
        block("for i = 1, 3 do", [line("T(i)"), block("if i == 2 then", [
            line("T('before')"), line("T(math.floor(-i - 0.5))"), line("T('after')")])]),
        line("T(a + b)")))
    assert differing(broken(), oracle(), [generate(3), program]) != []
    small = shrink(program, lambda p: differ(broken(), oracle(), p))
    assert [text.strip() for text in small.lines()] in (
        [["T(math.floor(-i - 0.5))"]], [["for i = 1, 3 do", "T(math.floor(-i - 0.5))", "end"]],
        ["for i = 1, 3 do", "T(math.floor(-i - 0.5))", "end"], ["T(math.floor(-i - 0.5))"])
    assert "broken" in difference(broken(), oracle(), small)


def test_an_engine_that_ends_early_is_found():
    died = Engine("died", ("luajit", "-joff", "-e", "math.floor = function() os.exit(3) end"))
    program = Program(1, (line("T(1)"), line("T(math.floor(2.5))")))
    assert differing(died, oracle(), [program, generate(4)])[0] == program
    assert "exit code 3" in difference(died, oracle(), program)
