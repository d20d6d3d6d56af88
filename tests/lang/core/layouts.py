"""Struct declarations as our source and as C, and what the C compiler makes of them."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

from wrought.lang.build.cache import Cache
from wrought.lang.build.toolchain import run

C_TYPES = {**{f"{sign}{n}": f"__{'U' if sign == 'u' else ''}INT{n}_TYPE__"
              for sign in "ui" for n in (8, 16, 32, 64)},
           "f32": "float", "f64": "double", "bool": "_Bool", "ptr": "void *"}
OURS = {"ptr": "Ptr[Void]"}


@dataclass(frozen=True, slots=True)
class FieldShape:
    """A field: the name of a scalar or an earlier struct, and a length (0: no array)."""

    type: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A struct; `align` 0 asks for nothing."""

    name: str
    fields: tuple[FieldShape, ...]
    packed: bool = False
    align: int = 0
    union: bool = False

    def python(self) -> str:
        """As a declaration of ours."""
        options = ["packed=True"] * self.packed + [f"align={self.align}"] * bool(self.align)
        head = "@union" if self.union else f"@struct({', '.join(options)})"
        lines = [head, f"class {self.name}:"]
        for i, f in enumerate(self.fields):
            ty = OURS.get(f.type, f.type)
            lines.append(f"    f{i}: " + (f"Array[{ty}, {f.count}]" if f.count else ty))
        return "\n".join(lines) + "\n\n\n"

    def c(self) -> str:
        """As a C declaration."""
        attributes = ["packed"] * self.packed + [f"aligned({self.align})"] * bool(self.align)
        text = f"__attribute__(({', '.join(attributes)})) " if attributes else ""
        fields = "".join(
            f" {C_TYPES.get(f.type, f.type)} f{i}{f'[{f.count}]' if f.count else ''};"
            for i, f in enumerate(self.fields))
        return f"typedef {'union' if self.union else 'struct'} {text}{{{fields} }} {self.name};\n"

    def measures(self) -> list[str]:
        """C expressions: size, alignment, offsets."""
        return [f"sizeof({self.name})", f"_Alignof({self.name})",
                *(f"__builtin_offsetof({self.name}, f{i})" for i in range(len(self.fields)))]


def c_measures(shapes: Sequence[Shape], triple: str, folder: Path) -> dict[str, list[int]]:
    """Size, alignment and offsets of each struct, as clang has them, read from an object file."""
    rows = ", ".join(m for s in shapes for m in s.measures())
    source, output = folder / "layouts.c", folder / "layouts.o"
    source.write_text("".join(s.c() for s in shapes)
                      + f"const __UINT64_TYPE__ rows[] = {{ {rows} }};\n")
    run(["clang", f"--target={triple}", "-c", str(source), "-o", str(output)], Cache())
    elf = ELFFile(io.BytesIO(output.read_bytes()))
    (symbol,) = elf.get_section_by_name(".symtab").get_symbol_by_name("rows")
    data = elf.get_section(symbol["st_shndx"]).data()
    numbers = iter(struct.unpack_from(f"<{symbol['st_size'] // 8}Q", data, symbol["st_value"]))
    return {s.name: [next(numbers) for _ in s.measures()] for s in shapes}
