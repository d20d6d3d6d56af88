"""Compiling Lua texts in this process, and reading the bytecode that they give."""

from __future__ import annotations

import ctypes
import struct as struct_module
from dataclasses import dataclass
from functools import cache

from wrought.lang.core.decl import struct
from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, sizeof, try_call, zeroed
from wrought.lang.core.scalars import Ptr, Slice, i32, u8, u32, u64
from wrought.lua.front.load import first_token, parse
from wrought.lua.vm.bytecode import TABLE
from wrought.lua.vm.objects import Proto, Vm, string_value, table_of
from wrought.lua.vm.state import new_state
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.lookup import find_node, get
from wrought.lua.vm.value import (
    FALSE,
    INTERNAL,
    NAN_LIMIT,
    NIL,
    TAG_INT,
    TAG_OBJECT,
    TAG_STRING,
    TRUE,
    as_int,
    is_int,
)
from wrought.rt.escape import TryFrame


@struct
class Job:
    """A text to be compiled."""

    vm: Ptr[Vm]
    source: Slice[u8]
    name: Slice[u8]
    proto: u64


@fn
def work(job: Ptr[Job]) -> None:
    start = first_token(job.source)
    job.proto = u64(parse(job.vm, job.source[start:], intern(job.vm, job.name)))


@unsafe
@fn
def compile_text(state: u64, source: Slice[u8], name: Slice[u8]) -> tuple[i32, u64]:
    """A code, and the address of the prototype or the error's value."""
    # SAFETY: `state` is what make_state gave.
    vm = bitcast(Ptr[Vm], state)
    frame = zeroed(TryFrame)
    job = Job(vm, source, name, 0)
    outer = vm.frame
    vm.frame = addr_of(frame)
    code = try_call(addr_of(frame), work, addr_of(job))
    vm.frame = outer
    vm.front = 0
    vm.buffers = None
    return code, job.proto if code == 0 else vm.error


@fn
def make_state() -> u64:
    vm = new_state(1, 2)
    if vm is None:
        return 0
    return u64(vm)


@cache
def state() -> int:
    """The state of this process's tests."""
    return make_state()


class LuaError(Exception):
    """A syntax error; the argument is its message, as latin-1."""


class ProtoLayout(ctypes.Structure):
    """`Proto` as Python reads it."""

    _fields_ = [("head", ctypes.c_uint8 * 2), ("flags", ctypes.c_uint8),
                ("numparams", ctypes.c_uint8), ("framesize", ctypes.c_uint32),
                ("code", ctypes.POINTER(ctypes.c_uint64)), ("k", ctypes.POINTER(ctypes.c_uint64)),
                ("ncode", ctypes.c_uint32), ("nk", ctypes.c_uint32),
                ("captures", ctypes.POINTER(ctypes.c_uint64)),
                ("upvalue_names", ctypes.POINTER(ctypes.c_uint64)),
                ("lines", ctypes.POINTER(ctypes.c_uint32)),
                ("vars", ctypes.POINTER(ctypes.c_uint64)),
                ("nvars", ctypes.c_uint32), ("nup", ctypes.c_uint32),
                ("first_line", ctypes.c_uint32), ("last_line", ctypes.c_uint32),
                ("chunk", ctypes.c_uint64)]


@fn
def proto_size() -> u64:
    return sizeof(Proto)


@fn
def item_of(state: u64, template: u64, key: u64) -> u64:
    """The value that a template has for a key; INTERNAL where the key is not even there."""
    t = table_of(template)
    if is_int(key) and bitcast(u32, as_int(key)) < t.asize:
        return get(t, key)
    node = find_node(t, key)
    return node.value if node is not None else INTERNAL


@fn
def interned(state: u64, text: Slice[u8]) -> u64:
    return string_in(bitcast_vm(state), text)


@fn
def string_in(vm: Ptr[Vm], text: Slice[u8]) -> u64:
    return string_value(intern(vm, text))


