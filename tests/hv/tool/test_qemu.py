"""What QEMU's real machines are asked for, and where QEMU puts things."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hv.tool.conftest import board
from hv.tool.test_devicetree import example
from wrought.hv.tool import qemu
from wrought.hv.tool.devicetree import parse
from wrought.hv.tool.placement import banks_of
from wrought.hv.tool.quantities import Range
from wrought.hv.tool.schema import Machine

MB = 1 << 20
needs_qemu = pytest.mark.skipif(not shutil.which(qemu.PROGRAM), reason=f"needs {qemu.PROGRAM}")


def machine(**options: object) -> Machine:
    return Machine.model_validate(options)


@needs_qemu
@pytest.mark.parametrize("options, ram, compatible", [
    ({"gic": 2, "cpus": 4}, Range(0x4000_0000, 2048 * MB), "arm,cortex-a15-gic"),
    ({"gic": 3, "cpu": "max", "memory": 4096 * MB, "iommu": "smmuv3"},
     Range(0x4000_0000, 4096 * MB), "arm,smmu-v3"),
    ({"board": "xlnx-versal-virt", "memory": 1024 * MB}, Range(0, 1024 * MB), "arm,gic-v3"),
])
def test_trees_of_machines(tmp_path: Path, options: dict[str, object], ram: Range,
                           compatible: str):
    wanted = machine(**options)
    arguments = qemu.machine_arguments(wanted)
    tree = qemu.board_tree(wanted, arguments, tmp_path)
    assert banks_of(tree) == [ram]
    found = [text for _, node in tree.root.walk() for text in node.texts("compatible")]
    assert compatible in found
    assert parse(tree.to_bytes(), "t") == tree


@needs_qemu
def test_machines_command_lines():
    def words(**options: object) -> str:
        return " ".join(qemu.machine_arguments(machine(**options))[1:])

    assert words(cpus=4, gic=2, memory=512 * MB).startswith(
        "-machine virt,virtualization=on,gic-version=2 -cpu cortex-a57 -smp 4 -m 524288k -display")
    assert words(board="xlnx-zcu102", cpus=1).startswith(
        "-machine xlnx-zcu102,virtualization=on -smp 1 -m 2097152k -display none")
    assert words(board="xlnx-versal-virt").startswith("-machine xlnx-versal-virt -smp 4 -m")
    assert "iommu=smmuv3 -cpu max" in words(iommu="smmuv3", cpu="max")


def test_memory_is_what_the_machine_has():
    """With one cell of each kind, and with two."""
    for tree, size in ((board(), 64 * MB), (example(), 64 * MB)):
        qemu.set_memory(tree, Range(0x8000_0000, size))
        assert banks_of(tree) == [Range(0x8000_0000, size)]


@pytest.mark.parametrize("memory, image, image_end, tree", [
    (1024 * MB, 1 * MB, 0x4030_0000, 0x4800_0000),
    (128 * MB, 1 * MB, 0x4030_0000, 0x4400_0000),
    (1024 * MB, 200 * MB, 0x4CA0_0000, 0x4CC0_0000)])
def test_what_qemu_uses(memory: int, image: int, image_end: int, tree: int):
    used = qemu.used_by_qemu(machine(memory=memory), image, 0)
    assert [place.start for place in used] == [0x4000_0000, tree]
    assert used[0].end == image_end and used[1].size == 4 * MB
