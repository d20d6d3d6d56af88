"""`wrought.rt.mem` in place of the plain memory functions of images."""

from __future__ import annotations

from pathlib import Path

from boot.virt import program, run
from wrought.lang.build.image import symbols
from wrought.lang.core.function import fn, noinline
from wrought.lang.core.intrinsics import trunc
from wrought.lang.core.scalars import Array, Never, Slice, u8, u64
from wrought.lang.core.static import static
from wrought.rt.a64.psci import system_off
from wrought.rt.mem import MEMORY

buffer = static(Array[u8, 64], align=8)


@noinline
@fn
def shift(text: Slice[u8], n: u64) -> None:
    """Move `n` bytes up by eight: overlapping, of a length that the compiler can't know."""
    text[8:8 + n].copy_from(text[:n])


@fn
def moves(fdt: u64) -> Never:
    """Fill, move, show."""
    text: Slice[u8] = buffer
    text.fill(ord("."))
    for i in range(u64(16)):
        text[i] = 97 + trunc(u8, i)
    shift(text, 24 + (fdt & 1))
    print(text[:40])
    system_off()


def test_compiled_memory_functions(tmp_path: Path):
    built = program(moves, MEMORY)
    elf = built.build(tmp_path / "elf").read_bytes()
    assert {"memmove", "memset", "memcpy"} <= symbols(elf).keys()
    image = built.build(tmp_path / "image", "image")
    assert run(image) == "abcdefghabcdefghijklmnop................\n"
