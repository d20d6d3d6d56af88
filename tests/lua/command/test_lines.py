"""Our program takes command lines as LuaJIT does: output, messages, exit status."""

from __future__ import annotations

import shutil

import pytest

from lua.command.lines import BYTECODE, FILES, OPTIONS, PROMPT, SCRIPTS
from lua.command.shell import Shell, open_shell
from lua.engines import Engine, ours


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    program = shutil.which("luajit")
    assert program is not None, "luajit is a system package of the test set-up"
    return open_shell(Engine("luajit", (program,)), tmp_path_factory.mktemp("ref"), FILES)


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return open_shell(ours(), tmp_path_factory.mktemp("our"), FILES)


@pytest.mark.parametrize("line", OPTIONS + SCRIPTS + PROMPT + BYTECODE)
def test_line(line: str, reference: Shell, tested: Shell):
    # The prompt's first line is the version, where each has its own.
    assert tested.run(line) == reference.run(line)


@pytest.fixture(scope="module")
def stressed(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return open_shell(ours(stress=True), tmp_path_factory.mktemp("stress"), FILES)


@pytest.mark.parametrize("line", OPTIONS + PROMPT + BYTECODE)
def test_line_with_collection_wherever_it_may_come(line: str, stressed: Shell, tested: Shell):
    assert stressed.run(line) == tested.run(line)


@pytest.mark.parametrize(("line", "output"), [
    ("lua args.lua", b"0\targs.lua\tlua\tnil\tnil\n-1\n"),
    ("echo '=1+1' | lua -i", b"VERSION\n> 2\n> \n"),
    ("lua -b args.lua out && lua out", b"0\tout\tlua\tnil\tnil\n-1\n"),
])
def test_the_comparison_sees_output(line: str, output: bytes, reference: Shell):
    assert reference.run(line) == (output, b"", 0)
