"""The bytecode: one table that compiler, interpreter, lister, verifier and reference read.

An instruction is a 64-bit word:

    bits  7:0   op
    bits 19:8   a   a register, most often the destination
    bits 31:20  b   a register or a small number
    bits 47:32  c   a register, the index of a constant, or a number
    bits 63:48  x   what the interpreter noted: where a key was found (node index)
    bits 63:32  d   instead of c and x: a signed number, a jump from the next instruction on,
                    or the index of a constant

Operand letters in the table: r register, k constant index, s signed immediate, n number,
j jump, u upvalue, p primitive (0 nil, 1 false, 2 true), - unused.  `a` of a conditional jump is
read.
"""

from __future__ import annotations

from dataclasses import dataclass

from wrought.lang.core.function import fn, inline, unsafe
from wrought.lang.core.intrinsics import bitcast, trunc
from wrought.lang.core.scalars import Ptr, i16, i32, i64, u16, u32, u64
from wrought.lang.core.target import target

MAX_REGISTERS = 1000
"""Of a function; fields a and b have room for 4,096."""
MAX_LOCALS = 250
MAX_UPVALUES = 255
MAX_CONSTANT = 0xFFFF
"""Largest constant index in field c; field d has no limit that matters."""


@dataclass(frozen=True)
class Op:
    """A row: mnemonic, operand kinds of a, b, c, d, meaning, and which fields are noted in x."""

    name: str
    a: str
    b: str
    c: str
    d: str
    text: str
    cached: bool = False


def _op(name: str, operands: str, text: str, cached: bool = False) -> Op:
    fields = {"a": "-", "b": "-", "c": "-", "d": "-"}
    for part in operands.split():
        fields[part[0]] = part[1]
    return Op(name, fields["a"], fields["b"], fields["c"], fields["d"], text, cached)


ARITHMETIC = ("ADD", "SUB", "MUL", "DIV", "MOD", "POW")
"""Each has four forms: RR registers, RK register and number constant, KR, RI register and int16."""

_ARITH_FORMS = (("RR", "ar br cr", "R(a) = R(b) {} R(c)"),
                ("RK", "ar br ck", "R(a) = R(b) {} K(c)"),
                ("KR", "ar bk cr", "R(a) = K(b) {} R(c); only constants below 4,096"),
                ("RI", "ar br cs", "R(a) = R(b) {} the signed 16 bits of c"))

_SIGNS = dict(zip(ARITHMETIC, "+-*/%^", strict=True))

COMPARE = ("LT", "NLT", "LE", "NLE", "EQ", "NE")
"""JLT jumps when a < b, JNLT when not (a < b), which differs from a >= b for NaN."""

_SAY = {"LT": "a < b", "NLT": "not a < b", "LE": "a <= b", "NLE": "not a <= b", "EQ": "a == b",
        "NE": "a ~= b", "GT": "a > b", "NGT": "not a > b", "GE": "a >= b", "NGE": "not a >= b"}

