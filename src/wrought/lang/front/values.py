"""What an expression is while a function is being lowered."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeGuard

from wrought.lang.core.decl import Field
from wrought.lang.core.types import Type
from wrought.lang.ir.model import Param, Slot, Value


def is_tuple(obj: object) -> TypeGuard[tuple[Any, ...]]:
    """`isinstance(obj, tuple)` for type checkers: of objects of any kind."""
    return isinstance(obj, tuple)


def is_iterable(obj: object) -> TypeGuard[Iterable[Any]]:
    """`isinstance(obj, Iterable)` for type checkers."""
    return isinstance(obj, Iterable)


def is_sequence(obj: object) -> TypeGuard[tuple[Any, ...] | list[Any]]:
    """Whether it is a tuple or list, of objects of any kind."""
    return isinstance(obj, tuple | list)


class Known:
    """A Python object known while compiling: an exact number, a type, a function, …"""

    __slots__ = ("obj",)
    type: Type | None = None

    def __init__(self, obj: Any) -> None:
        self.obj = obj


class Reg:
    """A value in a register (scalars, slices)."""

    __slots__ = ("type", "ir")

    def __init__(self, type: Type, ir: Value) -> None:
        self.type, self.ir = type, ir


class Place:
    """A value in memory: `addr` is where.  `what` names it in messages."""

    __slots__ = ("type", "addr", "what", "readonly", "align", "local")

    def __init__(self, type: Type, addr: Value, what: str = "", readonly: bool = False,
                 align: int = 0, local: str = "") -> None:
        self.type, self.addr, self.what, self.readonly = type, addr, what, readonly
        self.align = align
        """Alignment in bytes where it is less than the type's (packed structs), else 0."""
        self.local = local
        """The local variable that the memory belongs to, or ""."""


class BitsPlace:
    """A field of a bit field in memory, or (no place) of a bit-field value."""

    __slots__ = ("whole", "field")

    def __init__(self, whole: Place | Reg, field: Field) -> None:
        self.whole, self.field = whole, field

    @property
    def type(self) -> Type:
        """The field's declared type."""
        return self.field.type


class Parts:
    """Several values in flight: a call's results, a tuple display."""

    __slots__ = ("type", "items")

    def __init__(self, type: Type | None, items: list[Val]) -> None:
        self.type, self.items = type, items


class Bound:
    """A method with its receiver, waiting for the call: `target` is a Compiled or a name."""

    __slots__ = ("receiver", "target")
    type: Type | None = None

    def __init__(self, receiver: Val, target: Any) -> None:
        self.receiver, self.target = receiver, target


Val = Known | Reg | Place | BitsPlace | Parts | Bound


@dataclass
class Local:
    """A local variable."""

    type: Type
    slot: Slot | Param
    """Its memory; of a large parameter, the caller's copy."""
    node: ast.AST


class Flow:
    """What holds at a point: assigned names, narrowed types, whether it can be reached."""

    __slots__ = ("assigned", "narrow", "live", "pruned")

    def __init__(self, assigned: set[str], narrow: dict[str, Type], live: bool = True,
                 pruned: bool = False) -> None:
        self.assigned, self.narrow, self.live, self.pruned = assigned, narrow, live, pruned

    def copy(self) -> Flow:
        """An independent copy."""
        return Flow(set(self.assigned), dict(self.narrow), self.live, self.pruned)

    def learn(self, facts: dict[str, Type]) -> Flow:
        """A copy with more narrowed names."""
        new = self.copy()
        new.narrow.update(facts)
        return new


def merge(flows: list[Flow]) -> Flow:
    """What holds where several paths meet."""
    live = [f for f in flows if f.live]
    if not live:
        pruned = any(f.pruned for f in flows)
        return Flow(set(), {}, False, pruned) if not flows else Flow(
            set(flows[0].assigned), {}, False, pruned)
    assigned = live[0].assigned.intersection(*(f.assigned for f in live[1:]))
    narrow = {k: v for k, v in live[0].narrow.items()
              if all(f.narrow.get(k) is v for f in live[1:])}
    return Flow(assigned, narrow)


class Dead(Exception):
    """Raised to skip the rest of a statement list that compile-time pruning made unreachable."""
