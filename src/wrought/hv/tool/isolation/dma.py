"""What devices reach by DMA, judged by the stream tables of the SMMUs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from wrought.hv.tool.isolation.claims import Claims, Member
from wrought.hv.tool.isolation.finding import Finding
from wrought.hv.tool.isolation.smmu_model import ModelError, Regime, SmmuModel
from wrought.hv.tool.isolation.tables import Mapping, Space, walk, walk_stage1
from wrought.hv.tool.quantities import Range

Owner = tuple[Member, str]


def dma(claims: Claims) -> Iterator[Finding]:
    """Streams that reach what their domain does not, that are anybody's, or that two domains
    have."""
    for base, model in claims.outcome.smmus.items():
        owners: dict[int, list[Owner]] = defaultdict(list)
        for one, member, path in claims.stream_owners():
            if one.smmu == base:
                for stream in range(one.first, one.first + one.size):
                    owners[stream].append((member, path))
        yield from _shared(base, owners)
        yield from _reached(claims, base, model, owners)


def _shared(base: int, owners: dict[int, list[Owner]]) -> Iterator[Finding]:
    """Devices of two domains that the unit cannot tell apart."""
    told: set[tuple[str, str]] = set()
    for stream, having in owners.items():
        (first, first_path), (last, last_path) = having[0], having[-1]
        if first.number != last.number and (first_path, last_path) not in told:
            told.add((first_path, last_path))
            yield Finding("dma", last.devices_key, f"SMMU {base:#x} cannot tell {last_path} of "
                          f'"{last.name}" from {first_path} of "{first.name}": both are stream '
                          f"{stream:#x}")


def _reached(claims: Claims, base: int, model: SmmuModel,
             owners: dict[int, list[Owner]]) -> Iterator[Finding]:
    """Every stream that is let through, against the tables of its domain."""
    judged: set[tuple[Regime, int]] = set()
    for stream in range(1 << model.stream_bits):
        having = owners.get(stream, [])
        regime = _regime(model, stream)
        if regime is None or regime.kind == "bypass":
            what = "is not translated at all" if regime else "has an entry that is not allowed"
            member = having[0][0] if having else claims.members[0]
            yield Finding("dma", member.devices_key, f"stream {stream:#x} of SMMU {base:#x} {what}")
        elif regime.kind.startswith("stage"):
            member = having[0][0] if having else None
            if (regime, member.number if member else -1) in judged:
                continue
            judged.add((regime, member.number if member else -1))
            yield from _judge(claims, base, stream, regime, having)


def _regime(model: SmmuModel, stream: int) -> Regime | None:
    try:
        return model.regime(stream)
    except ModelError:
        return None


def _judge(claims: Claims, base: int, stream: int, regime: Regime,
           having: list[Owner]) -> Iterator[Finding]:
    """One address space of devices."""
    space = space_of(claims, regime)
    if not having:
        names = [m.name for m in claims.members if m.number in claims.outcome.domains]
        yield Finding("dma", ("domain", 0, "devices"), f"stream {stream:#x} of SMMU {base:#x} "
                      f"reaches memory, and the file gives its device to none of {names}")
        return
    member, path = having[0]
    own = claims.spaces.get(member.number, Space()).mappings
    for defect in space.defects:
        yield Finding("dma", member.devices_key, f"{path}: {defect}")
    for one in space.mappings:
        if not _inside(one, own):
            yield Finding("dma", member.devices_key, f'{path} of "{member.name}" reaches '
                          f"{Range(one.hpa, one.size)} by DMA at its {one.gpa:#x} "
                          f"({one.rights}), which the domain itself does not reach so")


def space_of(claims: Claims, regime: Regime) -> Space:
    """What an address space of devices holds."""
    if regime.kind == "stage 1":
        return walk_stage1(claims.outcome.window, regime.root, regime.bits)
    return walk(claims.outcome.window, regime.root, regime.bits)


def _inside(one: Mapping, own: list[Mapping]) -> bool:
    """Whether a domain reaches the same memory at the same addresses, with no fewer rights."""
    at = one.gpa
    for each in sorted(own, key=lambda mapping: mapping.gpa):
        same = each.hpa - each.gpa == one.hpa - one.gpa and each.write >= one.write
        if same and each.gpa <= at < each.gpa + each.size:
            at = each.gpa + each.size
    return at >= one.gpa + one.size
