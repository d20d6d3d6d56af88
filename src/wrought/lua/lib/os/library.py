"""What `os` has."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr
from wrought.lua.lib.os import clock, process
from wrought.lua.lib.registry import library, open_library
from wrought.lua.vm.objects import Vm

OS = library("os", [
    ("clock", clock.os_clock), ("date", clock.os_date), ("difftime", clock.os_difftime),
    ("execute", process.os_execute), ("exit", process.os_exit), ("getenv", process.os_getenv),
    ("remove", process.os_remove), ("rename", process.os_rename),
    ("setlocale", process.os_setlocale), ("time", clock.os_time),
    ("tmpname", process.os_tmpname)])


@fn
def open_os(vm: Ptr[Vm]) -> None:
    """Put the library into a new state."""
    open_library(vm, b"os", OS.open)
