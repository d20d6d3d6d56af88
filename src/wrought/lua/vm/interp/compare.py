"""Comparisons that jump, and tests for truth."""

from __future__ import annotations

from wrought.lang.core.function import Compiled, cold, fn, handler, inline, noinline
from wrought.lang.core.intrinsics import tail
from wrought.lang.core.scalars import Ptr, f64, i32, u64
from wrought.lua.vm.bytecode import NUMBER, OP, a_of, b_of, bs_of, jump_of
from wrought.lua.vm.debug.messages import compare_error
from wrought.lua.vm.interp.arithmetic import load_double
from wrought.lua.vm.interp.metacall import meta_call
from wrought.lua.vm.interp.step import next_ins, save
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.metatables import metamethod, metatable_of
from wrought.lua.vm.objects import Vm, string_of
from wrought.lua.vm.strings import less
from wrought.lua.vm.value import (
    NIL,
    as_int,
    int_value,
    is_double,
    is_number,
    is_object,
    is_string,
    is_table,
    number_of,
)


@inline
@fn
def int_lt(x: i32, y: i32) -> bool:
    return x < y


@inline
@fn
def int_le(x: i32, y: i32) -> bool:
    return x <= y


@inline
@fn
def double_lt(x: f64, y: f64) -> bool:
    return x < y


@inline
@fn
def double_le(x: f64, y: f64) -> bool:
    return x <= y


@inline
@fn
def int_gt(x: i32, y: i32) -> bool:
    return x > y


@inline
@fn
def int_ge(x: i32, y: i32) -> bool:
    return x >= y


@inline
@fn
def double_gt(x: f64, y: f64) -> bool:
    return x > y


@inline
@fn
def double_ge(x: f64, y: f64) -> bool:
    return x >= y


@inline
@fn
def int_eq(x: i32, y: i32) -> bool:
    return x == y


@inline
@fn
def double_eq(x: f64, y: f64) -> bool:
    return x == y


RELATIONS = {"LT": (int_lt, double_lt), "LE": (int_le, double_le), "GT": (int_gt, double_gt),
             "GE": (int_ge, double_ge), "EQ": (int_eq, double_eq)}


def order_handler(name: str) -> Compiled:
    """JLT, JNLT, JLE, JNLE: two registers."""
    ints, doubles = RELATIONS[name.removeprefix("N")]
    not_doubles = double_ge if name.endswith("LT") else double_gt
    wanted = not name.startswith("N")

    @handler(f"J{name}")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x = base[a_of(w)]
        y = base[b_of(w)]
        if x & y >= tag:
            if ints(as_int(x), as_int(y)) == wanted:
                return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
            return next_ins(w, pc, base, vm, k, n, tag)
        left = load_double(base, a_of(w))
        right = load_double(base, b_of(w))
        if doubles(left, right):
            return next_ins(w, pc + (jump_of(w) if wanted else 0), base, vm, k, n, tag)
        if not_doubles(left, right):
            return next_ins(w, pc + (0 if wanted else jump_of(w)), base, vm, k, n, tag)
        return tail(order_slow)(w, pc, base, vm, k, n, tag)
    return op


@fn
def is_negated(op: u64) -> bool:
    """Whether a comparison of registers jumps when the relation does not hold."""
    return op == OP.JNLT or op == OP.JNLE or op == OP.JNE


@noinline
@handler("ORDER_SLOW")
def order_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """Mixed numbers and strings."""
    x = base[a_of(w)]
    y = base[b_of(w)]
    op = w & 0xFF
    strict = op == OP.JLT or op == OP.JNLT
    holds = False
    if is_number(x) and is_number(y):
        left = number_of(x)
        right = number_of(y)
        holds = left < right if strict else left <= right
    elif is_string(x) and is_string(y):
        holds = less(string_of(x), string_of(y)) if strict else not less(
            string_of(y), string_of(x))
    else:
        return tail(order_objects)(w, pc, base, vm, k, n, tag)
    if holds != is_negated(op):
        return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
    return next_ins(w, pc, base, vm, k, n, tag)


