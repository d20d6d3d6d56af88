"""The benchmarks are imported from the project's root."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="package", autouse=True)
def bench_on_path() -> Iterator[None]:
    """`import bench` finds the benchmarks, not this folder's parent."""
    sys.path.insert(0, str(ROOT))
    yield
    sys.path.remove(str(ROOT))


@pytest.fixture(scope="package")
def spawner(tmp_path_factory: pytest.TempPathFactory, bench_on_path: None) -> Path:
    """The program that runs and measures engines."""
    from bench.lua.run import build_spawner

    return build_spawner(tmp_path_factory.mktemp("spawn"))
