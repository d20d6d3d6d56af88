"""The programs: what each exercises, and sizes for those who have little time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wrought.errors import WroughtError

FOLDER = Path(__file__).parent / "programs"

TINY = {
    "ackermann": 1, "binary_trees": 6, "closures": 500, "concat": 2, "coroutine_ring": 2000,
    "deltablue": 1, "errors": 500, "event_loop": 400, "expression": 30, "fannkuch": 6,
    "fasta": 400, "fib": 15, "hash_table": 300, "havlak": 1, "heap_sort": 500, "json": 1,
    "k_means": 300, "k_nucleotide": 2000, "levenshtein": 12, "life": 2, "lz": 2000,
    "mandelbrot": 24, "matrix_multiply": 16, "md5": 2, "metatables": 1200, "meteor": 1,
    "methods": 2000, "nbody": 100, "patterns": 1, "permutations": 5, "pidigits": 40,
    "queens": 6, "queue": 400, "ray": 12, "request": 60, "reverse_complement": 1,
    "richards": 1, "scimark_fft": 1, "scimark_lu": 1, "scimark_sor": 2, "sha256": 4,
    "sieve": 1, "spectral_norm": 20, "string_buffer": 400, "string_format": 300, "sudoku": 1,
    "table_sort": 600, "table_sort_comparator": 500, "tak": 1, "template": 4, "varargs": 500,
    "word_count": 1500,
}
"""A size of each program at which an interpreter takes a few milliseconds, most of them."""


class ProgramError(WroughtError):
    """There is no such program."""


def names() -> list[str]:
    """All programs, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.lua"))


def chosen(only: Sequence[str] = ()) -> list[str]:
    """The named programs, all where none are named.  Raises ProgramError."""
    known = names()
    for name in only:
        if name not in known:
            raise ProgramError(f"there is no program '{name}': choose from {', '.join(known)}")
    return [name for name in known if name in only or not only]


def source(name: str) -> Path:
    """The file of a program."""
    return FOLDER / f"{name}.lua"


def purpose(name: str) -> str:
    """What a program exercises: the comment in its first line."""
    first, _, _ = source(name).read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("-- ")
