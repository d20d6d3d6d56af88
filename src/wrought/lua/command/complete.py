"""How a name at the prompt may go on: globals, and fields of tables that can be reached by names.

Nothing is called: only tables are looked into, and those that `__index` names.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.vm.buffer import put_byte, put_bytes
from wrought.lua.vm.metatables import metatable_of
from wrought.lua.vm.objects import Buffer, Table, Vm, table_of, table_value
from wrought.lua.vm.strings import intern, text
from wrought.lua.vm.table.iterate import next_entry
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import NIL, is_function, is_string, is_table
from wrought.rt.bytes import equal

MOST_LEVELS = 16
"""Of `__index` that are followed."""


@unsafe
@fn
def inherited(vm: Ptr[Vm], v: u64) -> u64:
    """The table that a value's `__index` names; nil where it names none."""
    # SAFETY: the tag is tested.
    meta = metatable_of(vm, v)
    if meta is None:
        return NIL
    index = get_str(meta, intern(vm, b"__index"))
    return index if is_table(index) else NIL


@unsafe
@fn
def field(vm: Ptr[Vm], v: u64, name: Slice[u8]) -> u64:
    """A field of a value, without calling anything; nil where there is none."""
    # SAFETY: the tag is tested.
    key = intern(vm, name)
    for _ in range(MOST_LEVELS):
        if is_table(v):
            found = get_str(table_of(v), key)
            if found != NIL:
                return found
        v = inherited(vm, v)
        if v == NIL:
            return NIL
    return NIL


@fn
def is_letter(byte: u8) -> bool:
    """Whether a byte may stand in a name."""
    lower = byte | 0x20
    return (lower >= ord("a") and lower <= ord("z") or byte == ord("_")
            or byte >= ord("0") and byte <= ord("9"))


@fn
def is_name(name: Slice[u8]) -> bool:
    """Whether a text could be written as a name."""
    for byte in name:
        if not is_letter(byte):
            return False
    return len(name) > 0 and (name[0] < ord("0") or name[0] > ord("9"))


@unsafe
@fn
def put_keys(b: Ptr[Buffer], t: Ptr[Table], path: Slice[u8], start: Slice[u8],
             methods: bool) -> None:
    """Append the path with each key of a table that begins with `start`, one a line."""
    # SAFETY: tags are tested.
    _, key, value = next_entry(t, NIL)
    while key != NIL:
        if is_string(key) and (is_function(value) or not methods):
            name = text(key)
            if is_name(name) and len(name) >= len(start) and equal(name[:len(start)], start):
                put_bytes(b, path)
                put_bytes(b, name)
                put_byte(b, ord("\n"))
        _, key, value = next_entry(t, key)


@unsafe
@fn
def put_completions(vm: Ptr[Vm], b: Ptr[Buffer], typed: Slice[u8]) -> None:
    """Append what "a.b.c" or "a.b:c" may become, one a line."""
    # SAFETY: tags are tested.
    v = table_value(vm.globals)
    start: u64 = 0
    methods = False
    for i in range(len(typed)):
        if typed[i] == ord(".") or typed[i] == ord(":"):
            v = field(vm, v, typed[start:i])
            start = i + 1
            methods = typed[i] == ord(":")
    for _ in range(MOST_LEVELS):
        if is_table(v):
            put_keys(b, table_of(v), typed[:start], typed[start:], methods)
        v = inherited(vm, v)
        if v == NIL:
            return
