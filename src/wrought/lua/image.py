"""What the Lua programs are made of, and how they are built: for the command, tests, benchmarks."""

from __future__ import annotations

import functools
from pathlib import Path

from wrought.lang.build.program import Program
from wrought.lua.ready import EXECUTABLE, built_once

TARGETS = ("x86_64-linux", "x86_64-linux-musl", "aarch64-linux", "aarch64-linux-musl")


def program(target: str = "x86_64-linux", debug: bool = True, root: str | Path = "") -> Program:
    """The `lua` executable for a hosted target, not built yet.

    `debug` and `root` are as for `Program`: wheels have no paths of the machine they were built on.
    """
    from wrought.lua.command.main import lua_main

    return Program("lua", roots=[lua_main], target=target, libraries=("m",), debug=debug, root=root)


def extension(target: str = "host", debug: bool = True, root: str | Path = "") -> Program:
    """CPython's extension module over the VM (`embed`), to be built as a shared library.

    `debug` and `root` as in `program`.
    """
    from wrought.lua.embed.module import make_module

    return Program("_native", roots=[make_module], target=target, libraries=("m",), debug=debug,
                   root=root, soname="_native.abi3.so")


@functools.cache
def executable(target: str = "x86_64-linux") -> Path:
    """The path of the `lua` executable for a target; it is built if it is not there yet.

    Raises CompileError or BuildError.
    """
    return built_once(f"lua-{target}", "", EXECUTABLE, program(target).build)
