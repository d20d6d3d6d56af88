"""What a schema cannot say of a partition: whether its parts fit together."""

from __future__ import annotations

from collections.abc import Iterator

from wrought.hv.tool.places import Key
from wrought.hv.tool.problems import Problem
from wrought.hv.tool.quantities import Range, show_size
from wrought.hv.tool.schema import Board, Partition

RESERVED_NAMES = ("wrought", "xen")
"""Consoles show these for the hypervisor itself."""
KEPT = 16 << 20
"""Bytes of memory that domains cannot have: the hypervisor's."""
RAM_START = {Board.VIRT: 0x4000_0000, Board.ZCU102: 0, Board.VERSAL: 0}
"""Where the RAM of QEMU's machines begins."""
LARGEST_LOW = 2 << 30
"""Bytes: the first bank of the Xilinx machines; QEMU describes more of them in no tree."""
MOST_CPUS = {Board.VIRT: 128, Board.ZCU102: 4, Board.VERSAL: 2}
GICS = {Board.VIRT: (2, 3), Board.ZCU102: (2,), Board.VERSAL: (3,)}
GICV2_CPUS = 8
"""A GICv2 has eight CPU interfaces (IHI 0048B, 1.1)."""


def check(partition: Partition) -> Iterator[Problem]:
    """Everything that does not fit."""
    yield from _machine(partition)
    yield from _vcpus(partition)
    yield from _names(partition)
    yield from _cpus(partition)
    yield from _memory(partition)
    yield from _static_memory(partition)
    yield from _devices(partition)
    yield from _links(partition)


def _machine(partition: Partition) -> Iterator[Problem]:
    machine, board = partition.machine, partition.machine.emulated
    if board is None:
        if machine.load is None:
            yield Problem(("machine", "load"), "a board's device tree does not tell where its boot "
                          'loader may put files; name free RAM: "0x40000000 + 1 GiB"')
        return
    if machine.gic is not None and machine.gic not in GICS[board]:
        yield Problem(("machine", "gic"), f"{machine.gic}: {board} has a GICv{GICS[board][0]}")
    most = MOST_CPUS[board]
    if machine.gic == 2:
        most = min(most, GICV2_CPUS)
    if machine.cpus > most:
        yield Problem(("machine", "cpus"), f"{machine.cpus}: {board} with this GIC has at most "
                                           f"{most}")
    if board is not Board.VIRT:
        for key in ("cpu", "iommu"):
            if getattr(machine, key) is not None:
                yield Problem(("machine", key), f"{board} leaves no choice; remove the line")
        if machine.memory > LARGEST_LOW:
            yield Problem(("machine", "memory"), f"{show_size(machine.memory)}: at most "
                                                 f"{show_size(LARGEST_LOW)} of {board} are usable")


def _vcpus(partition: Partition) -> Iterator[Problem]:
    if partition.machine.gic == 2:
        for i, domain in enumerate(partition.domain):
            if domain.vcpus > GICV2_CPUS:
                yield Problem(("domain", i, "vcpus"), f"{domain.vcpus}: a GICv2 tells at most "
                                                      f"{GICV2_CPUS} vCPUs apart")


def _names(partition: Partition) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for i, domain in enumerate(partition.domain):
        if domain.name.lower() in RESERVED_NAMES:
            yield Problem(("domain", i, "name"), f'"{domain.name}" is the hypervisor\'s own name')
        if domain.name in seen:
            yield Problem(("domain", i, "name"), f'"{domain.name}" is the name of domain '
                                                 f"[{seen[domain.name]}] already")
        seen.setdefault(domain.name, i)
    hardware = [i for i, domain in enumerate(partition.domain) if domain.hardware]
    for i in hardware[1:]:
        yield Problem(("domain", i, "hardware"), f'only one domain can be the hardware domain, and '
                      f'"{partition.domain[hardware[0]].name}" is')
    for i in hardware:
        domain = partition.domain[i]
        for key in ("static_memory", "devices", "device_tree"):
            if getattr(domain, key):
                yield Problem(("domain", i, key.replace("_", "-")), "the hardware domain gets its "
                              "memory and devices from the board; remove the line")


