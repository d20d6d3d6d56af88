"""All libraries."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr
from wrought.lua.lib.base.library import open_base
from wrought.lua.lib.bit import open_bit
from wrought.lua.lib.buffer.library import open_buffer_library
from wrought.lua.lib.coroutine import open_coroutine
from wrought.lua.lib.debug.library import open_debug
from wrought.lua.lib.io.library import open_io
from wrought.lua.lib.jit.library import open_jit
from wrought.lua.lib.math.library import open_math
from wrought.lua.lib.os.library import open_os
from wrought.lua.lib.package.library import open_package
from wrought.lua.lib.string.library import open_string
from wrought.lua.lib.table.library import open_table
from wrought.lua.vm.objects import Vm


@fn
def open_libraries(vm: Ptr[Vm]) -> None:
    """Open every library in a new state."""
    open_base(vm)
    open_string(vm)
    open_buffer_library(vm)
    open_table(vm)
    open_math(vm)
    open_bit(vm)
    open_io(vm)
    open_os(vm)
    open_coroutine(vm)
    open_debug(vm)
    open_jit(vm)
    open_package(vm)
