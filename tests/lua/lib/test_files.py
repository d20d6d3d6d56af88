"""io and os: files, streams, other programs, the end, as the distribution's LuaJIT has them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lua.engines import Engine, Result, clean_environment, oracle, ours
from lua.lib import operations


def run(engine: Engine, folder: Path, text: str, given: bytes = b"") -> Result:
    """Run a program in a folder with something on its standard input."""
    folder.mkdir()
    (folder / "case.lua").write_text(text)
    done = subprocess.run([*engine.command, "case.lua"], cwd=folder, input=given, check=False,
                          capture_output=True, timeout=engine.hung,
                          env=clean_environment(dict(engine.environment)))
    return Result(done.stdout, done.stderr, done.returncode)


def both(tmp_path: Path, text: str, given: bytes = b"") -> tuple[Result, Result]:
    return (run(oracle(), tmp_path / "oracle", text, given),
            run(ours(), tmp_path / "ours", text, given))


@pytest.mark.parametrize("seed", range(6))
def test_random_operations(seed: int, tmp_path: Path):
    wanted, found = both(tmp_path, operations.program(seed, 150))
    assert (wanted.code, found.code) == (0, 0), (wanted.stderr, found.stderr)
    assert found.stdout.splitlines() == wanted.stdout.splitlines()
    assert wanted.stdout.count(b"\n") >= 150
    assert ((tmp_path / "ours" / "data.txt").read_bytes()
            == (tmp_path / "oracle" / "data.txt").read_bytes())


INPUT = """
io.write("ask? ")
print(io.read())
print(io.read("*n", "*n", "*l"))
for a, b in io.lines(nil, 2, "*l") do io.write("[", tostring(a), "|", tostring(b), "]") break end
for line in io.lines() do io.write("<", line, ">") end
print(io.read(), io.read("*a"), io.read(0))
io.stderr:write("to standard error\\n")
print(io.stdin:read(1), io.type(io.stdin), io.stdin:close())
"""


def test_standard_streams(tmp_path: Path):
    wanted, found = both(tmp_path, INPUT, b"name\n 12 0x10 rest\nabcdef\nx\n\nlast")
    assert found == wanted
    assert b"<last>" in found.stdout and found.stderr == b"to standard error\n"


@pytest.mark.parametrize(("call", "code"), [
    ("os.exit()", 0), ("os.exit(true)", 0), ("os.exit(false)", 1), ("os.exit(7)", 7),
    ("os.exit(3, true)", 3), ("os.exit(256 + 2)", 2), ("os.exit('5')", 5),
    ("coroutine.wrap(function() os.exit(9) end)()", 9)])
def test_exit_writes_what_is_buffered(call: str, code: int, tmp_path: Path):
    text = f"local f = io.open('out', 'w') f:write('kept') io.write('shown') {call} print('no')"
    found = run(ours(), tmp_path / "ours", text)
    assert (found.stdout, found.code) == (b"shown", code)
    assert (tmp_path / "ours" / "out").read_bytes() == b"kept"


def test_exit_with_close_calls_the_finalisers(tmp_path: Path):
    text = """
    kept = newproxy(true)
    getmetatable(kept).__gc = function() print("finalised") end
    os.exit(4, true)"""
    wanted, found = both(tmp_path, text)
    assert found == wanted == Result(b"finalised\n", b"", 4)


def test_a_file_that_nobody_refers_to_is_closed(tmp_path: Path):
    text = """
    io.open("lost", "w"):write("text")
    collectgarbage()
    collectgarbage()
    print(io.open("lost"):read("*a"))
    local iterator = io.lines("lost")
    print(iterator(), iterator(), pcall(iterator))"""
    wanted, found = both(tmp_path, text)
    assert found == wanted
    assert found.stdout.startswith(b"text\ntext")


def test_lines_keep_their_zero_bytes(tmp_path: Path):
    """LuaJIT does not, so this is not compared."""
    text = r"""
    local f = io.open("zeros", "wb") f:write("a\0b\nc\0\n\0") f:close()
    for line in io.lines("zeros") do print(#line, line:byte(1, -1)) end"""
    assert run(ours(), tmp_path / "ours", text).stdout == b"3\t97\t0\t98\n2\t99\t0\n1\t0\n"


def test_long_files_and_long_lines(tmp_path: Path):
    text = """
    local f = io.open("long", "w")
    for i = 1, 2000 do f:write(("x"):rep(i), "\\n") end
    f:write(("y"):rep(3000000))
    f:close()
    local n, total = 0, 0
    for line in io.lines("long") do n, total = n + 1, total + #line end
    print(n, total)
    f = io.open("long")
    print(#f:read("*a"), f:seek("set", 10), #f:read(2500000), #f:read(10 ^ 9), f:read(1))
    f:close()"""
    wanted, found = both(tmp_path, text)
    assert found == wanted and wanted.code == 0


def test_other_programs(tmp_path: Path):
    text = """
    print(os.execute("exit 3"), os.execute("true"), os.execute() ~= 0)
    local p = io.popen("cat > made", "w")
    print(p:write("through a pipe\\n", 1.5), p:close(), io.type(p))
    p = io.popen("cat made; echo done")
    print(p:read(), p:read("*a"), p:close())
    for line in io.popen("printf 'a\\\\nb'"):lines() do io.write("<", line, ">") end
    io.flush()
    os.execute("echo shell")
    print(os.getenv("NO_SUCH_VARIABLE"), os.getenv("LC_ALL"))
    local name = os.tmpname()
    print(#name, io.open(name):read("*a"), os.rename(name, "moved"))
    print(os.remove("moved"), select(2, os.remove("moved")), os.rename("moved", "x"))"""
    wanted, found = both(tmp_path, text)
    assert found == wanted and wanted.code == 0


def test_random_numbers_are_reproducible_and_in_range():
    text = """
    local first = {math.random(), math.random(100), math.random(-5, 5)}
    print(("%.17g %d %d"):format(unpack(first)))
    math.randomseed(42)
    local a = {} for i = 1, 20 do a[i] = math.random(1000) end
    math.randomseed(42)
    for i = 1, 20 do assert(a[i] == math.random(1000)) end
    math.randomseed(42.5)
    local same = 0
    for i = 1, 20 do if a[i] == math.random(1000) then same = same + 1 end end
    assert(same < 5)
    local low, high, sum, n = 1, 0, 0, 100000
    for i = 1, n do
      local x = math.random()
      assert(x >= 0 and x < 1 and x * 2 ^ 53 % 1 == 0)
      low, high, sum = math.min(low, x), math.max(high, x), sum + x
    end
    assert(low < 0.001 and high > 0.999 and math.abs(sum / n - 0.5) < 0.01)
    local seen = {}
    for i = 1, 1000 do seen[math.random(3, 7)] = true end
    for i = 3, 7 do assert(seen[i]) end
    assert(not seen[2] and not seen[8])"""
    once, again = ours().run_text(text), ours().run_text(text)
    assert once.code == 0, once.stderr
    assert once.stdout == again.stdout and len(once.stdout.split()) == 3
