"""The whole check of a partition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wrought.hv.tool.isolation.claims import Claims
from wrought.hv.tool.isolation.rules import Finding, judge
from wrought.hv.tool.isolation.simulate import Outcome, simulate
from wrought.hv.tool.isolation.tables import walk
from wrought.hv.tool.placement import banks_of
from wrought.hv.tool.places import Key
from wrought.hv.tool.plan import Plan
from wrought.hv.tool.problems import Problem
from wrought.hv.tool.quantities import Range


class Verdict(NamedTuple):
    """What was found, and what it was found in."""

    claims: Claims
    findings: list[Finding]


def check(plan: Plan) -> Verdict:
    """Build all domains in simulated memory and judge them.  Raises `WroughtError`."""
    missing = list(not_memory(plan))
    if missing:
        raise plan.source.error(*missing)
    return examine(plan, simulate(plan))


def not_memory(plan: Plan) -> Iterator[Problem]:
    """Memory that the file gives away and the board does not have."""
    banks = banks_of(plan.tree)
    partition = plan.source.partition
    wanted: list[tuple[Key, Range]] = [
        (("domain", i, "static-memory"), piece) for i, domain in enumerate(partition.domain)
        for piece in domain.static_memory]
    wanted += [(("shared-memory", i, "memory"), region.memory)
               for i, region in enumerate(partition.shared_memory)]
    for key, piece in wanted:
        if not any(bank.holds(piece) for bank in banks):
            known = ", ".join(map(str, banks))
            yield Problem(key, f"{piece} is not in the board's memory: {known}")


def examine(plan: Plan, outcome: Outcome) -> Verdict:
    """Judge a machine whose domains are built."""
    spaces = {number: walk(outcome.window, built.root, built.ipa_bits)
              for number, built in outcome.domains.items()}
    claims = Claims(plan, outcome, spaces)
    return Verdict(claims, judge(claims))
