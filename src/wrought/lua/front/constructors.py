"""Table constructors.

What is constant goes into a template that the program copies, and so do the names of other
fields, whose nodes are there when they are stored.  All else is stored in order afterwards; the
manual leaves the order open (2.5.7), and this is LuaJIT's.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn
from wrought.lang.core.intrinsics import addr_of, bitcast, count_leading_zeros, zeroed
from wrought.lang.core.scalars import Ptr, i32, u32, u64
from wrought.lua.front.constants import object_constant
from wrought.lua.front.emit import emit, emit_abc, instruction
from wrought.lua.front.expect import accept, expect, expect_match, expect_name
from wrought.lua.front.growable import push
from wrought.lua.front.lexer import look_ahead, next_token
from wrought.lua.front.registers import has_jumps, init, reserve, to_any, to_next
from wrought.lua.front.state import Exp, Is, Item, Parser
from wrought.lua.front.tokens import TK
from wrought.lua.vm.bytecode import OP, make_abc, make_abd
from wrought.lua.vm.objects import Table, string_value, table_value
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set
from wrought.lua.vm.value import FALSE, NIL, TRUE, int_value

BATCH = 50
"""Array items that wait in registers until they are stored together."""
LARGEST_HINT = 0xFFFF


@struct
class Constructor:
    """A constructor that is being read."""

    register: u32
    """Of the table."""
    items: u32
    """Its first item in the parser's list."""
    array: u32
    """Array items so far."""
    waiting: u32
    """Those of them that are in registers."""
    others: u32
    """Fields with a key."""


@fn
def constructor(p: Ptr[Parser], e: Ptr[Exp]) -> None:
    """"{" fields "}"."""
    line = p.line
    at = emit_abc(p, OP.TNEW, p.f.free, 0, 0)
    c = Constructor(p.f.free, p.items.used, 0, 0, 0)
    reserve(p, 1)
    init(e, Is.FIXED, c.register)
    next_token(p)
    while p.token != ord("}"):
        field(p, addr_of(c))
        if not accept(p, ord(",")) and not accept(p, ord(";")):
            break
    expect_match(p, ord("}"), ord("{"), line)
    store_waiting(p, addr_of(c))
    begin_table(p, addr_of(c), at)
    p.items.used = c.items
    p.f.free = c.register + 1


@fn
def field(p: Ptr[Parser], c: Ptr[Constructor]) -> None:
    """A field of any form."""
    key = zeroed(Exp)
    if p.token == ord("["):
        bracketed(p, addr_of(key))
        expect(p, ord("="))
        keyed(p, c, addr_of(key))
    elif (p.token == TK.NAME or p.token == TK.GOTO) and look_ahead(p) == ord("="):
        init(addr_of(key), Is.STRING, 0)
        key.value = string_value(expect_name(p))
        next_token(p)
        keyed(p, c, addr_of(key))
    else:
        array_item(p, c)


@fn
def is_constant(e: Ptr[Exp]) -> bool:
    return e.kind <= Is.NUMBER and not has_jumps(e)


@fn
def value_of(e: Ptr[Exp]) -> u64:
    """The value of a constant."""
    match e.kind:
        case Is.NIL:
            return NIL
        case Is.FALSE:
            return FALSE
        case Is.TRUE:
            return TRUE
        case _:
            return e.value


@fn
def keyed(p: Ptr[Parser], c: Ptr[Constructor], key: Ptr[Exp]) -> None:
    """The value of a field with a key."""
    c.others += 1
    known = is_constant(key) and key.kind != Is.NIL
    if not known:
        to_any(p, key)
    value = zeroed(Exp)
    expression(p, addr_of(value))
    if known and is_constant(addr_of(value)):
        push(p.vm, addr_of(p.items), Item(value_of(key), value_of(addr_of(value))))
        return
    if key.kind == Is.STRING and known:
        push(p.vm, addr_of(p.items), Item(key.value, NIL))
    place = zeroed(Exp)
    init(addr_of(place), Is.FIXED, c.register)
    make_indexed(p, addr_of(place), key)
    store(p, addr_of(place), addr_of(value))
    # A key in a register was there before this function began.
    p.f.free = c.register + 1 + c.waiting


@fn
def array_item(p: Ptr[Parser], c: Ptr[Constructor]) -> None:
    """An item without a key."""
    value = zeroed(Exp)
    expression(p, addr_of(value))
    if is_constant(addr_of(value)):
        store_waiting(p, c)
        c.array += 1
        key = int_value(bitcast(i32, c.array))
        push(p.vm, addr_of(p.items), Item(key, value_of(addr_of(value))))
        return
    is_open = value.kind == Is.CALL or value.kind == Is.VARARG
    if is_open and (p.token == ord("}") or is_last(p)):
        open_results(p, addr_of(value))
        emit_abd(p, OP.TLISTM, c.register, c.waiting, c.array - c.waiting + 1)
        c.waiting = 0
        return
    to_next(p, addr_of(value))
    c.array += 1
    c.waiting += 1
    if c.waiting == BATCH:
        store_waiting(p, c)


@fn
def is_last(p: Ptr[Parser]) -> bool:
    """Whether the separator that follows is the constructor's last token but one."""
    return (p.token == ord(",") or p.token == ord(";")) and look_ahead(p) == ord("}")


@fn
def store_waiting(p: Ptr[Parser], c: Ptr[Constructor]) -> None:
    """Store the array items that are in registers."""
    if c.waiting == 0:
        return
    emit_abd(p, OP.TLIST, c.register, c.waiting, c.array - c.waiting + 1)
    c.waiting = 0
    p.f.free = c.register + 1


@fn
def emit_abd(p: Ptr[Parser], op: u64, a: u32, b: u32, d: u32) -> None:
    emit(p, make_abd(op, a, b, bitcast(i32, d)))


@fn
def hash_bits(n: u32) -> u32:
    """1 + the binary logarithm of the nodes for n keys; 0 for none."""
    if n <= 1:
        return n
    return 33 - count_leading_zeros(n - 1)


@fn
def begin_table(p: Ptr[Parser], c: Ptr[Constructor], at: u32) -> None:
    """Settle the instruction that makes the table."""
    array = c.array + 1 if c.array != 0 else 0
    bits = hash_bits(c.others)
    if c.items != p.items.used:
        template = object_constant(p, table_value(make_template(p, c, array, bits)))
        instruction(p, at)[0] = make_abd(OP.TDUP, c.register, 0, bitcast(i32, template))
    else:
        size = min(array, LARGEST_HINT)
        instruction(p, at)[0] = make_abc(OP.TNEW, c.register, bits, size)


@fn
def make_template(p: Ptr[Parser], c: Ptr[Constructor], array: u32, bits: u32) -> Ptr[Table]:
    """The template of a constructor's items."""
    t = new_table(p.vm, array, bits)
    some_nil = False
    for i in range(c.items, p.items.used):
        item = p.items.at(i)
        some_nil = some_nil or item.value == NIL
        # A key whose value is nil might lose its node while others are still to come.
        set(p.vm, t, item.key, FALSE if item.value == NIL else item.value)
    if some_nil:
        for i in range(c.items, p.items.used):
            item = p.items.at(i)
            set(p.vm, t, item.key, item.value)
    return t


from wrought.lua.front.assignments import store  # noqa: E402
from wrought.lua.front.calls import open_results  # noqa: E402
from wrought.lua.front.expressions import bracketed, expression, make_indexed  # noqa: E402
