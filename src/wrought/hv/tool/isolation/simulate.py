"""EL2's builder on this host: what a boot loader leaves in memory, then EL2's own boot order.

Everything that is called here is what EL2 is compiled from, on the fake machine.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from wrought.errors import WroughtError
from wrought.hv.core import domain as core_domain
from wrought.hv.core import foreign, frames
from wrought.hv.core.board import Board, read_board
from wrought.hv.core.build import all as builder
from wrought.hv.core.build import memory as boot_memory
from wrought.hv.core.build import result
from wrought.hv.core.domain import MAX_DOMAINS
from wrought.hv.core.sched_admin import sched_init
from wrought.hv.core.sched_types import SchedKind
from wrought.hv.drivers.gic.host import gic_probe
from wrought.hv.drivers.gic.places import gic
from wrought.hv.drivers.held import hold_devices
from wrought.hv.drivers.smmu import host as smmu
from wrought.hv.drivers.smmu.registers import REGISTERS
from wrought.hv.drivers.uart.console import find_console
from wrought.hv.fake import cpu as fake_cpu
from wrought.hv.fake import devices as fake_devices
from wrought.hv.fake import guest as fake_guest
from wrought.hv.fake import iommu as fake_iommu
from wrought.hv.fake import memory as fake_memory
from wrought.hv.machine.memory import bytes_at
from wrought.hv.tool import qemu
from wrought.hv.tool.isolation.board_facts import smmus as smmus_of
from wrought.hv.tool.isolation.memory import PAGE, Window
from wrought.hv.tool.isolation.smmu_model import SmmuModel
from wrought.hv.tool.kernel import image_header
from wrought.hv.tool.placement import banks_of
from wrought.hv.tool.plan import Plan
from wrought.hv.tool.quantities import Range
from wrought.lang.build.call import mmio_window
from wrought.lang.build.errors import Panic
from wrought.rt.fdt import Fdt, open_tree

ADDRESS_BITS = {"arm,cortex-a35": 40, "arm,cortex-a53": 40, "arm,cortex-a55": 40,
                "arm,cortex-a57": 44, "arm,cortex-a72": 44, "arm,cortex-a76": 40,
                "arm,neoverse-n1": 48}
"""Physical address bits by the processors' manuals (ID_AA64MMFR0_EL1.PARange)."""
MOST_BITS = 48
GICR_STRIDE = 0x2_0000


@dataclass(frozen=True)
class BuiltDomain:
    """A domain as EL2 has built it."""

    number: int
    root: int
    """Machine address of its stage 2 tables."""
    ipa_bits: int
    vmid: int
    frames: int
    """4 KB frames of RAM that EL2 believes it to have."""
    vcpus: int
    direct: bool
    held: tuple[Range, ...]
    """Frames of the hypervisor's that serve it: grant tables, event queues."""


@dataclass(frozen=True)
class Outcome:
    """The machine as it is when the first guest would run."""

    window: Window
    banks: tuple[Range, ...]
    image: Range
    tree: Range
    domains: dict[int, BuiltDomain]
    failures: dict[int, str]
    """Why a domain is not there, by its number."""
    allocator: tuple[Range, ...]
    """Frames with the allocator's own bits."""
    free: tuple[Range, ...]
    """What the allocator still has to give."""
    devices: dict[str, Range]
    """Registers that the hypervisor keeps for itself, by what they are."""
    virtual_interface: Range | None
    """GICV, which every guest of a GICv2 machine reaches."""
    said: str
    """What EL2 printed."""
    smmus: dict[int, SmmuModel]
    """By the address of their registers."""
    routes: dict[int, int]
    """Interrupts that go to domains: INTID to the domain's number."""


