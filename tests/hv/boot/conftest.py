"""What all tests on QEMU share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This hypervisor's image."""
    from wrought.hv.image import program

    return program().build(tmp_path_factory.mktemp("hypervisor") / "hypervisor.img", "image")
