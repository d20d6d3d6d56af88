"""Instructions as Python closures: the form in which the interpreter runs them.

A frame is a list of values: parameters, slot addresses, constants, results.  A step is a function
of that list; `a` are the places of an instruction's operands in it, `d` the place of its result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ..model import Ins
from .machine import Machine
from .memory import Memory
from .pure import PureFn, pure_function

Regs = list[Any]
Step = Callable[[Regs], None]
Places = tuple[int, ...]


class Host(Protocol):
    """What steps need of the interpreter."""

    memory: Memory
    machine: Machine

    def stack_pointer(self) -> int:
        """A value for the stack pointer."""
        ...

    def return_address(self) -> int:
        """The address of the function that called this one."""
        ...


StepMaker = Callable[[Host, Ins, Places, int], Step]


def pure_step(host: Host, ins: Ins, a: Places, d: int) -> Step:
    """The step of an op without effects."""
    return apply(pure_function(ins), a, d)


def apply(f: PureFn, a: Places, d: int) -> Step:
    """`regs[d] = f(operands)`, for each number of operands as quick as can be."""
    if len(a) == 1:
        x, = a

        def one(r: Regs) -> None:
            r[d] = f(r[x])
        return one
    if len(a) == 2:
        x, y = a

        def two(r: Regs) -> None:
            r[d] = f(r[x], r[y])
        return two

    def many(r: Regs) -> None:
        r[d] = f(*[r[i] for i in a])
    return many
