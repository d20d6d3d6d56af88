"""Numeric and generic for, and jumps."""

from __future__ import annotations

from wrought.lang.core.function import fn, handler, noinline, unsafe
from wrought.lang.core.intrinsics import add_ovf, bitcast, tail
from wrought.lang.core.scalars import Ptr, u32, u64
from wrought.lua.vm.bytecode import a_of, c_of, jump_of
from wrought.lua.vm.convert import to_number
from wrought.lua.vm.debug.messages import for_error
from wrought.lua.vm.frame import HEAD
from wrought.lua.vm.interp.calls import call_object
from wrought.lua.vm.interp.step import next_ins, save
from wrought.lua.vm.objects import Vm, function_of, table_of
from wrought.lua.vm.value import (
    NIL,
    as_double,
    as_int,
    double_value,
    is_function,
    is_int,
    is_table,
    normal_number,
    number_of,
)


@handler("JMP")
def jmp(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
        tag: u64) -> None:
    """JMP and LOOP."""
    return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)


@unsafe
@fn
def prepare(vm: Ptr[Vm], at: Ptr[u64]) -> bool:
    """Make index, limit and step all int32s or all doubles; whether the body runs at all."""
    # SAFETY: the loop's registers are inside the frame.
    start, start_ok = to_number(at[0])
    if not start_ok:
        for_error(vm, 0)
    limit, limit_ok = to_number(at[1])
    if not limit_ok:
        for_error(vm, 1)
    step, step_ok = to_number(at[2])
    if not step_ok:
        for_error(vm, 2)
    start = normal_number(number_of(start))
    limit = normal_number(number_of(limit))
    step = normal_number(number_of(step))
    if is_int(start) and is_int(limit) and is_int(step):
        at[0] = start
        at[1] = limit
        at[2] = step
        at[3] = start
        if as_int(step) >= 0:
            return as_int(start) <= as_int(limit)
        return as_int(start) >= as_int(limit)
    at[0] = double_value(number_of(start))
    at[1] = double_value(number_of(limit))
    at[2] = double_value(number_of(step))
    at[3] = at[0]
    if number_of(step) >= 0.0:
        return number_of(start) <= number_of(limit)
    return number_of(start) >= number_of(limit)


@handler("FORPREP")
def forprep(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
            tag: u64) -> None:
    at = base + a_of(w)
    start = at[0]
    if start & at[1] & at[2] >= tag:
        at[3] = start
        step = as_int(at[2])
        if step >= 0:
            if as_int(start) <= as_int(at[1]):
                return next_ins(w, pc, base, vm, k, n, tag)
        elif as_int(start) >= as_int(at[1]):
            return next_ins(w, pc, base, vm, k, n, tag)
        return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
    return tail(forprep_slow)(w, pc, base, vm, k, n, tag)


@noinline
@handler("FORPREP_SLOW")
def forprep_slow(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                 tag: u64) -> None:
    save(vm, base, pc)
    if prepare(vm, base + a_of(w)):
        return next_ins(w, pc, base, vm, k, n, tag)
    return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)


@handler("FORLOOP1")
def forloop1(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    at = base + a_of(w)
    index = at[0]
    if index >= tag:
        if as_int(index) < as_int(at[1]):
            index += 1
            index = tag | u64(bitcast(u32, as_int(index)))
            at[0] = index
            at[3] = index
            return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
        return next_ins(w, pc, base, vm, k, n, tag)
    return tail(forloop_double)(w, pc, base, vm, k, n, tag)


@handler("FORLOOP")
def forloop(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
            tag: u64) -> None:
    at = base + a_of(w)
    index = at[0]
    if index >= tag:
        step = as_int(at[2])
        following, wrapped = add_ovf(as_int(index), step)
        limit = as_int(at[1])
        if not wrapped and (following <= limit if step >= 0 else following >= limit):
            value = tag | u64(bitcast(u32, following))
            at[0] = value
            at[3] = value
            return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
        return next_ins(w, pc, base, vm, k, n, tag)
    return tail(forloop_double)(w, pc, base, vm, k, n, tag)


@noinline
@handler("FORLOOP_DOUBLE")
def forloop_double(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                   tag: u64) -> None:
    at = base + a_of(w)
    step = as_double(at[2])
    following = as_double(at[0]) + step
    limit = as_double(at[1])
    if following <= limit if step >= 0.0 else following >= limit:
        at[0] = double_value(following)
        at[3] = double_value(following)
        return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)
    return next_ins(w, pc, base, vm, k, n, tag)


