"""What loaded bytecode must be, so that nothing it does can break the VM.

`verify` accepts a prototype if everything below holds for it and for those inside it.  Handlers
and compiled code may rely on it, for the parser's output obeys the same rules:

- the first instruction is the only FUNCF or FUNCV; its a and d are the prototype's numbers, and it
  is FUNCV exactly where varargs are taken; the last instruction does not fall through;
- no instruction belongs to native code (FUNCB, CONT_…); fields without an operand are zero;
- every register that an instruction names or implies (arguments, results, loop variables, lists,
  the slots of a call's head) is below the frame size, which is at most MAX_REGISTERS;
- every constant exists and has the type that the instruction wants: number, string, template,
  prototype; every upvalue exists, and UVAL is used for those held by value, UGET and USET for the
  others; primitives are 0 to 2;
- jumps stay inside the code, behind the header; only LOOP, FORLOOP, ITERLOOP and UCLO jump
  backward;
- an open list (CALL, CALLM, VARG with their count 0) is followed by the instruction that takes it,
  with only UCLO between, and begins where that expects it; nothing jumps between the two;
- FORPREP and FORLOOP come in pairs with the same a, which jump to each other; nothing jumps into
  a loop from outside, and nothing inside sets its hidden registers, so that FORLOOP finds what
  FORPREP has left there; the same for ITERPREP, ITERCALL and ITERLOOP; loops are nested;
- captures name registers or upvalues that the enclosing function has, and agree with it on what is
  held by value; wherever a function returns, UCLO has closed every variable that was captured.

Not promised, handlers check it: types of values in registers, also TLIST's table; the values that
ITERCALL finds.  Registers that were never set hold older values of the stack, or nil.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, slice_from
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.front.verify_flow import flow_is_good
from wrought.lua.front.verify_loops import loops_are_good
from wrought.lua.front.verify_operands import operands_are_good
from wrought.lua.vm.bytecode import MAX_REGISTERS, OP, a_of, b_of, d_of, op_of
from wrought.lua.vm.memory import alloc, free
from wrought.lua.vm.objects import Proto, Vm, proto_of
from wrought.lua.vm.value import is_object


@fn
def verify(vm: Ptr[Vm], proto: Ptr[Proto]) -> bool:
    """Whether a function that was read from a dump, and all inside it, can be trusted."""
    return verify_one(vm, proto) and children_are_good(vm, proto)


@unsafe
@fn
def children_are_good(vm: Ptr[Vm], proto: Ptr[Proto]) -> bool:
    """The same for the prototypes among the constants, whose enclosing function this is."""
    # SAFETY: there are `nk` constants; objects among them are prototypes.
    for value in slice_from(proto.k, proto.nk):
        if is_object(value):
            child = proto_of(value)
            if not captures_are_good(child, proto) or not verify(vm, child):
                return False
    return True


@fn
def verify_one(vm: Ptr[Vm], proto: Ptr[Proto]) -> bool:
    """Everything but the prototypes inside."""
    return (head_is_good(proto) and code_is_good(proto) and own_captures_are_good(proto)
            and run_checks(vm, proto))


@unsafe
@fn
def head_is_good(proto: Ptr[Proto]) -> bool:
    """The prototype's numbers and the first and last instruction."""
    # SAFETY: there are `ncode` instructions.
    if proto.ncode < 2 or proto.framesize > MAX_REGISTERS or proto.numparams > proto.framesize:
        return False
    head = proto.code[0]
    wanted: u64 = OP.FUNCV if proto.flags & 1 != 0 else OP.FUNCF
    if op_of(head) != wanted or a_of(head) != proto.numparams or b_of(head) != 0:
        return False
    return d_of(head) == proto.framesize and ends_flow(proto.code[proto.ncode - 1])


@fn
def ends_flow(w: u64) -> bool:
    """Whether the instruction never goes on with the next one."""
    op = op_of(w)
    return (op == OP.RET0 or op == OP.RET1 or op == OP.RET or op == OP.RETM or op == OP.CALLT
            or op == OP.CALLMT or op == OP.JMP or op == OP.LOOP or op == OP.UCLO)


@unsafe
@fn
def code_is_good(proto: Ptr[Proto]) -> bool:
    # SAFETY: the index is below `ncode`.
    for i in range(1, u64(proto.ncode)):
        if not operands_are_good(proto, i, proto.code[i]):
            return False
    return True


@unsafe
@fn
def own_captures_are_good(proto: Ptr[Proto]) -> bool:
    """A closure that refers to itself holds itself by value, as a local variable."""
    # SAFETY: there is one for each upvalue.
    captures = proto.captures
    if captures is None:
        return proto.nup == 0
    for capture in slice_from(captures, proto.nup):
        if capture.is_self and not (capture.is_local and capture.by_value):
            return False
    return True


@unsafe
@fn
def captures_are_good(proto: Ptr[Proto], outer: Ptr[Proto]) -> bool:
    """Whether an enclosing function has what the closure is to capture, in the same way."""
    # SAFETY: there is a capture for each upvalue of both.
    captures = proto.captures
    if captures is None:
        return proto.nup == 0
    for capture in slice_from(captures, proto.nup):
        if capture.is_local:
            if capture.index >= outer.framesize:
                return False
        else:
            theirs = outer.captures
            if theirs is None or capture.index >= outer.nup:
                return False
            if theirs[capture.index].by_value != capture.by_value:
                return False
    return True


@unsafe
@fn
def run_checks(vm: Ptr[Vm], proto: Ptr[Proto]) -> bool:
    """The checks that need notes about each instruction."""
    # SAFETY: the cell has room for a note of four bytes for each instruction.
    size = 4 * u64(proto.ncode)
    cell = alloc(vm, size)
    notes = slice_from(bitcast(Ptr[u32], cell), proto.ncode)
    good = loops_are_good(proto, notes) and flow_is_good(proto, notes)
    free(vm, cell, size)
    return good
