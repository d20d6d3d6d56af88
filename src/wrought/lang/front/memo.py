"""The cache of lowered functions: IR of functions whose surroundings have not changed."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wrought.lang.ir import model as m

from .fingerprint import Fingerprints, Uncacheable

if TYPE_CHECKING:
    from .instance import Instance
    from .unit import Unit


@dataclass
class Record:
    """A lowered function and what it asked of the unit; lines are relative to the function."""

    function: Any = None
    line: int = 0
    callees: list[str] = field(default_factory=list[str])
    statics: list[str] = field(default_factory=list[str])
    strings: list[bytes] = field(default_factory=list[bytes])
    runtime: list[tuple[str, Any, Any]] = field(default_factory=list[tuple[str, Any, Any]])
    dtypes: dict[str, m.DType] = field(default_factory=dict[str, m.DType])


class Memo:
    """One file a source file, holding the records of its functions by key."""

    def __init__(self, unit: Unit, folder: Path) -> None:
        self.unit, self.folder = unit, folder
        self.prints = Fingerprints(unit)
        self.files: dict[str, dict[str, bytes]] = {}
        self.fresh: dict[str, dict[str, bytes]] = {}
        self._met = False

    def _meet_library(self) -> None:
        """Functions that are called without being named: what print and f-strings need."""
        from wrought.rt import console, fmt
        from wrought.rt.hosted import fmt_float

        self._met = True
        for f in (fmt.format_integer, console.write, fmt_float.format_float,
                  fmt_float.format_with, self.unit.console):
            if f is not None:
                self.unit.symbols.of(f)

    def key(self, inst: Instance) -> str:
        """The instance's key, "" where it can't be cached."""
        if not self._met:
            self._meet_library()
        try:
            return self.prints.key(inst)
        except (Uncacheable, RecursionError):
            return ""

    def _path(self, file: str) -> Path:
        name = blake2b(f"{self.unit.module.name} {self.unit.target.name} {file}".encode(),
                       digest_size=12).hexdigest()
        return self.folder / f"front-{name}"

    def _records(self, file: str) -> dict[str, bytes]:
        found = self.files.get(file)
        if found is None:
            try:
                with self._path(file).open("rb") as f:
                    found = pickle.load(f)
            except Exception:
                found = {}
            self.files[file] = found
        return found

    def load(self, inst: Instance, key: str) -> bool:
        """Put the recorded function into the unit; False where there is none."""
        data = self._records(inst.compiled.file).get(key)
        if data is None:
            return False
        record: Record = pickle.loads(data)
        if not self._replay(record):
            return False
        _shift(record, inst.compiled.node().lineno)
        self.unit.module.functions[inst.symbol] = record.function
        self.fresh.setdefault(inst.compiled.file, {})[key] = data
        return True

    def _replay(self, record: Record) -> bool:
        unit = self.unit
        names = [*record.callees, *record.statics]
        if not all(n in unit.symbols.things for n in names):
            return False
        for name in record.callees:
            unit.instance(unit.symbols.things[name], ())
        for name in record.statics:
            unit.static_symbol(unit.symbols.things[name])
        for data in record.strings:
            unit.bytes_constant(data)
        for name, params, ret in record.runtime:
            unit.runtime(name, params, ret)
        for key, dtype in record.dtypes.items():
            unit.module.dtypes.setdefault(key, dtype)
        return True

    def keep(self, inst: Instance, key: str, record: Record) -> None:
        """Remember what lowering `inst` gave."""
        record.function = self.unit.module.functions[inst.symbol]
        record.line = inst.compiled.node().lineno
        _collect_dtypes(self.unit.module, record)
        data = pickle.dumps(record, protocol=5)
        self.fresh.setdefault(inst.compiled.file, {})[key] = data

    def save(self) -> None:
        """Write what this unit used; trouble with the disk only loses the cache."""
        from wrought.lang.build.cache import write_atomically

        for file, records in self.fresh.items():
            if records.keys() == self.files.get(file, {}).keys():
                continue
            try:
                write_atomically(self._path(file), pickle.dumps(records, protocol=5))
            except OSError:
                return


def _shift(record: Record, line: int) -> None:
    """Move the recorded lines to where the function stands now."""
    delta = line - record.line
    if delta == 0:
        return
    f = record.function
    f.line += delta
    for slot in f.slots:
        slot.line = slot.line + delta if slot.line else 0
    for block in f.blocks:
        for ins in block.body:
            if ins.loc is not None:
                ins.loc = m.Loc(ins.loc.line + delta, ins.loc.col)


def _collect_dtypes(module: m.Module, record: Record) -> None:
    f = record.function
    work = [f.ret_dtype, *(p.dtype for p in f.params), *(s.dtype for s in f.slots)]
    while work:
        key = work.pop()
        if not key or key in record.dtypes or key not in module.dtypes:
            continue
        found = record.dtypes[key] = module.dtypes[key]
        work += [found.of, *(member[1] for member in found.members)]
