"""The kernels execute hardly more instructions than their C twins, and give what they give."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def bench_on_path() -> Iterator[None]:
    """`bench` is imported from the project's root."""
    sys.path.insert(0, str(ROOT))
    yield
    sys.path.remove(str(ROOT))


@pytest.mark.parametrize("machine", ["x86-64", "AArch64"])
def test_instructions(machine: str) -> None:
    from bench import code

    rows = code.measure([machine])
    assert len(rows) >= 12
    assert not [f"{row.what}: {row.ratio:.3f}" for row in rows if not row.met]


def test_counter_counts_what_runs(tmp_path: Path) -> None:
    """Scanning a text takes a few instructions a byte, no more and no fewer."""
    from bench.counting import build_plugin, count

    from bench.twins import FOLDER, build_twins

    plugin = build_plugin(tmp_path)
    twins = build_twins("AArch64", tmp_path)
    n, text = count(twins.ours, "AArch64", "string_scan", plugin)
    size = int(text)
    assert f"SIZE = {size}" in (FOLDER / "harness.c").read_text()
    assert 5 * size <= n <= 7 * size


def test_generated_program_compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The front end's program is a right one: its first module gives what it should."""
    from bench.generator import module

    (tmp_path / "generated_0.py").write_text(module(0))
    monkeypatch.syspath_prepend(str(tmp_path))
    import generated_0  # pyright: ignore[reportMissingImports]

    queue = generated_0.Queue0(items=[0] * 32, head=0, tail=0, control=0)
    assert generated_0.parse_0(b"12\n7\n", queue) == 2
    assert list(queue.items)[:2] == [12, 7]
