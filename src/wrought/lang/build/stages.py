"""What `--dump` shows: the program at each stage, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wrought.lang.front.listing import listing
from wrought.lang.ir.printer import print_function, print_module
from wrought.lang.llvm.emit import emit_module

from .errors import BuildError
from .objects import assembly

if TYPE_CHECKING:
    from .program import Program


def dump_stage(program: Program, stage: str, only: str = "") -> str:
    """`front`, `ir`, `llvm`, `asm` or `lines`; `front` and `ir` of functions named `only`."""
    if stage == "front":
        unit = program.unit(keep_types=True)
        unit.finish()
        return listing(unit, only)
    module = program.module()
    if stage == "ir":
        if not only:
            return print_module(module)
        return "\n".join(print_function(f) for f in module.functions.values() if only in f.title)
    text = emit_module(module, program.target, program.debug, program.root)
    if stage == "llvm":
        return text
    if stage == "asm":
        return assembly(text, program.target, program.cache)
    if stage == "lines":
        from .dump import source_lines

        return source_lines(program.object(), program.root)
    raise BuildError(f"there is no stage '{stage}'")
