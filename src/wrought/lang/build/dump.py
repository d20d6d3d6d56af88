"""Machine code as text for people: by function, and by source line."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import capstone  # pyright: ignore[reportMissingTypeStubs]
from elftools.elf.elffile import ELFFile

from .errors import BuildError

_JUMP = re.compile(r"(?:b|bl|b\.\w+|call|j\w+) #?(0x[0-9a-f]+|0)$")
"""A direct call or jump, and its target."""

_ABSOLUTE_64 = (1, 257)
"""R_X86_64_64 and R_AARCH64_ABS64, by which a line table names an address."""


class Instruction(NamedTuple):
    """One machine instruction of an object."""

    address: int
    """In bytes from the start of its section."""
    text: str
    """Mnemonic and operands; a call or a relocated operand is followed by `; symbol`."""


def disassemble(data: bytes, symbol: str) -> list[str]:
    """A function's instructions, e.g. `ldr w0, [x0]`, from an object or a linked program.

    Raises `BuildError` if the file has no such function.
    """
    return [ins.text for ins in instructions(data, symbol)]


def instructions(data: bytes, symbol: str) -> list[Instruction]:
    """The same with addresses."""
    return list(_instructions(_opened(data), symbol))


@functools.lru_cache(maxsize=2)
def _opened(data: bytes) -> Any:
    """Kept, with its tables (below), for the next function of the same file."""
    return ELFFile(io.BytesIO(data))


def functions(data: bytes) -> list[str]:
    """The names of the functions that a file holds, in the order of their addresses."""
    table: Any = ELFFile(io.BytesIO(data)).get_section_by_name(".symtab")
    found = [(s["st_shndx"], s["st_value"], s.name) for s in table.iter_symbols()
             if s["st_info"]["type"] == "STT_FUNC" and isinstance(s["st_shndx"], int)]
    return [name for _, _, name in sorted(found)]


def source_lines(data: bytes, root: str = "", only: str = "") -> str:
    """The instructions of the functions whose names contain `only`, each run of them under the
    source line that it came from."""
    elf: Any = ELFFile(io.BytesIO(data))
    tables = _line_tables(elf)
    out: list[str] = []
    for name in functions(data):
        if only not in name:
            continue
        out.append(f"{name}:")
        table = tables.get(_section_of(elf, name), tables.get(0, []))
        shown: tuple[str, int] | None = None
        for ins in _instructions(elf, name):
            place = _place_of(table, ins.address)
            if place and place != shown:
                shown = place
                out.append(f"  {place[0]}:{place[1]}: {_source(root, *place)}".rstrip())
            out.append(f"    {ins.address:6x}  {ins.text}")
    return "\n".join(out) + "\n"


def _instructions(elf: Any, symbol: str) -> Iterator[Instruction]:
    named: list[Any] = elf.get_section_by_name(".symtab").get_symbol_by_name(symbol) or []
    found = [s for s in named if s["st_info"]["type"] == "STT_FUNC"
             and isinstance(s["st_shndx"], int)]
    if not found:
        raise BuildError(f"no function '{symbol}' in the object")
    start, size = found[0]["st_value"], found[0]["st_size"]
    section = elf.get_section(found[0]["st_shndx"])
    names = _relocated(elf, section.name)
    starts = _function_starts(elf, found[0]["st_shndx"])
    data = section.data()[start - section["sh_addr"]:][:size]
    for ins in _decoder(elf).disasm(data, start):
        text = f"{ins.mnemonic} {ins.op_str}".rstrip()
        for at in range(ins.address, ins.address + ins.size):
            if at in names:
                text += f" ; {names[at]}"
        target = _JUMP.match(text)
        if target and int(target[1], 0) in starts and " ; " not in text:
            text += f" ; {starts[int(target[1], 0)]}"
        yield Instruction(ins.address, text)


@functools.lru_cache(maxsize=8)
def _function_starts(elf: Any, section: int) -> dict[int, str]:
    table = elf.get_section_by_name(".symtab")
    return {s["st_value"]: s.name for s in table.iter_symbols()
            if s["st_info"]["type"] == "STT_FUNC" and s["st_shndx"] == section}


def _decoder(elf: Any) -> Any:
    if elf["e_machine"] == "EM_AARCH64":
        return capstone.Cs(capstone.CS_ARCH_ARM64, capstone.CS_MODE_ARM)
    return capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)


@functools.lru_cache(maxsize=8)
def _relocated(elf: Any, section: str) -> dict[int, str]:
    """Symbols by the offset of the relocation that names them."""
    relocations = elf.get_section_by_name(".rela" + section)
    if relocations is None:
        return {}
    table = elf.get_section_by_name(".symtab")
    names = {r["r_offset"]: _symbol_name(elf, table.get_symbol(r["r_info_sym"]), r["r_addend"])
             for r in relocations.iter_relocations()}
    return {offset: name for offset, name in names.items() if name}


_PC_BIAS = 4
"""An x86-64 displacement counts from the end of its 4 bytes, so its addend is 4 less."""


def _symbol_name(elf: Any, symbol: Any, addend: int) -> str:
    """The relocation's symbol; where that is a section, the function it points at, if any."""
    if symbol["st_info"]["type"] != "STT_SECTION":
        return str(symbol.name)
    bias = 0 if elf["e_machine"] == "EM_AARCH64" else _PC_BIAS
    function = _function_starts(elf, symbol["st_shndx"]).get(addend + bias)
    return function or str(elf.get_section(symbol["st_shndx"]).name)


