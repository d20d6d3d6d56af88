"""What only our command has, or does otherwise than LuaJIT."""

from __future__ import annotations

from pathlib import Path

import pytest

from lua.command.lines import FILES
from lua.command.shell import Shell, open_shell
from lua.engines import ours


@pytest.fixture
def lua(tmp_path: Path) -> Shell:
    return open_shell(ours(), tmp_path, FILES)


@pytest.mark.parametrize("size", ["8M", "8192K", "8388608", "8m"])
def test_memory_limit(lua: Shell, size: str):
    line = f"lua -M {size} -e 'local t = {{}} for i = 1, 1e7 do t[i] = {{}} end'"
    out, err, code = lua.run(line)
    assert (out, err.splitlines()[0], code) == (b"", b"lua: not enough memory", 1)
    assert lua.run("lua -M1G -e 'local t = {} for i = 1, 1e5 do t[i] = {} end print(#t)'") == (
        b"100000\n", b"", 0)


def test_instruction_budget(lua: Shell):
    out, err, code = lua.run("lua -B 10k -e 'print(1) while true do end'")
    assert (out, code) == (b"1\n", 1)
    assert err.startswith(b"lua: (command line):1: instruction limit exceeded")
    assert lua.run("lua -B10K -e 'for i = 1, 1000 do end print(2)'") == (b"2\n", b"", 0)


@pytest.mark.parametrize("option", ["-M", "-M 0", "-M x", "-M 1T", "-M 1KK", "-B", "-B -1",
                                    "-M 9999999999999999999999", "-B 999999999999G"])
def test_bad_limits(lua: Shell, option: str):
    assert lua.run(f"lua {option}") == (b"", b"usage", 1)


@pytest.mark.parametrize("line", ["lua -b two.lua out.c", "lua -b two.lua out.o",
                                  "lua -b -t h two.lua out"])
def test_only_raw_bytecode_is_saved(lua: Shell, line: str):
    assert lua.run(line) == (b"", b"lua: bytecode can only be saved as raw (-t raw), not as a C "
                                  b"header, a C source or an object file\n", 1)
    assert not list(lua.folder.glob("out*"))


def test_bytecode_that_cannot_be_written(lua: Shell):
    assert lua.run("lua -b two.lua none/out") == (
        b"", b"lua: cannot write none/out: No such file or directory\n", 1)
    assert lua.run("lua -b two.lua /dev/full") == (
        b"", b"lua: cannot write /dev/full: No space left on device\n", 1)


def test_a_listing(lua: Shell):
    out, err, code = lua.run("lua -bl -e 'local a = ... return function() return a end'")
    assert (err, code) == (b"", 0)
    assert [line[:14] for line in out.splitlines() if b"--" in line] == [b"-- BYTECODE --"] * 2
    assert b"VARG" in out and b"RET1" in out


def test_a_message_with_a_zero_byte_is_whole(lua: Shell):
    (lua.folder / "zero-error.lua").write_bytes(b"error('a\\0b')")
    assert b"zero-error.lua:1: a\0b\n" in lua.run("lua zero-error.lua")[1]


def test_an_unknown_jit_command(lua: Shell):
    assert lua.run("lua -jnothing -e 'print(1)'") == (
        b"", b"lua: unknown JIT command, or there is no such jit.* module\n", 1)


def test_a_long_line_at_the_prompt(lua: Shell):
    (lua.folder / "long").write_bytes(b"=#'" + b"x" * 100_000 + b"'\n")
    assert lua.run("lua -i < long") == (b"VERSION\n> 100000\n> \n", b"", 0)


def test_a_large_script(lua: Shell):
    text = "local t = {}\n" + "\n".join(f"t[{i}] = 'text {i}'" for i in range(1, 100_001))
    (lua.folder / "large.lua").write_text(text + "\nprint(#t, t[100000])")
    assert lua.run("lua large.lua") == (b"100000\ttext 100000\n", b"", 0)


FINALISERS = b"""\
local order = {}
local meta = { __gc = function(t) order[#order + 1] = t.name end }
for i = 1, 3 do setmetatable({ name = "t" .. i }, meta) end
collectgarbage()
print(table.concat(order, " "))
local kept
local again = setmetatable({ name = "risen" }, { __gc = function(t) kept = t end })
again = nil
collectgarbage() collectgarbage()
print(kept and kept.name)
setmetatable({}, { __gc = function() error("in a finaliser", 0) end })
print(pcall(collectgarbage))
setmetatable({}, { __gc = function() print("at the end") end })
"""


@pytest.mark.parametrize("stress", ["", "step"])
def test_finalisers_of_tables_are_an_option(tmp_path: Path, stress: str):
    lua = open_shell(ours(stress=stress), tmp_path, {"f.lua": FINALISERS})
    assert lua.run("lua -F f.lua") == (
        b"t3 t2 t1\nrisen\nfalse\tin a finaliser\nat the end\n", b"", 0)
    assert lua.run("lua f.lua") == (b"\nnil\ntrue\t0\n", b"", 0)
