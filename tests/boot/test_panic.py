"""A panic on bare metal names the Python line on the UART."""

from __future__ import annotations

from pathlib import Path

from boot.virt import program, run
from wrought.lang.core.function import fn, noinline
from wrought.lang.core.intrinsics import panic
from wrought.lang.core.scalars import Array, Never, i64, u32, u64
from wrought.lang.core.static import static
from wrought.rt.a64.psci import system_off

table = static(Array[u32, 4])


@noinline
@fn
def item(i: u64) -> u32:
    """Checked, also on bare metal."""
    return table[i]


@fn
def reads_outside(fdt: u64) -> Never:
    """Panics in `item`."""
    print("before")
    item(fdt >> 20)
    print("never")
    system_off()


@fn
def says_why(fdt: u64) -> Never:
    """A message with numbers."""
    panic(f"got {fdt & 1} and {i64(-2)}")


def line_of(text: str) -> int:
    """Line in this file where `text` stands first."""
    lines = Path(__file__).read_text().splitlines()
    return next(i for i, line in enumerate(lines, 1) if text in line)


def test_bounds(tmp_path: Path):
    image = program(reads_outside).build(tmp_path / "image", "image")
    before, message = run(image).splitlines()
    assert before == "before"
    assert message.startswith(f"panic: tests/boot/test_panic.py:{line_of('return table[i]')}:")
    assert "is out of range for length 4 (in item)" in message


def test_message(tmp_path: Path):
    image = program(says_why).build(tmp_path / "image", "image")
    assert run(image).endswith("got 0 and -2 (in says_why)\n")
