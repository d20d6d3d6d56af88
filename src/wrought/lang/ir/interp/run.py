"""One run: the loop over segments, with its own stack of frames."""

from __future__ import annotations

from typing import Any, Protocol

from ..model import Function
from ..printer import print_ins
from ..symbols import TRY
from .decode import CALL, RETURN, Callee, Code, Segment
from .errors import InterpError, StepLimit, Throw
from .memory import Memory
from .steps import Regs, Step

Saved = tuple[Code, Regs, Segment, int, int | None]
"""A caller: its code, frame, where it goes on, place of the result, frame address of a try."""


class Owner(Protocol):
    """What a run needs of the interpreter."""

    memory: Memory
    max_depth: int
    steps_left: int | None

    def code_of(self, callee: Callee) -> Code:
        """The decoded body of a function."""
        ...

    def function_at(self, address: int) -> Callee:
        """The function at an address."""
        ...

    def depth(self) -> int:
        """Frames of all runs under way."""
        ...


class Run:
    """The state of one run: the running function's code and frame, and its callers'."""

    def __init__(self, owner: Owner, stack: list[Saved]) -> None:
        self.owner = owner
        self.stack = stack
        self.code: Code | None = None
        self.regs: Regs = []
        self.result: Any = None
        self.at: tuple[Segment, Step | None] | None = None

    def start(self, callee: Callee, values: list[Any]) -> Any:
        """Run a function from its entry to its return; its result."""
        if callee.is_try:
            raise InterpError(f"@{callee.name} can only be called by the program")
        segment: Segment | None = self.enter(callee, values)
        limited = self.owner.steps_left is not None
        step: Step | None = None
        try:
            while segment is not None:
                regs = self.regs
                for step in segment.steps:
                    step(regs)
                step = None
                if limited:
                    self.count(segment)
                if segment.branch is not None:
                    segment = segment.branch(regs)
                else:
                    segment = self.transfer(segment)
        except InterpError:
            self.at = (segment, step) if segment else None
            raise
        return self.result

    def count(self, segment: Segment) -> None:
        """Take a segment's instructions off the limit."""
        left = (self.owner.steps_left or 0) - len(segment.sources)
        self.owner.steps_left = left
        if left < 0:
            raise StepLimit("the program ran longer than the interpreter's max_steps")

    def enter(self, callee: Callee, values: list[Any]) -> Segment:
        """Make a new frame; its function's first segment."""
        code = self.owner.code_of(callee)
        regs = code.template.copy()
        regs[:len(values)] = values
        alloc = self.owner.memory.alloc
        for place, size, align, name in code.slots:
            regs[place] = alloc(size, align, name)
        self.code, self.regs = code, regs
        return code.entry

    def leave(self, code: Code, regs: Regs) -> None:
        """End the life of a frame's slots."""
        free = self.owner.memory.free
        for place, *_ in code.slots:
            if regs[place] is not None:
                free(regs[place])

    def unwind(self) -> None:
        """End every frame that is still there, after an exception."""
        if self.code is not None:
            self.leave(self.code, self.regs)
        while self.stack:
            self.leave(*self.stack.pop()[:2])
        self.code = None

    def transfer(self, s: Segment) -> Segment | None:
        """Call, return or tail call; None at the end of the run."""
        if s.kind == RETURN:
            return self.back(self.regs[s.value])
        regs = self.regs
        callee = s.callee or self.indirect(s)
        values = [regs[i] for i in s.args]
        if callee.native is not None:
            return self.outside(s, callee, values)
        if s.kind == CALL:
            return self.nested(s, callee, values)
        assert self.code is not None
        self.leave(self.code, regs)
        return self.enter(callee, values)

    def nested(self, s: Segment, callee: Callee, values: list[Any]) -> Segment:
        """A call that must come back here."""
        assert self.code is not None and s.after is not None
        if self.owner.depth() >= self.owner.max_depth:
            raise InterpError(f"stack overflow: {self.owner.max_depth} frames")
        frame = None
        if callee.is_try:
            frame, target, argument = values
            callee, values = self.owner.function_at(target), [argument]
            if callee.native is not None or len(callee.function.params) != 1:
                raise InterpError(f"{TRY} cannot call @{callee.name}")
        self.stack.append((self.code, self.regs, s.after, s.dest, frame))
        return self.enter(callee, values)

    def outside(self, s: Segment, callee: Callee, values: list[Any]) -> Segment | None:
        """A call, or tail call, of a Python function."""
        try:
            value = callee.call_native(self.owner, values)
        except Throw as thrown:
            return self.catch(thrown)
        if s.kind == CALL:
            self.regs[s.dest] = value
            return s.after
        return self.back(value)

    def back(self, value: Any) -> Segment | None:
        """Return `value` to the caller."""
        assert self.code is not None
        self.leave(self.code, self.regs)
        if not self.stack:
            self.code, self.result = None, value
            return None
        self.code, self.regs, after, dest, frame = self.stack.pop()
        self.regs[dest] = value if frame is None else 0
        return after

    def catch(self, thrown: Throw) -> Segment:
        """Go to the innermost try with the thrown frame, or pass the throw on."""
        if not any(saved[4] == thrown.frame for saved in self.stack):
            raise thrown
        while True:
            assert self.code is not None
            self.leave(self.code, self.regs)
            self.code, self.regs, after, dest, frame = self.stack.pop()
            if frame == thrown.frame:
                self.regs[dest] = thrown.code
                return after

    def indirect(self, s: Segment) -> Callee:
        """The callee of a call through a pointer, which must have the signature it is called by."""
        callee = self.owner.function_at(self.regs[s.target])
        f = callee.function
        signature = (f.ret, tuple(p.type for p in f.params))
        if signature != s.signature or f.cc != s.cc:
            raise InterpError(f"call of @{callee.name} through a pointer of another signature: "
                              f"it is {signature} {f.cc}, called as {s.signature} {s.cc}")
        return callee

    def where(self) -> str:
        """The place of an error: function, source position, instruction."""
        if self.at is None or self.code is None:
            return ""
        segment, step = self.at
        index = segment.steps.index(step) if step is not None else -1
        return place_text(self.code.function, segment, index)


def place_text(f: Function, segment: Segment, index: int) -> str:
    """`title (file:line:col), at: instruction` of an instruction of a segment."""
    if not segment.sources:
        return f.title or f.name
    ins = segment.sources[index]
    line, col = ins.loc or (f.line, 0)
    return f"{f.title or f.name} ({f.file}:{line}:{col}), at: {print_ins(f, ins)}"
