"""Threads with frames that are made by hand, as calls leave them."""

from __future__ import annotations

from typing import Any

from lua.front.dump.assembler import Function, serialise
from lua.front.dump.driver import new_vm, read
from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, try_call, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i64, u8, u32, u64
from wrought.lua.vm.buffer import open_buffer
from wrought.lua.vm.bytecode import OP
from wrought.lua.vm.debug.frames import frame_at
from wrought.lua.vm.debug.info import Info, frame_info, function_info
from wrought.lua.vm.debug.locals import local_at
from wrought.lua.vm.debug.messages import (
    arith_error,
    call_error,
    compare_error,
    concat_error,
    for_error,
    index_error,
    length_error,
)
from wrought.lua.vm.debug.position import position_prefix
from wrought.lua.vm.debug.slots import kind_text, slot_name
from wrought.lua.vm.debug.traceback import traceback
from wrought.lua.vm.errors import error_text, run_error
from wrought.lua.vm.frame import CONT, CONT_HEAD, HEAD, VARARG
from wrought.lua.vm.heads import FUNCB, head
from wrought.lua.vm.new import new_builtin, new_closure, new_thread
from wrought.lua.vm.objects import (
    Buffer,
    Proto,
    Status,
    Thread,
    Vm,
    function_of,
    function_value,
)
from wrought.lua.vm.strings import close_to_string, text
from wrought.lua.vm.table.create import new_table
from wrought.rt.escape import TryFrame


@unsafe
@fn
def poke(thread: Ptr[Thread], index: u64, value: u64) -> None:
    """Write a slot of a stack."""
    # SAFETY: the test's index is on the stack.
    thread.stack[index] = value


@unsafe
@fn
def settle(vm: Ptr[Vm], thread: Ptr[Thread], base: u64, top: u64, pc: u64) -> None:
    """Make a frame the current one."""
    # SAFETY: as in poke.
    vm.current = thread
    thread.status = Status.RUNNING
    thread.base = thread.stack + base
    thread.top = thread.stack + top
    thread.pc = Ptr[u64](pc)


@fn
def set_status(thread: Ptr[Thread], status: Status) -> None:
    thread.status = status


@fn
def address_of_code(proto: Ptr[Proto], index: u64) -> u64:
    return u64(proto.code) + 8 * index


@fn
def lua_function(vm: Ptr[Vm], proto: Ptr[Proto]) -> u64:
    return function_value(new_closure(vm, proto, new_table(vm, 0, 0)))


