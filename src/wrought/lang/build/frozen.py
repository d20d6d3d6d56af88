"""Compiled functions that came with the installation: a shared library and its manifest.

`freeze.py` writes both; a wheel holds them for its machine, so that calling these functions from
Python needs no compiler.  A function counts as frozen only while the sources that it was made
from, its module and all that this uses, are unchanged; else it is compiled like any other.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import wrought
from wrought.lang.core.function import Compiled
from wrought.lang.core.static import Static
from wrought.lang.front.symbols import Symbols

from .cache import digest
from .errors import BuildError

FOLDER = "_frozen"
"""Where the package holds them."""
LIBRARY, MANIFEST = "library.so", "manifest.json"


class Frozen(NamedTuple):
    """One function or static of the library."""

    symbol: str
    line: int
    """Where its declaration begins."""
    signature: str
    """For people: parameters and result of a function, type of a static."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a library beside its code."""

    version: str
    """Wrought's, which made it."""
    machine: str
    """As `platform.machine()` says it."""
    sources: dict[str, str]
    """Path to digest."""
    modules: dict[str, list[str]]
    """Module to the paths of its source and of those that it uses."""
    things: dict[str, Frozen]
    """By `identity`."""
    symbols: list[str]
    """All that the library shows: functions, statics, thunks, the runtime."""

    def text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """From a file.  Raises `BuildError` for a damaged one."""
        try:
            made = cls(**json.loads(path.read_text("utf-8")))
            things = {key: Frozen(*value) for key, value in made.things.items()}
            return replace(made, things=things)
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise BuildError(f"{path}: the list of precompiled functions is damaged ({error}); "
                             "reinstall wrought") from None


class FrozenLibrary:
    """The library of one folder; it is loaded into this process when addresses are asked for.

    `root` is the folder that the manifest's source paths start from.  Raises `BuildError` for
    a damaged manifest.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        manifest = Manifest.read(folder / MANIFEST)
        self.machine, self.version = manifest.machine, manifest.version
        self.sources, self.symbols = manifest.sources, manifest.symbols
        self._root = root
        self._modules, self._things = manifest.modules, manifest.things
        self._fresh: dict[str, bool] = {}
        self._path = folder / LIBRARY

    def usable(self) -> bool:
        """Whether it was made for this machine by this version."""
        return self.machine == platform.machine() and self.version == wrought.__version__

    def addresses(self) -> dict[str, int]:
        """Where each of `symbols` lies.  Raises `BuildError` for a damaged library."""
        try:
            library = ctypes.CDLL(str(self._path))
            return {name: ctypes.addressof(ctypes.c_char.in_dll(library, name))
                    for name in self.symbols}
        except (OSError, ValueError) as error:
            raise BuildError(f"the precompiled functions cannot be loaded: {error}; "
                             "reinstall wrought") from None

    def find(self, thing: Compiled | Static) -> Frozen | None:
        """The library's version of a function or static, if it has an up-to-date one."""
        found = self._things.get(identity(thing))
        line = thing.line if isinstance(thing, Static) else thing.first_line
        if found is None or found.line != line or not self._is_source(thing.file, thing.module):
            return None
        return found if self.is_fresh(thing.module) else None

    def is_fresh(self, module: str) -> bool:
        """Whether the sources behind a module are those that the library was made from."""
        if module not in self._fresh:
            self._fresh[module] = all(self._matches(path) for path in self._modules[module])
        return self._fresh[module]

    def names(self, title: str, file: str) -> bool:
        """Whether a function of that title and file was frozen, in whatever version."""
        return any(key.endswith(":" + title) and self._is_source(file, key.partition(":")[0])
                   for key in self._things)

    def source_path(self, path: str) -> str:
        """A path of the manifest as this machine's; others as they are."""
        return str(self._root / path) if path in self.sources else path

    def _is_source(self, file: str, module: str) -> bool:
        """Whether a file is the module's or of what it imports, by whichever links it is named."""
        real = os.path.realpath(file)
        return any(os.path.realpath(self._root / path) == real
                   for path in self._modules.get(module, ()))

    def _matches(self, path: str) -> bool:
        try:
            return digest((self._root / path).read_bytes()) == self.sources[path]
        except OSError:
            return False


class FrozenSymbols(Symbols):
    """Symbols of a process that has a frozen library: its names mean its functions only.

    What is met and frozen goes to `loaded`, so that nobody compiles it again.
    """

    def __init__(self, library: FrozenLibrary, loaded: set[str]) -> None:
        super().__init__()
        self._library, self._loaded = library, loaded
        self.used = dict.fromkeys(library.symbols, 0)

    def _new(self, thing: Compiled | Static) -> str:
        found = self._library.find(thing)
        if found is None:
            return super()._new(thing)
        self._loaded.add(found.symbol)
        return found.symbol


def identity(thing: Compiled | Static) -> str:
    """How the manifest names a function or static: `wrought.rt.bytes:find`."""
    return f"{thing.module}:{thing.name if isinstance(thing, Static) else thing.title}"


@lru_cache(maxsize=1)
def installed() -> FrozenLibrary | None:
    """The library that was installed with this package; None where there is none to use."""
    package = Path(wrought.__file__).parent
    if not (package / FOLDER / MANIFEST).exists():
        return None
    library = FrozenLibrary(package / FOLDER, package.parent)
    return library if library.usable() else None
