"""Operands of a single instruction of loaded bytecode (`verify`)."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast
from wrought.lang.core.scalars import Array, Ptr, u8, u64
from wrought.lang.core.static import constant
from wrought.lua.front.dump import OPERANDS
from wrought.lua.vm.bytecode import OP, TABLE, Op, a_of, b_of, c_of, d_of, jump_of, op_of
from wrought.lua.vm.objects import Kind, Proto, header_of
from wrought.lua.vm.value import is_number, is_object, is_string, is_table

UNUSED, REGISTER, UPVALUE, PRIMITIVE, JUMP, NUMBER, STRING, SCALAR, TEMPLATE, CHILD = range(10)
"""What a field must be; SCALAR is a number or string constant."""

MAX_HBITS = 27
MAX_LIST = 1 << 26
"""Largest index at which a table constructor's list may begin."""

_NATIVE = ("FUNCF", "FUNCV", "FUNCB")
_CONSTANTS = {"KSTR": STRING, "GGET": STRING, "GSET": STRING, "TGETS": STRING, "TSETS": STRING,
              "SELF": STRING, "FNEW": CHILD, "TDUP": TEMPLATE, "JEQK": SCALAR, "JNEK": SCALAR}


def _check(op: Op, letter: str) -> int:
    plain = {"r": REGISTER, "u": UPVALUE, "p": PRIMITIVE, "j": JUMP}
    return _CONSTANTS.get(op.name, NUMBER) if letter == "k" else plain.get(letter, UNUSED)


def _checks(field: str) -> list[int]:
    return [_check(op, getattr(op, field)) for op in TABLE] + [UNUSED] * (256 - len(TABLE))


CHECK_A = constant(Array[u8, 256], _checks("a"))
CHECK_B = constant(Array[u8, 256], _checks("b"))
CHECK_C = constant(Array[u8, 256], _checks("c"))
CHECK_D = constant(Array[u8, 256], _checks("d"))
"""By opcode, for each field."""

IN_CODE = constant(Array[u8, 256],
                   [int(op.name not in _NATIVE and not op.name.startswith("CONT_")) for op in TABLE]
                   + [0] * (256 - len(TABLE)))
"""By opcode: whether it may stand in a prototype behind the header."""


@fn
def operands_are_good(proto: Ptr[Proto], index: u64, w: u64) -> bool:
    """Whether an instruction behind the header is one, and its fields are in range."""
    op = op_of(w) & 0xFF
    if IN_CODE[op] == 0 or w & ~OPERANDS[op] != 0:
        return False
    if not (field_is_good(proto, CHECK_A[op], a_of(w))
            and field_is_good(proto, CHECK_B[op], b_of(w))
            and field_is_good(proto, CHECK_C[op], c_of(w))):
        return False
    d_check = CHECK_D[op]
    d_good = (jump_is_good(proto, index, w) if d_check == JUMP
              else field_is_good(proto, d_check, d_of(w)))
    return d_good and variable_is_good(proto, w) and extent_is_good(proto, w)


@unsafe
@fn
def field_is_good(proto: Ptr[Proto], check: u8, field: u64) -> bool:
    """A field by what the table of instructions says of it."""
    # SAFETY: the index of a constant is compared first.
    match check:
        case 0:
            return True
        case 1:
            return field < proto.framesize
        case 2:
            return field < proto.nup
        case 3:
            return field < 3
        case _:
            return field < proto.nk and constant_is_good(check, proto.k[field])


@unsafe
@fn
def constant_is_good(check: u8, value: u64) -> bool:
    # SAFETY: an object has a header.
    match check:
        case 5:
            return is_number(value)
        case 6:
            return is_string(value)
        case 7:
            return is_number(value) or is_string(value)
        case 8:
            return is_table(value)
        case 9:
            return is_object(value) and header_of(value).kind == Kind.PROTO
        case _:
            return False


@fn
def target_of(index: u64, w: u64) -> u64:
    """Where the jump of the instruction at `index` leads, modulo 2^64."""
    return index + 1 + bitcast(u64, jump_of(w))


@fn
def jump_is_good(proto: Ptr[Proto], index: u64, w: u64) -> bool:
    """Inside the code, and in the direction that the instruction may jump in."""
    op = op_of(w)
    target = target_of(index, w)
    if target == 0 or target >= proto.ncode:
        return False
    if op == OP.LOOP or op == OP.FORLOOP or op == OP.FORLOOP1 or op == OP.ITERLOOP:
        return target <= index
    return op == OP.UCLO or target > index


@unsafe
@fn
def variable_is_good(proto: Ptr[Proto], w: u64) -> bool:
    """An upvalue is read and written in the way it is held."""
    # SAFETY: the index was compared with the number of upvalues.
    op = op_of(w)
    captures = proto.captures
    if captures is None:
        return True
    if op == OP.UVAL:
        return captures[b_of(w)].by_value
    if op == OP.UGET:
        return not captures[b_of(w)].by_value
    if op == OP.USET:
        return not captures[a_of(w)].by_value
    return True


@fn
def extent_is_good(proto: Ptr[Proto], w: u64) -> bool:
    """Registers that are implied are in the frame, and counts make sense."""
    a = a_of(w)
    b = b_of(w)
    c = c_of(w)
    size = u64(proto.framesize)
    match op_of(w):
        case OP.KNIL:
            return a <= b
        case OP.SELF:
            return a + 2 < size
        case OP.CAT:
            return b < c
        case OP.TNEW:
            return b <= MAX_HBITS
        case OP.TLIST:
            return a + b < size and d_of(w) <= MAX_LIST
        case OP.TLISTM:
            return a + b < size and d_of(w) <= MAX_LIST
        case OP.CALL | OP.CALLM:
            return a + 2 + b <= size and (c == 0 or a + c - 1 <= size)
        case OP.CALLT | OP.CALLMT:
            return a + 2 + b <= size
        case OP.VARG:
            return proto.flags & 1 != 0 and (b == 0 or a + b - 1 <= size)
        case OP.RET | OP.RETM:
            return a + b <= size
        case OP.FORPREP | OP.FORLOOP | OP.FORLOOP1:
            return a + 3 < size
        case OP.ITERPREP | OP.ITERLOOP:
            return a >= 4
        case OP.ITERCALL:
            return a >= 4 and a + 4 <= size and c >= 2 and a + c - 1 <= size
        case OP.FNEW:
            return proto.flags & 2 != 0
        case _:
            return True
