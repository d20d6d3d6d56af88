"""Python values to call buffers and back, and the native thunks that read them.

A buffer holds the header, then each argument's scalars, then the result's scalars.  A scalar
takes 8 bytes, an i128 takes 16 (low word first), an f32 the low half of its 8.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ..ir.model import AsmFunction, Function
from ..ir.types import IrType, is_int, type_bits
from ..llvm.signature import CONVENTIONS, is_boundary, param_attrs
from ..llvm.text import llvm_type
from .cache import digest
from .host_runtime import HEADER_WORDS

HEADER = 8 * HEADER_WORDS
CALL_PYTHON = "__wrought_python"
DECLARE_PYTHON = f"declare void @{CALL_PYTHON}(ptr, ptr)\n"
_CODES = {"f64": "d", "f32": "f4x", "i128": "QQ"}


def scalars(t: IrType) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The scalars of a type with their index paths; none for `void`."""
    if isinstance(t, str):
        if t != "void":
            yield t, ()
        return
    for i, part in enumerate(t):
        for scalar, path in scalars(part):
            yield scalar, (i, *path)


def codes(types: Iterable[IrType]) -> str:
    """The `struct` format of the types' scalars."""
    return "".join(_CODES.get(s, "Q") for t in types for s, _ in scalars(t))


def size(types: Iterable[IrType]) -> int:
    """Bytes that the types' scalars take in a buffer."""
    return struct.calcsize("<" + codes(types))


def is_simple(t: IrType) -> bool:
    """True where a value is one `struct` item."""
    return isinstance(t, str) and t not in ("i128", "void")


def flatten(t: IrType, value: Any) -> Iterator[Any]:
    """A value as `struct` items."""
    if isinstance(t, tuple):
        for part, item in zip(t, value, strict=True):
            yield from flatten(part, item)
    elif t == "i128":
        yield value & (1 << 64) - 1
        yield value >> 64
    elif t != "void":
        yield value


def rebuild(t: IrType, items: Iterator[Any]) -> Any:
    """`struct` items as a value; `None` for `void`."""
    if isinstance(t, tuple):
        return tuple([rebuild(part, items) for part in t])
    if t == "i128":
        low = next(items)
        return low | next(items) << 64
    return None if t == "void" else next(items)


def packer(params: Sequence[IrType], prefix: str, suffix: str) -> Callable[..., bytes]:
    """A function that packs `prefix` items and then the arguments."""
    pack = struct.Struct(f"<{prefix}{codes(params)}{suffix}").pack
    if all(is_simple(t) for t in params):
        return pack
    lead = struct.calcsize("<" + prefix) // 8

    def pack_parts(*args: Any) -> bytes:
        values = args[lead:]
        if len(values) != len(params):
            raise struct.error(f"expected {len(params)} arguments")
        items = [x for t, v in zip(params, values, strict=True) for x in flatten(t, v)]
        return pack(*args[:lead], *items)
    return pack_parts


class ThunkWriter:
    """Writes LLVM code that moves values between a buffer and registers."""

    def __init__(self, buffer: str, offset: int) -> None:
        self.lines: list[str] = []
        self._buffer = buffer
        self._offset = offset
        self._count = 0

    def let(self, text: str) -> str:
        """An instruction with a fresh result."""
        self._count += 1
        self.lines.append(f"  %x{self._count} = {text}")
        return f"%x{self._count}"

    def load(self, t: IrType) -> str:
        """The next value of the buffer."""
        if isinstance(t, str):
            return self._load(t)
        whole = "poison"
        for scalar, path in scalars(t):
            part = self._load(scalar)
            where = "".join(f", {i}" for i in path)
            whole = self.let(f"insertvalue {llvm_type(t)} {whole}, {llvm_type(scalar)} {part}"
                             f"{where}")
        return whole

    def store(self, t: IrType, value: str) -> None:
        """Put a value into the buffer's next place."""
        for scalar, path in scalars(t):
            part = value
            if path:
                where = "".join(f", {i}" for i in path)
                part = self.let(f"extractvalue {llvm_type(t)} {value}{where}")
            if is_int(scalar) and type_bits[scalar] < 64:
                part, scalar = self.let(f"zext {scalar} {part} to i64"), "i64"
            self.lines.append(f"  store {llvm_type(scalar)} {part}, ptr {self._place(scalar)}, "
                              "align 1")

    def _load(self, t: str) -> str:
        narrow = is_int(t) and type_bits[t] < 64
        word = self.let(f"load {'i64' if narrow else llvm_type(t)}, ptr {self._place(t)}, align 1")
        return self.let(f"trunc i64 {word} to {t}") if narrow else word

    def _place(self, t: str) -> str:
        at = self._offset
        self._offset += 16 if t == "i128" else 8
        return self.let(f"getelementptr i8, ptr {self._buffer}, i64 {at}")


