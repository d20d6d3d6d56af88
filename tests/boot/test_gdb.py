"""gdb on QEMU's stub: breakpoints on Python lines, steps, locals, structs, bit fields."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from boot import debuggee
from boot.virt import ROOT, command, program

SOURCE = Path(debuggee.__file__)
LINES = SOURCE.read_text().splitlines()


def line_of(text: str) -> int:
    """Line of the program where `text` stands."""
    return next(i for i, line in enumerate(LINES, 1) if text in line)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What gdb says to one run of commands."""
    if shutil.which("gdb-multiarch") is None:
        pytest.skip("gdb-multiarch is not installed")
    folder = tmp_path_factory.mktemp("gdb")
    built = program(debuggee.main)
    elf = built.build(folder / "image.elf")
    image = built.build(folder / "image", "image")
    stub = f"unix:{folder / 'stub'},server,nowait"
    machine = subprocess.Popen([*command(image), "-S", "-gdb", stub],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    commands = ["set confirm off", f"directory {ROOT}", f"target remote {folder / 'stub'}",
                f"break debuggee.py:{line_of('product = round')}", "continue", "backtrace",
                "info args", "print *j", "next", "next", "info locals", "finish", "kill"]
    try:
        done = subprocess.run(
            ["gdb-multiarch", "-nx", "-batch", str(elf),
             *(word for c in commands for word in ("-ex", c))],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=40, check=False)
    finally:
        machine.kill()
        machine.wait()
    return done.stdout + done.stderr


def test_stops_at_the_python_line(session: str):
    number = line_of("product = round")
    assert f"debuggee.py:{number}" in session
    assert f"{number}\t    product = round * j.number" in session


def test_backtrace_has_python_names(session: str):
    assert "#0  work (" in session and "in main (" in session


def test_struct_and_bit_fields(session: str):
    assert "{number = 7, mode = {fast = true, level = 5" in session


def test_steps_and_locals(session: str):
    assert f"{line_of('j.number = product')}\t    j.number = product ^ 3" in session
    assert "round = 0" in session and "product = 0" in session
