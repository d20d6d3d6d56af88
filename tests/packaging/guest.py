"""An AArch64 shared library without its C library: laid out, relocated, and called under QEMU."""

from __future__ import annotations

import io
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elftools.elf.elffile import ELFFile

from wrought.lang.build import marshal
from wrought.lang.build.host_runtime import HEADER_WORDS
from wrought.lang.ir.types import IrType
from wrought.lang.llvm.panic import RECORD_SIZE, PanicRecord, format_message

RELATIVE, ABSOLUTE, GOT, SLOT = 1027, 257, 1025, 1026
"""Relocations (ELF for the Arm 64-bit Architecture, 5.7): base + addend, or a symbol's address."""


@dataclass(slots=True)
class Answer:
    """What a call gave: its value, or the panic's message and line."""

    value: Any = None
    panic: str = ""
    line: int = 0


class Guest:
    """A library and the calls to be made into it, all in one process of the loader."""

    def __init__(self, library: bytes, program: Path, base: int, size: int, start: int) -> None:
        self._elf: Any = ELFFile(io.BytesIO(library))
        self._program, self._base = program, base
        self._image = bytearray(size)
        self.symbols = _symbols(self._elf, ".dynsym", base)
        self._have = _symbols(ELFFile(io.BytesIO(program.read_bytes())), ".symtab", 0)
        self._lay_out()
        struct.pack_into("<QQ", self._image, start, self.symbols["__wrought_enter"],
                         self.symbols["__wrought_key"])
        self._free = start + 16
        self._calls: list[tuple[bytes, int, IrType]] = []

    def place(self, data: bytes | bytearray) -> int:
        """The address of `data` in the guest, aligned to 16 bytes."""
        at = self._free + 15 & ~15
        self._free = at + len(data)
        assert self._free <= len(self._image)
        self._image[at:self._free] = data
        return self._base + at

    def slice(self, data: bytes | bytearray) -> tuple[int, int]:
        """A Slice[u8] of `data` as IR has it."""
        return self.place(data), len(data)

    def call(self, symbol: str, thunk: str, params: list[IrType], ret: IrType, *args: Any) -> None:
        """Ask for a call; `answers` makes it."""
        head = f"{HEADER_WORDS}Q"
        pack = marshal.packer(params, head, f"{marshal.size([ret])}x")
        buffer = pack(0, 0, 0, self.symbols[symbol], *args)
        at = self.place(bytes(len(buffer)))
        words = struct.pack("<3Q", self.symbols[thunk], at, len(buffer))
        self._calls.append((words + buffer, marshal.HEADER + marshal.size(params), ret))

    def answers(self) -> list[Answer]:
        """Run the loader with all calls, in order."""
        requests = b"".join(words for words, _, _ in self._calls)
        done = subprocess.run(["qemu-aarch64", str(self._program)], check=False, timeout=30,
                              input=bytes(self._image) + requests, capture_output=True)
        assert done.returncode == 0, (done.returncode, done.stderr)
        answers: list[Answer] = []
        at = 0
        for words, offset, ret in self._calls:
            code, buffer = done.stdout[at:at + 4], done.stdout[at + 4:at + 4 + len(words) - 24]
            at += 4 + len(buffer)
            answers.append(self._answer(code, buffer, offset, ret))
        assert at == len(done.stdout)
        return answers

    def _answer(self, code: bytes, buffer: bytes, offset: int, ret: IrType) -> Answer:
        if int.from_bytes(code, "little") == 0:
            items = struct.unpack_from("<" + marshal.codes([ret]), buffer, offset)
            return Answer(marshal.rebuild(ret, iter(items)))
        record, a, b = struct.unpack_from("<3Q", buffer)
        r = PanicRecord.unpack(self._read(record, RECORD_SIZE))
        return Answer(None, format_message(self._text(r.msg), a, b), r.line)

    def _lay_out(self) -> None:
        """Segments to their places, then relocations."""
        for segment in self._elf.iter_segments("PT_LOAD"):
            data = segment.data()
            self._image[segment["p_vaddr"]:segment["p_vaddr"] + len(data)] = data
        names = self._elf.get_section_by_name(".dynsym")
        for table in (".rela.dyn", ".rela.plt"):
            for r in self._elf.get_section_by_name(table).iter_relocations():
                kind, value = r["r_info_type"], self._base + r["r_addend"]
                if kind != RELATIVE:
                    assert kind in (ABSOLUTE, GOT, SLOT), kind
                    name = names.get_symbol(r["r_info_sym"]).name
                    value = (self.symbols.get(name) or self._have[name]) + r["r_addend"]
                struct.pack_into("<Q", self._image, r["r_offset"], value)

    def _read(self, address: int, n: int) -> bytes:
        return bytes(self._image[address - self._base:address - self._base + n])

    def _text(self, address: int) -> str:
        at = address - self._base
        return self._image[at:self._image.index(0, at)].decode()


def _symbols(elf: Any, section: str, base: int) -> dict[str, int]:
    return {s.name: base + s["st_value"] for s in elf.get_section_by_name(section).iter_symbols()
            if s.name and s["st_shndx"] != "SHN_UNDEF"}
