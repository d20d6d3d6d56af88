"""The command on both machines with musl, where it is one static file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lua.command.lines import FILES
from lua.command.shell import Shell, open_shell
from lua.engines import Engine, ours

LINES = [
    "lua args.lua a b",
    "lua shebang.lua 1",
    "cat args.lua | lua - 1 2 3",
    "LUA_INIT=@init.lua lua -l mod -e 'print(init, mod)'",
    "lua folder",
    "lua nonexistent.lua",
    "printf 'for i=1,2 do\\nprint(i)\\nend\\n=3' | lua -i",
    "lua -bg shebang.lua out && lua out a b",
    "lua -e 'local function f(n) if n == 0 then error(\"deep\") end f(n - 1) end f(30)'",
    "lua -e 'io.write(\"kept\") os.exit(3)'",
]


@pytest.fixture(scope="module", params=["x86_64-linux-musl", "aarch64-linux-musl"])
def tested(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return open_shell(ours(request.param), tmp_path_factory.mktemp("our"), FILES)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    program = shutil.which("luajit")
    assert program is not None, "luajit is a system package of the test set-up"
    return open_shell(Engine("luajit", (program,)), tmp_path_factory.mktemp("ref"), FILES)


@pytest.mark.parametrize("line", LINES)
def test_line(line: str, tested: Shell, reference: Shell):
    assert tested.run(line) == reference.run(line)


def test_bytecode_of_one_machine_runs_on_the_other(tested: Shell, tmp_path: Path):
    first = open_shell(ours(), tmp_path, FILES)
    assert first.run("lua -b args.lua out")[2] == 0
    (tested.folder / "foreign").write_bytes((first.folder / "out").read_bytes())
    assert tested.run("lua foreign q") == (b"1\tforeign\tlua\tnil\tq\tq\n-1\n", b"", 0)
