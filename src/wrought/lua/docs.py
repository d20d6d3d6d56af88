"""`python -m wrought.lua.docs FOLDER`: write the reference pages of the Lua VM."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from wrought.lang.docs.markdown import code, page, table, wrap
from wrought.lang.docs.write import write_pages
from wrought.lua.vm.bytecode import MAX_CONSTANT, MAX_LOCALS, MAX_REGISTERS, MAX_UPVALUES, TABLE, Op

INTRO = wrap(
    "A function is a list of 64-bit instructions; the first one is its head. Registers are stack "
    "slots from the function's base on. The interpreter, the lister, the "
    "verifier of loaded bytecode and the dump format read the same table; a dump of another "
    "table's bytecode is refused.")

FIELDS = (("op", "7:0", "the instruction's number"),
          ("a", "19:8", "a register, most often the one that is set"),
          ("b", "31:20", "a register or a small number"),
          ("c", "47:32", "a register, the index of a constant, or a number"),
          ("x", "63:48", "what the interpreter has noted: where a key was found"),
          ("d", "63:32", "instead of c and x: a signed number, a jump, the index of a constant"))

OPERANDS = {"r": "register", "k": "constant", "s": "signed", "n": "number", "j": "jump",
            "u": "upvalue", "p": "primitive", "-": ""}
"""How the page names the operand letters of the table."""

SECTIONS = {
    "FUNCF": ("Heads of functions", "The first instruction of a function, which calls jump to."),
    "MOVE": ("Constants and moves", "Primitives are nil (0), false (1) and true (2)."),
    "UGET": ("Upvalues and closures", "A variable that is never assigned after its declaration is "
             "held by value in the closures that use it (UVAL); others are shared."),
    "TNEW": ("Tables", "Those that are marked note in field x, or b, where they have found the "
             "key."),
    "ADD_RR": ("Operators", "RR: two registers; RK and KR: a register and a number constant; RI: a "
               "register and a signed number."),
    "JMP": ("Jumps", "Distances count from the next instruction. Only LOOP, FORLOOP, ITERLOOP and "
            "UCLO jump backward. `not a < b` differs from `a >= b` for NaN."),
    "CALL": ("Calls and returns", "The function is R(a), R(a+1) is for the link, arguments begin "
             "at R(a+2), results at R(a). An open list has as many values as there were; the next "
             "instruction takes it."),
    "FORPREP": ("Loops", "Numeric: R(a) index, R(a+1) limit, R(a+2) step, R(a+3) the visible "
                "variable. Generic: R(a-4) scratch, R(a-3) iterator, R(a-2) state, R(a-1) control, "
                "R(a) and up the visible variables."),
    "CONT_STORE": ("Continuations", "Not in functions: what a frame of native code, or the frame "
                   "below a metamethod, goes on with when the call has returned."),
}
"""Title and text of each section by its first instruction."""


def sections() -> Iterator[tuple[str, str, list[Op]]]:
    """Title, text and rows, in the order of the table."""
    rows: list[Op] = []
    title, text = "", ""
    for op in TABLE:
        if op.name in SECTIONS:
            if rows:
                yield title, text, rows
            title, text = SECTIONS[op.name]
            rows = []
        rows.append(op)
    yield title, text, rows


def row(op: Op) -> tuple[str, ...]:
    """A line of the table of instructions."""
    operands = (OPERANDS[letter] for letter in (op.a, op.b, op.c, op.d))
    return (code(op.name), *operands, op.text + (" (noted)" if op.cached else ""))


def limits() -> str:
    """What the encoding has room for."""
    return wrap(f"A function has at most {MAX_REGISTERS} registers, {MAX_LOCALS} local variables "
                f"and {MAX_UPVALUES} upvalues. Constants up to index {MAX_CONSTANT} fit into field "
                "c; operands in field b reach the first 4,096.")


def bytecode() -> str:
    """The page of the instructions."""
    parts = [table(("field", "bits", "what"), FIELDS), limits()]
    for title, text, rows in sections():
        parts += [f"## {title}", wrap(text),
                  table(("instruction", "a", "b", "c", "d", "meaning"), map(row, rows))]
    return page("Lua bytecode", INTRO, "`wrought.lua.vm.bytecode`", parts)


PAGES: dict[str, Callable[[], str]] = {"lua-bytecode.md": bytecode}
"""The function that makes each page's text."""


def main(arguments: list[str]) -> int:
    """Write every page; the exit code."""
    return write_pages("wrought.lua.docs", PAGES, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
