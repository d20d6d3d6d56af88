"""`/chosen` as booting.txt describes it, read with the fdt package."""

from __future__ import annotations

from pathlib import Path

import fdt
import pytest

from hv.tool.conftest import board
from hv.tool.files import write_partition
from hv.tool.test_partition import WHOLE
from wrought.hv.tool import devicetree as dt
from wrought.hv.tool.chosen import describe, kernel_arguments, xen_arguments
from wrought.hv.tool.partition import load
from wrought.hv.tool.passthrough import Wrong, fragment
from wrought.hv.tool.quantities import Range
from wrought.hv.tool.schema import Device, Domain, Partition

MB = 1 << 20


def domain(**options: object) -> Domain:
    return Domain.model_validate({"name": "d", "kernel": "k", "memory": 64 * MB} | options)


def described(partition: Partition, modules: dict[tuple[int, str], Range]) -> fdt.FDT:
    tree = board()
    describe(tree, partition, modules)
    return fdt.parse_dtb(tree.to_bytes())


def data(node: fdt.Node, name: str) -> list[object] | None:
    """A property's words or texts; [] without a value, None where it is missing."""
    found = node.get_property(name)
    return None if found is None else list(getattr(found, "data", []))


def test_two_domains(tmp_path: Path):
    partition = load(write_partition(tmp_path, WHOLE)).partition
    tree = described(partition, {(0, "kernel"): Range(0x4800_0000, 0x1234),
                                 (0, "ramdisk"): Range(0x1_4C00_0000, 7),
                                 (1, "kernel"): Range(0x5000_0000, 0x1234)})
    chosen = tree.get_node("/chosen")
    assert data(chosen, "#address-cells") == data(chosen, "#size-cells") == [2]
    assert data(chosen, "bootargs") is None
    assert data(chosen, "wrought,scheduler") == ["fair"]
    left, right = tree.get_node("/chosen/left"), tree.get_node("/chosen/right")
    assert data(left, "compatible") == ["xen,domain"]
    assert data(left, "#address-cells") == data(left, "#size-cells") == [2]
    assert (data(left, "cpus"), data(left, "memory")) == ([2], [0, 128 * 1024])
    assert data(left, "vpl011") == [] and data(right, "vpl011") is None
    assert data(right, "wrought,console") == ["pv"]
    assert data(left, "wrought,affinity") == [0, 3] and data(left, "wrought,weight") == [512]
    assert data(left, "wrought,on-crash") == ["restart"]
    assert data(left, "wrought,on-reboot") is None and data(right, "wrought,weight") is None
    kernel = tree.get_node("/chosen/left/module@48000000")
    assert data(kernel, "compatible") == ["multiboot,kernel", "multiboot,module"]
    assert data(kernel, "reg") == [0, 0x4800_0000, 0, 0x1234]
    assert data(kernel, "bootargs") == ["console=ttyAMA0"]
    ramdisk = tree.get_node("/chosen/left/module@14c000000")
    assert data(ramdisk, "compatible") == ["multiboot,ramdisk", "multiboot,module"]
    assert data(ramdisk, "reg") == [1, 0x4C00_0000, 0, 7]


def test_static_memory_sharing_and_channels(tmp_path: Path):
    partition = load(write_partition(tmp_path, WHOLE)).partition
    tree = described(partition, {})
    right = tree.get_node("/chosen/right")
    assert data(right, "xen,static-mem") == [0, 0x6000_0000, 0, 64 * MB, 0, 0x7000_0000, 0, 64 * MB]
    assert data(right, "#xen,static-mem-address-cells") == [2]
    for name, role in (("left", "owner"), ("right", "borrower")):
        shared = tree.get_node(f"/chosen/{name}/shared-memory@50000000")
        assert data(shared, "compatible") == ["xen,domain-shared-memory-v1"]
        assert data(shared, "role") == [role] and data(shared, "xen,shm-id") == ["pipe"]
        assert data(shared, "xen,shared-mem") == [0, 0x5000_0000, 0, 0x5000_0000, 0, MB]
    one, other = tree.get_node("/chosen/left/evtchn@a"), tree.get_node("/chosen/right/evtchn@b")
    assert data(one, "compatible") == ["xen,evtchn-v1"]
    assert data(one, "xen,evtchn") == [10, *data(other, "phandle")]
    assert data(other, "xen,evtchn") == [11, *data(one, "phandle")]
    assert data(one, "phandle") != data(other, "phandle") and data(one, "phandle")[0] > 7


def test_the_hardware_domain():
    partition = Partition(domain=(domain(hardware=True, vcpus=2, on_crash="halt"),))
    tree = described(partition, {(0, "kernel"): Range(0x4800_0000, 0x1234)})
    chosen = tree.get_node("/chosen")
    assert data(chosen, "xen,dom0-bootargs") == ["console=hvc0"]
    assert data(chosen, "wrought,name") == ["d"] and data(chosen, "wrought,on-crash") == ["halt"]
    assert data(chosen, "wrought,dom0-memory") == [0, 64 * 1024]
    module = tree.get_node("/chosen/module@48000000")
    assert data(module, "compatible") == ["multiboot,kernel", "multiboot,module"]
    assert "dom0_mem=65536K dom0_max_vcpus=2" in xen_arguments(partition)


def test_command_lines():
    assert kernel_arguments(domain(ramdisk="busybox")) == "console=ttyAMA0 rdinit=/init"
    assert kernel_arguments(domain(console="pv")) == "console=hvc0"
    assert kernel_arguments(domain(console="none")) == ""
    assert kernel_arguments(domain(bootargs="x=1", ramdisk="busybox")) == "x=1"


def test_passthrough():
    tree = board()
    made = fragment(tree, [Device(path="/uart@9000000", trusted=True),
                           Device(path="/soc/eth@1000")])
    back = fdt.parse_dtb(made.to_bytes())
    uart = back.get_node("/passthrough/uart@9000000")
    assert data(uart, "xen,path") == ["/uart@9000000"]
    assert data(uart, "xen,reg") == [0, 0x900_0000, 0, 0x1000, 0, 0x900_0000]
    assert data(uart, "xen,force-assign-without-iommu") == []
    assert data(uart, "interrupt-parent") == [65000]
    assert data(back.get_node("/passthrough/apb-clk"), "phandle") == [7]
    eth = back.get_node("/passthrough/eth@1000")
    assert data(eth, "reg") == [0, 0xFE00_1000, 0, 0x200]
    assert data(eth, "xen,reg") == [0, 0xFE00_1000, 0, 0x1000, 0, 0xFE00_1000]
    assert data(eth, "xen,force-assign-without-iommu") is None
    assert tree.root.find("/soc/eth@1000").props["xen,passthrough"] == b""


@pytest.mark.parametrize("path, trusted, message", [
    ("/uart@9000001", True, "no such device; did you mean /uart@9000000?"),
    ("/nothing", True, "no such device$"), ("/chosen", True, "no registers"),
    ("/uart@9000000", False, "no IOMMU confines its DMA.*trusted = true")])
def test_devices_that_cannot_be_given(path: str, trusted: bool, message: str):
    with pytest.raises(Wrong, match=message):
        fragment(board(), [Device(path=path, trusted=trusted)])


def test_other_nodes_stay():
    tree = board()
    describe(tree, Partition(domain=(domain(),)), {})
    expected = board()
    del tree.root.children["chosen"], expected.root.children["chosen"]
    assert dt.parse(tree.to_bytes(), "t") == expected
