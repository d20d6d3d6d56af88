"""Raising errors from native code."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn
from wrought.lang.core.intrinsics import addr_of, throw, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, i32, i64, u8, u64
from wrought.lua.vm.objects import Buffer, Vm, string_value

ERRRUN: i32 = 2
ERRSYNTAX: i32 = 3
ERRMEM: i32 = 4
ERRERR: i32 = 5


@cold
@fn
def throw_value(vm: Ptr[Vm], value: u64, code: i32) -> Never:
    """Leave to the innermost protected call with an error value; `code` as lua.h numbers them."""
    vm.error = value
    vm.error_code = code
    vm.error_handled = 0
    throw(vm.frame, code)


@cold
@fn
def memory_error(vm: Ptr[Vm]) -> Never:
    """Raise "not enough memory", which allocates nothing.  As in LuaJIT no handler is asked."""
    vm.error = vm.memory_error
    vm.error_code = ERRMEM
    vm.error_handled = 1
    throw(vm.frame, ERRMEM)


@cold
@fn
def plain_error(vm: Ptr[Vm], text: Slice[u8]) -> Never:
    """Raise an error with exactly this text."""
    throw_value(vm, string_value(intern(vm, text)), ERRRUN)


@cold
@fn
def error_text(vm: Ptr[Vm], text: Slice[u8]) -> Never:
    """Raise an error with the position of the Lua function that called, as luaL_error does.

    Where no built-in function runs, but bytecode, it is the position of that.
    """
    error_at(vm, 1 if runs_native(vm.current) else 0, text)


@cold
@fn
def run_error(vm: Ptr[Vm], text: Slice[u8]) -> Never:
    """Raise an error with the position of what runs: none in a built-in function, as for errors
    that LuaJIT's own code raises about values."""
    error_at(vm, 0, text)


@cold
@fn
def error_at(vm: Ptr[Vm], level: i64, text: Slice[u8]) -> Never:
    """Raise an error with the position of a level, if that is a Lua function."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    position_prefix(vm, addr_of(b), level)
    put_bytes(addr_of(b), text)
    throw_value(vm, close_to_string(addr_of(b)), ERRRUN)


from wrought.lua.vm.buffer import open_buffer, put_bytes  # noqa: E402
from wrought.lua.vm.debug.frames import runs_native  # noqa: E402
from wrought.lua.vm.debug.position import position_prefix  # noqa: E402
from wrought.lua.vm.strings import close_to_string, intern  # noqa: E402
