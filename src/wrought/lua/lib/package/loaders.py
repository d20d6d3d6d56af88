"""The four functions of `package.loaders`, and package.searchpath.

Each gets a module's name and returns a function that loads it, or a text that says where it was
looked for.  Their environment is the table `package`, whose fields they read.
"""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, format_to, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, u8, u64
from wrought.lua.lib.args import check_bytes, check_string, is_absent
from wrought.lua.lib.base.chunks import loadfile
from wrought.lua.lib.package.native import NO_SYMBOL, find_opener
from wrought.lua.lib.package.paths import search
from wrought.lua.vm.buffer import contents, open_buffer
from wrought.lua.vm.convert import number_to_string
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import Buffer, Table, Vm, function_of, string_of, table_of
from wrought.lua.vm.strings import close_to_string, intern, text
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import NIL, is_function, is_number, is_string, is_table


@unsafe
@fn
def package_table(args: Ptr[u64]) -> Ptr[Table]:
    """The environment of the built-in function that runs."""
    # SAFETY: the function lies two slots below its arguments.
    return function_of(args[-2]).env


@cold
@fn
def load_error(vm: Ptr[Vm], name: Slice[u8], file: Slice[u8], message: u64) -> Never:
    """Raise that a module's file was found but could not be loaded."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    said = text(message) if is_string(message) else b"(error object is not a string)"
    format_to(addr_of(b), f"error loading module '{name}' from file '{file}':\n\t{said}")
    error_text(vm, contents(addr_of(b)))


@unsafe
@fn
def find_file(vm: Ptr[Vm], args: Ptr[u64], name: Slice[u8], field: Slice[u8]) -> tuple[u64, bool]:
    """`paths.search` along `package.path` or `package.cpath`."""
    # SAFETY: as in package_table.
    path = get_str(package_table(args), intern(vm, field))
    if is_number(path):
        return search(vm, name, number_to_string(vm, path).bytes(), b".", b"/")
    if not is_string(path):
        b = zeroed(Buffer)
        open_buffer(vm, addr_of(b))
        format_to(addr_of(b), f"'package.{field}' must be a string")
        error_text(vm, contents(addr_of(b)))
    return search(vm, name, text(path), b".", b"/")


@unsafe
@fn
def from_preload(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """What is in `package.preload`."""
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    name = check_string(vm, args, n, 0)
    preload = get_str(package_table(args), intern(vm, b"preload"))
    if not is_table(preload):
        error_text(vm, b"'package.preload' must be a table")
    found = get_str(table_of(preload), name)
    if found == NIL:
        b = zeroed(Buffer)
        open_buffer(vm, addr_of(b))
        format_to(addr_of(b), f"\n\tno field package.preload['{name.bytes()}']")
        found = close_to_string(addr_of(b))
    args[0] = found
    return 1


@unsafe
@fn
def from_lua(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """A Lua file along `package.path`."""
    # SAFETY: as in from_preload; what was found is a string, and stays in args[1].
    name = check_bytes(vm, args, n, 0)
    file, found = find_file(vm, args, name, b"path")
    if not found:
        args[0] = file
        return 1
    args[1] = file
    args[2] = file
    above = args + 2
    # The chunk's loader works above; it does not look at the frame below its arguments.
    loadfile(vm, above, 1)
    args = vm.current.base
    if not is_function(args[2]):
        load_error(vm, name, text(args[1]), args[3])
    args[0] = args[2]
    return 1


@unsafe
@fn
def from_native(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """A shared library along `package.cpath`."""
    # SAFETY: as in from_lua.
    name = check_bytes(vm, args, n, 0)
    file, found = find_file(vm, args, name, b"cpath")
    if found:
        _, message = find_opener(vm, string_of(file), name)
        load_error(vm, name, text(file), message)
    args[0] = file
    return 1


@unsafe
@fn
def from_native_root(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """The shared library of the name's part before the first dot, if it has the function."""
    # SAFETY: as in from_lua.
    name = check_bytes(vm, args, n, 0)
    end: u64 = 0
    while end < len(name) and name[end] != ord("."):
        end += 1
    if end == len(name):
        return 0
    file, found = find_file(vm, args, name[:end], b"cpath")
    if not found:
        args[0] = file
        return 1
    code, message = find_opener(vm, string_of(file), name)
    if code != NO_SYMBOL:
        load_error(vm, name, text(file), message)
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"\n\tno module '{name}' in file '{text(file)}'")
    args[0] = close_to_string(addr_of(b))
    return 1


@unsafe
@fn
def searchpath(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """searchpath(name, path [, separator [, replacement]]): a file, or nil and what was tried."""
    # SAFETY: as in from_preload.
    path = check_bytes(vm, args, n, 1)
    name = check_bytes(vm, args, n, 0)
    separator = b"." if is_absent(args, n, 2) else check_bytes(vm, args, n, 2)
    folder = b"/" if is_absent(args, n, 3) else check_bytes(vm, args, n, 3)
    result, found = search(vm, name, path, separator, folder)
    if found:
        args[0] = result
        return 1
    args[0] = NIL
    args[1] = result
    return 2
