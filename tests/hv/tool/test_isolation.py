"""`wrought check` against honest builders and against tampered ones."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hv.tool.files import an_image, write_partition
from hv.tool.tampering import BLOCK, DEVICE_BLOCK, RAM_BLOCK, block_of, entry_at, put
from wrought.cli.main import run
from wrought.hv.tool import qemu
from wrought.hv.tool.devicetree import Node, Tree, number64, strings, words
from wrought.hv.tool.isolation.check import check, examine
from wrought.hv.tool.isolation.report import summary
from wrought.hv.tool.isolation.simulate import Outcome, simulate
from wrought.hv.tool.isolation.smmu_model import SmmuModel
from wrought.hv.tool.partition import Source, load
from wrought.hv.tool.plan import Plan, prepare
from wrought.hv.tool.problems import PartitionError, Problem
from wrought.hv.tool.qemu import PROGRAM
from wrought.hv.tool.quantities import Range
from wrought.hv.tool.schema import Device, Domain, Hypervisor, Machine, Partition, SharedMemory

pytestmark = pytest.mark.skipif(not shutil.which(PROGRAM), reason=f"needs {PROGRAM}")

RAM = 0x4000_0000
"""Where a guest's memory begins."""
LEFT, RIGHT = 1, 2
TEXT = """\
[hypervisor]
image = "Image"
[[domain]]
name = "left"
kernel = "Image"
memory = "64 MiB"
[[domain]]
name = "right"
kernel = "Image"
ramdisk = "rd"
memory = "128 MiB"
vcpus = 2
[machine]
cpus = 3
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Two domains on QEMU's virt."""
    return prepare(load(write_partition(tmp_path, TEXT)), tmp_path)


@pytest.fixture
def outcome(plan: Plan) -> Outcome:
    """Both built."""
    return simulate(plan)


def found(plan: Plan, outcome: Outcome) -> dict[str, list[str]]:
    """Messages by rule, each as the user sees it, with its line."""
    result: dict[str, list[str]] = {}
    for one in examine(plan, outcome).findings:
        line = str(plan.source.error(Problem(one.key, one.message)))
        result.setdefault(one.rule, []).append(line.removeprefix(f"{plan.source.path}:"))
    return result


def make(folder: Path, *domains: Domain, shared: tuple[SharedMemory, ...] = (),
         machine: Machine | None = None) -> Plan:
    """A partition that no schema's checks have seen."""
    (folder / "Image").write_bytes(an_image())
    partition = Partition(machine=machine or Machine(), hypervisor=Hypervisor(image="Image"),
                          domain=domains, shared_memory=shared)
    return prepare(Source(folder / "p.toml", partition), folder)


def guest(name: str, **options: object) -> Domain:
    """A domain of 64 MiB."""
    return Domain.model_validate({"name": name, "kernel": "Image", "memory": 64 << 20} | options)


def test_an_honest_builder_is_believed(plan: Plan, outcome: Outcome):
    assert not found(plan, outcome)
    spaces = examine(plan, outcome).claims.spaces
    assert sum(one.size for one in spaces[LEFT].mappings) == 64 << 20
    assert sum(one.size for one in spaces[RIGHT].mappings) == 128 << 20
    assert {one.rights for one in spaces[LEFT].mappings} == {"rwx"}


