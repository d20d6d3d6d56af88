"""A limit of memory, as the command's -M sets it: errors that can be caught, and no crash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lua.engines import ours

SCRIPT = Path(__file__).with_name("memory.lua")
MESSAGE = "not enough memory"
OTHERS = {"left": "true", "source": "true", "load": f"nil\t{MESSAGE}", "the end": "2000"}
"""What the lines of these names say; the others say `false` and the message."""


@pytest.mark.parametrize("mood", ["", "step"])
def test_a_limit(mood: str):
    engine = ours(stress=mood)
    limited = replace(engine, command=(*engine.command, "-M", "4M"))
    done = limited.run_text(SCRIPT.read_bytes(), "memory.lua")
    assert (done.stderr, done.code) == (b"", 0)
    lines = [line.split("\t", 1) for line in done.stdout.decode().splitlines()]
    assert len(lines) == 30
    for name, said in lines:
        assert said == OTHERS.get(name, f"false\t{MESSAGE}"), name