@fn
def order_metamethod(vm: Ptr[Vm], mm: Mm, x: u64, y: u64) -> u64:
    """5.1: both operands must have the same metamethod; LuaJIT's 5.2 mode takes either one's."""
    f = metamethod(vm, x, mm)
    if f == NIL:
        return NIL
    return f if metamethod(vm, y, mm) == f else NIL


@cold
@noinline
@handler("ORDER_OBJECTS")
def order_objects(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                  tag: u64) -> None:
    """__lt and __le; without __le, a <= b is not (b < a)."""
    save(vm, base, pc)
    x = base[a_of(w)]
    y = base[b_of(w)]
    op = w & 0xFF
    negated = is_negated(op)
    f: u64 = NIL
    if op == OP.JLE or op == OP.JNLE:
        f = order_metamethod(vm, Mm.LE, x, y)
        if f == NIL:
            f = order_metamethod(vm, Mm.LT, x, y)
            if f == NIL:
                compare_error(vm, x, y)
            x, y = y, x
            negated = not negated
    else:
        f = order_metamethod(vm, Mm.LT, x, y)
        if f == NIL:
            compare_error(vm, x, y)
    vm.spare[0] = f
    vm.spare[1] = x
    vm.spare[2] = y
    return tail(meta_call)(
        OP.CONT_FALSE if negated else OP.CONT_TRUE, pc, base, vm, k, 2, tag)


def order_immediate(name: str) -> Compiled:
    """JLTI and its relatives: a register and a signed 12-bit number."""
    ints, doubles = RELATIONS[name.removeprefix("N")]
    wanted = not name.startswith("N")

    @handler(f"J{name}I")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x = base[a_of(w)]
        if x >= tag:
            if ints(as_int(x), bs_of(w)) == wanted:
                return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
            return next_ins(w, pc, base, vm, k, n, tag)
        if is_double(x):
            if doubles(load_double(base, a_of(w)), f64(bs_of(w))) == wanted:
                return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
            return next_ins(w, pc, base, vm, k, n, tag)
        return tail(immediate_objects)(w, pc, base, vm, k, n, tag)
    return op


@cold
@noinline
@handler("IMMEDIATE_OBJECTS")
def immediate_objects(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                      tag: u64) -> None:
    """Something else than a number, compared with a number."""
    op = w & 0xFF
    if op == OP.JEQI or op == OP.JNEI:
        return next_ins(w, pc + (jump_of(w) if op == OP.JNEI else 0), base, vm, k, n, tag)
    save(vm, base, pc)
    x = base[a_of(w)]
    y = int_value(bs_of(w))
    swapped = op >= OP.JGTI
    if swapped:
        x, y = y, x
    which = (op - OP.JLTI) % 4
    f = order_metamethod(vm, Mm.LT if which < 2 else Mm.LE, x, y)
    negated = which % 2 == 1
    if f == NIL and which >= 2:
        f = order_metamethod(vm, Mm.LT, x, y)
        x, y = y, x
        negated = not negated
    if f == NIL:
        first = base[a_of(w)]
        second = int_value(bs_of(w))
        if swapped:
            compare_error(vm, second, first)
        compare_error(vm, first, second)
    vm.spare[0] = f
    vm.spare[1] = x
    vm.spare[2] = y
    return tail(meta_call)(
        OP.CONT_FALSE if negated else OP.CONT_TRUE, pc, base, vm, k, 2, tag)


