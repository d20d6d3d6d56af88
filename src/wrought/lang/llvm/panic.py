"""Panics: one constant record for each place, and what the default handler does with it.

`__wrought_panic(record, a, b)` never returns.  The record is declared here and nowhere else.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from ..ir.symbols import PANIC
from .context import FunctionContext, ModuleContext
from .text import escape

RECORD_TYPE = "{ i32, i32, ptr, ptr, ptr, ptr }"
"""Line, column, kind, message, file, function; the pointers are to C strings."""

_RECORD = struct.Struct("<IIQQQQ")
RECORD_SIZE = _RECORD.size


class PanicRecord(NamedTuple):
    """A record's fields; the four last are addresses of NUL-terminated UTF-8."""

    line: int
    col: int
    kind: int
    msg: int
    file: int
    function: int

    @classmethod
    def unpack(cls, data: bytes) -> PanicRecord:
        """Read the `RECORD_SIZE` bytes of a record."""
        return cls(*_RECORD.unpack(data))


def format_message(msg: str, a: int, b: int) -> str:
    """The message with `{0}` and `{1}` replaced by the operands as signed decimals."""
    signed = [x - (1 << 64) if x >> 63 else x for x in (a, b)]
    return msg.replace("{0}", str(signed[0])).replace("{1}", str(signed[1]))


def string_constant(m: ModuleContext, text: str) -> str:
    """A private NUL-terminated string, shared by all users of the same text."""
    name = m.strings.get(text)
    if name is None:
        name = m.strings[text] = f"@.str.{len(m.strings)}"
        data = text.encode() + b"\0"
        m.constants.append(f'{name} = private unnamed_addr constant [{len(data)} x i8] '
                           f'c"{escape(data)}", align 1')
    return name


def emit_panic(f: FunctionContext, kind: str, msg: str, operands: list[str]) -> None:
    """End the current block with a panic; `operands` are up to two i64 values."""
    m, fn = f.module, f.function
    line, col = f.loc or (fn.line, 0)
    texts = [string_constant(m, t) for t in (kind, msg, m.path(fn.file), fn.title or fn.name)]
    fields = ", ".join([f"i32 {line}", f"i32 {col}", *(f"ptr {t}" for t in texts)])
    record = f"@.panic.{len(m.constants)}"
    m.constants.append(f"{record} = private unnamed_addr constant {RECORD_TYPE} {{ {fields} }}, "
                       "align 8")
    a, b = (operands + ["0", "0"])[:2]
    group = m.group("cold noreturn nounwind")
    at = m.declare(PANIC, "void", "ptr, i64, i64", "cold noreturn nounwind")
    f.out(f"call void {at}(ptr {record}, i64 {a}, i64 {b}) {group}")
    f.out("unreachable")


_BARE_METAL = '''\
define weak void @__wrought_panic(ptr %record, i64 %a, i64 %b) GROUP {
  br label %again
again:
  call void asm sideeffect "brk #0xdead", ""()
  br label %again
}'''

HOSTED_HANDLER = '''\
@.panic.head = private unnamed_addr constant [18 x i8] c"panic: %s:%u:%u: \\00"
@.panic.number = private unnamed_addr constant [4 x i8] c"%ld\\00"
@.panic.tail = private unnamed_addr constant [10 x i8] c" (in %s)\\0A\\00"
define weak void @__wrought_panic(ptr %record, i64 %a, i64 %b) GROUP {
entry:
  %line = load i32, ptr %record, align 8
  %col.p = getelementptr i8, ptr %record, i64 4
  %col = load i32, ptr %col.p, align 4
  %msg.p = getelementptr i8, ptr %record, i64 16
  %msg = load ptr, ptr %msg.p, align 8
  %file.p = getelementptr i8, ptr %record, i64 24
  %file = load ptr, ptr %file.p, align 8
  %fn.p = getelementptr i8, ptr %record, i64 32
  %fn = load ptr, ptr %fn.p, align 8
  %h = call i32 (i32, ptr, ...) @dprintf(i32 2, ptr @.panic.head, ptr %file, i32 %line, i32 %col)
  br label %next
next:
  %p = phi ptr [ %msg, %entry ], [ %p1, %plain ], [ %p3, %number ]
  %c = load i8, ptr %p, align 1
  switch i8 %c, label %plain [ i8 0, label %done i8 123, label %brace ]
brace:
  %d.p = getelementptr i8, ptr %p, i64 1
  %d = load i8, ptr %d.p, align 1
  switch i8 %d, label %plain [ i8 48, label %number i8 49, label %number ]
number:
  %first = icmp eq i8 %d, 48
  %v = select i1 %first, i64 %a, i64 %b
  %n = call i32 (i32, ptr, ...) @dprintf(i32 2, ptr @.panic.number, i64 %v)
  %p3 = getelementptr i8, ptr %p, i64 3
  br label %next
plain:
  %w = call i64 @write(i32 2, ptr %p, i64 1)
  %p1 = getelementptr i8, ptr %p, i64 1
  br label %next
done:
  %t = call i32 (i32, ptr, ...) @dprintf(i32 2, ptr @.panic.tail, ptr %fn)
  call void @abort() GROUP
  unreachable
}'''


def default_handler(m: ModuleContext) -> str:
    """The weak `__wrought_panic` of a module that has panics and no handler of its own."""
    group = m.group("cold noreturn nounwind noinline")
    if not m.target.hosted:
        return _BARE_METAL.replace("GROUP", group)
    m.declare("dprintf", "i32", "i32, ptr, ...")
    m.declare("write", "i64", "i32, ptr, i64")
    m.declare("abort", "void", "", "noreturn")
    return HOSTED_HANDLER.replace("GROUP", group)
