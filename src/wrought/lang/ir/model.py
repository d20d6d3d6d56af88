"""The IR's data model: modules, functions, blocks, instructions and the values they use.

A function is a list of basic blocks; an instruction's result is used by reference (SSA without
phis).  Mutable variables are `Slot`s: stack memory that LLVM promotes to registers.  There is
one meaning for each op, given in `ops.py` and executed by the reference interpreter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .types import IrType


class Loc(NamedTuple):
    """A source position inside the function's file: line from 1, column from 1."""

    line: int
    col: int


class Const:
    """A constant: an integer in 0 … 2^bits-1, a Python float, or a null/absolute `ptr`."""

    __slots__ = ("type", "value")

    def __init__(self, type: IrType, value: int | float) -> None:
        self.type = type
        self.value = value


class Undef:
    """A value that must not matter; the interpreter makes it zero."""

    __slots__ = ("type",)

    def __init__(self, type: IrType) -> None:
        self.type = type


class Sym:
    """The address of a function or global, plus a byte offset; its type is `ptr`."""

    __slots__ = ("name", "offset")
    type: IrType = "ptr"

    def __init__(self, name: str, offset: int = 0) -> None:
        self.name = name
        self.offset = offset


class Param:
    """A formal parameter of a function."""

    __slots__ = ("name", "type", "attrs", "dtype")

    def __init__(self, name: str, type: IrType, attrs: tuple[str, ...] = (), dtype: str = ""
                 ) -> None:
        self.name = name
        self.type = type
        self.attrs = attrs
        """`noalias`, `nonnull`, `readonly`, `zeroext`, `signext`, `dereferenceable(N)`."""
        self.dtype = dtype


class Slot:
    """Stack memory of fixed size, alive for the whole call; as a value it is its address."""

    __slots__ = ("name", "size", "align", "dtype", "line", "arg")
    type: IrType = "ptr"

    def __init__(self, name: str, size: int, align: int, dtype: str = "", line: int = 0,
                 arg: int = 0) -> None:
        self.name = name
        self.size = size
        self.align = align
        self.dtype = dtype
        """Key into `Module.dtypes`, or "" where a debugger need not see it."""
        self.line = line
        self.arg = arg
        """1-based position when the slot holds a parameter, else 0."""


class Ins:
    """One instruction; as a value, its result."""

    __slots__ = ("op", "type", "args", "attrs", "loc", "blocks")

    def __init__(self, op: str, type: IrType, args: tuple[Value, ...] = (),
                 attrs: dict[str, Any] | None = None, loc: Loc | None = None,
                 blocks: tuple[Block, ...] = ()) -> None:
        self.op = op
        self.type = type
        self.args = args
        self.attrs = attrs or {}
        self.loc = loc
        self.blocks = blocks
        """Successors, terminators only."""


Value = Const | Undef | Sym | Param | Slot | Ins


class Block:
    """A basic block: instructions of which only the last is a terminator."""

    __slots__ = ("name", "body")

    def __init__(self, name: str) -> None:
        self.name = name
        self.body: list[Ins] = []


@dataclass(slots=True)
class Function:
    """A function with a body, or (no blocks) an external declaration."""

    name: str
    """Symbol name, unique in the module."""
    params: list[Param]
    ret: IrType
    cc: str = "c"
    """`c`: the platform's C convention; `handler`: state in registers, guaranteed tail calls."""
    linkage: str = "internal"
    """`internal`, `export` (visible to the linker), or `extern` (no body)."""
    attrs: set[str] = field(default_factory=set[str])
    """`inline`, `noinline`, `cold`, `small`, `noreturn`, `nobuiltin`, `used`, `unsafe`, `pure`,
    `fp`."""
    variadic: bool = False
    section: str = ""
    align: int = 0
    slots: list[Slot] = field(default_factory=list[Slot])
    blocks: list[Block] = field(default_factory=list[Block])
    file: str = ""
    line: int = 0
    title: str = ""
    """The name that people see: the Python qualified name."""
    ret_dtype: str = ""
    targets: tuple[str, ...] = ()
    """Functions that its indirect calls can reach (declared tables), for the stack bound."""


@dataclass(slots=True)
class AsmFunction:
    """A whole function in assembler text for one architecture (`a64` or `x64`)."""

    name: str
    text: str
    arch: str
    linkage: str = "internal"
    section: str = ""
    align: int = 4
    params: list[Param] = field(default_factory=list[Param])
    ret: IrType = "void"
    cc: str = "c"
    attrs: set[str] = field(default_factory=set[str])
    calls: tuple[str, ...] = ()
    """Symbols that the text names."""
    stack: int = 0
    """Bytes of stack that it uses, as declared."""
    file: str = ""
    line: int = 0
    title: str = ""


@dataclass(slots=True)
class Global:
    """A module-level variable or constant table; `init` holds its bytes before relocation."""

    name: str
    size: int
    align: int
    init: bytes | None = None
    """None: zeroed.  Otherwise exactly `size` bytes."""
    relocs: tuple[tuple[int, str, int], ...] = ()
    """(byte offset, symbol, addend): an 8-byte address stored at that offset."""
    const: bool = False
    linkage: str = "internal"
    section: str = ""
    percpu: bool = False
    dtype: str = ""
    file: str = ""
    line: int = 0
    title: str = ""


@dataclass(slots=True)
class DType:
    """A type as a debugger shows it.  `kind` and what the other fields mean:

    * `base`: `name`, `size`, `encoding` (`unsigned signed bool float char`)
    * `ptr`: `of`;  `array`: `of`, `count`;  `typedef`: `name`, `of`
    * `struct`, `union`: `name`, `size`, `members` of (name, dtype, offset in bits, size in bits,
      is a bit field)
    * `enum`: `name`, `of`, `items` of (name, value)
    """

    kind: str
    name: str = ""
    size: int = 0
    encoding: str = ""
    of: str = ""
    count: int = 0
    members: tuple[tuple[str, str, int, int, bool], ...] = ()
    items: tuple[tuple[str, int], ...] = ()
    file: str = ""
    line: int = 0


@dataclass(slots=True)
class Module:
    """Everything that one build compiles together."""

    name: str
    functions: dict[str, Function] = field(default_factory=dict[str, Function])
    asm: dict[str, AsmFunction] = field(default_factory=dict[str, AsmFunction])
    globals: dict[str, Global] = field(default_factory=dict[str, Global])
    dtypes: dict[str, DType] = field(default_factory=dict[str, DType])
    recursive_ok: bool = True
    """False in bare-metal programs: recursion is then an error."""
