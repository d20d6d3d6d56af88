"""What the hypervisor prints about itself: lines of `key=value`, asked for by its debug keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from wrought.hv.tool.console import HYPERVISOR, Line
from wrought.hv.tool.session import Session

FACT = re.compile(r"([a-z][a-z0-9-]*)=(\S+)")
NOT_EXITS = {"vcpu", "cpu", "state"}
"""Of a vCPU's line, what does not count exits."""


@dataclass
class DomainReport:
    """A domain in the hypervisor's words."""

    name: str
    memory: int
    """Bytes of RAM that it has."""
    starts: int
    """How often it was started."""
    exits: dict[str, int] = field(default_factory=lambda: dict[str, int]())
    """Exits of all its vCPUs, by class."""


@dataclass
class Report:
    """All of it."""

    domains: dict[str, DomainReport] = field(default_factory=lambda: dict[str, DomainReport]())
    total: int = 0
    """Bytes of memory that domains could have."""
    free: int = 0
    kept: int = 0
    """Bytes that the hypervisor keeps for itself: image, tables, what it made for domains."""


def ask(session: Session, deadline: float = 30) -> Report:
    """Type the debug keys and read what comes.  Raises `SessionError`."""
    before = len(session.lines)
    session.send(HYPERVISOR, "q")
    session.send(HYPERVISOR, "m")
    session.wait_for(r"\bmemory=\S+ free=", deadline, HYPERVISOR)
    return read(session.lines[before:])


def read(lines: Iterable[Line]) -> Report:
    """A report from the hypervisor's lines; others are passed over."""
    report = Report()
    for line in lines:
        facts = dict(FACT.findall(line.text)) if line.speaker == HYPERVISOR else {}
        if "name" in facts and "domain" in facts:
            report.domains[facts["name"]] = DomainReport(
                facts["name"], _bytes(facts.get("memory", "0")), int(facts.get("starts", "1")))
        elif "vcpu" in facts:
            domain = report.domains.get(facts["vcpu"].rpartition(".")[0])
            for name, value in facts.items():
                if domain and name not in NOT_EXITS and value.isdecimal():
                    domain.exits[name] = domain.exits.get(name, 0) + int(value)
        elif "free" in facts:
            report.total, report.free = _bytes(facts.get("memory", "0")), _bytes(facts["free"])
            report.kept = _bytes(facts.get("kept", "0"))
    return report


def _bytes(text: str) -> int:
    """`512K`, as the hypervisor prints sizes."""
    digits = text.rstrip("K")
    if not digits.isdecimal():
        return 0
    return int(digits) << (10 if text.endswith("K") else 0)
