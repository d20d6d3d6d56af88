"""Ctrl-C: an error where the script is, once; at the second one the program ends."""

from __future__ import annotations

import shutil
import signal
import subprocess

import pytest

from lua.command.shell import plain
from lua.engines import HUNG, clean_environment, ours

READY = b"ready\n"
TELLS = "io.write('ready\\n') io.flush() "

ENDLESS = [
    "while true do end",
    "local i = 0 while true do i = i + 1 end",
    "for i = 1, 1e15 do end",
    "repeat until false",
    "::again:: goto again",
    "for k in function() return 1 end do end",
    "while true do string.format('%d', 1) end",
    "while true do pcall(error) end",
    "local function f() return f() end f()",
    "local function f() while true do end end f()",
    "debug.sethook(function() end, 'l') while true do end",
    "coroutine.wrap(function() while true do end end)()",
]


def interrupted(program: str, text: str, times: int = 1,
                options: tuple[str, ...] = ("-joff",)) -> tuple[bytes, bytes, int]:
    """Run a text, interrupt it whenever it says that it is ready; output, messages, status."""
    with subprocess.Popen(["lua", *options, "-e", text], executable=program,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=clean_environment({})) as process:
        assert process.stdout is not None
        for _ in range(times):
            assert process.stdout.readline() == READY
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=HUNG)
    return out, plain(err), process.returncode


@pytest.mark.parametrize("text", ENDLESS)
def test_where_it_is_interrupted(text: str):
    out, err, code = interrupted(ours().command[0], TELLS + text)
    assert (out, code) == (b"", 1)
    assert b"(command line):1: interrupted!\nstack traceback:\n\t" in err


@pytest.mark.parametrize("text", [
    f"{TELLS} while true do end",
    f"local function f() {TELLS} while true do end end local function g() f() return 1 end g()",
    f"print(coroutine.resume(coroutine.create(function() {TELLS} while true do end end)))",
])
def test_as_luajit_says_it(text: str):
    luajit = shutil.which("luajit")
    assert luajit is not None
    assert interrupted(ours().command[0], text) == interrupted(luajit, text)


def test_a_script_can_catch_it():
    text = f"print(pcall(function() {TELLS} while true do end end))"
    assert interrupted(ours().command[0], text) == (
        b"false\t(command line):1: interrupted!\n", b"", 0)


def test_the_second_one_ends_the_program():
    text = f"pcall(function() {TELLS} while true do end end) {TELLS} while true do end"
    assert interrupted(ours().command[0], text, 2) == (b"", b"", -signal.SIGINT)


def test_under_a_budget_too():
    text = f"{TELLS} while true do end"
    assert (interrupted(ours().command[0], text, options=("-B", "1000000G"))
            == interrupted(ours().command[0], text))
