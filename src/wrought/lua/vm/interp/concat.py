"""The operator ..: all of a chain of operands at once, from the right where metamethods ask."""

from __future__ import annotations

from wrought.lang.core.function import fn, handler, inline, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, copy_memory, tail, uninit
from wrought.lang.core.scalars import Array, Ptr, Slice, i64, u8, u64
from wrought.lua.vm.bytecode import OP, a_of, b_of, c_of
from wrought.lua.vm.convert import number_to_string, write_number
from wrought.lua.vm.debug.messages import concat_error
from wrought.lua.vm.interp.create import lua_safe_point
from wrought.lua.vm.interp.metacall import meta_call
from wrought.lua.vm.interp.slow import binary_metamethod
from wrought.lua.vm.interp.step import next_ins
from wrought.lua.vm.metamethods import Mm
from wrought.lua.vm.numbers.general import NUMBER_BUFFER
from wrought.lua.vm.objects import Vm, function_of, string_of, string_value
from wrought.lua.vm.strings import finish, new_uninit_string
from wrought.lua.vm.value import NIL, TRUE, is_number, is_string


@inline
@fn
def is_text(v: u64) -> bool:
    """What .. takes without a metamethod."""
    return is_string(v) or is_number(v)


@unsafe
@fn
def join(vm: Ptr[Vm], first: Ptr[u64], count: u64) -> u64:
    """The concatenation of strings and numbers; the numbers are made strings in place."""
    # SAFETY: `count` values are alive at `first`; the new string has room for all of them.
    if count == 2:
        return join_two(vm, first[0], first[1])
    total: u64 = 0
    for i in range(count):
        if is_number(first[i]):
            first[i] = string_value(number_to_string(vm, first[i]))
        total += string_of(first[i]).length
    made = new_uninit_string(vm, total)
    to = made.bytes().ptr
    for i in range(count):
        piece = string_of(first[i])
        copy_memory(to, piece.bytes().ptr, u64(piece.length))
        to = to + piece.length
    return string_value(finish(vm, made))


@inline
@unsafe
@fn
def piece(v: u64, digits: Slice[u8]) -> Slice[u8]:
    """The bytes of an operand; a number's are written into `digits`."""
    # SAFETY: digits has NUMBER_BUFFER bytes.
    if is_string(v):
        return string_of(v).bytes()
    return digits[:write_number(digits, v)]


@noinline
@unsafe
@fn
def join_two(vm: Ptr[Vm], x: u64, y: u64) -> u64:
    """Two operands: a number's digits never become a string of their own."""
    # SAFETY: the new string has room for both.
    left_digits = uninit(Array[u8, NUMBER_BUFFER])
    right_digits = uninit(Array[u8, NUMBER_BUFFER])
    left = piece(x, left_digits[:])
    right = piece(y, right_digits[:])
    made = new_uninit_string(vm, len(left) + len(right))
    to = made.bytes().ptr
    copy_memory(to, left.ptr, len(left))
    copy_memory(to + len(left), right.ptr, len(right))
    return string_value(finish(vm, made))


@handler("CAT")
def cat(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
        tag: u64) -> None:
    return tail(cat_from)(w, pc, base, vm, k, c_of(w), tag)


@noinline
@handler("CAT_FROM")
def cat_from(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    """Concatenate R(b) … R(n): as many texts as there are at the end, then a metamethod."""
    base = lua_safe_point(vm, base, pc)
    first = b_of(w)
    last = n
    while last > first:
        at = last
        while at > first and is_text(base[at]) and is_text(base[at - 1]):
            at -= 1
        if at < last:
            base[at] = join(vm, base + at, last - at + 1)
            last = at
        else:
            x = base[last - 1]
            y = base[last]
            f = binary_metamethod(vm, Mm.CONCAT, x, y)
            if f == NIL:
                concat_error(vm, bitcast(i64, last - 1), x, y)
            base[last - 1] = TRUE
            clear(base, last, c_of(w))
            vm.spare[0] = f
            vm.spare[1] = x
            vm.spare[2] = y
            return tail(meta_call)(OP.CONT_CAT, pc, base, vm, k, 2, tag)
    result = base[first]
    base[a_of(w)] = result
    return next_ins(w, pc, base, vm, k, n, tag)


@handler("CONT_CAT")
def cont_cat(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
             tag: u64) -> None:
    """A __concat has returned: its result takes the place that was noted in R(last - 1)."""
    below = base - (base[-1] >> 3)
    back = bitcast(Ptr[u64], base[-3])
    site = back[-1]
    value = bitcast(Ptr[u64], w)[0] if n > 0 else NIL
    last = cat_place(below, b_of(site), c_of(site))
    below[last] = value
    return tail(cat_from)(site, back, below, vm, function_of(below[-2]).k, last, tag)


@unsafe
@fn
def clear(base: Ptr[u64], first: u64, last: u64) -> None:
    """Make nil of the operands that are done, so that the place of the result is found again."""
    # SAFETY: the registers of a CAT are inside the frame.
    i = first
    while i <= last:
        base[i] = NIL
        i += 1


@unsafe
@fn
def cat_place(base: Ptr[u64], first: u64, last: u64) -> u64:
    """The last register that is not nil: the operands right of it are done."""
    # SAFETY: as above.
    at = last
    while at > first and base[at] == NIL:
        at -= 1
    return at


HANDLERS = {"CAT": cat, "CONT_CAT": cont_cat}
