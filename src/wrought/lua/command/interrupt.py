"""Ctrl-C while a script runs is an error in the script; elsewhere, and the second time, it ends
the program, as it does by itself."""

from __future__ import annotations

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import bitcast, function_address
from wrought.lang.core.scalars import Ptr, i32, u64
from wrought.lang.core.static import static
from wrought.lua.vm.interp.interrupt import interrupt
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.system_signal import DEFAULT, IGNORED, SIGINT, signal

running = static(u64)
"""The address of the state whose script runs."""


@unsafe
@fn
def on_interrupt(number: i32) -> None:
    """What the system calls, between any two instructions of the machine."""
    # SAFETY: a state lives longer than its script runs.
    signal(number, DEFAULT)
    if running != 0:
        interrupt(bitcast(Ptr[Vm], running))


@fn
def catch_interrupts(vm: Ptr[Vm]) -> None:
    """From now on Ctrl-C raises an error in the state."""
    global running
    running = u64(vm)
    signal(SIGINT, function_address(on_interrupt))


@fn
def leave_interrupts() -> None:
    """From now on Ctrl-C ends the program."""
    signal(SIGINT, DEFAULT)


@fn
def ignore_interrupts() -> None:
    """From now on Ctrl-C is somebody else's."""
    signal(SIGINT, IGNORED)
