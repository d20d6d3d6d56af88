"""Reads a partition file, TOML or an ImageBuilder config, and says all that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from wrought.errors import WroughtError
from wrought.hv.tool import imagebuilder, packages
from wrought.hv.tool.checks import check
from wrought.hv.tool.places import Key, places
from wrought.hv.tool.problems import PartitionError, Problem, from_pydantic
from wrought.hv.tool.schema import Partition

NAMED_KERNELS: Mapping[str, Callable[[], Path]] = {
    "debian:cloud": lambda: packages.kernel("cloud"),
    "debian:full": lambda: packages.kernel("full"),
    "debian:xen": packages.xen,
}
"""Files that come from the distribution."""
BUSYBOX = "busybox"
"""The ramdisk with a shell that `initramfs` makes."""


@dataclass(frozen=True)
class Source:
    """A file's partition, and what is needed to point at its lines and find its files."""

    path: Path
    partition: Partition
    lines: dict[Key, int] = field(default_factory=lambda: {(): 1})
    names: Mapping[Key, str] = field(default_factory=lambda: dict[Key, str]())

    def file(self, name: str) -> Path:
        """The path that a file's name stands for: of a package, or relative to this file."""
        if name in NAMED_KERNELS:
            return NAMED_KERNELS[name]()
        return self.path.parent / name

    def error(self, *problems: Problem) -> PartitionError:
        """These problems as the error to raise."""
        return PartitionError(self.path, problems, self.lines, self.names)


def load(path: Path) -> Source:
    """A checked partition.  Raises `PartitionError` with all problems, `OSError` unread.

    A file without TOML's tables whose lines are shell assignments is an ImageBuilder config.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PartitionError(path, [Problem((), f"byte {error.start} is not UTF-8: a partition "
                                                "file is text")], {(): 1}) from None
    if imagebuilder.is_config(text):
        data, lines, names = imagebuilder.read(text, path)
    else:
        data, lines, names = _toml(text, path), places(text), dict[Key, str]()
    try:
        partition = Partition.model_validate(data)
    except ValidationError as error:
        raise PartitionError(path, from_pydantic(error), lines, names) from None
    source = Source(path, partition, lines, names)
    problems = [*check(partition), *_missing_files(source)]
    if problems:
        raise source.error(*problems)
    return source


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = int(match[1]) if match else text.count("\n") + 1
        what = str(error).split(" (at ")[0]
        raise PartitionError(path, [Problem((), f"this is no TOML: {what}")], {(): line}) from None


def _missing_files(source: Source) -> list[Problem]:
    """Files that are named and cannot be used."""
    named: list[tuple[Key, str | None, tuple[str, ...]]] = [
        (("hypervisor", "image"), source.partition.hypervisor.image, tuple(NAMED_KERNELS)),
        (("machine", "dtb"), source.partition.machine.dtb, ())]
    for i, domain in enumerate(source.partition.domain):
        named += [(("domain", i, "kernel"), domain.kernel, tuple(NAMED_KERNELS)),
                  (("domain", i, "ramdisk"), domain.ramdisk, (BUSYBOX,)),
                  (("domain", i, "device-tree"), domain.device_tree, ())]
    problems: list[Problem] = []
    for key, name, words in named:
        if name is not None and name not in words:
            try:
                _check_file(str(key[-1]), source.path.parent / name, words)
            except (WroughtError, OSError) as error:
                reason = error.strerror if isinstance(error, OSError) else str(error)
                problems.append(Problem(key, f'"{name}": {reason}'))
    return problems


def _check_file(kind: str, path: Path, words: tuple[str, ...]) -> None:
    from wrought.hv.tool.devicetree import parse
    from wrought.hv.tool.kernel import raw_image

    if not path.is_file():
        or_words = f"; or one of {', '.join(words)}" if words else ""
        raise WroughtError(f"there is no file {path}{or_words}")
    if kind in ("kernel", "image"):
        raw_image(path.read_bytes(), path.name)
    elif kind in ("dtb", "device-tree"):
        parse(path.read_bytes(), path.name)
    elif path.stat().st_size == 0:
        raise WroughtError("the file is empty")
