"""An independent assembler (LLVM's, through the zig wheel) to check encodings against."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from elftools.elf.elffile import ELFFile

ARCHITECTURE = ".arch armv9.5-a+sve+sme+memtag+profile+ssbs+sb+predres+ras"


def _run(lines: Sequence[str], folder: Path) -> tuple[set[int], list[int]]:
    """Line numbers from 0 that the assembler refuses; the words if it refused none."""
    source, output = folder / "case.S", folder / "case.o"
    source.write_text("\n".join((ARCHITECTURE, *lines)) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ziglang", "cc", "-target", "aarch64-freestanding-none",
         "-ferror-limit=0", "-c", str(source), "-o", str(output)],
        capture_output=True, text=True, check=False)
    refused = {int(match[1]) - 2
               for match in re.finditer(r"case\.S:(\d+):\d+: error:", done.stderr)}
    if done.returncode != 0:
        assert refused, done.stderr
        assert -1 not in refused, done.stderr
        return refused, []
    with output.open("rb") as file:
        section = ELFFile(file).get_section_by_name(".text")
        assert section is not None
        code = section.data()
    return set(), [int.from_bytes(code[at:at + 4], "little") for at in range(0, len(code), 4)]


def assemble(lines: Sequence[str]) -> list[int | None]:
    """The word of each instruction, or None where the assembler refuses it."""
    with tempfile.TemporaryDirectory() as name:
        refused, words = _run(lines, Path(name))
        if refused:
            good = [line for at, line in enumerate(lines) if at not in refused]
            still, words = _run(good, Path(name))
            assert not still
    given = iter(words)
    return [None if at in refused else next(given) for at in range(len(lines))]
