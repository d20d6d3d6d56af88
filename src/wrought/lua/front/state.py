"""What the parser knows: its position, the functions that are open, their variables and blocks."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.scalars import Array, Ptr, u8, u32, u64
from wrought.lua.front.growable import Growable
from wrought.lua.vm.bytecode import MAX_LOCALS, MAX_UPVALUES
from wrought.lua.vm.objects import Str, VarInfo, Vm

MAX_LEVELS = 200
"""Nested syntax: LuaJIT's LJ_MAX_XLEVEL."""


@struct
class Variable:
    """A local variable of a function that is being parsed."""

    info: VarInfo
    register: u32
    captured: bool
    """An inner function uses it."""
    assigned: bool
    """It is assigned after its initialisation."""
    pad: u8
    pad2: u8
    own: u64
    """`local function`: the address of its prototype, else 0."""


@struct
class UpRef:
    """An upvalue of a function that is being parsed."""

    name: Ptr[Str]
    index: u32
    """A variable of the enclosing function (the index in `variables`), or one of its upvalues."""
    is_local: bool


@struct
class Block:
    """A scope.  It lies on the native stack of the function that parses it."""

    outer: Ptr[Block] | None
    active: u32
    """Active variables at its start."""
    labels: u32
    """The places of its first label, goto and return in the lists."""
    gotos: u32
    returns: u32
    is_loop: bool
    """`break` leaves it."""
    closes_itself: bool
    """Its end emits the UCLO."""


@struct
class Label:
    """A label in an open block."""

    name: Ptr[Str]
    pc: u32
    active: u32
    """Active variables there."""


@struct
class Goto:
    """A goto or break whose target is not settled."""

    name: Ptr[Str] | None
    """None for break."""
    pc: u32
    line: u32
    active: u32
    """Active variables there, in the innermost block that is still open."""
    close: u32
    """1 + the register from which variables are to be closed, or 0."""


@struct
class Diversion:
    """A conditional jump that has to pass an instruction at the function's end on its way."""

    at: u32
    """The conditional jump."""
    target: u32
    close: u32
    """As in Goto: a UCLO, or for 0 a LOOP."""


@struct
class ConstantSlot:
    """A constant of a function in the parser's hash table."""

    value: u64
    serial: u32
    """The function's; 0 in a free slot."""
    index: u32


@struct
class Item:
    """A key and its value for the template of a table constructor."""

    key: u64
    value: u64


@struct
class Function:
    """A function that is being parsed.  It is used again for the next one at the same depth."""

    outer: Ptr[Function] | None
    inner: Ptr[Function] | None
    """The one for the next depth, once it has been made."""
    serial: u32
    pc: u32
    """Instructions so far: `code.used`."""
    last_target: u32
    """The last instruction that something jumps to: what stands before is not to be changed."""
    free: u32
    """The first free register."""
    active: u32
    """Active variables: they have the registers below."""
    pending: u32
    """Variables that are declared but not active."""
    frame_size: u32
    first_line: u32
    parameters: u32
    upvalue_count: u32
    has_varargs: bool
    has_children: bool
    has_open: bool
    """A variable is both captured and assigned: there may be something to close."""
    block: Ptr[Block] | None
    code: Growable[u64]
    lines: Growable[u32]
    constants: Growable[u64]
    variables: Growable[Variable]
    returns: Growable[u32]
    """Return instructions without a UCLO, as far as they are of open blocks; marked ones stay."""
    diversions: Growable[Diversion]
    names: Array[u64, MAX_LOCALS]
    """By register: addresses of the active variables' names."""
    map: Array[u32, MAX_LOCALS]
    """By register: indices in `variables`."""
    upvalues: Array[UpRef, MAX_UPVALUES]


@struct
class Parser:
    """A run of the parser.  It lies on the native stack."""

    vm: Ptr[Vm]
    at: Ptr[u8]
    """The next byte; there is a zero byte at `end`."""
    end: Ptr[u8]
    start: Ptr[u8]
    """Of the current token."""
    value: u64
    """Of the current token: a number or a string, which names are too."""
    token: u32
    line: u32
    """Where the lexer is."""
    last_line: u32
    """Where the token before ended."""
    ahead: u32
    """The token after the current one where it has been read already, else NONE."""
    ahead_start: Ptr[u8]
    ahead_value: u64
    level: u32
    serials: u32
    f: Ptr[Function]
    chunk: Ptr[Str]
    text: Growable[u8]
    """A string with escapes."""
    labels: Growable[Label]
    gotos: Growable[Goto]
    items: Growable[Item]
    """Of the table constructors that are open."""
    slots: Ptr[ConstantSlot]
    slot_mask: u32
    slot_count: u32


class Is:
    """Kinds of expressions.  `value`, `info` and `aux` hold what the comment says."""

    VOID = 0
    NIL = 1
    FALSE = 2
    TRUE = 3
    STRING = 4                       # value
    NUMBER = 5                       # value
    LOCAL = 6                        # info: register, aux: variable
    UPVALUE = 7                      # info: upvalue
    GLOBAL = 8                       # value: name
    BY_NAME = 9                      # info: the table's register, aux: the key's constant
    BY_INT = 10                      # info: the table's register, aux: the key
    BY_VALUE = 11                    # info: the table's register, aux: the key's register
    JUMP = 12                        # info: an instruction that jumps if true
    MOVABLE = 13                     # info: an instruction whose a is not set yet
    FIXED = 14                       # info: register
    CALL = 15                        # info: instruction, aux: register of the function
    VARARG = 16                      # info: instruction


@struct
class Exp:
    """An expression whose code is partly to come.

    `t` and `f` are lists of jumps that leave it as true and as false: indices of instructions,
    each of which has the next one's in field d; 0 ends a list.
    """

    value: u64
    kind: u32
    info: u32
    aux: u32
    t: u32
    f: u32
    line: u32
