"""C modules: package.loadlib and the loaders that look for shared libraries.

A library is loaded and the function looked for as everywhere; what can't be done in this program
is to call it, for it wants the C API, which `libluajit-5.1.so.2` has.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lua.lib.args import check_string
from wrought.lua.lib.package.paths import put_replaced
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_byte, put_bytes
from wrought.lua.vm.objects import Buffer, Str, Vm, string_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.system_dynamic import dlsym, dynamic_error, open_shared
from wrought.lua.vm.value import NIL, TRUE
from wrought.rt.bytes import equal

LOADED, NO_LIBRARY, NO_SYMBOL, NO_API = range(4)
"""What has become of an attempt: `*` was asked for and the library is there; the library or the
function is missing; or both are there, and can't be used."""

NEEDED = b"C modules need libluajit-5.1.so.2, which this program does not contain"


@unsafe
@fn
def find_function(vm: Ptr[Vm], file: Ptr[Str], name: Slice[u8]) -> tuple[u64, u64]:
    """Look for a C function in a library, `*` only loads it: one of the numbers above, and the
    message."""
    # SAFETY: a zero byte follows the bytes of a string.
    only_load = equal(name, b"*")
    handle = open_shared(file.bytes().ptr, only_load)
    if handle is None:
        return NO_LIBRARY, string_value(intern(vm, dynamic_error()))
    if only_load:
        return LOADED, TRUE
    if dlsym(handle, intern(vm, name).bytes().ptr) is None:
        return NO_SYMBOL, string_value(intern(vm, dynamic_error()))
    return NO_API, string_value(intern(vm, NEEDED))


@fn
def find_opener(vm: Ptr[Vm], file: Ptr[Str], module: Slice[u8]) -> tuple[u64, u64]:
    """`find_function` of a module's luaopen_…: a dot is an underscore, what stands before a hyphen
    is left out."""
    start: u64 = 0
    for i in range(len(module)):
        if module[i] == ord("-"):
            start = i + 1
            break
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_bytes(addr_of(b), b"luaopen_")
    put_replaced(addr_of(b), module[start:], b".", b"_")
    put_byte(addr_of(b), 0)
    name = contents(addr_of(b))
    code, message = find_function(vm, file, name[:len(name) - 1])
    close_buffer(addr_of(b))
    return code, message


@unsafe
@fn
def loadlib(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """loadlib(file, function): true for "*", or nil, the message, and "open" or "init"."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots.
    file = check_string(vm, args, n, 0)
    name = check_string(vm, args, n, 1)
    code, result = find_function(vm, file, name.bytes())
    if code == LOADED:
        args[0] = TRUE
        return 1
    args[0] = NIL
    args[1] = result
    args[2] = string_value(intern(vm, b"open" if code == NO_LIBRARY else b"init"))
    return 3
