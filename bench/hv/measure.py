"""Rows of the hypervisor's measurements: operations, launch, sizes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.hv import launch, operations
from bench.hv.image import guest_image
from bench.hv.machine import DEADLINE, partition_of, run
from bench.hv.peers import Hypervisor, ours, xen
from bench.hv.table import IMAGE, KEPT, LAUNCH, LINES, OPERATIONS, SHARE
from bench.result import Row
from wrought.hv.image import program as hypervisor_program
from wrought.hv.tool import packages
from wrought.hv.tool.machine import COUNTING, boot
from wrought.hv.tool.report import ask
from wrought.hv.tool.session import SessionError
from wrought.lang.build.program import Program

TICK = 16
"""Nanoseconds, so instructions, of a tick of QEMU's counter at 62.5 MHz."""
WHERE = "virt, 1 CPU"
MEMORY = 2048
DOMAIN_MEMORY = 256
"""Megabytes of the machine and of each domain."""


def count_operations(hypervisor: Hypervisor, guest: Path, gic: int = 3) -> dict[str, int]:
    """Instructions per operation on a hypervisor.  Raises `SessionError`."""
    text = "\n".join(run(hypervisor, [guest], r"op done|panic", gic=gic))
    found = {name: int(n) for name, n in re.findall(r"op (\w+) (\d+)", text)}
    missing = [operation.title for operation in OPERATIONS if operation.name not in found]
    if missing:
        raise SessionError(f"{hypervisor.name} did not get to '{missing[0]}':\n{text}")
    return found


def count_launch(hypervisor: Hypervisor, guest: Path, domains: int) -> int:
    """Instructions from reset to the first one of the first domain.  Raises `SessionError`."""
    lines = run(hypervisor, [guest] * domains, r"^launched$", memory=MEMORY,
                domain_memory=DOMAIN_MEMORY)
    return TICK * min(int(line.split()[1]) for line in lines if line.startswith("launch "))


def count_kept(hypervisor: Hypervisor, guest: Path) -> float:
    """Megabytes that the hypervisor keeps beside two domains.  Raises `SessionError`."""
    with boot(partition_of(hypervisor, [guest] * 2, memory=MEMORY, domain_memory=DOMAIN_MEMORY),
              hypervisor.image, COUNTING) as session:
        session.wait_for(r"^launched$", DEADLINE)
        return ask(session).kept / 1e6


def measure() -> list[Row]:
    """All rows.  Raises CompileError, BuildError, SessionError or PackageError."""
    program = hypervisor_program()
    with tempfile.TemporaryDirectory(prefix="wrought-bench-") as name:
        folder = Path(name)
        mine, peer = ours(program, folder), xen()
        return [*operation_rows(mine, peer, folder), *launch_rows(mine, peer, folder),
                *size_rows(mine, peer, program, folder)]


def operation_rows(mine: Hypervisor, peer: Hypervisor, folder: Path) -> list[Row]:
    """A row for each operation.  Raises `SessionError` where a hypervisor finishes one not."""
    guest = guest_image("operations", operations.entry, folder)
    counted, theirs = (count_operations(each, guest) for each in (mine, peer))
    rows: list[Row] = []
    for operation in OPERATIONS:
        got, xens = counted[operation.name], theirs[operation.name]
        rows.append(Row(operation.title, WHERE, got, xens, "ins",
                        f"≤ {operation.goal}, ≤ {SHARE} of Xen's",
                        got <= operation.goal and got <= SHARE * xens))
    return rows


def launch_rows(mine: Hypervisor, peer: Hypervisor, folder: Path) -> list[Row]:
    """From reset to launch, in millions: one and two domains, tiny and as large as Linux."""
    kernels: Sequence[tuple[str, Path]] = (
        ("tiny", launch.launch_image(folder)),
        ("Linux", launch.launch_kernel(packages.kernel(), folder)))
    rows: list[Row] = []
    for title, kernel in kernels:
        for domains in (1, 2):
            got, theirs = (count_launch(each, kernel, domains) / 1e6
                           for each in (mine, peer))
            rows.append(Row(f"launch of {domains} static, {title} kernel", WHERE, round(got, 2),
                            round(theirs, 2), "Mins", f"≤ {LAUNCH:g}", got <= LAUNCH))
    return rows


def size_rows(mine: Hypervisor, peer: Hypervisor, program: Program,
              folder: Path) -> list[Row]:
    """Image, source and stack."""
    image, theirs = (each.image.stat().st_size / 1000 for each in (mine, peer))
    lines = source_lines(program)
    deepest = max(bound.bytes for bound in program.bounds.values())
    kept = count_kept(mine, launch.launch_image(folder))
    return [
        Row("memory kept, 2 domains, 2 GB", WHERE, round(kept, 2), None, "MB", f"≤ {KEPT}",
            kept <= KEPT),
        Row("image", "", round(image, 1), round(theirs, 1), "KB", f"≤ {IMAGE}", image <= IMAGE),
        Row("lines that run at EL2", "", lines, None, "", f"≤ {LINES}", lines <= LINES),
        Row("deepest stack", "", deepest, None, "B", f"≤ {program.stack_limit}",
            deepest <= program.stack_limit)]


def source_lines(program: Program) -> int:
    """Lines of all files that the program has functions from."""
    module = program.module()
    names = {f.file for f in module.functions.values()} | {f.file for f in module.asm.values()}
    return sum(len(Path(name).read_text(encoding="utf-8").splitlines())
               for name in names if name and Path(name).is_file())