@pytest.mark.parametrize("gic", [2, 3])
def test_the_command(gic: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    path = write_partition(tmp_path, TEXT + f"gic = {gic}\n")
    assert run(["check", str(path)]) == 0
    text = capfd.readouterr().out
    assert "right: domain 2, 2 vCPUs, 128 MiB" in text and "isolated: " in text
    assert ("device " in text) == (gic == 2), "every guest has GICV"
    assert run(["check", "--json", str(path)]) == 0
    said = json.loads(capfd.readouterr().out)
    assert said["isolated"] and said["domains"][1]["mappings"][-1]["guest"] >= RAM


def test_memory_of_another_domain(plan: Plan, outcome: Outcome):
    there = block_of(outcome.window, outcome.domains[RIGHT], RAM + BLOCK)
    put(outcome.window, outcome.domains[LEFT], RAM, there | RAM_BLOCK)
    (message,) = found(plan, outcome)["two-domains"]
    assert message == (f"11: domain[1].memory: the memory {there:#x}+2 MiB can be reached from "
                       f'"left" (its {RAM:#x}) and from "right" (its {RAM + BLOCK:#x})')


def test_one_page_of_another_domain(plan: Plan, outcome: Outcome):
    """A block becomes a table whose last page is stolen; the table lies in free memory."""
    left, window = outcome.domains[LEFT], outcome.window
    stolen = block_of(window, outcome.domains[RIGHT], RAM)
    own = block_of(window, left, RAM)
    table = outcome.free[0].start
    for i in range(512):
        page = stolen if i == 511 else own + i * 4096
        window.set_word(table + 8 * i, page | RAM_BLOCK | 2)
    put(window, left, RAM, table | 3)
    (message,) = found(plan, outcome)["two-domains"]
    assert f"{stolen:#x}+4 KiB" in message and f"{RAM + BLOCK - 4096:#x}" in message


def test_the_image(plan: Plan, outcome: Outcome):
    put(outcome.window, outcome.domains[LEFT], RAM, outcome.image.start & -BLOCK | RAM_BLOCK)
    messages = found(plan, outcome)["hypervisor-frame"]
    assert messages[0].startswith('6: domain[0].memory: "left" reaches the hypervisor\'s image: ')


def test_page_tables(plan: Plan, outcome: Outcome):
    root = outcome.domains[RIGHT].root
    put(outcome.window, outcome.domains[LEFT], RAM, root & -BLOCK | RAM_BLOCK)
    text = "\n".join(found(plan, outcome)["hypervisor-frame"])
    for what in ('page tables, those of "left"', 'page tables, those of "right"',
                 "frame allocator's bits", 'frames that serve "right"'):
        assert what in text


def test_free_memory(plan: Plan, outcome: Outcome):
    free = max(outcome.free, key=lambda place: place.size)
    there = free.end - BLOCK
    put(outcome.window, outcome.domains[LEFT], RAM + (64 << 20), there | RAM_BLOCK)
    messages = found(plan, outcome)
    assert "memory that is free" in messages["free-frame"][0]
    assert '"left" reaches 66 MiB of memory, and EL2 accounts for 64 MiB' in messages["memory"][0]


def test_files_of_another(plan: Plan, outcome: Outcome):
    ramdisk = next(m.place.start for m in plan.modules if m.kind == "ramdisk")
    put(outcome.window, outcome.domains[LEFT], RAM, ramdisk & -BLOCK | RAM_BLOCK)
    assert any('the ramdisk of "right" as it was loaded' in message
               for message in found(plan, outcome)["hypervisor-frame"])
    put(outcome.window, outcome.domains[LEFT], RAM, plan.tree_place.start & -BLOCK | RAM_BLOCK)
    assert any("the board's device tree" in message
               for message in found(plan, outcome)["hypervisor-frame"])


def test_devices(plan: Plan, outcome: Outcome):
    """The UART's 2 MB hold other devices, which nobody was given either."""
    put(outcome.window, outcome.domains[LEFT], RAM + (64 << 20), 0x0900_0000 | DEVICE_BLOCK)
    messages = found(plan, outcome)
    assert "\"left\" reaches the hypervisor's UART, 0x9000000+4 KiB" in (
        messages["hypervisor-device"][0])
    assert messages["hypervisor-device"][0].startswith("4: domain[0].name: ")
    assert "nor a device that it is given" in messages["outside"][0]
    assert "rights" not in messages


@pytest.mark.parametrize(("entry", "message"), [
    (0x0900_0000 | DEVICE_BLOCK & ~(1 << 54), "device registers can be executed"),
    (0x0900_0000 | DEVICE_BLOCK | 0xF << 2, "mapped as memory, which caches may hold"),
    (0x4400_0000 | DEVICE_BLOCK, "memory is mapped as a device")])
def test_rights(plan: Plan, outcome: Outcome, entry: int, message: str):
    put(outcome.window, outcome.domains[LEFT], RAM + (64 << 20), entry)
    assert any(message in text for text in found(plan, outcome)["rights"])


def test_beyond_memory(plan: Plan, outcome: Outcome):
    put(outcome.window, outcome.domains[LEFT], RAM, outcome.window.ram.end | RAM_BLOCK)
    assert "neither the machine's memory nor a device" in found(plan, outcome)["outside"][0]


def test_broken_tables(plan: Plan, outcome: Outcome):
    left, right = outcome.domains[LEFT], outcome.domains[RIGHT]
    put(outcome.window, left, RAM, block_of(outcome.window, left, RAM) + 0x1000 | RAM_BLOCK)
    assert "is not aligned" in found(plan, outcome)["tables"][0]
    block = entry_at(outcome.window, left, RAM)
    outcome.window.set_word(block, left.root | 3)
    assert "is used twice" in found(plan, outcome)["tables"][0]
    outcome.window.set_word(block, outcome.window.ram.end | 3)
    assert "outside memory" in found(plan, outcome)["tables"][0]
    outcome.window.set_word(block, entry_at(outcome.window, right, RAM) & -4096 | 3)
    assert any('"right" and "left" share the table' in text
               for text in found(plan, outcome)["tables"])


def test_vmids(plan: Plan, outcome: Outcome):
    domains = dict(outcome.domains)
    domains[RIGHT] = dataclasses.replace(domains[RIGHT], vmid=domains[LEFT].vmid)
    (message,) = found(plan, dataclasses.replace(outcome, domains=domains))["tables"]
    assert 'that of "left" too: TLBs would mix them up' in message


def test_static_memory_behind_the_schemas_back(tmp_path: Path):
    """The hypervisor maps what it is told; the overlap shows in its tables."""
    plan = make(tmp_path, guest("left", memory=None,
                                static_memory=(Range(0x5000_0000, 64 << 20),)),
                guest("right", memory=None, static_memory=(Range(0x5200_0000, 64 << 20),)))
    (message,) = found(plan, simulate(plan))["two-domains"]
    assert "domain[1].static-memory: the memory 0x52000000+32 MiB" in message


def test_static_memory_beyond_ram(tmp_path: Path):
    """EL2 would fault on it; the line is told without trying."""
    end = 0x4000_0000 + (512 << 20)
    plan = make(tmp_path, guest("left", memory=None,
                                static_memory=(Range(end - (32 << 20), 64 << 20),)),
                machine=Machine(memory=512 << 20))
    with pytest.raises(PartitionError, match=r"domain\[0\].static-memory: .* is not in the"):
        check(plan)


def test_too_little_memory(tmp_path: Path):
    plan = make(tmp_path, guest("left"), guest("right", memory=1 << 30),
                machine=Machine(memory=512 << 20))
    messages = found(plan, simulate(plan))
    assert '"right" is not started' in messages["not-built"][0]
    assert "there is not enough free memory" in messages["not-built"][0]


def test_interrupts(tmp_path: Path):
    """The UART that the hypervisor prints on, and its interrupt, cannot be a domain's."""
    uart = Device(path="/pl011@9000000", trusted=True)
    plan = make(tmp_path, guest("left", devices=(uart,)))
    (message,) = found(plan, simulate(plan))["interrupt"]
    assert "interrupt 33 goes to \"left\" (/pl011@9000000) and to the hypervisor" in message


BRIDGE = "/pcie@10000000"
STREAM = 0x10


def with_bridge(folder: Path) -> Plan:
    """The first of two domains has the PCI host bridge, whose 65536 streams are an SMMU's."""
    root = Node("", {"#address-cells": words(2), "#size-cells": words(2)})
    bus = root.child("passthrough")
    bus.props = {"#address-cells": words(2), "#size-cells": words(2)}
    bus.child("pcie").props = {
        "xen,path": strings(BRIDGE),
        "xen,reg": number64(0x40_1000_0000, 0x1000_0000, 0x40_1000_0000)
        + number64(0x1000_0000, 0x10_0000, 0x1000_0000)}
    (folder / "bridge.dtb").write_bytes(Tree(root).to_bytes())
    return make(folder, guest("left", devices=(Device(path=BRIDGE),), device_tree="bridge.dtb"),
                guest("right"), machine=Machine(iommu="smmuv3", cpus=2))


@pytest.fixture(params=[(7, 2), (8, 1)], ids=["stage1", "stage2"])
def bridged(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
            ) -> tuple[Plan, Outcome, SmmuModel]:
    """Both built, on an SMMU without or with stage 2."""
    plan = with_bridge(tmp_path)
    monkeypatch.setattr(qemu, "version", lambda: request.param)
    outcome = simulate(plan)
    (model,) = outcome.smmus.values()
    assert model.regime(STREAM).kind == f"stage {2 if request.param > (8,) else 1}"
    return plan, outcome, model


def test_dma_of_an_honest_builder(bridged: tuple[Plan, Outcome, SmmuModel]):
    plan, outcome, _ = bridged
    assert not found(plan, outcome)
    said = "\n".join(summary(examine(plan, outcome).claims))
    assert f"device {BRIDGE}: " in said and "DMA confined by an SMMU" in said


def test_dma_into_another_domain(bridged: tuple[Plan, Outcome, SmmuModel]):
    plan, outcome, model = bridged
    right = outcome.domains[RIGHT]
    if model.stage2:
        at = model.address_of_entry(STREAM)
        outcome.window.set_word(at + 24, right.root)
    else:
        root = model.regime(STREAM).root
        at = entry_at(outcome.window, dataclasses.replace(right, root=root), RAM)
        old = outcome.window.words(at, 1)[0]
        stolen = block_of(outcome.window, right, RAM)
        outcome.window.set_word(at, old & ~0xFFFF_FFFF_F000 | stolen)
    messages = found(plan, outcome)
    assert f'{BRIDGE} of "left" reaches' in messages["dma"][0]
    assert "by DMA" in messages["dma"][0] and "domain[0].devices" in messages["dma"][0]


def test_dma_past_the_tables(bridged: tuple[Plan, Outcome, SmmuModel]):
    plan, outcome, model = bridged
    at = model.address_of_entry(STREAM)
    outcome.window.set_word(at, 0b1001)
    assert "is not translated at all" in found(plan, outcome)["dma"][0]


def test_dma_of_nobodys_device(bridged: tuple[Plan, Outcome, SmmuModel]):
    """The file that is judged by gives the bridge to the hypervisor: to nobody."""
    plan, outcome, _ = bridged
    partition = plan.source.partition
    bare = partition.domain[0].model_copy(update={"devices": ()})
    source = dataclasses.replace(plan.source, partition=partition.model_copy(
        update={"domain": (bare, partition.domain[1])}))
    messages = found(dataclasses.replace(plan, source=source), outcome)
    assert "gives its device to none of ['left', 'right']" in messages["dma"][0]
    assert "nor a device that it is given" in messages["outside"][0]


def test_interrupts_that_go_astray(plan: Plan, outcome: Outcome):
    (message,) = found(plan, dataclasses.replace(outcome, routes={40: RIGHT}))["interrupt"]
    assert 'interrupt 40 goes to "right": no device of its own' in message


def test_the_smmus_tables(bridged: tuple[Plan, Outcome, SmmuModel]):
    plan, outcome, model = bridged
    table = model.registers[0x80] & 0xFFFF_FFFF_F000
    put(outcome.window, outcome.domains[RIGHT], RAM, table & -BLOCK | RAM_BLOCK)
    assert any("tables and queues of SMMU 0x9050000" in message
               for message in found(plan, outcome)["hypervisor-frame"])


TAMPERED = """\
import sys
from wrought.hv.abi.address import Gpa, Hpa
from wrought.hv.core.build import ram
from wrought.hv.core.stage2 import stage2_map
from wrought.hv.core.stage2_types import Kind, Stage2
from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, u64


@fn
def and_more(s: Ptr[Stage2], gpa: Gpa, hpa: Hpa, size: u64, kind: Kind) -> bool:
    if {tampered}:
        stage2_map(s, gpa + (u64(1) << 30), hpa + (u64(64) << 20), 4096, kind)
    return stage2_map(s, gpa, hpa, size, kind)


ram.stage2_map = and_more
from wrought.cli.main import run
sys.exit(run(["check", sys.argv[1]]))
"""


@pytest.mark.parametrize("tampered", [False, True])
def test_a_tampered_builder(tmp_path: Path, tampered: bool):
    """The builder is compiled around a map function that shows each guest a page of what lies
    64 MiB behind its own memory: the other's, and free memory."""
    path = write_partition(tmp_path, TEXT)
    program = tmp_path / "tampered.py"
    program.write_text("from __future__ import annotations\n" + TAMPERED.format(tampered=tampered))
    done = subprocess.run([sys.executable, str(program), str(path)], capture_output=True,
                          text=True, timeout=300, check=False)
    assert done.returncode == tampered, done.stderr
    for message in ('p.toml:11: domain[1].memory: the memory 0x', ' can be reached from "left"',
                    'domain[1].memory: "right" reaches memory that is free'):
        assert (message in done.stderr) == tampered
