"""Objects into this process's memory: a thin layer over llvmlite's ORC linker."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterable, Mapping
from typing import Any

import llvmlite.binding as _llvm  # pyright: ignore[reportMissingTypeStubs]
from elftools.elf.elffile import ELFFile

from .errors import BuildError

llvm: Any = _llvm
_PROCESS = ctypes.CDLL(None)
_LIBRARIES = ("libm.so.6", "libgcc_s.so.1")
"""What compiled code may need beside libc: mathematics, and 128-bit division."""


def _load_libraries() -> None:
    for name in _LIBRARIES:
        try:
            ctypes.CDLL(name, mode=ctypes.RTLD_GLOBAL)
        except OSError:
            pass  # only code that needs it will miss it, by name


class Jit:
    """One linker with its memory; what it loaded lives as long as it does."""

    def __init__(self, cpu: str) -> None:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        _load_libraries()
        target = llvm.Target.from_default_triple()
        machine = target.create_target_machine(cpu=cpu, reloc="pic", codemodel="default")
        self._orc = llvm.create_lljit_compiler(machine, use_jit_link=True, suppress_errors=True)
        self._libraries: list[Any] = []

    def link(self, name: str, data: bytes, exports: Iterable[str], imports: Mapping[str, int]
             ) -> dict[str, int]:
        """Load an object and return the addresses of `exports`.

        What is not in `imports` is looked up in the process.  Raises `BuildError` that names the
        symbols nobody defines.
        """
        builder = llvm.JITLibraryBuilder().add_object_img(data).add_current_process()
        for symbol, address in imports.items():
            builder.import_symbol(symbol, address)
        wanted = list(exports)
        for symbol in wanted:
            builder.export_symbol(symbol)
        try:
            library = builder.link(self._orc, f"{name}#{len(self._libraries)}")
        except RuntimeError as error:
            raise _explain(name, str(error), _missing(data, imports)) from None
        self._libraries.append(library)
        return {symbol: library[symbol] for symbol in wanted}


def _missing(data: bytes, imports: Mapping[str, int]) -> list[str]:
    """Symbols that an object needs and neither `imports` nor the process has."""
    table: Any = ELFFile(io.BytesIO(data)).get_section_by_name(".symtab")
    wanted = [s.name for s in table.iter_symbols() if s["st_shndx"] == "SHN_UNDEF" and s.name]
    return sorted(n for n in wanted if n not in imports and not hasattr(_PROCESS, n))


def _explain(name: str, text: str, missing: list[str]) -> BuildError:
    if missing:
        plural = "s" if len(missing) > 1 else ""
        return BuildError(f"{name}: undefined symbol{plural}: {', '.join(missing)}", detail=text)
    return BuildError(f"{name}: cannot be loaded: {text.strip()}", detail=text)