def simulate(plan: Plan) -> Outcome:
    """Boot up to the first guest.  Raises `WroughtError` where EL2 would stop."""
    window = Window(banks_of(plan.tree))
    image = load(plan, window)
    blob = Range(plan.tree_place.start, plan.tree_path.stat().st_size)
    forget(window)
    tree, board = Fdt(), Board()
    with captured() as said, smmu_models(plan, window) as smmus:
        try:
            if int(open_tree(tree, bytes_at(blob.start, blob.size))) != 0:
                raise WroughtError(f"{plan.tree_path}: EL2 finds the device tree damaged")
            devices = probe(tree, plan)
            read_board(tree, board)
            fake_cpu.cpus.set(max(1, board.cpu_count))
            boot_memory.give_memory(board, tree, image.start, image.end, blob.start, blob.size)
            hold_devices(tree)
            fake_guest.own_grants.set(image.start)
            start_smmus(tree, smmus)
            sched_init(SchedKind.FAIR, board.cpu_count)
            builder.build_all(tree)
        except Panic as panic:
            raise WroughtError(f"EL2 would stop: {panic}") from None
    virtual = Range(gic.get().virtual.start, 0x2000) if gic.get().version == 2 else None
    return Outcome(window, tuple(Range(b.start, b.end - b.start) for b in
                                 list(board.banks)[:board.bank_count]),
                   image, blob, dict(built()), failures(), tuple(allocator_frames()),
                   tuple(free_ranges()), devices, virtual, said[0], smmus, dict(routes()))


def load(plan: Plan, window: Window) -> Range:
    """Put everything where the boot loader, or QEMU, puts it; the hypervisor's own place."""
    data = plan.image.read_bytes()
    size = image_header(data, plan.image.name).size
    image = Range(plan.image_place.end - size, size)
    window.write(image.start, data)
    window.write(plan.tree_place.start, plan.tree_path.read_bytes())
    for module in plan.modules:
        window.write(module.place.start, module.path.read_bytes())
    return image


def forget(window: Window) -> None:
    """A machine that was just switched on."""
    fake_memory.set_window(window.ram.start, window.ram.size, window.address)
    frames.forget_memory()
    foreign.forget_foreign()
    fake_guest.forget_all()
    fake_devices.forget_routes()
    fake_iommu.forget_devices()
    for i in range(MAX_DOMAINS):
        core_domain.domains.get()[i] = None
        builder.outcomes.get()[i] = 0


def probe(tree: Any, plan: Plan) -> dict[str, Range]:
    """Find interrupt controller and console as EL2 does, and tell the fake machine."""
    if not gic_probe(tree):
        raise WroughtError("EL2 would stop: no GICv2 with virtualization extension and no GICv3")
    found = gic.get()
    fake_guest.gic_version.set(found.version)
    fake_guest.own_gicd.set(found.distributor.start)
    fake_guest.own_gicd_size.set(found.distributor.size)
    fake_guest.own_gicc.set(found.cpu_interface.start)
    fake_guest.own_gicr.set(found.redistributors[0].start)
    fake_guest.own_gicr_size.set(found.redistributors[0].size)
    fake_guest.gicv.set(found.virtual.start)
    fake_guest.guest_bits.set(address_bits(plan))
    devices = {"the interrupt distributor": found.distributor,
               "the physical CPU interface": found.cpu_interface,
               "the virtual interface control": found.hypervisor}
    for i in range(found.redistributor_count):
        devices[f"redistributor region {i}"] = found.redistributors[i]
    kept = {name: Range(place.start, place.size) for name, place in devices.items() if place.size}
    console = find_console(tree)
    if console.size:
        kept["the hypervisor's UART"] = Range(console.base, console.size)
    return kept


@contextmanager
def smmu_models(plan: Plan, window: Window) -> Generator[dict[int, SmmuModel]]:
    """A model behind the registers of every SMMUv3; QEMU's have stage 2 from version 8.1 on."""
    stage2 = plan.source.partition.machine.emulated is None or qemu.version() >= (8, 1)
    models = {base: SmmuModel(window, stage2) for base in smmus_of(plan.tree)}
    with ExitStack() as stack:
        for base, model in models.items():
            stack.enter_context(mmio_window(base, REGISTERS, model.read, model.write))
        yield models
        driven: Any = fake_iommu.driven
        driven.set(False)