TABLE: tuple[Op, ...] = (
    # Heads of functions: the first instruction of a prototype.
    _op("FUNCF", "an dn", "enter a Lua function: a parameters, d stack slots"),
    _op("FUNCV", "an dn", "enter a Lua function with varargs"),
    _op("FUNCB", "", "enter a built-in function by its address"),
    # Constants and moves.
    _op("MOVE", "ar br", "R(a) = R(b)"),
    _op("KINT", "ar ds", "R(a) = the integer d"),
    _op("KNUM", "ar dk", "R(a) = K(d), a number"),
    _op("KSTR", "ar dk", "R(a) = K(d), a string"),
    _op("KPRI", "ar bp", "R(a) = nil, false or true"),
    _op("KNIL", "ar br", "R(a) … R(b) = nil"),
    # Upvalues and closures.
    _op("UGET", "ar bu", "R(a) = variable b"),
    _op("UVAL", "ar bu", "R(a) = upvalue b, held by value"),
    _op("USET", "au br", "variable a = R(b)"),
    _op("UCLO", "ar dj", "close variables from R(a) on; jump by d"),
    _op("FNEW", "ar dk", "R(a) = closure of the prototype K(d)"),
    # Tables.
    _op("TNEW", "ar bn cn",
        "R(a) = {}, for integer keys below c (0: none) and 2^(b-1) others (b 0: none)"),
    _op("TDUP", "ar dk", "R(a) = a copy of the template table K(d)"),
    _op("GGET", "ar dk", "R(a) = environment[K(d)]; b notes the node", True),
    _op("GSET", "ar dk", "environment[K(d)] = R(a); b notes the node", True),
    _op("TGETS", "ar br ck", "R(a) = R(b)[K(c)], a string key", True),
    _op("TGETV", "ar br cr", "R(a) = R(b)[R(c)]"),
    _op("TGETI", "ar br cn", "R(a) = R(b)[c], an integer from 0 to 65,535"),
    _op("TSETS", "ar br ck", "R(b)[K(c)] = R(a)", True),
    _op("TSETV", "ar br cr", "R(b)[R(c)] = R(a)"),
    _op("TSETI", "ar br cn", "R(b)[c] = R(a)"),
    _op("TLIST", "ar bn dn", "R(a)[d], … = the b values from R(a+1) on"),
    _op("TLISTM", "ar bn dn", "the same with b values and the open list after them"),
    _op("SELF", "ar br ck", "R(a+2) = R(b); R(a) = R(b)[K(c)], a method look-up", True),
    # Operators.
    *(_op(f"{name}_{form}", operands, text.format(_SIGNS[name]))
      for name in ARITHMETIC for form, operands, text in _ARITH_FORMS),
    _op("UNM", "ar br", "R(a) = -R(b)"),
    _op("NOT", "ar br", "R(a) = not R(b)"),
    _op("LEN", "ar br", "R(a) = #R(b)"),
    _op("CAT", "ar br cr", "R(a) = R(b) .. … .. R(c); the slots above R(c) are free"),
    # Jumps.
    _op("JMP", "dj", "jump"),
    _op("LOOP", "dj", "jump backward to the start of a while or repeat loop, or by goto"),
    *(_op(f"J{name}", "ar br dj", f"jump if {_SAY[name]}, registers") for name in COMPARE),
    *(_op(f"J{name}I", "ar bs dj", f"jump if {_SAY[name]}, b a signed 12-bit number")
      for name in ("LT", "NLT", "LE", "NLE", "GT", "NGT", "GE", "NGE", "EQ", "NE")),
    *(_op(f"J{name}K", "ar bk dj",
          f"jump if {_SAY[name]}, b a number or string constant below 4,096")
      for name in ("EQ", "NE")),
    *(_op(f"J{name}P", "ar bp dj", f"jump if {_SAY[name]}, b a primitive")
      for name in ("EQ", "NE")),
    _op("JT", "ar dj", "jump if R(a) is true"),
    _op("JF", "ar dj", "jump if R(a) is false or nil"),
    _op("JTC", "ar br dj", "if R(b) is true: R(a) = R(b) and jump"),
    _op("JFC", "ar br dj", "if R(b) is false or nil: R(a) = R(b) and jump"),
    # Calls.  The function is R(a), R(a+1) is for the link, arguments begin at R(a+2).
    _op("CALL", "ar bn cn",
        "call with b arguments for c-1 results from R(a) on; c 0: an open list"),
    _op("CALLM", "ar bn cn", "the same, with b arguments and the open list after them"),
    _op("CALLT", "ar bn", "return what the call gives: a tail call"),
    _op("CALLMT", "ar bn", "the same with an open list"),
    _op("VARG", "ar bn", "R(a), … = b-1 varargs; b 0: an open list of all"),
    _op("RET0", "", "return nothing"),
    _op("RET1", "ar", "return R(a)"),
    _op("RET", "ar bn", "return b values from R(a) on"),
    _op("RETM", "ar bn", "return b values and the open list after them"),
    # Loops.  Numeric: R(a) index, R(a+1) limit, R(a+2) step, R(a+3) the visible variable.
    _op("FORPREP", "ar dj", "prepare R(a) … R(a+2); jump behind the loop if it runs not at all"),
    _op("FORLOOP", "ar dj", "next; jump back to the body if there is one"),
    _op("FORLOOP1", "ar dj", "the same where the step is the constant 1"),
    # Generic: R(a-4) scratch, R(a-3) iterator, R(a-2) state, R(a-1) control, R(a) … the variables.
    _op("ITERPREP", "ar dj", "prepare the scratch slot; jump to the ITERCALL"),
    _op("ITERCALL", "ar cn",
        "R(a) … = R(a-3)(R(a-2), R(a-1)), c-1 results; calls use R(a) … R(a+3)"),
    _op("ITERLOOP", "ar dj", "if R(a) is not nil: R(a-1) = R(a) and jump back to the body"),
    # Not in prototypes: what a frame of native code or a metamethod call goes on with (`frame`).
    *(_op(name, "", text) for name, text in (
        ("CONT_STORE", "a metamethod's result goes to R(a) of the instruction before"),
        ("CONT_DROP", "its result is dropped"),
        ("CONT_TRUE", "the conditional jump before is taken if the result is true"),
        ("CONT_FALSE", "the conditional jump before is taken if the result is false"),
        ("CONT_CAT", "a concatenation goes on"),
        ("CONT_PCALL", "pcall or xpcall returns"),
        ("CONT_EXIT", "native code's call returns"),
        ("CONT_COROUTINE", "a coroutine's main function returns"))),
)

