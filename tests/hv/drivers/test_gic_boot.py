"""The host's GIC on QEMU's machine: timer interrupts, kicks between CPUs, list registers."""

from __future__ import annotations

from pathlib import Path

import pytest

from boot.virt import program, run
from hv.drivers.gic_kernel import main


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return program(main).build(tmp_path_factory.mktemp("gic") / "image", "image")


@pytest.mark.parametrize("cpus", [1, 2])
@pytest.mark.parametrize("version", [2, 3, 4])
def test_interrupts(image: Path, version: int, cpus: int):
    machine = f"gic-version={version}"
    output = run(image, machine, cpus, cpu="cortex-a72" if version < 4 else "max")
    expected = [f"GICv{min(version, 3)}, maintenance 25, {288 if version == 2 else 256} interrupts",
                "timer: 3 interrupts",
                "list registers: 4, empty 0xf, 0x0, 0xf",
                "vmcr: True, priorities 1, 0"]
    assert output.splitlines() == expected + ["kicks: 10 and 10"] * (cpus - 1)