def _section_of(elf: Any, symbol: str) -> int:
    return elf.get_section_by_name(".symtab").get_symbol_by_name(symbol)[0]["st_shndx"]


Rows = list[tuple[int, str, int]]
"""(address, file, line) in the order of addresses; line 0 ends a range."""


def _line_tables(elf: Any) -> dict[int, Rows]:
    """Rows by the section that they are about; under 0 all of a linked file's.

    In an object every section starts at address 0, and only the relocation of a sequence's first
    address tells which section is meant.
    """
    tables: dict[int, Rows] = {}
    if not elf.has_dwarf_info():
        return tables
    dwarf, sections = elf.get_dwarf_info(), _sequence_sections(elf)
    for unit in dwarf.iter_CUs():
        program = dwarf.line_program_for_CU(unit)
        if program is None:
            continue
        files, rows = program["file_entry"], None
        for state in filter(None, (entry.state for entry in program.get_entries())):
            if rows is None:
                rows = tables.setdefault(next(sections, 0), [])
            name = files[state.file].name.decode() if state.file < len(files) else ""
            rows.append((state.address, name, 0 if state.end_sequence else state.line))
            if state.end_sequence:
                rows = None
    return {section: sorted(rows, key=lambda row: row[0]) for section, rows in tables.items()}


def _sequence_sections(elf: Any) -> Iterator[int]:
    """The section of each sequence of the line table, in order; nothing for a linked file."""
    relocations = elf.get_section_by_name(".rela.debug_line")
    if relocations is None:
        return
    symbols = elf.get_section_by_name(".symtab")
    for r in sorted(relocations.iter_relocations(), key=lambda r: r["r_offset"]):
        if r["r_info_type"] in _ABSOLUTE_64:
            yield symbols.get_symbol(r["r_info_sym"])["st_shndx"]


def _place_of(table: Rows, address: int) -> tuple[str, int] | None:
    """The file and line of the last row at or below the address."""
    low, high = 0, len(table)
    while low < high:
        middle = (low + high) // 2
        if table[middle][0] <= address:
            low = middle + 1
        else:
            high = middle
    if not low or not table[low - 1][2]:
        return None
    _, name, line = table[low - 1]
    return name, line


def _source(root: str, name: str, line: int) -> str:
    """The text of a source line, or "" where the file cannot be read."""
    try:
        lines = (Path(root) / name).read_text().splitlines()
    except OSError:
        return ""
    return lines[line - 1].strip() if line <= len(lines) else ""
