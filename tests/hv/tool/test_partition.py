"""Partition files: what is read, and what is said of each mistake, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hv.tool.files import DOMAIN, write_partition
from wrought.hv.tool.partition import load
from wrought.hv.tool.places import places
from wrought.hv.tool.problems import PartitionError
from wrought.hv.tool.quantities import Range, parse_range, parse_size, show_size
from wrought.hv.tool.schema import Board, Console, End

WHOLE = """\
[machine]
board = "virt"
cpus = 4
memory = "1 GiB"
gic = 2

[hypervisor]
scheduler = "fair"
log-level = "debug"

[[domain]]
name = "left"
kernel = "Image"
ramdisk = "rd"
memory = "128 MiB"
vcpus = 2
affinity = [0, 1]
weight = 512
devices = ["/virtio_mmio@a000000", { path = "/virtio_mmio@a000200", trusted = true }]
on-crash = "restart"

[[domain]]   # the second
name = "right"
kernel = "Image"
static-memory = ["0x60000000 + 64 MiB", "0x70000000-0x74000000"]
console = "pv"

[[shared-memory]]
name = "pipe"
domains = ["left", "right"]
memory = "0x50000000 + 1 MiB"

[[channel]]
between = ["left:10", { domain = "right", port = 11 }]
"""


def problems(folder: Path, text: str, name: str = "p.toml") -> str:
    """What is said of a file, without its folder."""
    path = write_partition(folder, text, name)
    with pytest.raises(PartitionError) as caught:
        load(path)
    assert caught.value.render().startswith("error: ")
    return caught.value.render().replace(f"{folder}/", "").replace("error: ", "")


def test_a_whole_file(tmp_path: Path):
    source = load(write_partition(tmp_path, WHOLE))
    partition = source.partition
    left, right = partition.domain
    assert partition.machine.emulated is Board.VIRT and partition.machine.memory == 1 << 30
    assert (left.size, left.vcpus, left.affinity, left.weight) == (128 << 20, 2, (0, 1), 512)
    assert [(d.path[-3:], d.trusted) for d in left.devices] == [("000", False), ("200", True)]
    assert left.on_crash is End.RESTART and left.console is Console.VPL011
    assert right.size == 128 << 20 and right.console is Console.PV
    assert right.static_memory == (Range(0x6000_0000, 64 << 20), Range(0x7000_0000, 64 << 20))
    assert partition.channel[0].between[1].port == 11
    assert source.file("Image") == tmp_path / "Image"


def test_all_mistakes_at_once(tmp_path: Path):
    assert problems(tmp_path, """\
[machine]
cpus = "two"
memori = "1 GiB"
[hypervisor]
scheduler = "credit"
[[domain]]
name = "left"
memory = "12 parsecs"
[[domain]]
kernel = "Image"
name = "right hand"
vcpus = 0
on-crash = "explode"
static-memory = ["0x1000"]
""") == """\
p.toml:2: machine.cpus: "two" is not a whole number
p.toml:3: machine.memori: there is no such key; did you mean 'memory'?
p.toml:5: hypervisor.scheduler: "credit" is not known; accepted: 'null' or 'fair'
p.toml:6: domain[0].kernel: it is missing
p.toml:8: domain[0].memory: "12 parsecs": a size is wanted: "256 MiB", "1 GiB", "64 KiB", or a \
number of bytes such as 0x1000_0000
p.toml:11: domain[1].name: "right hand" is not possible; a name has letters, digits, '.', '_', \
'-', and at most 31 characters
p.toml:12: domain[1].vcpus: 0 is too small; from 1 on
p.toml:13: domain[1].on-crash: "explode" is not known; accepted: 'restart', 'destroy' or 'halt'
p.toml:14: domain[1].static-memory[0]: "0x1000": a range is wanted: "0x60000000 + 64 MiB" or \
"0x60000000-0x64000000\""""


@pytest.mark.parametrize("change, message", [
    ('memory = "128 MiB"', "p.toml:1: domain[0].memory: it is missing: a size"),
    (('"Image"', '"rd"'), 'p.toml:3: domain[0].kernel: "rd": rd: this is no arm64 Linux Image: '
                          "it has only 7 bytes"),
    (('"Image"', '"none"'), 'p.toml:3: domain[0].kernel: "none": there is no file none; '
                            "or one of debian:cloud, debian:full, debian:xen"),
    (("128 MiB", "3 GiB"), "p.toml:4: domain[0].memory: 3 GiB: 3088 MiB are asked for so far, the "
                           "hypervisor's among them, and the machine has 2 GiB"),
    (('"left"', '"Xen"'), 'p.toml:2: domain[0].name: "Xen" is the hypervisor\'s own name'),
])
def test_a_changed_domain(tmp_path: Path, change: str | tuple[str, str], message: str):
    text = DOMAIN.replace(*change) if isinstance(change, tuple) else DOMAIN.replace(change, "")
    assert problems(tmp_path, text).startswith(message)


