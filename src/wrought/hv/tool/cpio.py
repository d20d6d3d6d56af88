"""The newc archive that Linux unpacks as its initramfs (Documentation: initramfs buffer format)."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from wrought.errors import WroughtError

TRAILER = "TRAILER!!!"
MAX_SIZE = 0xFFFF_FFFF
"""Bytes: sizes are eight hexadecimal digits."""


class Entry(NamedTuple):
    """One file, folder, link or device; owned by root, of time 0."""

    path: str
    """Relative to the root, with no leading slash."""
    mode: int
    """Type and permissions, as stat(2)."""
    data: bytes = b""
    """A file's contents, a link's target."""
    device: tuple[int, int] = (0, 0)
    """Major and minor number of a device."""


def folder(path: str) -> Entry:
    return Entry(path, stat.S_IFDIR | 0o755)


def file(path: str, data: bytes, mode: int = 0o644) -> Entry:
    return Entry(path, stat.S_IFREG | mode, data)


def link(path: str, target: str) -> Entry:
    return Entry(path, stat.S_IFLNK | 0o777, target.encode())


def character_device(path: str, major: int, minor: int) -> Entry:
    return Entry(path, stat.S_IFCHR | 0o600, b"", (major, minor))


def archive(entries: Iterable[Entry]) -> bytes:
    """The archive; the same entries give the same bytes.  Missing folders above are added.

    Raises `WroughtError` on a path that is given twice or leaves the root.
    """
    all_entries: dict[str, Entry] = {}
    for entry in entries:
        pure = PurePosixPath(entry.path)
        if pure.is_absolute() or ".." in pure.parts or not pure.parts:
            raise WroughtError(f"initramfs: '{entry.path}' must be a path below the root")
        name = str(pure)
        if name in all_entries and not stat.S_ISDIR(all_entries[name].mode):
            raise WroughtError(f"initramfs: '{name}' is given twice")
        for above in list(reversed(pure.parents))[1:]:
            all_entries.setdefault(str(above), folder(str(above)))
        all_entries[name] = entry._replace(path=name)
    records = [_record(number, entry) for number, entry in enumerate(all_entries.values(), 1)]
    return b"".join(records) + _record(0, Entry(TRAILER, 0))


def _record(number: int, entry: Entry) -> bytes:
    if len(entry.data) > MAX_SIZE:
        raise WroughtError(f"initramfs: '{entry.path}' has more than {MAX_SIZE} bytes")
    name = entry.path.encode() + b"\0"
    links = 2 if stat.S_ISDIR(entry.mode) else 1
    fields = (number, entry.mode, 0, 0, links, 0, len(entry.data), 0, 0, *entry.device, len(name),
              0)
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(header + name) + _padded(entry.data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
