"""One case body, every engine: interpreter, this process, x86-64 and AArch64 executables.

Cases come from `lang.expect`; a family is a module of cases and makes one program a machine.
"""

from __future__ import annotations

import math
import os
import re
import resource
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lang.driver import END, add_main, as_python, marker
from lang.expect import CASES, Case, Panicked
from wrought.lang.build.cache import digest
from wrought.lang.build.errors import Panic
from wrought.lang.build.link import build_executable
from wrought.lang.core import types as t
from wrought.lang.front.unit import Unit
from wrought.lang.ir.interp import Interpreter, RecordingMachine
from wrought.lang.ir.interp import Panic as InterpPanic
from wrought.lang.ir.interp.errors import InterpError, ProgramExit
from wrought.lang.ir.model import Module
from wrought.lang.ir.printer import print_module
from wrought.lang.ir.types import size_align
from wrought.lang.ir.verifier import check_module
from wrought.lang.passes import run_passes
from wrought.lang.targets import TARGETS

_PANIC = re.compile(rb"panic: (.*?):(\d+):(\d+): (.*) \(in [^\n]*\)\n")


@dataclass(slots=True)
class Outcome:
    """What a call did; `trouble` is what no program should do."""

    value: Any = None
    output: str = ""
    panic: Panicked | None = None
    trouble: str = ""

    def complaint(self, case: Case) -> str:
        """"" if it is what the case expects, else the difference."""
        if self.trouble:
            return f"{case}: {self.trouble}"
        want = case.panic
        if want is not None or self.panic is not None:
            got = self.panic
            fine = got is not None and want is not None and got.message == want.message and (
                want.line in (0, got.line))
            return "" if fine else f"{case}: panic {got}, not {want} (value {self.value!r})"
        if self.output != case.output:
            return f"{case}: printed {self.output!r}, not {case.output!r}"
        if not same(self.value, case.value):
            return f"{case}: gave {self.value!r}, not {case.value!r}"
        return ""


def same(a: Any, b: Any) -> bool:
    """Equality, with NaN equal to NaN and -0.0 different from 0.0."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and isinstance(b, float | int):
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        return struct.pack("<d", a) == struct.pack("<d", b)
    return type(a) is type(b) and a == b if isinstance(b, bool) else a == b


def load_family(name: str) -> list[Case]:
    """The cases of a module of cases."""
    import importlib

    importlib.import_module(name)
    return CASES[name]


def lowered(cases: Sequence[Case], target: str) -> Module:
    """The checked module of all cases for a target, with their `main`."""
    unit = Unit("cases", TARGETS[target])
    symbols = {id(c.function): unit.root(c.function) for c in cases}
    module = unit.finish()
    add_main(module, [(symbols[id(c.function)], c.args) for c in cases])
    check_module(module)
    return module


@cache
def result_type(f: Any) -> t.Type:
    """The result type of a case's function."""
    unit = Unit("types", TARGETS["x86_64-linux-musl"])
    return unit.signature(f).ret


def interpret(cases: Sequence[Case], target: str, optimised: bool = False) -> list[Outcome]:
    """Outcomes from the reference interpreter, for the code of `target`."""
    module = lowered(cases, target)
    if optimised:
        run_passes(module, verify_each=True)
    machine = Interpreter(module, RecordingMachine(), max_steps=200_000_000)
    return [_interpret_one(machine, k, c) for k, c in enumerate(cases)]


def _interpret_one(machine: Interpreter, k: int, case: Case) -> Outcome:
    machine.stdout.clear()
    try:
        machine.call(f"call.{k}")
    except InterpPanic as p:
        return Outcome(panic=Panicked(p.message, p.line))
    except (InterpError, ProgramExit) as e:
        return Outcome(trouble=str(e))
    return _parse(bytes(machine.stdout), k, case)[0]


def _parse(data: bytes, k: int, case: Case) -> tuple[Outcome, bytes]:
    """The outcome of call `k` at the start of `data`, and what follows it."""
    head = marker(k)
    assert data.startswith(head), f"{case}: no marker in {data[:40]!r}"
    output, end, rest = data[len(head):].partition(END)
    if not end:
        return Outcome(output=output.decode(), trouble="it did not return"), b""
    ir = t.value_ir(result_type(case.function))
    size = 0 if ir == "void" else size_align(ir)[0]
    value = as_python(result_type(case.function), rest[:size])
    return Outcome(value, output.decode()), rest[size:]


def in_process(cases: Sequence[Case]) -> list[Outcome]:
    """Outcomes of calling the functions from Python."""
    return [_call(c) for c in cases]


def _call(case: Case) -> Outcome:
    with _captured() as read:
        try:
            value = case.function(*case.args)
        except Panic as p:
            return Outcome(panic=Panicked(p.message, p.line))
        return Outcome(_plain(value), read())


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value if value is None or isinstance(value, bool | float | int) else int(value)


class _captured:
    """Standard output of this process, also what compiled code writes."""

    def __enter__(self) -> Any:
        self.file = tempfile.TemporaryFile()
        self.saved = os.dup(1)
        os.dup2(self.file.fileno(), 1)
        return lambda: os.pread(self.file.fileno(), 1 << 20, 0).decode()

    def __exit__(self, *_: object) -> None:
        os.dup2(self.saved, 1)
        os.close(self.saved)
        self.file.close()


def executable(cases: Sequence[Case], target: str, folder: Path) -> list[Outcome]:
    """Outcomes from a static program; AArch64 runs under QEMU."""
    module = lowered(cases, target)
    run_passes(module)
    path = folder / digest(print_module(module))
    build_executable(module, TARGETS[target], path, debug=False)
    runner = ["qemu-aarch64"] if target.startswith("aarch64") else []
    return list(_run(runner + [str(path)], cases))


def _run(command: list[str], cases: Sequence[Case]) -> Iterator[Outcome]:
    """Run to the end; after a panic, go on with a new process at the next case."""
    k = 0
    while k < len(cases):
        done = subprocess.run([*command, str(k)], capture_output=True, timeout=60, check=False,
                              preexec_fn=_no_core_dumps)
        data = done.stdout
        while k < len(cases) and data:
            outcome, data = _parse(data, k, cases[k])
            if outcome.trouble:
                found = _PANIC.search(done.stderr)
                if found:
                    outcome = Outcome(panic=Panicked(found[4].decode(), int(found[2])))
                else:
                    words = done.stderr.decode(errors="replace")
                    outcome.trouble += f": status {done.returncode} {words}"
            yield outcome
            k += 1


def _no_core_dumps() -> None:
    """Panics abort, and writing a core file takes longer than the program."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def complaints(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> list[str]:
    """All differences, for an assertion's message."""
    found = [o.complaint(c) for c, o in zip(cases, outcomes, strict=True)]
    return [x for x in found if x]


ENGINES = {
    "interpreter-x64": lambda cases, folder: interpret(cases, "x86_64-linux-musl"),
    "interpreter-a64": lambda cases, folder: interpret(cases, "aarch64-linux-musl"),
    "interpreter-passes": lambda cases, folder: interpret(cases, "aarch64-linux-musl", True),
    "in-process": lambda cases, folder: in_process(cases),
    "x64": lambda cases, folder: executable(cases, "x86_64-linux-musl", folder),
    "a64": lambda cases, folder: executable(cases, "aarch64-linux-musl", folder),
}
"""By name: a function from cases and a folder for programs to outcomes."""
