"""The programs print the same on every Lua, whatever they are to measure."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parents[3] / "bench" / "lua" / "programs"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.lua"))
ENGINES = ("luajit", "lua5.1", "lua5.4")


def outputs(source: Path, *arguments: str) -> dict[str, str]:
    """What each engine prints; every one has to succeed."""
    found: dict[str, str] = {}
    for engine in ENGINES:
        done = subprocess.run([engine, str(source), *arguments], capture_output=True, text=True,
                              timeout=20, check=False)
        assert done.returncode == 0, f"{engine}: {done.stderr}"
        found[engine] = done.stdout
    return found


def test_enough_programs() -> None:
    from bench.lua import programs

    assert len(NAMES) >= 36
    assert sorted(programs.TINY) == NAMES == programs.names()


@pytest.mark.parametrize("name", NAMES)
def test_same_output(name: str) -> None:
    from bench.lua.programs import TINY

    found = outputs(PROGRAMS / f"{name}.lua", str(TINY[name]))
    assert re.search(r"\d", found["luajit"]) and len(found["luajit"]) < 1000
    assert found["lua5.1"] == found["luajit"]
    assert found["lua5.4"] == found["luajit"]


KNOWN = {
    # Each from its description or from mathematics, not from running it here.
    "binary_trees": ("10", "long lived tree of depth 10, check 2047"),
    "fannkuch": ("7", "228 Pfannkuchen(7) = 16"),
    "fib": ("20", "fib(20) = 6765"),
    "meteor": ("1", "00001222012661126155865558633348893448934747977799"),
    "nbody": ("1000", "-0.169075164\n-0.169087605"),
    "permutations": ("6", "720 permutations"),
    "pidigits": ("27", "314159265358979323846264338"),
    "queens": ("8", "8 queens: 92 solutions"),
    "richards": ("1", "2322 queued, 928 holds"),
    "spectral_norm": ("100", "1.274219991"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_results(name: str) -> None:
    size, expected = KNOWN[name]
    for engine, text in outputs(PROGRAMS / f"{name}.lua", size).items():
        assert expected in text, engine


@pytest.mark.parametrize("name", NAMES)
def test_style(name: str) -> None:
    text = (PROGRAMS / f"{name}.lua").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert re.match(r"-- .{20,}\.$", lines[0]), "begins with what it exercises"
    assert "tonumber(arg[1]) or " in text
    assert not re.search(r"os\.(clock|time)|math\.random", text), "not deterministic"
    assert len(lines) <= 300 and max(map(len, lines)) <= 100
    assert not [line for line in lines if line != line.rstrip() or "\t" in line]


@pytest.mark.parametrize("name", NAMES)
def test_no_globals_are_written(name: str) -> None:
    """Everything is local: the compiler's listing has no SETGLOBAL."""
    done = subprocess.run(["luac5.1", "-p", "-l", str(PROGRAMS / f"{name}.lua")],
                          capture_output=True, text=True, check=True)
    assert "SETGLOBAL" not in done.stdout


def test_operations_run_everywhere(tmp_path: Path) -> None:
    from bench.lua.operations import OPERATIONS

    assert len(OPERATIONS) >= 18
    for operation in OPERATIONS:
        source = tmp_path / "operation.lua"
        source.write_text(operation.source(), encoding="utf-8")
        assert set(outputs(source, "3").values()) == {"done\n"}, operation.title