def call_thunk(name: str, params: Sequence[IrType], ret: IrType, cc: str,
               attrs: Sequence[str]) -> str:
    """`void name(ptr buffer)`: call the function whose address the header holds."""
    w = ThunkWriter("%buffer", HEADER)
    args = [f"{llvm_type(t)} {attr} {w.load(t)}" for t, attr in zip(params, attrs, strict=True)]
    call = f"call {CONVENTIONS[cc]}{llvm_type(ret)} %fn({', '.join(args)})"
    if ret == "void":
        w.lines.append("  " + call)
    else:
        w.store(ret, w.let(call))
    return "\n".join([f"define void @{name}(ptr %buffer) {{",
                      f"  %at = getelementptr i8, ptr %buffer, i64 {HEADER - 8}",
                      "  %fn = load ptr, ptr %at, align 1", *w.lines, "  ret void", "}", ""])


def named_thunk(params: Sequence[IrType], ret: IrType, cc: str, attrs: Sequence[str]
                ) -> tuple[str, str]:
    """Name and text of the call thunk for a kind of function: the same kind, the same name."""
    text = call_thunk("NAME", params, ret, cc, attrs)
    name = "thunk." + digest(text)
    return name, text.replace("NAME", name)


def named_callback(params: Sequence[IrType], ret: IrType, cc: str, number: int
                   ) -> tuple[str, str]:
    """Name and text of the callback thunk of that number for a kind of function."""
    name = f"callback.{digest(callback_thunk('NAME', params, ret, cc))}.{number}"
    return name, callback_thunk(name, params, ret, cc)


def extensions(fn: Function | AsmFunction) -> list[str]:
    """How a call extends each small argument: zeroext, signext or nothing."""
    attrs = [param_attrs(p.attrs, p.type, is_boundary(fn)) for p in fn.params]
    return [words if words.strip() in ("zeroext", "signext") else "" for words in attrs]


def callback_thunk(name: str, params: Sequence[IrType], ret: IrType, cc: str) -> str:
    """A native function that hands its arguments to the Python callback at `name.target`.

    It calls `CALL_PYTHON`, which the text around it declares.
    """
    words = (size(params) + size([ret])) // 8 or 1
    w = ThunkWriter("%buffer", 0)
    for i, t in enumerate(params):
        w.store(t, f"%p{i}")
    w.lines += [f"  %target = load ptr, ptr @{name}.target",
                f"  call void @{CALL_PYTHON}(ptr %target, ptr %buffer)"]
    w.lines.append(f"  ret {llvm_type(ret)} {w.load(ret)}" if ret != "void" else "  ret void")
    formal = ", ".join(f"{llvm_type(t)} %p{i}" for i, t in enumerate(params))
    return "\n".join([f"@{name}.target = global ptr null",
                      f"define {CONVENTIONS[cc]}{llvm_type(ret)} @{name}({formal}) {{",
                      f"  %buffer = alloca [{words} x i64], align 16", *w.lines, "}", ""])
