"""What `wrought check` says: for people, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wrought.hv.tool.isolation.board_facts import interrupts, streams
from wrought.hv.tool.isolation.claims import Claims, Member
from wrought.hv.tool.isolation.finding import Finding
from wrought.hv.tool.isolation.rules import in_ram
from wrought.hv.tool.isolation.tables import Mapping
from wrought.hv.tool.places import place
from wrought.hv.tool.problems import Problem, dotted
from wrought.hv.tool.quantities import show_size


def summary(claims: Claims) -> Iterator[str]:
    """A paragraph for each domain, one for the hypervisor."""
    for member in claims.members:
        built = claims.outcome.domains.get(member.number)
        if built is None:
            yield f"{member.name}: not built"
            continue
        yield (f"{member.name}: domain {member.number}, {built.vcpus} vCPUs, "
               f"{show_size(built.frames * 4096)}")
        for line in _lines(claims, member):
            yield f"  {line}"
    free = sum(piece.size for piece in claims.outcome.free)
    total = sum(bank.size for bank in claims.outcome.banks)
    kept = sum(one.place.size for one in claims.kept if "hypervisor's" in one.what
               or "allocator" in one.what)
    yield (f"hypervisor: {kept >> 10} KiB out of the guests' reach; {free >> 20} MiB of "
           f"{total >> 20} MiB free")


def _lines(claims: Claims, member: Member) -> Iterator[str]:
    shared = [region.memory for region in claims.shared(member.number)]
    for one in claims.spaces[member.number].mappings:
        kind = "ram" if in_ram(claims, one.machine) else "device"
        if any(region.overlaps(one.machine) for region in shared):
            kind = "shared"
        yield (f"{kind:7}{one.gpa:#14x}  at machine {one.hpa:#14x}  {show_size(one.size):>9}  "
               f"{one.rights}")
    lines = claims.interrupts_of(member.number)
    if lines:
        yield f"interrupts {runs(lines)}"
    for device in member.domain.devices:
        lines = ", ".join(map(str, interrupts(claims.plan.tree, device.path))) or "none"
        node = claims.plan.tree.root.find(device.path)
        behind = node is not None and any(streams(claims.plan.tree, node))
        dma = "DMA confined by an SMMU" if behind else "trusted, its DMA is not confined"
        yield f"device {device.path}: interrupts {lines}; {dma}"


def runs(numbers: list[int]) -> str:
    """`32-35, 40`: ascending numbers with runs put together."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and parts[-1][-1] == number - 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)


def as_json(claims: Claims, findings: list[Finding]) -> dict[str, Any]:
    """Everything for programs; addresses are numbers."""
    source = claims.plan.source
    return {
        "isolated": not findings,
        "domains": [_domain(claims, member) for member in claims.members],
        "findings": [{"rule": one.rule, "file": str(source.path),
                      "line": place(source.lines, one.key), "key": dotted(one.key),
                      "message": one.message} for one in findings],
        "free": sum(piece.size for piece in claims.outcome.free),
        "kept": [{"start": one.place.start, "size": one.place.size, "what": one.what}
                 for one in claims.kept if "free" not in one.what],
    }


def _domain(claims: Claims, member: Member) -> dict[str, Any]:
    built = claims.outcome.domains.get(member.number)
    space = claims.spaces.get(member.number)
    return {
        "name": member.name, "number": member.number, "built": built is not None,
        "vcpus": built.vcpus if built else 0,
        "mappings": [_mapping(claims, one) for one in (space.mappings if space else [])],
        "interrupts": claims.interrupts_of(member.number),
        "table-frames": sum(table.size for table in space.tables) // 4096 if space else 0,
        "devices": [{"path": device.path, "interrupts": interrupts(claims.plan.tree, device.path)}
                    for device in member.domain.devices],
    }


def _mapping(claims: Claims, one: Mapping) -> dict[str, Any]:
    return {"guest": one.gpa, "machine": one.hpa, "size": one.size, "rights": one.rights,
            "device": one.device, "ram": in_ram(claims, one.machine)}


def problems(findings: list[Finding]) -> list[Problem]:
    """Findings as what is wrong with lines of the file."""
    return [Problem(one.key, one.message) for one in findings]
