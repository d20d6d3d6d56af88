"""require."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, format_to, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, i32, u8, u64
from wrought.lua.lib.args import check_string
from wrought.lua.lib.package.loaders import package_table
from wrought.lua.lib.registry import loaded
from wrought.lua.vm.buffer import contents, open_buffer
from wrought.lua.vm.call import call
from wrought.lua.vm.convert import number_to_string
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import Buffer, Vm, string_of, string_value, table_of
from wrought.lua.vm.strings import close_to_string, intern, text
from wrought.lua.vm.table.insert import set_str
from wrought.lua.vm.table.lookup import get_int, get_str
from wrought.lua.vm.value import (
    NIL,
    TAG_LIGHT,
    TRUE,
    is_falsy,
    is_function,
    is_number,
    is_string,
    is_table,
)

UNDER_WAY = TAG_LIGHT + 0x10AD
"""In `package.loaded` while a module is loaded; it stays there if that fails."""

NAME, TRIED, LOADERS, FREE = range(4)
"""Slots of `require`: the name, what was tried, the table of loaders; free from here on."""


@cold
@fn
def not_found(vm: Ptr[Vm], name: Slice[u8], tried: Slice[u8]) -> Never:
    """Raise that no loader knows a module."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"module '{name}' not found:{tried}")
    error_text(vm, contents(addr_of(b)))


@cold
@fn
def under_way(vm: Ptr[Vm], name: Slice[u8]) -> Never:
    """Raise that a module asks for itself, or could not be loaded before."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"loop or previous error loading module '{name}'")
    error_text(vm, contents(addr_of(b)))


@unsafe
@fn
def note_tried(vm: Ptr[Vm], args: Ptr[u64], said: u64) -> None:
    """Append what a loader has said to what was tried."""
    # SAFETY: args[TRIED] is a string.
    if is_string(said) or is_number(said):
        b = zeroed(Buffer)
        open_buffer(vm, addr_of(b))
        more = text(said) if is_string(said) else number_to_string(vm, said).bytes()
        format_to(addr_of(b), f"{text(args[TRIED])}{more}")
        args[TRIED] = close_to_string(addr_of(b))


@unsafe
@fn
def find_loader(vm: Ptr[Vm], args: Ptr[u64]) -> Ptr[u64]:
    """Ask the loaders one after the other; the function is left in args[FREE]."""
    # SAFETY: the slots are laid out as above; a call may move the stack.
    i: i32 = 1
    while True:
        f = get_int(table_of(args[LOADERS]), i)
        if f == NIL:
            not_found(vm, text(args[NAME]), text(args[TRIED]))
        slot = args + FREE
        slot[2] = f
        slot[4] = args[NAME]
        slot, _ = call(vm, slot, 1, 1)
        args = slot - FREE
        if is_function(args[FREE]):
            return args
        note_tried(vm, args, args[FREE])
        i += 1


@unsafe
@fn
def require(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """require(name): what `package.loaded` has for it, after loading it if need be."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots.
    name = check_string(vm, args, n, 0)
    found = get_str(loaded(vm), name)
    if not is_falsy(found):
        if found == UNDER_WAY:
            under_way(vm, name.bytes())
        args[0] = found
        return 1
    loaders = get_str(package_table(args), intern(vm, b"loaders"))
    if not is_table(loaders):
        error_text(vm, b"'package.loaders' must be a table")
    args[TRIED] = string_value(intern(vm, b""))
    args[LOADERS] = loaders
    args = find_loader(vm, args)
    set_str(vm, loaded(vm), name, UNDER_WAY)
    slot = args + FREE
    slot[2] = args[FREE]
    slot[4] = args[NAME]
    slot, _ = call(vm, slot, 1, 1)
    args = slot - FREE
    name = string_of(args[NAME])
    if slot[0] != NIL:
        set_str(vm, loaded(vm), name, slot[0])
    if get_str(loaded(vm), name) == UNDER_WAY:
        set_str(vm, loaded(vm), name, TRUE)
    args[0] = get_str(loaded(vm), name)
    return 1
