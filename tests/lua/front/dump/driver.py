"""Loading and dumping in this process."""

from __future__ import annotations

from typing import Any

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, try_call, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i32, u8, u64
from wrought.lua.front.dump import dump
from wrought.lua.front.load import parse
from wrought.lua.front.undump import undump
from wrought.lua.vm.buffer import open_buffer
from wrought.lua.vm.objects import Buffer, Proto, Str, Thread, Vm
from wrought.lua.vm.strings import close_to_string, init_strings, intern, text
from wrought.rt.escape import TryFrame


@struct
class Loading:
    """A dump that is being loaded, and what came of it."""

    vm: Ptr[Vm]
    data: Slice[u8]
    name: Ptr[Str]
    proto: Ptr[Proto] | None


@fn
def work(loading: Ptr[Loading]) -> None:
    loading.proto = undump(loading.vm, loading.data, loading.name)


@fn
def parse_work(loading: Ptr[Loading]) -> None:
    loading.proto = parse(loading.vm, loading.data, loading.name)


@fn
def compile_text(vm: Ptr[Vm], source: Slice[u8], name: Slice[u8]
                 ) -> tuple[i32, Ptr[Proto] | None]:
    """The error code and the prototype of a Lua text."""
    loading = Loading(vm, source, intern(vm, name), None)
    frame = zeroed(TryFrame)
    vm.frame = addr_of(frame)
    code = try_call(addr_of(frame), parse_work, addr_of(loading))
    vm.buffers = None
    return code, loading.proto


@fn
def load(vm: Ptr[Vm], data: Slice[u8], name: Slice[u8]) -> tuple[i32, Ptr[Proto] | None]:
    """The error code and the prototype."""
    loading = Loading(vm, data, intern(vm, name), None)
    frame = zeroed(TryFrame)
    vm.frame = addr_of(frame)
    code = try_call(addr_of(frame), work, addr_of(loading))
    vm.buffers = None
    return code, loading.proto


@unsafe
@fn
def code_word(proto: Ptr[Proto], index: u64) -> u64:
    # SAFETY: the test's index is in the code.
    return proto.code[index]


@unsafe
@fn
def note(proto: Ptr[Proto], index: u64, bits: u64) -> None:
    """Set bits of an instruction."""
    # SAFETY: as in code_word.
    proto.code[index] |= bits


@unsafe
@fn
def constant_word(proto: Ptr[Proto], index: u64) -> u64:
    # SAFETY: the test's index is that of a constant.
    return proto.k[index]


@fn
def message(vm: Ptr[Vm]) -> Slice[u8]:
    """The text of the error on its way."""
    return text(vm.error)


@fn
def dumped(vm: Ptr[Vm], proto: Ptr[Proto], strip: bool) -> Slice[u8]:
    """A function's dump, as the bytes of a string."""
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    dump(addr_of(b), proto, strip)
    return text(close_to_string(addr_of(b)))


def new_vm() -> Any:
    """A state that has memory, strings and a thread that has never run."""
    vm = Vm()
    vm.black = 256
    vm.gc.limit = vm.gc.hard_limit = (1 << 64) - 1
    init_strings(vm, 1, 2)
    thread = Thread()
    vm.current = thread
    KEPT.append(thread)
    return vm


KEPT: list[Any] = []
"""What compiled code points at."""


def compiled(vm: Any, source: str, name: str = "@case.lua") -> Any:
    """The prototype of a Lua text.  Raises ValueError with the message of a syntax error."""
    code, proto = compile_text(vm, source.encode("latin-1"), name.encode())
    if code != 0:
        raise ValueError(bytes(message(vm)).decode())
    return proto


def read(vm: Any, data: bytes, name: bytes = b"=given") -> Any:
    """The prototype of a dump.  Raises ValueError with the message where it is refused."""
    code, proto = load(vm, data, name)
    if code != 0:
        raise ValueError(bytes(message(vm)).decode())
    return proto
