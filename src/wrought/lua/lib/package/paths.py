"""Paths of modules: templates in which `?` is replaced, separated by semicolons."""

from __future__ import annotations

from wrought.lang.core.function import comptime, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, c_str, slice_from, zeroed
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.lang.core.target import target
from wrought.lua.vm.buffer import close_buffer, contents, open_buffer, put_byte, put_bytes
from wrought.lua.vm.objects import Buffer, Vm, string_value
from wrought.lua.vm.strings import close_to_string, intern, text
from wrought.lua.vm.system import fclose, fopen, getenv, strlen
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import is_falsy

CONFIG = b"/\n;\n?\n!\n-\n"
"""`package.config`: separators of folders and of templates, the mark for the name, for the
executable's folder (not used here), and what is left out of a C function's name."""

PATH = (b"./?.lua;/usr/local/share/lua/5.1/?.lua;/usr/local/share/lua/5.1/?/init.lua;"
        b"/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua")


@comptime
def library_folders(arch: str) -> bytes:
    """`package.cpath` where the distribution has a folder for each kind of machine."""
    machine = "aarch64" if arch == "a64" else "x86_64"
    return (b"./?.so;/usr/local/lib/lua/5.1/?.so;/usr/lib/%s-linux-gnu/lua/5.1/?.so;"
            b"/usr/local/lib/lua/5.1/loadall.so" % machine.encode())


@fn
def default_cpath() -> Slice[u8]:
    """The built-in `package.cpath`."""
    return library_folders(target.arch)


@fn
def put_replaced(b: Ptr[Buffer], s: Slice[u8], old: Slice[u8], new: Slice[u8]) -> None:
    """Append a text in which each occurrence of `old`, which is not empty, is `new` instead."""
    i: u64 = 0
    while i < len(s):
        if starts_with(s[i:], old):
            put_bytes(b, new)
            i += len(old)
        else:
            put_byte(b, s[i])
            i += 1


@fn
def starts_with(s: Slice[u8], start: Slice[u8]) -> bool:
    """Whether a text begins with another."""
    if len(s) < len(start):
        return False
    for i in range(len(start)):
        if s[i] != start[i]:
            return False
    return True


@fn
def replaced(vm: Ptr[Vm], s: Slice[u8], old: Slice[u8], new: Slice[u8]) -> u64:
    """`put_replaced` as a string value."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_replaced(addr_of(b), s, old, new)
    return close_to_string(addr_of(b))


@unsafe
@fn
def is_readable(vm: Ptr[Vm], name: u64) -> bool:
    """Whether a file can be opened for reading."""
    # SAFETY: a zero byte follows the bytes of a string.
    stream = fopen(text(name).ptr, c_str(b"r"))
    if stream is None:
        return False
    fclose(stream)
    return True


@fn
def search(vm: Ptr[Vm], name: Slice[u8], path: Slice[u8], separator: Slice[u8],
           folder: Slice[u8]) -> tuple[u64, bool]:
    """The first file of a path that can be read, and True; else what was tried, and False.

    In the name `separator`, unless it is empty, is replaced by `folder`.
    """
    module = name
    if len(separator) > 0:
        module = text(replaced(vm, name, separator, folder))
    tried = zeroed(Buffer)
    open_buffer(vm, addr_of(tried))
    at: u64 = 0
    while at < len(path):
        start = at
        while at < len(path) and path[at] != ord(";"):
            at += 1
        if at > start:
            file = replaced(vm, path[start:at], b"?", module)
            if is_readable(vm, file):
                close_buffer(addr_of(tried))
                return file, True
            put_bytes(addr_of(tried), b"\n\tno file '")
            put_bytes(addr_of(tried), text(file))
            put_byte(addr_of(tried), ord("'"))
        at += 1
    return close_to_string(addr_of(tried)), False


@unsafe
@fn
def environment_path(vm: Ptr[Vm], variable: Ptr[u8], default: Slice[u8]) -> u64:
    """A path from the environment, in which ;; stands for the default; or the default.

    The environment is not asked where the registry has LUA_NOENV.
    """
    # SAFETY: what getenv gives ends with a zero byte.
    given = getenv(variable)
    ignored = get_str(vm.registry, intern(vm, b"LUA_NOENV"))
    if given is None or not is_falsy(ignored):
        return string_value(intern(vm, default))
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    put_byte(addr_of(b), ord(";"))
    put_bytes(addr_of(b), default)
    put_byte(addr_of(b), ord(";"))
    made = replaced(vm, slice_from(given, strlen(given)), b";;", contents(addr_of(b)))
    close_buffer(addr_of(b))
    return made
