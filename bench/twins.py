"""The kernels and their C twins as programs, both from the same LLVM with the same flags."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

from bench.kernels import KERNELS
from wrought.lang.build.cache import Cache
from wrought.lang.build.program import Program, find_target
from wrought.lang.build.toolchain import run
from wrought.lang.targets import Target

FOLDER = Path(__file__).parent / "kernels"
TARGETS = {"x86-64": "x86_64-linux-musl", "AArch64": "aarch64-linux-musl"}
"""Static programs, whose symbols lie where they were linked."""


@dataclass(frozen=True)
class Twins:
    """The program with our kernels and the one with C's."""

    ours: Path
    theirs: Path


def build_twins(machine: str, folder: Path) -> Twins:
    """Build both programs in `folder`.  Raises CompileError or BuildError."""
    target, cache = find_target(TARGETS[machine]), Cache()
    kernels = folder / f"ours-{target.arch}.o"
    Program("kernels", target=target.name, roots=KERNELS, debug=False).build(kernels, "object")
    theirs = [_compile_c(source, target, folder, cache)
              for source in sorted(FOLDER.glob("*.c")) if source.stem != "harness"]
    return Twins(_link(target, folder / f"ours-{target.arch}", [kernels], cache),
                 _link(target, folder / f"theirs-{target.arch}", theirs, cache))


def _compile_c(source: Path, target: Target, folder: Path, cache: Cache) -> Path:
    out = folder / f"{source.stem}-{target.arch}.o"
    cpu = "-march=" if target.arch == "x64" else "-mcpu="
    # The language rounds after every operation, so C has to do so too.
    flags = [f"--target={target.triple}", "-O2", "-fPIC", cpu + target.cpu, "-ffp-contract=off"]
    run(["clang", *flags, str(source), "-c", "-o", str(out)], cache)
    return out


def _link(target: Target, out: Path, objects: list[Path], cache: Cache) -> Path:
    run(["cc", "-O1", "-target", target.zig, "-static", "-fno-sanitize=all",
         str(FOLDER / "harness.c"), *map(str, objects), "-o", str(out)], cache)
    return out


def symbols(program: Path) -> dict[str, int]:
    """The functions of a program and where they lie."""
    with program.open("rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        return {s.name: s["st_value"] for s in table.iter_symbols()
                if s["st_info"]["type"] == "STT_FUNC"}
