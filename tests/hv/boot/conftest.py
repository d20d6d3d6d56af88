"""What all tests on QEMU share."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], Path]) -> Path:
    """A file of this test run, built by the first of its processes that wants it."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / name
    with open(folder / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            # Under its own name only when it is whole.
            build(folder / f"{name}.part").rename(path)
    return path


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This hypervisor's image."""
    from wrought.hv.image import program

    return once(tmp_path_factory, "hypervisor.img", lambda path: program().build(path, "image"))
