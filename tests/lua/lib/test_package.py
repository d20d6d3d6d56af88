"""Paths from the environment, C modules, the prompt of debug.debug: what scripts alone can't show.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lua.engines import clean_environment, oracle, ours

ENGINES = {"luajit": oracle, "ours": ours}
DEFAULT = "./?.lua;"
"""What both engines' built-in paths begin with."""


def run(engine: str, folder: Path, *arguments: str, typed: str = "",
        **variables: str) -> subprocess.CompletedProcess[str]:
    command = ENGINES[engine]().command
    return subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True,
                          env=clean_environment(variables), input=typed, check=False, timeout=60)


def path(engine: str, folder: Path, *options: str, **variables: str) -> str:
    return run(engine, folder, *options, "-e", "io.write(package.path)", **variables).stdout


@pytest.mark.parametrize("engine", ENGINES)
def test_lua_path(engine: str, tmp_path: Path):
    default = path(engine, tmp_path)
    assert default.startswith(DEFAULT)
    assert path(engine, tmp_path, LUA_PATH="x/?.lua") == "x/?.lua"
    assert path(engine, tmp_path, LUA_PATH=";;x") == f";{default};x"
    assert path(engine, tmp_path, LUA_PATH="a;;b;;c") == f"a;{default};b;{default};c"
    assert path(engine, tmp_path, LUA_PATH="") == ""
    assert path(engine, tmp_path, "-E", LUA_PATH="x") == default


@pytest.mark.parametrize("engine", ENGINES)
def test_lua_cpath(engine: str, tmp_path: Path):
    show = ("-e", "io.write(package.cpath)")
    default = run(engine, tmp_path, *show).stdout
    assert default.startswith("./?.so;")
    assert run(engine, tmp_path, *show, LUA_CPATH=";;y").stdout == f";{default};y"
    assert run(engine, tmp_path, "-E", *show, LUA_CPATH="y").stdout == default


@pytest.mark.parametrize("engine", ENGINES)
def test_require_finds_along_the_path(engine: str, tmp_path: Path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "found.lua").write_text("return 'found ' .. ...")
    done = run(engine, tmp_path, "-e", "print(require 'found')", LUA_PATH="no/?.lua;deep/?.lua")
    assert done.stdout == "found found\n"
    done = run(engine, tmp_path, "-l", "found", LUA_PATH="deep/?.lua")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_is_no_library(engine: str, tmp_path: Path):
    (tmp_path / "bad.so").write_text("this is no library")
    done = run(engine, tmp_path, "-e", "print(pcall(require, 'bad'))")
    assert done.stdout.startswith(
        "false\terror loading module 'bad' from file './bad.so':\n\t./bad.so: ")


@pytest.mark.parametrize("engine", ENGINES)
def test_loadlib(engine: str, tmp_path: Path):
    done = run(engine, tmp_path, "-e", """
        print(package.loadlib('libc.so.6', '*'))
        local f, m, w = package.loadlib('libc.so.6', 'no_such_function') print(f, w)
        f, m, w = package.loadlib('./none.so', '*') print(f, w)""")
    assert done.stdout == "true\nnil\tinit\nnil\topen\n"


def test_a_c_function_is_found_but_not_called(tmp_path: Path):
    done = run("ours", tmp_path, "-e", "print(package.loadlib('libc.so.6', 'printf'))")
    assert done.stdout == ("nil\tC modules need libluajit-5.1.so.2, which this program does not "
                           "contain\tinit\n")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_prompt_of_debug(engine: str, tmp_path: Path):
    done = run(engine, tmp_path, "-e", "debug.debug() print('after', x)",
               typed="x = 5\nprint(x)\nerror 'wrong'\n= =\ncont\nprint 'not run'\n")
    assert done.stdout == "5\nafter\t5\n"
    assert done.stderr.count("lua_debug> ") == 5
    assert "(debug command):1: wrong\n" in done.stderr
    assert "(debug command):1: unexpected symbol near '='\n" in done.stderr
    assert run(engine, tmp_path, "-e", "debug.debug() print 'end'").stdout == "end\n"
