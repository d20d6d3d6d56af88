"""Build results kept by the digest of everything that they depend on."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path


def cache_root() -> Path:
    """`$WROUGHT_CACHE`, else `wrought` in the user's cache directory (XDG)."""
    own = os.environ.get("WROUGHT_CACHE")
    if own:
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "wrought"


def digest(*parts: str | bytes) -> str:
    """A key for `parts`, in hexadecimal; the borders between parts count."""
    h = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        h.update(len(data).to_bytes(8, "little"))
        h.update(data)
    return h.hexdigest()


def write_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file so that nobody ever sees half of it.  Raises `OSError`.

    A device such as /dev/null is written to, never replaced; of a link, what it leads to.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    path = Path(os.path.realpath(path))
    made = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data, mode)
    except BaseException:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        raise


def _replace(path: Path, data: bytes, mode: int) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


class Cache:
    """A folder of results.  One that cannot be written is reported once and then left alone."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or cache_root()
        self._writable = True
        self._spare: dict[str, tempfile.TemporaryDirectory[str]] = {}

    def get(self, key: str) -> bytes | None:
        """The stored bytes, or None."""
        try:
            return self._path(key).read_bytes()
        except OSError:
            return None

    def put(self, key: str, data: bytes) -> None:
        """Store `data`; trouble with the file system costs speed, never the build."""
        if not self._writable:
            return
        try:
            write_atomically(self._path(key), data)
        except OSError as error:
            self._writable = False
            print(f"warning: build cache {self.root} is not writable ({error.strerror}); "
                  "building without it", file=sys.stderr)

    def folder(self, name: str) -> Path:
        """A folder of that name in the cache, or a temporary one of this process where that
        cannot be made."""
        path = self.root / name
        try:
            path.mkdir(parents=True, exist_ok=True)
            if os.access(path, os.W_OK):
                return path
        except OSError:
            pass
        if name not in self._spare:
            self._spare[name] = tempfile.TemporaryDirectory(prefix="wrought-")
        return Path(self._spare[name].name)

    def _path(self, key: str) -> Path:
        return self.root / "objects" / key[:2] / key[2:]
