"""Modules to object files, through the cache; frame sizes from objects."""

from __future__ import annotations

import io
import struct
from typing import Any

from elftools.elf.elffile import ELFFile

from ..ir.model import Module
from ..llvm.emit import emit_module
from ..targets import Target
from .cache import Cache, digest
from .errors import BuildError
from .toolchain import run, toolchain_version, work_folder


def compile_object(module: Module, target: Target, cache: Cache | None = None,
                   debug: bool = True, root: str = "", pic: bool | None = None) -> bytes:
    """Compile a module to an ELF object.

    `root` is the project's folder, relative to which debug information and panics name source
    files.  Code is position independent on hosted targets unless `pic` says otherwise.  Raises
    `BuildError`.
    """
    text = emit_module(module, target, debug, root)
    return compile_text(text, target, cache or Cache(), pic)


def compile_text(text: str, target: Target, cache: Cache, pic: bool | None = None) -> bytes:
    """LLVM text to an ELF object at O2.  Raises `BuildError`."""
    flags = _flags(target, target.hosted if pic is None else pic) + _handler_flags(text)
    key = digest("object", toolchain_version(), " ".join(flags), text)
    data = cache.get(key)
    if data is None:
        with work_folder() as folder:
            source, output = folder / "module.ll", folder / "module.o"
            source.write_text(text)
            run(["clang", *flags, "-x", "ir", str(source), "-c", "-o", str(output)], cache)
            data = output.read_bytes()
        cache.put(key, data)
    return data


def assembly(text: str, target: Target, cache: Cache) -> str:
    """LLVM text to assembler text at O2, for people to read.  Raises `BuildError`."""
    with work_folder() as folder:
        source, output = folder / "module.ll", folder / "module.s"
        source.write_text(text)
        run(["clang", *_flags(target, target.hosted), *_handler_flags(text), "-x", "ir",
             str(source), "-S", "-o", str(output)], cache)
        return output.read_text()


def _flags(target: Target, pic: bool) -> list[str]:
    cpu = "-march=" if target.arch == "x64" else "-mcpu="
    flags = [f"--target={target.triple}", "-O2", cpu + target.cpu, "-Wno-override-module",
             "-fPIC" if pic else "-fno-pic", "-fstack-size-section"]
    for feature in target.features:
        # Whole functions in assembler may save a guest's vector registers, so only what adds
        # instructions is said here; each compiled function says the rest itself.
        if feature.startswith("+"):
            flags += ["-Xclang", "-target-feature", "-Xclang", feature]
    return flags


def _handler_flags(text: str) -> list[str]:
    """For modules with handlers: each path through one ends in a jump of its own, because equal
    ends are not merged."""
    return ["-mllvm", "-enable-tail-merge=0"] if "preserve_nonecc" in text else []


def frame_sizes(data: bytes) -> dict[str, int]:
    """Bytes of stack that each function of an object uses in its own frame.

    Read from `.stack_sizes` (LLVM's `-fstack-size-section`): an address, relocated against a
    function or its section, then the size as ULEB128.  Raises `BuildError` for what is no object.
    """
    elf = _read(data)
    sizes: dict[str, int] = {}
    relocations = {r["sh_info"]: r for r in elf.iter_sections("SHT_RELA")}
    for index, section in enumerate(elf.iter_sections()):
        if section.name == ".stack_sizes":
            sizes.update(_stack_sizes(elf, section.data(), relocations[index]))
    return sizes


def defined_functions(data: bytes) -> set[str]:
    """Names of the functions that have code of their own in an object.  Raises `BuildError`."""
    symbols = _read(data).get_section_by_name(".symtab")
    return {s.name for s in symbols.iter_symbols()
            if s["st_info"]["type"] == "STT_FUNC" and s["st_shndx"] != "SHN_UNDEF"}


def _stack_sizes(elf: Any, data: bytes, relocations: Any) -> dict[str, int]:
    symbols = elf.get_section_by_name(".symtab")
    functions = {(s["st_shndx"], s["st_value"]): s.name for s in symbols.iter_symbols()
                 if s["st_info"]["type"] == "STT_FUNC"}
    names: dict[int, str] = {}
    for r in relocations.iter_relocations():
        symbol = symbols.get_symbol(r["r_info_sym"])
        place = (symbol["st_shndx"], symbol["st_value"] + r["r_addend"])
        names[r["r_offset"]] = functions.get(place, symbol.name)
    sizes: dict[str, int] = {}
    at = 0
    while at < len(data):
        name = names.get(at, "")
        at += 8
        size, shift = 0, 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        sizes[name] = size
    return sizes


def _read(data: bytes) -> Any:
    from elftools.common.exceptions import ELFError

    try:
        return ELFFile(io.BytesIO(data))
    except (ELFError, struct.error) as error:
        raise BuildError(f"not an ELF object: {error}") from None
