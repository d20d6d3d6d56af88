"""Compiles functions ahead of time into a shared library that `frozen.py` loads.

The library holds what `HostEngine` would make at run time: the functions, their call thunks and
the in-process runtime.  The same functions give the same bytes wherever they are built.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import wrought
from wrought.lang.core import types as t
from wrought.lang.core.function import Compiled
from wrought.lang.core.static import Static
from wrought.lang.front.unit import Unit
from wrought.lang.ir.model import Module
from wrought.lang.ir.verifier import check_module
from wrought.lang.passes.manager import run_passes
from wrought.lang.targets import TARGETS, Target

from . import host_runtime, marshal
from .cache import Cache, digest, write_atomically
from .errors import BuildError
from .frozen import LIBRARY, MANIFEST, Frozen, Manifest, identity
from .link import link_shared
from .objects import compile_object, compile_text

MACHINES = {"x86_64": "x86_64-linux", "aarch64": "aarch64-linux"}
"""`platform.machine()` to target."""

_COMPILER = "wrought.lang"
"""What the version vouches for, so that its files are not in the manifest."""

_UNNAMED = ("wrought.rt.console", "wrought.rt.fmt")
"""What `print` and f-strings call, whatever a module imports."""

CALLBACKS = 64
"""Python functions that a process can pass for each kind of function parameter, with no compiler
to make more of the thunks."""


class Freezer:
    """One library in the making: `functions` for a machine, their sources below `root`."""

    def __init__(self, functions: Sequence[Compiled], machine: str, root: Path,
                 cache: Cache | None = None) -> None:
        if machine not in MACHINES:
            raise BuildError(f"nothing can be frozen for '{machine}', only for "
                             f"{', '.join(MACHINES)}")
        for f in functions:
            if f.kind not in ("fn", "handler"):
                raise BuildError(f"{identity(f)} cannot be frozen: it is no @fn", f.file,
                                 f.first_line)
        self.functions, self.machine, self.root = functions, machine, root
        self.cache = cache or Cache()
        # What functions are told of their target is the same as in a process without a library.
        self.target: Target = replace(TARGETS[MACHINES[machine]], name="host", in_process=True)
        self.unit = Unit("frozen", self.target)
        self.module, self.things = self._lower()
        self.thunks = self._thunks()

    def objects(self) -> list[bytes]:
        """The object files of the library: functions, thunks, runtime."""
        head = f'target triple = "{self.target.triple}"\n{marshal.DECLARE_PYTHON}'
        texts = [head + "".join(self.thunks.values()), host_runtime.text(self.target)]
        return [compile_object(self.module, self.target, self.cache, False, str(self.root)),
                *(compile_text(text, self.target, self.cache) for text in texts)]

    def manifest(self) -> Manifest:
        """What `FrozenLibrary` needs to know of the library."""
        modules = {m: source_files(m, self.root) for m in sorted(self._module_names())}
        paths = sorted({path for files in modules.values() for path in files})
        sources = {path: digest((self.root / path).read_bytes()) for path in paths}
        symbols = [thing.symbol for thing in self.things.values()]
        return Manifest(wrought.__version__, self.machine, sources, modules,
                        dict(sorted(self.things.items())),
                        sorted([*symbols, *_defined(self.thunks), *host_runtime.EXPORTS]))

    def write(self, folder: Path) -> None:
        """Build library and manifest in `folder`.  Raises CompileError or BuildError."""
        link_shared(self.objects(), self.target, folder / LIBRARY, self.cache, False,
                    ("pthread",), "libwrought-frozen.so")
        write_atomically(folder / MANIFEST, self.manifest().text().encode())

    def _lower(self) -> tuple[Module, dict[str, Frozen]]:
        """The simplified module, showing only what the manifest names."""
        unit = self.unit
        roots = {unit.root(f): f for f in self.functions}
        module = unit.finish()
        things: dict[str, Frozen] = {}
        for symbol, f in roots.items():
            _enter(things, f, Frozen(symbol, f.first_line, _signature_text(unit, f)))
        for symbol, s in unit.symbols.things.items():
            if isinstance(s, Static) and symbol in module.globals:
                _enter(things, s, Frozen(symbol, s.line, s.type.name))
        shown = {thing.symbol for thing in things.values()}
        for fn in (*module.functions.values(), *module.asm.values()):
            if fn.linkage == "export" and fn.name not in shown:
                fn.linkage = "internal"
        check_module(module)
        run_passes(module)
        return module, things

    def _thunks(self) -> dict[str, str]:
        """Name to text of the thunks for calls, each needed once, and for callbacks."""
        thunks: dict[str, str] = {}
        for f in self.functions:
            fn = self.module.functions[self.unit.symbols.of(f)]
            ret, params = self.unit.ir_signature(self.unit.pointer_type(f))
            name, text = marshal.named_thunk(params, ret, fn.cc, marshal.extensions(fn))
            thunks[name] = text
            for p in self.unit.signature(f).params:
                if isinstance(p.type, t.FnType):
                    thunks.update(self._callbacks(p.type))
        return dict(sorted(thunks.items()))

    def _callbacks(self, kind: t.FnType) -> dict[str, str]:
        ret, params = self.unit.ir_signature(kind)
        return dict(marshal.named_callback(params, ret, kind.cc, n) for n in range(CALLBACKS))

    def _module_names(self) -> set[str]:
        statics = [s for s in self.unit.symbols.things.values() if isinstance(s, Static)]
        return {thing.module for thing in (*self.functions, *statics)}


def _defined(thunks: dict[str, str]) -> list[str]:
    """The symbols that thunks define: themselves, and each callback's target."""
    return [*thunks, *(f"{name}.target" for name in thunks if name.startswith("callback."))]


def _enter(things: dict[str, Frozen], thing: Compiled | Static, entry: Frozen) -> None:
    key = identity(thing)
    if key in things:
        raise BuildError(f"{key} cannot be frozen: there are several of that name", thing.file,
                         entry.line)
    things[key] = entry


def _signature_text(unit: Unit, f: Compiled) -> str:
    sig = unit.signature(f)
    params = ", ".join(f"{p.name}: {p.type.name}" for p in sig.params)
    return f"({params}) -> {sig.ret.name}"


def source_files(module: str, root: Path) -> list[str]:
    """Paths below `root` of a module's source and of all that it uses, the language aside.

    Raises `BuildError` for a module that does not lie below `root`.
    """
    found: dict[str, Path] = {}
    work = [module, *_UNNAMED]
    while work:
        name = work.pop()
        path = _module_path(name, root)
        if path is None or name in found:
            continue
        found[name] = path
        tree = ast.parse(path.read_text("utf-8"))
        work += [n for n in _imports(tree, name if path.name == "__init__.py"
                                     else name.rpartition(".")[0])
                 if n != _COMPILER and not n.startswith(_COMPILER + ".")]
    if module not in found:
        raise BuildError(f"{module} cannot be frozen: it has no source below {root}")
    return sorted(path.relative_to(root).as_posix() for path in found.values())


def _module_path(name: str, root: Path) -> Path | None:
    base = root.joinpath(*name.split("."))
    places = (base.with_suffix(".py"), base / "__init__.py")
    return next((path for path in places if path.is_file()), None)


def _imports(tree: ast.Module, package: str) -> Iterable[str]:
    """Modules that may be meant by the imports of a module in `package`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[:1 - node.level or None] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
