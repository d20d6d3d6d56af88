"""The machine code of the interpreter's handlers: as stable text, and how long its paths are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wrought.lang.build.dump import Instruction, functions, instructions
from wrought.lua.vm.objects import Vm

HANDLERS = (
    "MOVE", "KINT", "UVAL", "UGET", "GGET", "TGETS", "TGETV", "TGETI", "TSETS", "TSETV", "SELF",
    "ADD_RR", "ADD_RI", "MUL_RR", "SUB_RK", "DIV_RR", "JLT", "JNLT", "JLTI", "JEQK", "JEQP", "JT",
    "JF", "CALL", "FUNCF", "RET1", "RET0", "FORLOOP1", "FORLOOP", "ITERCALL", "LEN", "bit.band",
    "math.floor", "string.byte", "select")
"""The handlers that most of the time goes to."""

ONWARD = {"select": "RETURN_VALUES"}
"""Handlers whose usual way on is a jump to another one, not to the next bytecode."""

VM_REGISTER = {"x64": "r15", "a64": "x23"}
"""What holds the state while bytecodes run."""

_JUMP = re.compile(r"(?P<op>b|bl|call|b\.\w+|cbn?z|tbn?z|j\w+) (?P<before>.*?)#?"
                   r"(?P<to>0x[0-9a-f]+|0)(?: ; (?P<symbol>.+))?$")
_LEAVE = re.compile(r"(br x\d+|jmp (r\w+|qword ptr .*))$")
_STACK = {"x64": re.compile(r"(push|pop|call|ret|leave|enter)|.*\b([re]?sp|[re]bp)\b"),
          "a64": re.compile(r"(blr?|ret)\b|.*\b(w?sp|[xw]29|[xw]30)\b")}
_LABEL = re.compile(r"\[(.+)\]$")


class Code(NamedTuple):
    """A handler's instructions, and where each may go on: places in the list."""

    code: list[Instruction]
    following: list[list[int]]
    exits: list[int]
    """The jumps to the next bytecode, in the order of their places."""


def labelled(data: bytes) -> dict[str, str]:
    """The symbols of handlers, by their labels."""
    return {found[1]: name for name in functions(data) if (found := _LABEL.search(name))}


def read(data: bytes, symbol: str, onward: str = "") -> Code:
    """A handler with its paths; `onward` is the label of the handler that it goes on to, if that is
    not the next bytecode's."""
    code = instructions(data, symbol)
    places = {ins.address: i for i, ins in enumerate(code)}
    following: list[list[int]] = []
    exits = []
    for i, ins in enumerate(code):
        jump = _JUMP.match(ins.text)
        goes = []
        if jump and not jump["symbol"]:
            goes.append(places[int(jump["to"], 0)])
        ends = _LEAVE.match(ins.text) or (jump and jump["op"] in ("b", "jmp"))
        if not ends:
            goes.append(i + 1)
        following.append(goes)
        if _LEAVE.match(ins.text) or (onward and jump and _name(jump["symbol"]) == onward):
            exits.append(i)
    return Code(code, following, exits)


def _name(symbol: str | None) -> str:
    """A handler's label, or the name of another function."""
    found = _LABEL.search(symbol or "")
    return found[1] if found else (symbol or "").rpartition(".")[2]


def paths(handler: Code) -> list[list[int]]:
    """The path with the fewest instructions to each exit, the shortest first."""
    came: dict[int, int] = {0: -1}
    waiting = [0]
    for at in waiting:
        for to in handler.following[at]:
            if to not in came and to < len(handler.code):
                came[to] = at
                waiting.append(to)
    found = []
    for at in handler.exits:
        path = []
        while at >= 0:
            path.append(at)
            at = came[at]
        found.append(path[::-1])
    return sorted(found, key=len)


def uses_stack(handler: Code, machine: str) -> list[str]:
    """The instructions on these paths that use the native stack, call, or return."""
    texts = [handler.code[i].text.partition(" ; ")[0] for path in paths(handler) for i in path]
    return sorted({text for text in texts if _STACK[machine].match(text)})


def fields() -> dict[int, str]:
    """The state's fields behind the table of handlers, by their offsets."""
    return {field.offset: name for name, field in Vm.layout().fields.items() if field.offset}


def listing(handler: Code, machine: str, names: Mapping[int, str]) -> str:
    """The text: labels for places, names for other handlers and for fields of the state, so that it
    changes with the handler alone."""
    targets = sorted({to for i, goes in enumerate(handler.following) for to in goes
                      if to != i + 1})
    labels = {place: f"L{number}" for number, place in enumerate(targets, 1)}
    starts = {ins.address: labels[i] for i, ins in enumerate(handler.code) if i in labels}
    lengths = ", ".join(str(len(path)) for path in paths(handler))
    lines = [f"instructions to an exit: {lengths}"]
    for i, ins in enumerate(handler.code):
        if i in labels:
            lines.append(f"{labels[i]}:")
        lines.append(f"    {_text(ins.text, machine, starts, names)}")
    return "\n".join(lines) + "\n"


def _text(text: str, machine: str, starts: Mapping[int, str], names: Mapping[int, str]) -> str:
    jump = _JUMP.match(text)
    if jump:
        to = f"[{_name(jump['symbol'])}]" if jump["symbol"] else starts[int(jump["to"], 0)]
        return f"{jump['op']} {jump['before']}{to}"
    field = re.compile(rf"\[{VM_REGISTER[machine]}(?: \+ |, #)(0x[0-9a-f]+)\]")
    return field.sub(lambda m: f"[vm.{names.get(int(m[1], 0), m[1])}]", text)


def table(rows: Mapping[str, Sequence[int] | float]) -> str:
    """Rows of a TOML table."""
    return "".join(f'"{name}" = {value}\n' for name, value in rows.items())
