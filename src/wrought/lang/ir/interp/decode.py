"""A function in the form in which it runs: segments of steps, each with one way to go on.

A block is cut after every call, so that calls and returns happen between segments and the
interpreter needs no Python stack of its own for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..model import AsmFunction, Block, Const, Function, Ins, Sym, Undef, Value
from ..types import IrType, type_text
from .atomics import ATOMIC_OPS
from .codec import canonical, zero
from .errors import InterpError, Panic
from .ints import to_signed
from .machine_ops import MACHINE_OPS
from .mem_ops import MEMORY_OPS
from .pure import PURE
from .steps import Host, Places, Regs, Step, StepMaker, pure_step

BRANCH, CALL, RETURN, TAIL = range(4)

STEP_OPS: dict[str, StepMaker] = {
    **dict.fromkeys(sorted(PURE), pure_step), **MEMORY_OPS, **ATOMIC_OPS, **MACHINE_OPS}
"""Every op that is a step; `ptradd` and `elem` also check bounds."""

FLOW_OPS = frozenset({"call", "calli", "ret", "br", "cbr", "switch", "tail", "taili", "panic",
                      "unreachable"})
"""Ops between segments."""

Native = Callable[..., Any]
Signature = tuple[IrType, tuple[IrType, ...]]


@dataclass(slots=True, eq=False)
class Callee:
    """Something that can be called: decoded code, or a Python function for an outside one."""

    name: str
    function: Function | AsmFunction
    code: Code | None = None
    native: Native | None = None
    is_try: bool = False

    def call_native(self, interp: object, values: list[Any]) -> Any:
        """Call the Python function; its result made canonical."""
        assert self.native is not None
        value, ret = self.native(interp, *values), self.function.ret
        if ret == "void":
            return None
        try:
            return canonical(ret, value)
        except (TypeError, ValueError) as e:
            raise InterpError(f"@{self.name} gave {value!r} from Python, not a value of type "
                              f"{type_text(ret)}") from e


@dataclass(slots=True, eq=False)
class Segment:
    """Steps, then a branch, call, return or tail call."""

    steps: list[Step] = field(default_factory=list[Step])
    sources: list[Ins] = field(default_factory=list[Ins])
    """The instruction of each step, and last that of the way on."""
    kind: int = BRANCH
    branch: Callable[[Regs], Segment] | None = None
    callee: Callee | None = None
    target: int = -1
    """Place of an indirect call's address."""
    signature: Signature | None = None
    cc: str = "c"
    args: Places = ()
    dest: int = 0
    after: Segment | None = None
    value: int = -1
    """Place of a returned value."""


@dataclass(slots=True, eq=False)
class Code:
    """One decoded function."""

    function: Function
    template: list[Any]
    """The frame before the call: constants at their places."""
    entry: Segment
    params: int = 0
    slots: list[tuple[int, int, int, str]] = field(default_factory=list[tuple[int, int, int, str]])
    """(place, size, align, name for messages)."""


class CodeHost(Host, Protocol):
    """What decoding needs of the interpreter."""

    def address_of(self, name: str) -> int:
        """The address of a function or global."""
        ...

    def callee(self, name: str) -> Callee:
        """The function of that name."""
        ...


class Decoder:
    """Turns one function into a `Code`."""

    def __init__(self, host: CodeHost, f: Function) -> None:
        self.host = host
        self.f = f
        self.template: list[Any] = [None] * (len(f.params) + len(f.slots) + 1)
        self.places: dict[Value, int] = {p: i for i, p in enumerate(f.params)}
        self.places |= {s: len(f.params) + i for i, s in enumerate(f.slots)}
        self.nowhere = len(self.template) - 1
        """Place for results that nobody can use."""
        self.entries = {b: Segment() for b in f.blocks}

    def run(self) -> Code:
        for block in self.f.blocks:
            for ins in block.body:
                if ins.type != "void":
                    self.places[ins] = self.add(None)
        for block in self.f.blocks:
            self.block(block)
        title = self.f.title or self.f.name
        slots = [(self.places[s], s.size, s.align, f"slot {s.name} of {title}")
                 for s in self.f.slots]
        return Code(self.f, self.template, self.entries[self.f.blocks[0]], len(self.f.params),
                    slots)

    def add(self, value: Any) -> int:
        self.template.append(value)
        return len(self.template) - 1

    def place(self, v: Value) -> int:
        if isinstance(v, Const):
            return self.add(v.value)
        if isinstance(v, Undef):
            return self.add(zero(v.type))
        if isinstance(v, Sym):
            return self.add((self.host.address_of(v.name) + v.offset) & ((1 << 64) - 1))
        return self.places[v]

    def block(self, block: Block) -> None:
        segment = self.entries[block]
        for ins in block.body:
            args = tuple([self.place(a) for a in ins.args])
            dest = self.places.get(ins, self.nowhere)
            segment.sources.append(ins)
            maker = STEP_OPS.get(ins.op)
            if maker is not None:
                segment.steps.append(maker(self.host, ins, args, dest))
            else:
                segment = self.flow(segment, ins, args, dest) or segment

    def flow(self, s: Segment, ins: Ins, args: Places, dest: int) -> Segment | None:
        """End segment `s` by `ins`; the segment after a call."""
        op = ins.op
        if op in ("call", "calli"):
            self.transfer(s, ins, args)
            s.kind, s.dest, s.after = CALL, dest, Segment()
            return s.after
        if op in ("tail", "taili"):
            self.transfer(s, ins, args)
            s.kind = TAIL
        elif op == "ret":
            s.kind, s.value = RETURN, args[0] if args else self.nowhere
        else:
            s.branch = self.branch(ins, args)
        return None

    def transfer(self, s: Segment, ins: Ins, args: Places) -> None:
        if ins.op in ("call", "tail"):
            s.callee, s.args = self.host.callee(ins.attrs["callee"]), args
        else:
            s.target, s.args = args[0], args[1:]
            s.signature, s.cc = ins.attrs["sig"], ins.attrs.get("cc", "c")

    def branch(self, ins: Ins, args: Places) -> Callable[[Regs], Segment]:
        ways = [self.entries[b] for b in ins.blocks]
        if ins.op == "br":
            return lambda r: ways[0]
        if ins.op == "cbr":
            c, (yes, no) = args[0], ways
            return lambda r: yes if r[c] else no
        if ins.op == "switch":
            v, default = args[0], ways[0]
            table = dict(zip(ins.attrs["values"], ways[1:], strict=True))
            return lambda r: table.get(r[v], default)
        return self.stop(ins, args)

    def stop(self, ins: Ins, args: Places) -> Callable[[Regs], Segment]:
        def panic(r: Regs) -> Segment:
            message = ins.attrs["msg"]
            for i, place in enumerate(args):
                message = message.replace(f"{{{i}}}", str(to_signed(64)(r[place])))
            line, col = ins.loc or (self.f.line, 0)
            raise Panic(ins.attrs["kind"], message, self.f.file, line, col,
                        self.f.title or self.f.name)

        def unreachable(r: Regs) -> Segment:
            raise InterpError("reached `unreachable`")
        return panic if ins.op == "panic" else unreachable
