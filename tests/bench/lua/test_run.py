"""Running engines: what is measured, and what is refused."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest


def peer(name: str):
    from bench.lua.engines import Engine

    return Engine(name, (str(shutil.which(name)),))


def lua(folder: Path, text: str) -> str:
    path = folder / "program.lua"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_sample(spawner: Path, tmp_path: Path) -> None:
    from bench.lua.run import sample

    program = lua(tmp_path, "local s = ('x'):rep(40e6)\nprint(#s / 1e6, arg[1])")
    one = sample(spawner, peer("lua5.4"), [program, "seven"])
    assert one.output.split() == ["40.0", "seven"]
    # The string, the buffer in which it was made, and hardly anything of this Python's.
    assert 40 < one.memory < 130
    assert 0 < one.cpu and 0 < one.wall
    small = sample(spawner, peer("lua5.4"), [lua(tmp_path, "print(1)")])
    assert small.memory < 8


def test_failures(spawner: Path, tmp_path: Path) -> None:
    from bench.lua.engines import Engine
    from bench.lua.run import RunError, sample

    with pytest.raises(RunError, match=r"lua5.1 program.lua ended with 1: .*too bad"):
        sample(spawner, peer("lua5.1"), [lua(tmp_path, "error('too bad')")])
    with pytest.raises(RunError, match="did not end within 0.3 s"):
        sample(spawner, peer("lua5.1"), [lua(tmp_path, "while true do end")], deadline=0.3)
    with pytest.raises(RunError, match="absent program.lua ended with 127: .*No such file"):
        sample(spawner, Engine("absent", (str(tmp_path / "none"),)), [lua(tmp_path, "")])


def test_differing_output() -> None:
    from bench.lua.run import RunError, compare

    compare("fib", {"wrought": "1\n", "lua5.1": "1\n"})
    with pytest.raises(RunError) as caught:
        compare("fib", {"wrought": "2\n", "luajit": "1\n", "lua5.1": "1\n"})
    assert str(caught.value) == r"fib: wrought printed '2\n', but luajit '1\n'"


def test_differing_output_fails_the_benchmark(tmp_path: Path, spawner: Path,
                                              monkeypatch: pytest.MonkeyPatch,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    from bench.__main__ import main
    from bench.lua.engines import Engine

    from bench.lua import measure, programs, startup

    monkeypatch.setattr(startup, "RUNS", 3)
    lua(tmp_path, "-- One.\nprint(_VERSION)\n")
    monkeypatch.setattr(programs, "FOLDER", tmp_path)
    monkeypatch.setattr(measure, "find", lambda names: (
        [Engine("wrought", (str(shutil.which("lua5.4")),)), peer("lua5.1")], ""))
    monkeypatch.setattr(sys, "argv", ["bench", "lua", "--runs", "1",
                                      "--json", str(tmp_path / "out.json")])
    assert main() == 1
    assert ("bench: lua: program: wrought printed 'Lua 5.4\\n', but lua5.1 'Lua 5.1\\n'"
            in capsys.readouterr().err)
    lua(tmp_path, "-- One.\nprint(#_VERSION)\n")
    assert main() == 0
    out = capsys.readouterr().out
    assert "geometric mean" in out and "start-up, wall time" in out


def test_ours_may_be_absent_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.lua.engines import EngineError, find

    monkeypatch.setitem(sys.modules, "wrought.lua.image", None)
    engines, note = find()
    assert [engine.name for engine in engines] == ["luajit -joff", "lua5.1", "lua5.4", "luajit"]
    assert note == "wrought is not there yet: there is no wrought.lua.image"
    with pytest.raises(EngineError, match="wrought is not there yet"):
        find(["wrought"])


def test_choosing(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.lua import engines, programs

    assert engines.chosen(["luajit-joff", "wrought"]) == ("wrought", "luajit -joff")
    with pytest.raises(engines.EngineError, match="no engine 'lua5.2': choose from wrought,"):
        engines.chosen(["lua5.2"])
    assert programs.chosen(["nbody", "fib"]) == ["fib", "nbody"]
    with pytest.raises(programs.ProgramError, match="no program 'fob': choose from ackermann,"):
        programs.chosen(["fob"])
    monkeypatch.setattr(engines.shutil, "which", lambda name: None)
    with pytest.raises(engines.EngineError, match="lua5.1 is not installed: apt install lua5.1"):
        engines.find(["lua5.1"])


@pytest.mark.parametrize("text", ["0", "-1", "x"])
def test_bad_number_of_runs(text: str, monkeypatch: pytest.MonkeyPatch,
                            capsys: pytest.CaptureFixture[str]) -> None:
    from bench.__main__ import main

    monkeypatch.setattr(sys, "argv", ["bench", "lua", f"--runs={text}"])
    with pytest.raises(SystemExit):
        main()
    assert f"'{text}' is no positive number" in capsys.readouterr().err


LOOP = """
.globl _start
_start: ldr x1, [sp]
        lsl x1, x1, #10
1:      subs x1, x1, #1
        b.ne 1b
        mov x0, #0
        mov x8, #93
        svc #0
"""
"""Linux for AArch64: 1,024 turns of two instructions for each word of the command; exit(0)."""


def test_counting_whole_programs(tmp_path: Path) -> None:
    from bench.counting import build_plugin
    from bench.lua.engines import Engine

    from bench.lua import emulated
    from wrought.lang.build.cache import Cache
    from wrought.lang.build.toolchain import run

    emulator = shutil.which(emulated.EMULATOR)
    assert emulator
    source, program, result = (tmp_path / name for name in ("loop.s", "loop", "count"))
    source.write_text(LOOP, encoding="utf-8")
    run(["cc", "-target", emulated.TARGET, "-nostdlib", "-static", str(source), "-o",
         str(program)], Cache())
    prefix = [emulator, "-plugin", f"file={build_plugin(tmp_path)},result={result}"]
    for words in (1, 3):
        number, _ = emulated.count(prefix, result, Engine("loop", (str(program),)),
                                   ["x"] * (words - 1))
        assert number == 5 + 2 * 1024 * words
