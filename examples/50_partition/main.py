"""Two domains on a board, proved to be kept apart; then a wrong bit in a table, found.

No board and no QEMU is needed: the hypervisor's own code builds the domains in memory of this
process, and the tables that it left are read by the architecture's manual.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from board import write_files

from wrought.hv.tool.isolation.check import check, examine
from wrought.hv.tool.isolation.memory import Window
from wrought.hv.tool.isolation.report import problems, summary
from wrought.hv.tool.isolation.simulate import BuiltDomain, simulate
from wrought.hv.tool.partition import load
from wrought.hv.tool.plan import Plan, prepare
from wrought.hv.tool.problems import PartitionError

PARTITION = """\
[machine]
dtb = "board.dtb"
load = "0x40000000 + 256 MiB"

[[domain]]
name = "left"
kernel = "Image"
static-memory = ["0x50000000 + 64 MiB"]

[[domain]]
name = "right"
kernel = "Image"
static-memory = ["0x60000000 + 128 MiB"]
devices = [{ path = "/clock@9010000", trusted = true }]
"""
RAM = 0x4000_0000
"""Where a guest finds its memory."""
BLOCK = 2 << 20
ADDRESS = 0x0000_FFFF_FFE0_0000
"""Output address of a block of 2 MB (Arm ARM DDI 0487, D8.3)."""


def last_entry(window: Window, domain: BuiltDomain, gpa: int) -> int:
    """Machine address of the descriptor that maps a guest address, by a walk of one's own."""
    level = 1 if domain.ipa_bits <= 43 else 0
    at = domain.root + 8 * (gpa >> 39 - 9 * level)
    while window.words(at, 1)[0] & 3 == 3 and level < 3:
        level += 1
        table = window.words(at, 1)[0] & 0x0000_FFFF_FFFF_F000
        at = table + 8 * (gpa >> 39 - 9 * level & 511)
    return at


def prove(plan: Plan) -> None:
    """What each domain reaches."""
    claims, findings = check(plan)
    for line in summary(claims):
        if not line.startswith("hypervisor:"):
            print(line)
    print("findings:", len(findings))


def tamper(plan: Plan) -> None:
    """Let one entry of left's tables lead to right's memory, and judge again."""
    outcome = simulate(plan)
    at = last_entry(outcome.window, outcome.domains[1], RAM + 4 * BLOCK)
    entry = outcome.window.words(at, 1)[0]
    outcome.window.set_word(at, entry & ~ADDRESS | 0x6000_0000)
    _, findings = examine(plan, outcome)
    for line in plan.source.error(*problems(findings)).lines:
        print(Path(line).name)


def refuse(folder: Path, change: tuple[str, str]) -> None:
    """A file that cannot be right is refused before anything is built."""
    try:
        load(write_files(folder, PARTITION.replace(*change)))
    except PartitionError as error:
        print("\n".join(Path(line).name for line in error.lines))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = prepare(load(write_files(folder, PARTITION)), folder, folder / "hypervisor.img")
        print("as it is:")
        prove(plan)
        print("\nwith a wrong entry:")
        tamper(plan)
        print("\nwith mistakes in the file:")
        refuse(folder, ("0x60000000", "0x52000000"))
        refuse(folder, ("devices", "device"))


if __name__ == "__main__":
    main()