def equal_handler(name: str) -> Compiled:
    """JEQ and JNE: two registers."""
    equal = name == "EQ"

    @handler(f"J{name}")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x = base[a_of(w)]
        y = base[b_of(w)]
        if x == y:
            if is_double(x):
                return tail(equal_slow)(w, pc, base, vm, k, n, tag)
            return next_ins(w, pc + (jump_of(w) if equal else 0), base, vm, k, n, tag)
        if x & y >= tag:
            return next_ins(w, pc + (0 if equal else jump_of(w)), base, vm, k, n, tag)
        return tail(equal_slow)(w, pc, base, vm, k, n, tag)
    return op


@inline
@fn
def may_have_eq(x: u64, y: u64) -> bool:
    """Two different tables, or two different userdata."""
    return is_table(x) and is_table(y) or is_object(x) and is_object(y)


@fn
def equal_metamethod(vm: Ptr[Vm], x: u64, y: u64) -> u64:
    """__eq counts if both have the same."""
    if not may_have_eq(x, y):
        return NIL
    if metatable_of(vm, x) is None or metatable_of(vm, y) is None:
        return NIL
    f = metamethod(vm, x, Mm.EQ)
    if f == NIL:
        return NIL
    return f if metamethod(vm, y, Mm.EQ) == f else NIL


@noinline
@handler("EQUAL_SLOW")
def equal_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """Doubles, mixed numbers, and values that differ but may have __eq."""
    x = base[a_of(w)]
    y = base[b_of(w)]
    wanted = w & 0xFF == OP.JEQ
    equal = x == y
    if is_number(x) and is_number(y):
        equal = number_of(x) == number_of(y)
    elif not equal and may_have_eq(x, y):
        save(vm, base, pc)
        f = equal_metamethod(vm, x, y)
        if f != NIL:
            vm.spare[0] = f
            vm.spare[1] = x
            vm.spare[2] = y
            return tail(meta_call)(
                OP.CONT_TRUE if wanted else OP.CONT_FALSE, pc, base, vm, k, 2, tag)
    if equal == wanted:
        return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
    return next_ins(w, pc, base, vm, k, n, tag)


@noinline
@handler("NUMBER_CONSTANT")
def number_constant(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                    tag: u64) -> None:
    """A constant number, and a value of other bits: equal if it is the same number as a double."""
    x = base[a_of(w)]
    same = is_number(x) and number_of(x) == number_of(k[b_of(w)])
    if same == (w & 0xFF == OP.JEQK):
        return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
    return next_ins(w, pc, base, vm, k, n, tag)


def equal_constant(name: str) -> Compiled:
    """JEQK and JNEK: a register and a number or string constant."""
    equal = name == "EQ"

    @handler(f"J{name}K")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        x = base[a_of(w)]
        y = k[b_of(w)]
        if x == y:
            return next_ins(w, pc + (jump_of(w) if equal else 0), base, vm, k, n, tag)
        if is_string(y):
            return next_ins(w, pc + (0 if equal else jump_of(w)), base, vm, k, n, tag)
        return tail(number_constant)(w, pc, base, vm, k, n, tag)
    return op


def equal_primitive(name: str) -> Compiled:
    """JEQP and JNEP: a register and nil, false or true."""
    equal = name == "EQ"

    @handler(f"J{name}P")
    def op(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
           tag: u64) -> None:
        if (base[a_of(w)] == NIL + b_of(w)) == equal:
            return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
        return next_ins(w, pc, base, vm, k, n, tag)
    return op


HANDLERS = {
    **{f"J{name}": order_handler(name) for name in ("LT", "NLT", "LE", "NLE")},
    **{f"J{name}I": order_immediate(name) for name in ("LT", "NLT", "LE", "NLE", "GT", "NGT",
                                                       "GE", "NGE", "EQ")},
    "JNEI": order_immediate("NEQ"),
    **{f"J{name}": equal_handler(name) for name in ("EQ", "NE")},
    **{f"J{name}K": equal_constant(name) for name in ("EQ", "NE")},
    **{f"J{name}P": equal_primitive(name) for name in ("EQ", "NE")}}
assert all(name in NUMBER for name in HANDLERS)