NOT_COUNTED = 0xFFFF_FFFF
"""In the scratch slot: the iterator is called even if it is `next`."""


@handler("ITERPREP")
def iterprep(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    """The scratch slot counts what `next` has visited, from the start and for two variables."""
    at = base + a_of(w)
    pc = pc + jump_of(w)
    at[-4] = NOT_COUNTED
    if at[-1] == NIL and c_of(pc[0]) <= 3:
        at[-4] = 0
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("ITERCALL")
def itercall(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    """`next` and the iterator of ipairs are run here, anything else is called.

    Where there is a next key the ITERLOOP that follows is done as well.
    """
    at = base + a_of(w)
    f = at[-3]
    state = at[-2]
    if f == vm.next_function and is_table(state):
        t = table_of(state)
        position = at[-4]
        while position < t.asize:
            value = t.array[position]
            if value != NIL:
                at[-4] = position + 1
                at[-1] = tag | position
                at[0] = tag | position
                at[1] = value
                return next_ins(w, pc + 1 + jump_of(pc[0]), base, vm, k, n, tag)
            position += 1
        return tail(iter_nodes)(w, pc, base, vm, k, position - t.asize, tag)
    if f == vm.ipairs_function and is_table(state):
        t = table_of(state)
        control = at[-1]
        index = (control & 0xFFFF_FFFF) + 1
        if control >= tag and index < t.asize and c_of(w) <= 3:
            value = t.array[index]
            if value != NIL:
                at[-1] = tag | index
                at[0] = tag | index
                at[1] = value
                return next_ins(w, pc + 1 + jump_of(pc[0]), base, vm, k, n, tag)
    return tail(iter_call)(w, pc, base, vm, k, n, tag)


@noinline
@handler("ITER_NODES")
def iter_nodes(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
               tag: u64) -> None:
    """One step of pairs in the hash part, from node n on; keys are not looked up again."""
    at = base + a_of(w)
    t = table_of(at[-2])
    while n <= t.hmask:
        node = t.node + n
        n += 1
        value = node.value
        if value != NIL:
            at[-4] = n + t.asize
            at[-1] = node.key
            at[0] = node.key
            at[1] = value
            return next_ins(w, pc + 1 + jump_of(pc[0]), base, vm, k, n, tag)
    if at[-4] == NOT_COUNTED:
        return tail(iter_call)(w, pc, base, vm, k, n, tag)
    at[0] = NIL
    return next_ins(w, pc, base, vm, k, n, tag)


@noinline
@handler("ITER_CALL")
def iter_call(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    at = base + a_of(w)
    f = at[-3]
    at[0] = f
    at[HEAD] = at[-2]
    at[HEAD + 1] = at[-1]
    if not is_function(f):
        return tail(call_object)(w, pc, base, vm, k, 2, tag)
    at[1] = u64(pc)
    closure = function_of(f)
    head = closure.code[0]
    return vm.handlers[head & 0xFF](
        head, closure.code + 1, at + HEAD, vm, closure.k, 2, tag)


@handler("ITERLOOP")
def iterloop(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    at = base + a_of(w)
    key = at[0]
    if key == NIL:
        return next_ins(w, pc, base, vm, k, n, tag)
    at[-1] = key
    return next_ins(w, pc + jump_of(w), base, vm, k, n, tag)


HANDLERS = {"JMP": jmp, "LOOP": jmp, "FORPREP": forprep, "FORLOOP": forloop,
            "FORLOOP1": forloop1, "ITERPREP": iterprep, "ITERCALL": itercall,
            "ITERLOOP": iterloop}