@fn
def nothing(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    return 0


@fn
def native_function(vm: Ptr[Vm], number: u32) -> u64:
    f = new_builtin(vm, nothing, 0, new_table(vm, 0, 0), head(FUNCB))
    f.builtin = number
    return function_value(f)


@fn
def trace(vm: Ptr[Vm], level: i64) -> Slice[u8]:
    """The traceback of the current thread."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    traceback(vm, addr_of(b), vm.current, level)
    return text(close_to_string(addr_of(b)))


@fn
def place(vm: Ptr[Vm], level: i64) -> Slice[u8]:
    """The position prefix of a level."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    position_prefix(vm, addr_of(b), level)
    return text(close_to_string(addr_of(b)))


@fn
def describe(vm: Ptr[Vm], level: i64, out: Ptr[Info]) -> bool:
    """What is known of a level."""
    frame, found = frame_at(vm.current, level)
    if found:
        out[0] = frame_info(vm, vm.current, addr_of(frame))
    return found


def info_at(vm: Any, level: int) -> Any:
    """The Info of a level, or None."""
    info = Info()
    return info if describe(vm, level, info) else None


@fn
def info_of(vm: Ptr[Vm], function: u64) -> Info:
    return function_info(vm, function_of(function))


@unsafe
@fn
def local_of(vm: Ptr[Vm], level: i64, number: i64) -> tuple[Slice[u8], u64, u64]:
    """Name, value, and whether it may be written, of a level's variable; an empty name for none."""
    # SAFETY: the slot is valid where a variable was found.
    frame, found = frame_at(vm.current, level)
    if not found:
        return b"", 0, 0
    local = local_at(addr_of(frame), number)
    if not local.found:
        return b"", 0, 0
    return local.name, local.slot[0], u64(local.writable)


@struct
class Failing:
    """An error to be raised."""

    vm: Ptr[Vm]
    kind: u64
    register: i64
    value: u64
    other: u64


@fn
def fail(x: Ptr[Failing]) -> None:
    match x.kind:
        case 0:
            index_error(x.vm, x.register, x.value)
        case 1:
            call_error(x.vm, x.register, x.value)
        case 2:
            arith_error(x.vm, x.register, x.value)
        case 3:
            length_error(x.vm, x.register, x.value)
        case 4:
            concat_error(x.vm, x.register, x.value, x.other)
        case 5:
            compare_error(x.vm, x.value, x.other)
        case 6:
            for_error(x.vm, x.value)
        case 7:
            error_text(x.vm, b"text")
        case _:
            run_error(x.vm, b"text")


INDEX, CALL, ARITH, LENGTH, CONCAT, COMPARE, FOR, TEXT, RUN = range(9)


@fn
def message_of(vm: Ptr[Vm], kind: u64, register: i64, value: u64, other: u64) -> Slice[u8]:
    """The message of an error that bytecode raises."""
    x = Failing(vm, kind, register, value, other)
    frame = zeroed(TryFrame)
    vm.frame = addr_of(frame)
    code = try_call(addr_of(frame), fail, addr_of(x))
    vm.buffers = None
    return text(vm.error) if code == 2 else b"no error"


@fn
def name_in(proto: Ptr[Proto], index: u64, register: u64) -> tuple[Slice[u8], Slice[u8]]:
    """Kind and name of what a register holds."""
    name = slot_name(proto, index, register)
    shown = name.text
    if shown is None:
        return b"", b""
    return kind_text(name.kind), shown.bytes()


class Stack:
    """A thread whose frames are laid out one after the other, from a native one at the bottom,
    which the main thread's first frame has called."""

    def __init__(self, vm: Any) -> None:
        self.vm, self.thread = vm, new_thread(vm, 4000)
        native = native_function(vm, 0)
        self.base = 2 * CONT_HEAD
        self.slots = {0: OP.CONT_EXIT, 1: 0, 2: native, 3: CONT,
                      4: OP.CONT_EXIT, 5: 0, 6: native, 7: CONT_HEAD << 3 | CONT}
        self.proto: Any = None
        self.index = 0
        self.top = self.base

    def load(self, f: Function) -> Any:
        """The prototype of a function."""
        return read(self.vm, serialise(f))

    def _enter(self, function: int, link: int, base: int, arguments: list[int]) -> None:
        self.slots[base - 2], self.slots[base - 1] = function, link
        for i, value in enumerate(arguments):
            self.slots[base + i] = value
        self.base, self.top = base, base + len(arguments)

    def _lua(self, f: Function, proto: Any, link: int, base: int, arguments: list[int]) -> None:
        function = lua_function(self.vm, proto)
        self._enter(function, link, base, arguments)
        if f.vararg:
            distance = len(arguments) + HEAD
            moved = arguments[:f.parameters]
            self._enter(function, distance << 3 | VARARG, base + distance, moved)
        self.proto = proto

    def from_lua(self, a: int) -> tuple[int, int]:
        """Link and base of what the running instruction calls in R(a)."""
        return address_of_code(self.proto, self.index + 1), self.base + a + HEAD

    def call(self, f: Function, at: int, a: int | None = None, *arguments: int) -> None:
        """Call a Lua function that will be running its instruction `at`: from native code, or as
        the caller's CALL of R(a) does."""
        if a is None:
            base = self.top + CONT_HEAD
            link = (base - self.base) << 3 | CONT
            self.slots[base - 4], self.slots[base - 3] = OP.CONT_EXIT, 0
        else:
            link, base = self.from_lua(a)
        self._lua(f, self.load(f), link, base, list(arguments))
        self.index = at

    def call_metamethod(self, f: Function, at: int, size: int, *arguments: int) -> None:
        """Call a Lua function from an instruction of a function with `size` registers."""
        base = self.base + size + CONT_HEAD
        self.slots[base - 4] = OP.CONT_STORE
        self.slots[base - 3] = address_of_code(self.proto, self.index + 1)
        self._lua(f, self.load(f), (size + CONT_HEAD) << 3 | CONT, base, list(arguments))
        self.index = at

    def call_native(self, a: int, number: int = 0, *arguments: int) -> None:
        """Call a built-in function."""
        link, base = self.from_lua(a)
        self._enter(native_function(self.vm, number), link, base, list(arguments))
        self.proto = None

    def run(self) -> None:
        """Let the thread be the running one."""
        for index, value in self.slots.items():
            poke(self.thread, index, value)
        pc = address_of_code(self.proto, self.index + 1) if self.proto is not None else 8
        settle(self.vm, self.thread, self.base, self.top, pc)


def fresh() -> Stack:
    """A thread of a new state."""
    return Stack(new_vm())
