"""Bare-metal images: link, check, and write as ELF or flat binary."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from elftools.elf.elffile import ELFFile

from ..ir.model import Module
from ..targets import Target
from . import mem_a64
from .cache import Cache, digest, write_atomically
from .errors import BuildError
from .layout import IMAGE_ALIGN, Layout, linker_script
from .objects import compile_object
from .toolchain import file_error, run, toolchain_version, work_folder

_WRITE, _EXECUTE = 2, 1


def build_image(module: Module, target: Target, layout: Layout, cache: Cache | None = None,
                debug: bool = True, root: str = "", compiled: bytes | None = None) -> bytes:
    """Compile and link a bare-metal program; returns the ELF file's bytes.

    `compiled` is the module's object where that has been made, with its own `debug` and `root`.
    Raises `BuildError`: no entry, undefined symbols, a segment that is writable and executable,
    an image that does not fit, a base that the Linux boot protocol does not allow.
    """
    _check_request(module, target, layout)
    store = cache or Cache()
    data = compiled or compile_object(module, target, store, debug, root, pic=layout.pie)
    elf = _link(data, target, layout, store)
    check_image(elf, layout)
    return elf


def flat_binary(elf: bytes) -> bytes:
    """The image as it lies in memory from its lowest loaded byte; trailing zeros left out."""
    segments = [s for s in _segments(elf) if s["p_filesz"]]
    if not segments:
        raise BuildError("the image is empty")
    start = min(s["p_paddr"] for s in segments)
    out = bytearray(max(s["p_paddr"] + s["p_filesz"] for s in segments) - start)
    for s in segments:
        at = s["p_paddr"] - start
        out[at:at + s["p_filesz"]] = elf[s["p_offset"]:s["p_offset"] + s["p_filesz"]]
    return bytes(out)


def write_output(out: Path, data: bytes) -> None:
    """Write a finished image.  Raises `BuildError`; a failure leaves no part of it."""
    try:
        write_atomically(out, data)
    except OSError as error:
        raise file_error(out, error) from None


def check_image(elf: bytes, layout: Layout) -> None:
    """Check W^X and size.  Raises `BuildError`."""
    segments = _segments(elf)
    for s in segments:
        if s["p_flags"] & _WRITE and s["p_flags"] & _EXECUTE:
            raise BuildError(f"the segment at {s['p_vaddr']:#x} is writable and executable")
    if layout.limit is None or not segments:
        return
    start = min(s["p_paddr"] for s in segments)
    size = max(s["p_paddr"] + s["p_memsz"] for s in segments) - start
    if size > layout.limit:
        raise BuildError(f"the image takes {size} bytes of memory, but {layout.limit} are "
                         f"available: {size - layout.limit} too many")


def symbols(elf: bytes) -> dict[str, int]:
    """Addresses of an ELF file's symbols by name."""
    table: Any = ELFFile(io.BytesIO(elf)).get_section_by_name(".symtab")
    return {s.name: s["st_value"] for s in table.iter_symbols() if s.name} if table else {}


def _check_request(module: Module, target: Target, layout: Layout) -> None:
    if target.hosted:
        raise BuildError(f"{target.name} is hosted: build an executable for it")
    if layout.linux_header and layout.base % IMAGE_ALIGN:
        raise BuildError(f"a Linux Image starts at a multiple of 2 MiB, not {layout.base:#x}")
    defined = {fn.name for fn in module.functions.values() if fn.blocks} | set(module.asm)
    if layout.script is None and layout.entry not in defined:
        raise BuildError(f"{module.name}: the program has no entry '{layout.entry}'")


def _link(data: bytes, target: Target, layout: Layout, cache: Cache) -> bytes:
    with work_folder() as folder:
        main, script = folder / "main.o", folder / "image.ld"
        main.write_bytes(data)
        script.write_text(linker_script(layout))
        spare: list[str] = []
        for name in mem_a64.NAMES:
            path = folder / f"{name}.o"
            path.write_bytes(_assemble(name, target, cache))
            spare.append(str(path))
        result = folder / "out"
        pie = ["-pie", "--no-dynamic-linker", "-Bsymbolic"] if layout.pie else ["-static"]
        if layout.packed:
            pie.append("--pack-dyn-relocs=relr")
        run(["ld.lld", "-T", str(script), str(main), "--start-lib", *spare, "--end-lib", *pie,
             "--build-id=none", "-z", "noexecstack", "-z", f"max-page-size={layout.page}",
             "-z", "norelro", "-o", str(result)], cache)
        return result.read_bytes()


def _assemble(name: str, target: Target, cache: Cache) -> bytes:
    text = mem_a64.assembly(name)
    key = digest("assembled", toolchain_version(), target.triple, text)
    data = cache.get(key)
    if data is None:
        with work_folder() as folder:
            source, output = folder / f"{name}.s", folder / f"{name}.o"
            source.write_text(text)
            run(["clang", f"--target={target.triple}", "-c", str(source), "-o", str(output)],
                cache)
            data = output.read_bytes()
        cache.put(key, data)
    return data


def _segments(elf: bytes) -> list[Any]:
    return [s for s in ELFFile(io.BytesIO(elf)).iter_segments() if s["p_type"] == "PT_LOAD"]