SECOND = DOMAIN.replace("left", "right")


@pytest.mark.parametrize("text, message", [
    ("", "p.toml:1: domain: it is missing"),
    ("a = = 1", "p.toml:1: this is no TOML: Invalid value"),
    (DOMAIN + "\n[x", "p.toml:6: this is no TOML: "),
    (DOMAIN + DOMAIN, 'p.toml:6: domain[1].name: "left" is the name of domain [0] already'),
    (DOMAIN + "vcpus = 33\n", "p.toml:5: domain[0].vcpus: 33"),
    ("[machine]\ngic = 2\ncpus = 8\n[hypervisor]\nscheduler = \"fair\"\n" + DOMAIN
     + "vcpus = 9\n", "p.toml:10: domain[0].vcpus: 9: a GICv2 tells at most 8 vCPUs apart"),
    (DOMAIN + "vcpus = 3\n", "p.toml:5: domain[0].vcpus: 3: with the scheduler \"null\" each vCPU"),
    (DOMAIN + "affinity = [2]\n", "p.toml:5: domain[0].affinity: there is no CPU 2: the machine "
                                  "has 2, 0 to 1"),
    (DOMAIN + 'devices = ["/a/b"]\n' + SECOND + 'devices = ["/a/b"]\n',
     'p.toml:10: domain[1].devices: "/a/b": domain "left" has it already'),
    (DOMAIN + 'devices = ["/a/b"]\n' + SECOND + 'devices = ["/a"]\n',
     'p.toml:10: domain[1].devices: "/a": domain "left" has "/a/b" on the same branch already'),
    (DOMAIN + 'devices = ["soc"]\n', 'p.toml:5: domain[0].devices[0].path: "soc" is not possible; '
                                     "the full path of a node is wanted"),
    (DOMAIN + 'devices = [{ path = "/a", trust = true }]\n', "p.toml:5: domain[0].devices[0].trust:"
     " there is no such key; did you mean 'trusted'?"),
    (DOMAIN.replace('memory = "128 MiB"', 'static-memory = ["0x60000000+8M", "0x60400000+8M"]'),
     'p.toml:4: domain[0].static-memory: 0x60400000+8 MiB overlaps 0x60000000+8 MiB of domain '
     '"left"'),
    (DOMAIN.replace('memory = "128 MiB"', 'static-memory = ["0x30000000 + 8M"]'),
     "p.toml:4: domain[0].static-memory: 0x30000000+8 MiB is not in the machine's memory, "
     "0x40000000+2 GiB"),
    (DOMAIN + 'static-memory = ["0x60000000 + 8M"]\n',
     "p.toml:4: domain[0].memory: 128 MiB, but static-memory adds up to 8 MiB"),
    (DOMAIN + "hardware = true\n" + SECOND + "hardware = true\n",
     'p.toml:10: domain[1].hardware: only one domain can be the hardware domain, and "left" is'),
    ('[machine]\nboard = "xlnx-zcu102"\ngic = 3\n' + DOMAIN, "p.toml:3: machine.gic: 3: xlnx-zcu102"
     " has a GICv2"),
    ("[machine]\ngic = 2\ncpus = 9\n" + DOMAIN, "p.toml:3: machine.cpus: 9: virt with this GIC has "
     "at most 8"),
    ('[machine]\nboard = "vrit"\n' + DOMAIN, "p.toml:2: machine.board: \"vrit\" is not known; "
     "accepted: 'virt', 'xlnx-zcu102' or 'xlnx-versal-virt'"),
    (DOMAIN + '[[channel]]\nbetween = ["left:1", "right:2"]\n',
     'p.toml:6: channel[0].between: there is no domain "right"; there are left'),
    (DOMAIN + '[[channel]]\nbetween = ["left:1", "left"]\n',
     'p.toml:6: channel[0].between[1]: "left": a domain and its port are wanted: "left:10"'),
    (DOMAIN + '[[channel]]\nbetween = ["left:1", "left:1"]\n',
     'p.toml:6: channel[0].between: port 1 of "left" is used already'),
    (DOMAIN + '[[shared-memory]]\nname = "s"\ndomains = ["right"]\nmemory = "0x50000000+1M"\n',
     'p.toml:7: shared-memory[0].domains: there is no domain "right"; there are left'),
    ("dom = 1\n" + DOMAIN, "p.toml:1: dom: there is no such key; did you mean 'domain'?"),
    ("zzz = 1\n" + DOMAIN, "p.toml:1: zzz: there is no such key; there are machine, hypervisor, "
     "domain, shared-memory, channel"),
])
def test_mistakes(tmp_path: Path, text: str, message: str):
    assert problems(tmp_path, text).startswith(message)


