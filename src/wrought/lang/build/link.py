"""Executables and shared libraries for Linux."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..ir.model import Module
from ..targets import Target
from .cache import Cache, write_atomically
from .errors import BuildError
from .objects import compile_object
from .toolchain import file_error, run, work_folder


def build_executable(module: Module, target: Target, out: Path, cache: Cache | None = None,
                     debug: bool = True, root: str = "", libraries: Sequence[str] = ()) -> None:
    """Build a program whose `main` the module exports.

    The glibc targets give position-independent executables, musl ones static.  `libraries` are
    names as for `-l`.  Raises `BuildError`; `out` is written only on success.
    """
    _check_hosted(target)
    main = module.functions.get("main")
    if main is None or main.linkage != "export" or not main.blocks:
        raise BuildError(f"{module.name}: a program needs an exported function 'main'")
    store = cache or Cache()
    data = compile_object(module, target, store, debug, root)
    kind = ["-static"] if target.name.endswith("-musl") else ["-pie"]
    _link([data], target, out, store, debug, [*kind, *(f"-l{name}" for name in libraries)])


def build_shared(module: Module, target: Target, out: Path, cache: Cache | None = None,
                 debug: bool = True, root: str = "", libraries: Sequence[str] = (),
                 soname: str = "", versions: Path | None = None) -> None:
    """Build a shared library that shows the module's exported functions and globals.

    `soname` defaults to the file's name; `versions` is a linker version script.  Calls inside the
    library are bound to it (`-Bsymbolic`).  Raises `BuildError`; `out` is written only on success.
    """
    _check_hosted(target)
    store = cache or Cache()
    data = compile_object(module, target, store, debug, root)
    link_shared([data], target, out, store, debug, libraries, soname, versions)


def link_shared(objects: Sequence[bytes], target: Target, out: Path, cache: Cache, debug: bool,
                libraries: Sequence[str] = (), soname: str = "", versions: Path | None = None
                ) -> None:
    """Link objects to a shared library, as `build_shared` does.  Raises `BuildError`."""
    flags = ["-shared", f"-Wl,-soname,{soname or out.name}", "-Wl,-Bsymbolic"]
    if versions:
        flags.append(f"-Wl,--version-script={versions.resolve()}")
    _link(objects, target, out, cache, debug, [*flags, *(f"-l{name}" for name in libraries)])


def _check_hosted(target: Target) -> None:
    if not target.hosted:
        raise BuildError(f"{target.name} has no C library: build an image for it")


def _link(objects: Sequence[bytes], target: Target, out: Path, cache: Cache, debug: bool,
          flags: Sequence[str]) -> None:
    with work_folder() as folder:
        inputs: list[str] = []
        for i, data in enumerate(objects):
            path = folder / f"{i}.o"
            path.write_bytes(data)
            inputs.append(str(path))
        result = folder / "out"
        strip = [] if debug else ["-Wl,--strip-debug"]
        # -O2 chooses which build of the C library is linked, so it is always the same one.
        run(["cc", "-O2", "-target", target.zig, *inputs, *flags, *strip, "-Wl,--build-id=none",
             "-Wl,-z,noexecstack", "-o", str(result)], cache)
        try:
            write_atomically(out, result.read_bytes(), 0o755)
        except OSError as error:
            raise file_error(out, error) from None
