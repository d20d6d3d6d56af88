"""What `--dump` shows: the program at each stage, as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from wrought.lang.front.listing import listing
from wrought.lang.ir.printer import print_function, print_module
from wrought.lang.llvm.emit import emit_module

from .errors import BuildError
from .objects import assembly

if TYPE_CHECKING:
    from .program import Program

_LLVM_FUNCTION = re.compile(r'^define [^@\n]*@"?(?P<symbol>[^"(\n]+).*?^\}\n', re.M | re.S)
_ASM_FUNCTION = re.compile(
    r'^"?(?P<symbol>[^\s":]+)"?:\s*(?://|#) @.*?^\s*\.size\s[^\n]*\n', re.M | re.S)


def dump_stage(program: Program, stage: str, only: str = "") -> str:
    """`front`, `ir`, `llvm`, `asm` or `lines` of the functions whose names contain `only`."""
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
        return _functions(text, _LLVM_FUNCTION, only)
    if stage == "asm":
        listing_text = assembly(text, program.target, program.cache)
        return _functions(listing_text, _ASM_FUNCTION, only)
    if stage == "lines":
        from .dump import source_lines

        return source_lines(program.object(), program.root, only)
    raise BuildError(f"there is no stage '{stage}'")


def _functions(text: str, pattern: re.Pattern[str], only: str) -> str:
    """The functions in `text` whose symbols contain `only`; the whole text without it."""
    if not only:
        return text
    return "\n".join(found[0] for found in pattern.finditer(text) if only in found["symbol"])
