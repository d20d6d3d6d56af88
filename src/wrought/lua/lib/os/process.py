"""Files by their names, the environment, other programs, the end."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import slice_from, unroll, zeroed
from wrought.lang.core.scalars import Array, Ptr, i32, u8, u64
from wrought.lua.lib.args import (
    check_int,
    check_option,
    check_string,
    is_absent,
    opt_any,
    opt_string,
)
from wrought.lua.lib.io.file import failure
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import Vm, string_value
from wrought.lua.vm.state import close_state
from wrought.lua.vm.strings import intern
from wrought.lua.vm.system import exit, getenv, strlen
from wrought.lua.vm.system_files import close, mkstemp, remove, rename, system
from wrought.lua.vm.system_time import setlocale
from wrought.lua.vm.value import NIL, TRUE, int_value, is_boolean, is_falsy

FOLDER = b"/tmp"
TEMPLATE = FOLDER + b"/lua_XXXXXX\0"
"""Of temporary names."""

CATEGORIES = b"all collate ctype monetary numeric time"
NUMBERS = (6, 3, 0, 4, 1, 2)
"""LC_ALL … of Linux' C libraries, by the place in `CATEGORIES`."""


@unsafe
@fn
def os_execute(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.execute([command]): the status as C's `system` has it; whether there is a shell."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    command = opt_string(vm, args, n, 0)
    args[0] = int_value(system(None if command is None else command.bytes().ptr))
    return 1


@unsafe
@fn
def os_remove(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.remove(name)."""
    # SAFETY: as in os_execute.
    name = check_string(vm, args, n, 0)
    if remove(name.bytes().ptr) != 0:
        return failure(vm, args, name)
    args[0] = TRUE
    return 1


@unsafe
@fn
def os_rename(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.rename(old, new)."""
    # SAFETY: as in os_execute.
    old = check_string(vm, args, n, 0)
    new = check_string(vm, args, n, 1)
    if rename(old.bytes().ptr, new.bytes().ptr) != 0:
        return failure(vm, args, old)
    args[0] = TRUE
    return 1


@unsafe
@fn
def os_tmpname(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.tmpname(): the name of a new, empty file."""
    # SAFETY: as in os_execute.
    name = zeroed(Array[u8, len(TEMPLATE)])
    name[:].copy_from(TEMPLATE)
    number = mkstemp(name[:].ptr)
    if number < 0:
        error_text(vm, b"unable to generate a unique filename")
    close(number)
    args[0] = string_value(intern(vm, name[:len(TEMPLATE) - 1]))
    return 1


@unsafe
@fn
def os_getenv(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.getenv(name): a variable of the environment, or nil."""
    # SAFETY: what C gives ends with a zero byte, here and below.
    found = getenv(check_string(vm, args, n, 0).bytes().ptr)
    args[0] = NIL
    if found is not None:
        args[0] = string_value(intern(vm, slice_from(found, strlen(found))))
    return 1


@unsafe
@fn
def os_exit(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.exit([code [, close]]): code is a number or a boolean; `close` ends the state before."""
    # SAFETY: nothing is used of the state after it was closed.
    code: i32 = 0
    if is_boolean(opt_any(args, n, 0)):
        code = 1 if is_falsy(args[0]) else 0
    elif not is_absent(args, n, 0):
        code = check_int(vm, args, n, 0)
    if not is_falsy(opt_any(args, n, 1)):
        close_state(vm)
    exit(code)


@unsafe
@fn
def os_setlocale(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.setlocale([locale [, category]]): the locale's name, nil where there is none such."""
    # SAFETY: as in os_getenv.
    locale = opt_string(vm, args, n, 0)
    place = check_option(vm, args, n, 1, 0, CATEGORIES)
    category: i32 = 0
    for i in unroll(range(len(NUMBERS))):
        if place == i:
            category = NUMBERS[i]
    found = setlocale(category, None if locale is None else locale.bytes().ptr)
    args[0] = NIL
    if found is not None:
        args[0] = string_value(intern(vm, slice_from(found, strlen(found))))
    return 1
