"""The same on AArch64, and on bare metal: no C library, no float registers."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lua.vm.numbers.doubles import HARD, bits_of, double_of
from wrought.lang.build.program import Program
from wrought.lang.core.function import export, fn
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Array, Ptr, Slice, i32, u8, u32, u64
from wrought.lang.core.static import constant
from wrought.lua.vm.numbers.float_format import format_double
from wrought.lua.vm.numbers.format import format_number, format_shortest
from wrought.lua.vm.numbers.integer_format import format_integer
from wrought.lua.vm.numbers.parse import parse_integer_base, parse_literal, parse_number
from wrought.lua.vm.numbers.spec import BUFFER, HALF_EVEN, NumberFormat

SAMPLES = 500
COUNT = len(HARD) + SAMPLES
RANDOM = [n * 0x9E37_79B9_7F4A_7C15 % 2 ** 64 & ~(1 << 62) for n in range(1, SAMPLES + 1)]
"""Finite patterns, far apart."""

NUMBERS = constant(Array[u64, COUNT], [bits_of(x) for x in HARD] + RANDOM)


@fn
def shown(bits: u64) -> None:
    """A line of all ways to write a number, with what its shortest text is read as."""
    out = zeroed(Array[u8, BUFFER])
    print(f"{out[:format_number(out, bits)]}", end=" ")
    text = out[:format_shortest(out, bits)]
    print(f"{text}", end=" ")
    _, back = parse_number(text)
    print(f"{back:x}", end=" ")
    spec = NumberFormat(ord("e"), HALF_EVEN, 0, 25)
    print(f"{out[:format_double(out, addr_of(spec), bits)]}", end=" ")
    spec = NumberFormat(ord("a"), HALF_EVEN, 0, 7)
    print(f"{out[:format_double(out, addr_of(spec), bits)]}", end=" ")
    spec = NumberFormat(ord("o"), 0, 0, 30)
    print(f"{out[:format_integer(out, addr_of(spec), bits)]}")


@fn
def main() -> i32:
    for i in range(u64(COUNT)):
        shown(NUMBERS[i])
    return 0


def outputs(target: str, folder: Path) -> list[str]:
    path = Program("numbers", main=main, target=target).build(folder / target)
    runner = ["qemu-aarch64"] if target.startswith("aarch64") else []
    done = subprocess.run([*runner, str(path)], capture_output=True, timeout=120, check=True)
    return done.stdout.decode().splitlines()


@pytest.mark.skipif(not shutil.which("qemu-aarch64"), reason="no qemu-aarch64")
def test_aarch64_prints_and_reads_the_same(tmp_path: Path):
    lines = outputs("aarch64-linux-musl", tmp_path)
    assert lines == outputs("x86_64-linux", tmp_path)
    for bits, line in zip([*map(bits_of, HARD), *RANDOM], lines, strict=True):
        x = double_of(bits)
        words = line.split()
        assert float(words[1]) == x and words[3] == f"{x:.25e}" and words[5] == f"{bits:030o}"


@export
@fn
def write(out: Slice[u8], spec: Ptr[NumberFormat], bits: u64) -> u64:
    """Every way to write."""
    return (format_number(out, bits) + format_shortest(out, bits) +
            format_double(out, spec, bits) + format_integer(out, spec, bits))


@export
@fn
def read(text: Slice[u8], base: u32) -> u64:
    """Every way to read."""
    _, number = parse_number(text)
    _, literal = parse_literal(text)
    _, integer = parse_integer_base(text, base)
    return number + literal + integer


def test_bare_metal_needs_neither_floats_nor_a_c_library():
    text = Program("numbers", roots=[write, read], target="aarch64-none").dump("asm")
    calls = set(re.findall(r"\bbl\s+(\S+)", text))
    assert "umulh" in text and calls
    assert not re.search(r"\b[dsqv][0-9]+\b", text)
    outside = {name for name in calls if not name.strip('"').startswith("wrought.")}
    # `wrought.rt.mem` has the first three on bare metal.
    assert outside <= {"memset", "memcpy", "memmove", "__wrought_panic"}
