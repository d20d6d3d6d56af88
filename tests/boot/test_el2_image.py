"""The example image boots on every kind of `virt` machine, and its mappings hold."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from boot.virt import EXAMPLE, ROOT, run

BUILD = "import sys, image; image.program().build(sys.argv[1], 'image')"


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built image."""
    path = tmp_path_factory.mktemp("el2") / "Image"
    subprocess.run([sys.executable, "-c", BUILD, str(path)], cwd=EXAMPLE, check=True,
                   env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    return path


@pytest.mark.parametrize(("cpu", "cpus", "machine"), [
    ("cortex-a57", 1, "gic-version=2"), ("cortex-a57", 2, "gic-version=3"),
    ("cortex-a72", 4, "gic-version=2"), ("cortex-a72", 2, "gic-version=3"),
    ("max", 2, "gic-version=3"), ("max", 4, "gic-version=3,secure=off,highmem=off")])
def test_boots(image: Path, cpu: str, cpus: int, machine: str):
    lines = run(image, machine, cpus, cpu).splitlines()
    assert lines[0] == "CPU 0: at EL2, MMU on"
    assert "memory: 128 MB at 0x40000000" in lines
    assert f"CPUs: {cpus}" in lines
    assert "console: pl011@9000000" in lines
    assert "CPU 0: 5 exceptions" in lines
    assert lines[-1] == "bye"
    if cpus == 1:
        assert lines[-2] == "there is no second CPU"
    else:
        assert lines[-5:-1] == ["CPU 1: at EL2, MMU on: True", "  BRK64 in text",
                                "  Break(comment=0x2a)", "CPU 1: 1 exception"]


def test_mappings_hold(image: Path):
    """Constants and code can't be written, data can't run, a full stack is noticed."""
    text = run(image)
    for what, finding in [
            ("a write to a constant", "rodata: PERMISSION_3, write=True"),
            ("a write to code", "text: PERMISSION_3, write=True"),
            ("a push onto a full stack", "the guard page: TRANSLATION_3, write=True")]:
        after = text.split(f"{what}:\n")[1].splitlines()
        assert after[0] == "  DATA_ABORT in text"
        assert after[1] == f"  at an address in {finding}"
    jump = text.split("a jump into data:\n")[1].splitlines()
    assert jump[0] == "  INSTRUCTION_ABORT in data" and "status=PERMISSION_3" in jump[1]


def test_other_guest_memory_sizes_are_read(image: Path):
    assert "CPUs: 3\n" in run(image, cpus=3)
