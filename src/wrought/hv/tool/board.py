"""What of a board the hypervisor can use: the answer is that of the code which runs at EL2, called
in this process on the board's device tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wrought.hv.core.board import Board, Firmware, read_board
from wrought.hv.drivers.gic import probe
from wrought.hv.drivers.gic.places import gic
from wrought.hv.tool.board_console import Console, find
from wrought.hv.tool.board_tree import Tree
from wrought.rt.fdt import ROOT

GUIDE = "docs/guide/port-board.md"
TIMERS = ("arm,armv8-timer", "arm,armv7-timer")
ITS = "arm,gic-v3-its"
SMMUS = {
    "arm,smmu-v3": "SMMUv3", "arm,mmu-500": "MMU-500", "qcom,smmu-v2": "Qualcomm SMMUv2",
    "arm,smmu-v2": "SMMUv2", "arm,smmu-v1": "SMMUv1", "qcom,msm-iommu-v1": "Qualcomm IOMMUv1",
    "rockchip,iommu": "Rockchip IOMMU", "rockchip,rk3568-iommu": "Rockchip IOMMU",
    "allwinner,sun50i-h6-iommu": "Allwinner IOMMU", "renesas,ipmmu-vmsa": "Renesas IPMMU",
    "nvidia,tegra210-smmu": "Tegra SMMU", "nvidia,tegra124-smmu": "Tegra SMMU",
}
"""IOMMUs by compatible string."""


@dataclass(frozen=True)
class Report:
    """What `wrought board` knows about a board."""

    file: str
    model: str
    console: Console
    gic: str
    """"v2", "v3", or what is wrong with it."""
    gic_usable: bool
    start: str
    """How CPUs start: "psci smc", "psci hvc", "spin-table", "none"."""
    timer: str
    """Path of the timer's node, or ""."""
    memory: tuple[tuple[int, int], ...]
    """Banks of RAM: first address, bytes."""
    cpus: tuple[tuple[str, int], ...]
    """Kinds of CPUs that are on, and their numbers."""
    iommus: tuple[tuple[str, int], ...]
    its: int
    missing: tuple[str, ...] = ()
    """What keeps the hypervisor from running, each with what to do."""
    notes: tuple[str, ...] = ()
    """What is good to know."""

    @property
    def bootable(self) -> bool:
        """Whether the hypervisor runs on it."""
        return not self.missing

    @property
    def verdict(self) -> str:
        """"ready", "silent" (it runs, and needs to be told its UART) or "not yet"."""
        if self.missing:
            return "not yet"
        return "ready" if self.console.found else "silent"


def examine(path: Path) -> Report:
    """The report about a device tree file.  Raises `BoardError` and OSError."""
    tree = Tree(path)
    board: Any = Board()
    read_board(tree.fdt, board)
    usable, found_gic = _gic(tree)
    timer = next(tree.compatible(*TIMERS), None)
    report = Report(
        file=str(path), model=tree.text(ROOT, "model") or tree.text(ROOT, "compatible"),
        console=find(tree), gic=found_gic, gic_usable=usable, start=_start(tree, board),
        timer="" if timer is None else tree.path(timer),
        memory=tuple((int(bank.start), int(bank.end - bank.start))
                     for bank in list(board.banks)[:board.bank_count]),
        cpus=_cpus(tree), iommus=_iommus(tree), its=sum(1 for _ in tree.compatible(ITS)))
    return replace(report, missing=tuple(_missing(report)), notes=tuple(_notes(report)))


def _gic(tree: Tree) -> tuple[bool, str]:
    """Whether EL2 can use the interrupt controller, and which it is."""
    if probe.gic_probe(tree.fdt):
        return True, f"v{gic.get().version}"
    names = [name.decode() for name in (*probe.V3, *probe.V2)]
    node = next(tree.compatible(*names), None)
    if node is None:
        return False, "none"
    if probe.V3[0].decode() in tree.texts(node, "compatible"):
        return False, "v3 with registers missing"
    return False, "v2 without the virtualization interface"


def _start(tree: Tree, board: Any) -> str:
    if board.firmware != Firmware.NONE:
        return "psci smc" if board.firmware == Firmware.SMC else "psci hvc"
    by_table = any(tree.text(cpu, "enable-method") == "spin-table" for cpu in _cpu_nodes(tree))
    return "spin-table" if by_table else "none"


def _cpu_nodes(tree: Tree) -> Iterator[int]:
    """The CPUs that are on."""
    cpus = tree.find("/cpus")
    for node in tree.children(cpus) if cpus is not None else ():
        okay = tree.text(node, "status") in ("", "okay", "ok")
        if tree.text(node, "device_type") == "cpu" and okay:
            yield node


def _cpus(tree: Tree) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(tree.text(cpu, "compatible") for cpu in _cpu_nodes(tree)).items())


def _iommus(tree: Tree) -> tuple[tuple[str, int], ...]:
    """IOMMUs that are on.  Qualcomm's v2 of a display is also compatible with the general one."""
    kinds, seen = Counter[str](), set[int]()
    for compatible, name in SMMUS.items():
        for node in tree.compatible(compatible):
            if node not in seen:
                seen.add(node)
                kinds[name] += 1
    return tuple(kinds.items())


def _missing(report: Report) -> list[str]:
    """What has to be there and is not."""
    found: list[str] = []
    if not report.gic_usable:
        found.append({
            "none": "interrupt controller: the tree has no GIC that is on; the hypervisor needs a "
                    "GICv2 with virtualization or a GICv3",
            "v2 without the virtualization interface":
                "interrupt controller: the GICv2's node has no GICH and GICV registers (entries 2 "
                "and 3 of reg); if the chip has them, add them to the tree",
        }.get(report.gic, f"interrupt controller: GIC{report.gic}; complete its reg"))
    if report.start == "spin-table":
        found.append("PSCI: CPUs start by spin-table; use firmware with PSCI (Trusted Firmware-A)")
    elif report.start == "psci hvc":
        found.append("PSCI: by HVC, which is the hypervisor's own; firmware has to offer it by "
                     "SMC at EL3")
    elif report.start == "none":
        found.append("PSCI: no /psci node; boot loaders often add it: take the tree that the "
                     "board boots with")
    if not report.timer:
        found.append("timer: no node is compatible with arm,armv8-timer")
    if report.console.unsupported:
        found.append(f"console: no driver for {report.console.unsupported}; write one, a screen "
                     f"of Python: {GUIDE}")
    elif report.console.unreachable:
        found.append(f"console: {report.console.unreachable} has no memory address: a bus above "
                     "it has no ranges for it, an ISA bus for example, and needs a driver")
    return found


def _notes(report: Report) -> list[str]:
    """What does not keep it from running."""
    found = [f"console: {note}" for note in report.console.notes]
    if not report.memory:
        found.append("memory: the tree has no sizes; the boot loader fills them in")
    others = [name for name, _ in report.iommus if name != "SMMUv3"]
    if others:
        found.append(f"{', '.join(others)}: no driver; a device that does DMA is passed through "
                     "only where the configuration calls it trusted")
    elif not report.iommus:
        found.append("no IOMMU: a device that does DMA is passed through only where the "
                     "configuration calls it trusted")
    return found