def _cpus(partition: Partition) -> Iterator[Problem]:
    cpus = partition.machine.cpus
    known = partition.machine.emulated is not None
    total = 0
    for i, domain in enumerate(partition.domain):
        total += domain.vcpus
        bad = [cpu for cpu in domain.affinity if cpu >= cpus]
        if bad and known:
            yield Problem(("domain", i, "affinity"), f"there is no CPU {bad[0]}: the machine has "
                                                     f"{cpus}, 0 to {cpus - 1}")
        if partition.hypervisor.scheduler == "null" and total > cpus and known:
            yield Problem(("domain", i, "vcpus"), f"{domain.vcpus}: with the scheduler \"null\" "
                          f"each vCPU has a CPU of its own, {total} vCPUs are asked for so far "
                          f'and the machine has {cpus}; use hypervisor.scheduler = "fair"')
            return


def _memory(partition: Partition) -> Iterator[Problem]:
    total = sum(shared.memory.size for shared in partition.shared_memory) + KEPT
    for i, domain in enumerate(partition.domain):
        static = sum(piece.size for piece in domain.static_memory)
        if domain.memory is None and not static:
            yield Problem(("domain", i, "memory"), "it is missing: a size, "
                                                   'memory = "256 MiB", or static-memory')
        elif domain.memory is not None and static and static != domain.memory:
            yield Problem(("domain", i, "memory"), f"{show_size(domain.memory)}, but static-memory "
                                                   f"adds up to {show_size(static)}")
        total += domain.size
        if total > partition.machine.memory and partition.machine.emulated:
            yield Problem(("domain", i, "memory"), f"{show_size(domain.size)}: {show_size(total)} "
                          "are asked for so far, the hypervisor's among them, and the machine has "
                          f"{show_size(partition.machine.memory)}")
            return


def _static_memory(partition: Partition) -> Iterator[Problem]:
    taken: list[tuple[str, Range]] = []
    board = partition.machine.emulated
    ram = Range(RAM_START[board], partition.machine.memory) if board else None
    wanted: list[tuple[Key, str, Range]] = [
        (("domain", i, "static-memory"), f'domain "{domain.name}"', piece)
        for i, domain in enumerate(partition.domain) for piece in domain.static_memory]
    wanted += [(("shared-memory", i, "memory"), f'shared memory "{shared.name}"', shared.memory)
               for i, shared in enumerate(partition.shared_memory)]
    for key, owner, piece in wanted:
        if ram and not ram.holds(piece):
            yield Problem(key, f"{piece} is not in the machine's memory, {ram}")
        for other, region in taken:
            if region.overlaps(piece):
                yield Problem(key, f"{piece} overlaps {region} of {other}")
        taken.append((owner, piece))


def _devices(partition: Partition) -> Iterator[Problem]:
    seen: list[tuple[str, str]] = []
    for i, domain in enumerate(partition.domain):
        for device in domain.devices:
            for path, owner in seen:
                same = path == device.path
                if same or f"{path}/".startswith(f"{device.path}/") or (
                        f"{device.path}/".startswith(f"{path}/")):
                    what = "it" if same else f'"{path}" on the same branch'
                    yield Problem(("domain", i, "devices"), f'"{device.path}": domain "{owner}" '
                                                            f"has {what} already")
            seen.append((device.path, domain.name))


def _links(partition: Partition) -> Iterator[Problem]:
    """Shared memory and event channels: their domains exist, nothing is used twice."""
    names = [domain.name for domain in partition.domain]
    known = ", ".join(names)
    shared_names: set[str] = set()
    for i, shared in enumerate(partition.shared_memory):
        if shared.name in shared_names:
            yield Problem(("shared-memory", i, "name"), f'"{shared.name}" is there already')
        shared_names.add(shared.name)
        for name in shared.domains:
            if name not in names:
                yield Problem(("shared-memory", i, "domains"), f'there is no domain "{name}"; '
                                                               f"there are {known}")
        if len(set(shared.domains)) != len(shared.domains):
            yield Problem(("shared-memory", i, "domains"), "a domain is named twice")
    ports: set[tuple[str, int]] = set()
    for i, channel in enumerate(partition.channel):
        for side in channel.between:
            if side.domain not in names:
                yield Problem(("channel", i, "between"), f'there is no domain "{side.domain}"; '
                                                         f"there are {known}")
            if (side.domain, side.port) in ports:
                yield Problem(("channel", i, "between"), f'port {side.port} of "{side.domain}" is '
                                                         "used already")
            ports.add((side.domain, side.port))
