"""What the packaging tests share: frozen wares, and the wheels of both machines."""

from __future__ import annotations

import importlib
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wrought.lang.build.freeze import MACHINES, Freezer
from wrought.lang.core.function import Compiled
from wrought.prebuilt import public_functions

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


@pytest.fixture(scope="session")
def wares() -> list[Compiled]:
    """All compiled functions of the package `wares`, importable from now on."""
    sys.path.insert(0, str(HERE))
    modules = [importlib.import_module(f"wares.{name}") for name in ("counts", "shapes")]
    return [f for module in modules for f in public_functions(module)]


@pytest.fixture(scope="session")
def frozen_wares(wares: list[Compiled], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wares' library and manifest for this machine."""
    folder = tmp_path_factory.mktemp("frozen")
    Freezer(wares, platform.machine(), HERE).write(folder)
    return folder


@pytest.fixture(scope="session")
def build_wheels() -> Callable[..., None]:
    """Builds both wheels in a folder as `make wheel` does, from this tree or a copy of it."""
    pytest.importorskip("hatchling")

    def build(folder: Path, root: Path = ROOT) -> None:
        done = subprocess.run(
            [sys.executable, str(root / "tools/wheel.py"), str(folder)], capture_output=True,
            text=True, check=False, env={**os.environ, "PYTHONPATH": str(root / "src")})
        assert done.returncode == 0, done.stderr
    return build


@pytest.fixture(scope="session")
def wheels(build_wheels: Callable[..., None], tmp_path_factory: pytest.TempPathFactory
           ) -> dict[str, Path]:
    """Machine to wheel, as `make wheel` builds them."""
    folder = tmp_path_factory.mktemp("wheels")
    build_wheels(folder)
    return {machine: next(folder.glob(f"*_{machine}.whl")) for machine in MACHINES}
