"""Raising errors from native code."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn
from wrought.lang.core.intrinsics import throw
from wrought.lang.core.scalars import Never, Ptr, Slice, i32, u8, u64
from wrought.lua.vm.objects import Vm, string_value

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
    """Raise "not enough memory", which allocates nothing."""
    throw_value(vm, vm.memory_error, ERRMEM)


@cold
@fn
def plain_error(vm: Ptr[Vm], text: Slice[u8]) -> Never:
    """Raise an error with exactly this text."""
    throw_value(vm, string_value(intern(vm, text)), ERRRUN)


@cold
@fn
def error_text(vm: Ptr[Vm], text: Slice[u8]) -> Never:
    """Raise an error with the position of the Lua function that called, as luaL_error does."""
    plain_error(vm, text)


from wrought.lua.vm.strings import intern  # noqa: E402