def start_smmus(tree: Any, models: dict[int, SmmuModel]) -> None:
    """As EL2 does, before any device is given away."""
    if models:
        smmu.smmu_reset()
        smmu.smmu_probe(tree)
        smmu.smmu_start_all()
        driven: Any = fake_iommu.driven
        driven.set(True)


def routes() -> Iterator[tuple[int, int]]:
    """Interrupts that EL2 has routed."""
    known: Any = fake_devices.routes
    for number, route in enumerate(known.get()):
        if route.given:
            yield number, int(route.domain)


def address_bits(plan: Plan) -> int:
    """Bits of guest addresses: the processor's, which no device tree says."""
    cpus = plan.tree.root.find("cpus")
    for _, node in cpus.walk() if cpus else ():
        for name in node.texts("compatible"):
            if name in ADDRESS_BITS:
                return ADDRESS_BITS[name]
    return MOST_BITS


def built() -> Iterator[tuple[int, BuiltDomain]]:
    """All domains that EL2 has entered into its list."""
    for number, pointer in enumerate(core_domain.domains.get()):
        if pointer is None:
            continue
        d = pointer.value
        yield number, BuiltDomain(number, int(d.memory.root), int(d.memory.ipa_bits),
                                  int(d.memory.vmid), int(d.frames), int(d.vcpu_count),
                                  bool(d.direct), tuple(held_frames(d)))


def failures() -> dict[int, str]:
    """What EL2 says of domains that it could not build."""
    outcomes = [int(outcome) for outcome in builder.outcomes.get()]
    return {number: bytes(result.explain(outcome)).decode()
            for number, outcome in enumerate(outcomes) if outcome}


def held_frames(d: Any) -> Iterator[Range]:
    """Frames that the parts of EL2 have taken for a domain and keep in its structure."""
    grants, events = d.grants, d.events
    found = [int(d.shared_info), int(d.console.ring)]
    for field in ("frames", "status", "active", "handles"):
        found += [int(at) for at in getattr(grants, field)]
    found.append(int(events.directory))
    yield from (Range(at, PAGE) for at in found if at)


def memory_ranges() -> list[Any]:
    """The allocator's ranges."""
    known: Any = frames
    return list(known.ranges.get()[:known.range_count.get()])


def allocator_frames() -> Iterator[Range]:
    """Where the allocator keeps its bits."""
    for r in memory_ranges():
        words = (r.end - r.base + 63) // 64
        start = int(frame_of_words(r))
        yield Range(start & -PAGE, (start % PAGE + words * 8 + PAGE - 1) & -PAGE)


def frame_of_words(r: Any) -> int:
    """Machine address of a range's bits."""
    window = fake_memory.window.get()
    return r.words.address - window.base + window.start


def free_ranges() -> Iterator[Range]:
    """The allocator's clear bits as ranges."""
    for r in memory_ranges():
        bits = b"".join(int(word).to_bytes(8, "little") for word in list(r.words))
        run: int | None = None
        for i in range(r.first - r.base, r.end - r.base):
            taken = bits[i >> 3] >> (i & 7) & 1
            if not taken and run is None:
                run = i
            elif taken and run is not None:
                yield Range((r.base + run) * PAGE, (i - run) * PAGE)
                run = None
        if run is not None:
            yield Range((r.base + run) * PAGE, (r.end - r.base - run) * PAGE)


@contextmanager
def captured() -> Generator[list[str]]:
    """Take what compiled code prints, which goes to the process's standard output; afterwards the
    list holds it."""
    said = [""]
    with tempfile.TemporaryFile() as spool:
        before = os.dup(1)
        os.dup2(spool.fileno(), 1)
        try:
            yield said
        finally:
            os.dup2(before, 1)
            os.close(before)
            spool.seek(0)
            said[0] = spool.read().decode("utf-8", "replace")