@unsafe
@fn
def bitcast_vm(state: u64) -> Ptr[Vm]:
    # SAFETY: `state` is what make_state gave.
    return bitcast(Ptr[Vm], state)


def text_of(address: int) -> str:
    """The bytes of a Str, as latin-1."""
    length = ctypes.c_uint32.from_address(address + 16).value
    return ctypes.string_at(address + 24, length).decode("latin-1")


PAYLOAD = (1 << 48) - 1
PRIMITIVES = {NIL: None, FALSE: False, TRUE: True}


def value_of(bits: int) -> object:
    """A Lua value as a Python one: numbers, texts, primitives, prototypes; tables as they are."""
    if bits in PRIMITIVES:
        return PRIMITIVES[bits]
    if bits >= TAG_INT:
        return ctypes.c_int32(bits & 0xFFFF_FFFF).value
    if bits <= NAN_LIMIT:
        return struct_module.unpack("<d", struct_module.pack("<Q", bits))[0]
    tag = bits & ~PAYLOAD
    if tag == TAG_STRING:
        return text_of(bits & PAYLOAD)
    if tag == TAG_OBJECT:
        return Code(bits & PAYLOAD)
    return bits


@dataclass(frozen=True)
class Ins:
    """An instruction with the operands that its row of the table names."""

    name: str
    operands: tuple[int, ...]

    def __str__(self) -> str:
        return " ".join([self.name, *map(str, self.operands)])


def signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> bits - 1 else value


def decode(w: int) -> Ins:
    """An instruction word; jumps and immediates are signed numbers."""
    op = TABLE[w & 0xFF]
    fields = (("a", w >> 8 & 0xFFF, 12), ("b", w >> 20 & 0xFFF, 12), ("c", w >> 32 & 0xFFFF, 16),
              ("d", w >> 32, 32))
    operands = tuple(signed(value, bits) if getattr(op, name) in "sj" else value
                     for name, value, bits in fields if getattr(op, name) != "-")
    return Ins(op.name, operands)


class Code:
    """A prototype."""

    def __init__(self, address: int) -> None:
        assert ctypes.sizeof(ProtoLayout) == proto_size()
        p = self.layout = ProtoLayout.from_address(address)
        self.address = address
        self.words = p.code[:p.ncode]
        self.code = [decode(w) for w in self.words]
        self.lines = p.lines[:p.ncode]
        self.bits = p.k[:p.nk]
        self.constants = [value_of(k) for k in self.bits]
        self.children = [k for k in self.constants if isinstance(k, Code)]
        self.upvalues = [text_of(v & PAYLOAD) for v in p.upvalue_names[:p.nup]] if p.nup else []
        self.captures = [capture(w) for w in p.captures[:p.nup]] if p.nup else []
        words = p.vars[:2 * p.nvars] if p.nvars else []
        self.variables = [(text_of(words[i]), words[i + 1] & 0xFFFF_FFFF, words[i + 1] >> 32)
                          for i in range(0, len(words), 2)]

    def text(self) -> list[str]:
        """The instructions behind the header, with their operands."""
        return [str(i) for i in self.code[1:]]

    def names(self) -> list[str]:
        """The mnemonics behind the header."""
        return [i.name for i in self.code[1:]]


def capture(w: int) -> str:
    """A capture: "local 3", "upvalue 0", and what it is: by value, self or shared."""
    kind = "self" if w >> 48 & 1 else "value" if w >> 40 & 1 else "shared"
    return f"{'local' if w >> 32 & 1 else 'upvalue'} {w & 0xFFFF_FFFF} {kind}"


def load(source: str | bytes, name: str = "=c") -> Code:
    """Compile a text.  Raises LuaError."""
    data = source.encode("latin-1") if isinstance(source, str) else source
    code, result = compile_text(state(), data, name.encode("latin-1"))
    if code:
        raise LuaError(value_of(result))
    return Code(result)


def error(source: str | bytes, name: str = "=c") -> str:
    """The message of a text that is not right; empty where it is."""
    try:
        load(source, name)
    except LuaError as found:
        return found.args[0]
    return ""