NUMBER = {op.name: number for number, op in enumerate(TABLE)}
"""Opcode by mnemonic."""


class OP:
    """Opcodes as constants: `OP.MOVE`."""


for _name, _number in NUMBER.items():
    setattr(OP, _name, _number)


@inline
@fn
def op_of(w: u64) -> u64:
    return w & 0xFF


@inline
@fn
def a_of(w: u64) -> u64:
    return w >> 8 & 0xFFF


@inline
@fn
def b_of(w: u64) -> u64:
    return w >> 20 & 0xFFF


@inline
@fn
def c_of(w: u64) -> u64:
    return w >> 32 & 0xFFFF


@inline
@fn
def x_of(w: u64) -> u64:
    return w >> 48


@inline
@fn
def d_of(w: u64) -> u64:
    """Field d as an index."""
    return w >> 32


@inline
@fn
def jump_of(w: u64) -> i64:
    """Field d as a signed number of instructions."""
    return bitcast(i64, w) >> 32


@inline
@fn
def bs_of(w: u64) -> i32:
    """Field b as a signed 12-bit number."""
    return bitcast(i32, trunc(u32, w)) >> 20


@inline
@fn
def cs_of(w: u64) -> i32:
    """The signed 16 bits of field c."""
    return bitcast(i32, trunc(u32, w >> 32) << 16) >> 16


@inline
@unsafe
@fn
def c_here(w: u64, pc: Ptr[u64]) -> u64:
    """`c_of` of the instruction w before pc, in the way that is shortest on the machine: x86-64
    loads the field again, AArch64 takes it out of the register."""
    # SAFETY: pc is behind an instruction.
    if target.arch == "x64":
        return u64(bitcast(Ptr[u16], pc)[-2])
    return c_of(w)


@inline
@unsafe
@fn
def cs_here(w: u64, pc: Ptr[u64]) -> i32:
    """`cs_of` likewise."""
    # SAFETY: as in c_here.
    if target.arch == "x64":
        return i32(bitcast(Ptr[i16], pc)[-2])
    return cs_of(w)


@inline
@unsafe
@fn
def x_here(w: u64, pc: Ptr[u64]) -> u64:
    """`x_of` likewise."""
    # SAFETY: as in c_here.
    if target.arch == "x64":
        return u64(bitcast(Ptr[u16], pc)[-1])
    return x_of(w)


@inline
@fn
def make_abc(op: u64, a: u64, b: u64, c: u64) -> u64:
    """An instruction word; x is 0."""
    return op | a << 8 | b << 20 | c << 32


@inline
@fn
def make_abd(op: u64, a: u64, b: u64, d: i32) -> u64:
    return op | a << 8 | b << 20 | u64(bitcast(u32, d)) << 32