def test_no_text(tmp_path: Path):
    (tmp_path / "p").write_bytes(b"a\xff")
    with pytest.raises(PartitionError, match="byte 1 is not UTF-8"):
        load(tmp_path / "p")


def test_lines_of_keys():
    text = 'a = """\nb = 1\n"""\n[t.u]\nx = [\n  1, # [\n]\ny = "]"\n[[d]]\nk = 1\n[[d]]\nk = 2\n'
    assert places(text) == {(): 1, ("a",): 1, ("t", "u"): 4, ("t", "u", "x"): 5, ("t", "u", "y"): 8,
                            ("d",): 9, ("d", 0): 9, ("d", 0, "k"): 10, ("d", 1): 11,
                            ("d", 1, "k"): 12}


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.integers(1, (1 << 36) - 1), st.integers(0, (1 << 35)))
def test_sizes_and_ranges(pages: int, start: int):
    size = pages * 4096
    assert parse_size(show_size(size)) == parse_size(size) == parse_size(hex(size)) == size
    if start * 4096 + size <= 1 << 48:
        assert parse_range(f"{start * 4096:#x} + {size}") == Range(start * 4096, size)


@pytest.mark.parametrize("value", ["", "1", "4095", "-4 KiB", "0 MiB", True, 1.5, "1 TB", "4 k k"])
def test_no_sizes(value: object):
    with pytest.raises(ValueError, match="size"):
        parse_size(value)


CONFIG = """\
# made by hand
MEMORY_START="0x40000000"
MEMORY_END="0x80000000"
DEVICE_TREE="board.dtb"
XEN="xen"
XEN_CMD="console=dtuart"
NUM_DOMUS=2
FOLDER=.
DOMU_KERNEL[0]="Image"
DOMU_RAMDISK[0]="rd"
DOMU_MEM[0]="256"
DOMU_VCPUS[0]=2
DOMU_CMD[0]="console=ttyAMA0 root=/dev/ram0"
DOMU_KERNEL[1]="Image"
DOMU_STATIC_MEM[1]="0x60000000 0x4000000 0x70000000 0x4000000"
DOMU_VPL011[1]="0"
DOMU_PASSTHROUGH_PATHS[1]="/a@1 /b@2"
UBOOT_SOURCE="boot.source"
UBOOT_SCRIPT="boot.scr"
"""


def test_imagebuilder(tmp_path: Path):
    from hv.tool.test_devicetree import example

    (tmp_path / "board.dtb").write_bytes(example().to_bytes())
    path = write_partition(tmp_path, CONFIG.replace("FOLDER=.\n", ""), "config")
    partition = load(path).partition
    first, second = partition.domain
    assert partition.machine.load == Range(0x4000_0000, 1 << 30)
    assert partition.machine.emulated is None and partition.machine.dtb == "board.dtb"
    assert (first.name, first.memory, first.vcpus) == ("domU1", 256 << 20, 2)
    assert first.bootargs == "console=ttyAMA0 root=/dev/ram0" and first.ramdisk == "rd"
    assert second.size == 128 << 20 and second.direct_map and second.console is Console.NONE
    assert [device.path for device in second.devices] == ["/a@1", "/b@2"]


def test_mistakes_in_an_imagebuilder_config(tmp_path: Path):
    text = CONFIG.replace('DEVICE_TREE="board.dtb"\n', "").replace("VCPUS[0]=2", "VCPUS[0]=x")
    assert problems(tmp_path, text, "config") == (
        "config:7: FOLDER: this variable is not supported; write a TOML partition file if you need "
        "what it does, or remove it")
    assert problems(tmp_path, text.replace("FOLDER=.\n", ""), "config") == (
        'config:10: DOMU_VCPUS[0]: "x" is not a whole number')
    broken = 'NUM_DOMUS=1\nDOMU_KERNEL[0]="$(ls)"\nDOMU_CMD[0]="open\nwhat is this\n'
    assert problems(tmp_path, broken, "config") == """\
config:2: DOMU_KERNEL[0]: a command's output cannot be used; write the value itself
config:3: DOMU_CMD[0]: its quotes do not fit: No closing quotation
config:4: what is this: this is not VARIABLE=VALUE"""
