"""Configurations of ImageBuilder: shell variables that describe domains for U-Boot.

The variables are those of ImageBuilder's README; `XEN` is not used, ours takes its place.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wrought.hv.tool.places import Key
from wrought.hv.tool.problems import PartitionError, Problem

LINE = re.compile(r"\s*(?:export\s+)?([A-Z][A-Z0-9_]*)(?:\[(\d+)\])?=(.*)$")
UNUSED = {"XEN", "UBOOT_SOURCE", "UBOOT_SCRIPT", "LOAD_CMD", "BOOT_CMD", "FDTEDIT",
          "NUM_DOMUS", "MEMORY_END", "BF_XEN_LATE_CONFIG", "DOM0_ENHANCED", "DOMU_ENHANCED",
          "APPEND_EXTRA_CMDS"}
"""Variables that need no translation, or are about files that ImageBuilder writes."""
DOMU_DEFAULTS = {"DOMU_MEM": "512", "DOMU_VCPUS": "1", "DOMU_VPL011": "1"}


def is_config(text: str) -> bool:
    """Whether this is such a file: it has their variables, and none of TOML's tables."""
    return bool(re.search(r"^\s*(MEMORY_START|NUM_DOMUS|DOM0_KERNEL|DOMU_KERNEL\[\d+\])=", text,
                          re.MULTILINE)) and not re.search(r"^\s*\[", text, re.MULTILINE)


def _size(megabytes: str) -> object:
    """ImageBuilder's sizes are megabytes."""
    return f"{megabytes} MiB" if megabytes.isdecimal() else megabytes


def _count(text: str) -> object:
    return int(text) if text.isdecimal() else text


def _console(text: str) -> object:
    return "none" if text == "0" else "vpl011"


def _ranges(text: str) -> object:
    parts = text.split()
    pairs = zip(parts[::2], [*parts[1::2], ""], strict=False)
    return [f"{start} + {size}" for start, size in pairs]


MACHINE: dict[str, tuple[Key, Callable[[str], object]]] = {
    "DEVICE_TREE": (("machine", "dtb"), str),
    "XEN_CMD": (("hypervisor", "bootargs"), str),
}
DOMAIN: dict[str, tuple[str, Callable[[str], object]]] = {
    "KERNEL": ("kernel", str), "RAMDISK": ("ramdisk", str), "CMD": ("bootargs", str),
    "MEM": ("memory", _size), "VCPUS": ("vcpus", _count), "VPL011": ("console", _console),
    "PASSTHROUGH_DTB": ("device-tree", str), "PASSTHROUGH_PATHS": ("devices", str.split),
    "STATIC_MEM": ("static-memory", _ranges), "DIRECT_MAP": ("direct-map", "1".__eq__),
}
"""Behind `DOM0_` or `DOMU_`: the key of a domain, and how a value is translated."""


class _Reader:
    """One file's variables, on their way to the tables of a partition."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[tuple[str, int | None], tuple[str, int]] = {}
        self.problems: list[Problem] = []
        self.lines: dict[Key, int] = {(): 1}
        self.names: dict[Key, str] = {}
        self.data: dict[str, Any] = {"machine": {}, "hypervisor": {}, "domain": []}

    def problem(self, name: str, line: int, message: str) -> None:
        key: Key = (name,)
        self.lines[key], self.names[key] = line, name
        self.problems.append(Problem(key, message))

    def scan(self, text: str) -> None:
        """Take the assignments; later ones win, as in a shell."""
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.strip().startswith("#"):
                continue
            match = LINE.match(line)
            if match is None:
                self.problem(line.strip()[:40], number, "this is not VARIABLE=VALUE")
                continue
            name, index = match[1], int(match[2]) if match[2] else None
            value = self._value(match[3], f"{name}[{index}]" if match[2] else name, number)
            self.values[name, index] = value, number

    def _value(self, text: str, name: str, line: int) -> str:
        if re.search(r"[`]|\$\(", text):
            self.problem(name, line, "a command's output cannot be used; write the value itself")
            return ""
        try:
            words = shlex.split(text, comments=True)
        except ValueError as error:
            self.problem(name, line, f"its quotes do not fit: {error}")
            return ""
        value = " ".join(words)
        return re.sub(r"\$\{?(\w+)\}?", lambda match: self.values.get((match[1], None), ("", 0))[0],
                      value)

    def put(self, key: Key, value: object, name: str, line: int) -> None:
        """Store under a partition's key, and remember what it is called here."""
        where: Any = self.data
        for part in key[:-1]:
            where = where[part]
        where[key[-1]] = value
        self.lines[key], self.names[key] = line, name

    def domains(self) -> None:
        """dom0 if there is one, then NUM_DOMUS others."""
        if ("DOM0_KERNEL", None) in self.values:
            self._domain("DOM0", None, {"name": "dom0", "hardware": True, "memory": "512 MiB"})
        count, line = self.values.get(("NUM_DOMUS", None), ("0", 1))
        if not count.isdecimal():
            self.problem("NUM_DOMUS", line, f'"{count}" is not a number')
            return
        for i in range(min(int(count), 64)):
            if ("DOMU_KERNEL", i) not in self.values:
                self.problem(f"DOMU_KERNEL[{i}]", line, f"it is missing, and NUM_DOMUS is {count}")
            self._domain("DOMU", i, {"name": f"domU{i + 1}"})

    def _domain(self, prefix: str, index: int | None, fixed: dict[str, object]) -> None:
        at = len(self.data["domain"])
        self.data["domain"].append(dict(fixed))
        static = ("DOMU_STATIC_MEM", index) in self.values
        for suffix, (key, translate) in DOMAIN.items():
            name = f"{prefix}_{suffix}"
            shown = name if index is None else f"{name}[{index}]"
            default = DOMU_DEFAULTS.get(name) if not (static and suffix == "MEM") else None
            value, line = self.values.get((name, index), (default, 1))
            if value is not None and value != "":
                self.put(("domain", at, key), translate(value), shown, line)
        if static and ("DOMU_DIRECT_MAP", index) not in self.values:
            # ImageBuilder's default where memory is static.
            self.data["domain"][at]["direct-map"] = True

    def machine(self) -> None:
        start, line = self.values.get(("MEMORY_START", None), ("0x0", 1))
        end, _ = self.values.get(("MEMORY_END", None), ("0x80000000", 1))
        if ("DEVICE_TREE", None) in self.values:
            self.put(("machine", "load"), f"{start}-{end}", "MEMORY_START", line)
        for name, (key, translate) in MACHINE.items():
            if (name, None) in self.values:
                value, line = self.values[name, None]
                self.put(key, translate(value), name, line)
        self.data["hypervisor"]["scheduler"] = "fair"

    def unknown(self) -> None:
        """Variables that would be lost."""
        known = {f"{prefix}_{suffix}" for prefix in ("DOM0", "DOMU") for suffix in DOMAIN}
        for (name, _), (value, line) in self.values.items():
            used = name in known or name in MACHINE or name in UNUSED or name == "MEMORY_START"
            if not used and value not in ("", "0"):
                self.problem(name, line, "this variable is not supported; write a TOML partition "
                                         "file if you need what it does, or remove it")


def read(text: str, path: Path) -> tuple[dict[str, Any], dict[Key, int], dict[Key, str]]:
    """A partition's tables, lines by key, and names by key.  Raises `PartitionError`."""
    reader = _Reader(path)
    reader.scan(text)
    reader.machine()
    reader.domains()
    reader.unknown()
    if reader.problems:
        raise PartitionError(path, reader.problems, reader.lines, reader.names)
    return reader.data, reader.lines, reader.names
