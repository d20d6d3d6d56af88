"""Calls from Python: the first one, and those after it beside ctypes and C."""

from __future__ import annotations

import ctypes
import tempfile
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.result import Row
from wrought.lang.build.cache import Cache
from wrought.lang.build.toolchain import run
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import u64
from wrought.lang.targets import TARGETS, host

FIRST_LIMIT, LATER_LIMIT = 50.0, 1.0
"""Milliseconds for a first call; microseconds that a later one may take above ctypes."""

CALLS = 20_000

C = "unsigned long mix(unsigned long a, unsigned long b) { return a * 31 + b; }\n"


@fn
def start(a: u64) -> u64:
    """What is called before anything is timed: the engine is up."""
    return a + 1


@fn
def mix(a: u64, b: u64) -> u64:
    """The function that is timed."""
    return a * 31 + b


def measure() -> list[Row]:
    """Two rows: the first call, and one of many."""
    start(1)
    first = _first()
    with tempfile.TemporaryDirectory(prefix="wrought-bench-") as folder:
        peer = _c_function(Path(folder))
        assert mix(5, 7) == peer(5, 7) == 162
        ours, theirs = _microseconds(mix), _microseconds(peer)
    return [
        Row("first call", "engine running", first, None, "ms", f"below {FIRST_LIMIT:g} ms",
            first < FIRST_LIMIT),
        Row("later call", "against ctypes", ours, theirs, "µs",
            f"≤ {LATER_LIMIT:g} µs above", ours - theirs <= LATER_LIMIT),
    ]


def _first() -> float:
    begun = time.perf_counter()
    mix(1, 2)
    return (time.perf_counter() - begun) * 1e3


def _microseconds(f: Callable[..., Any]) -> float:
    return min(timeit.repeat(lambda: f(5, 7), number=CALLS, repeat=7)) / CALLS * 1e6


def _c_function(folder: Path) -> Callable[..., Any]:
    source, out = folder / "mix.c", folder / "mix.so"
    source.write_text(C)
    zig = next(t.zig for t in TARGETS.values() if t.arch == host().arch and t.hosted)
    run(["cc", "-O2", "-target", zig, "-shared", "-fPIC", str(source), "-o", str(out)], Cache())
    f = ctypes.CDLL(str(out)).mix
    f.argtypes, f.restype = (ctypes.c_uint64, ctypes.c_uint64), ctypes.c_uint64
    return f
