"""What compiled code finds in the host process: entry, panics, Python callbacks, device access.

Python enters through `__wrought_enter(thunk, buffer)`, which links a frame into this thread's
chain.  A panic, or an exception in a Python callback, leaves through the innermost frame.
Buffers begin with three words for the panic (record, a, b), then the function's address.
"""

from __future__ import annotations

from ..llvm import runtime
from ..llvm.panic import HOSTED_HANDLER
from ..targets import Target

RETURNED, PANICKED, RAISED = 0, 1, 2
"""What `__wrought_enter` answers."""

HEADER_WORDS = 4
"""Words at the start of a call buffer: panic record, its two operands, function address."""

EXPORTS = ("__wrought_enter", "__wrought_panic", "__wrought_python", "__wrought_mmio_read",
           "__wrought_mmio_write", "__wrought_key", "__wrought_window", "__wrought_mmio_hook",
           runtime.TRY, runtime.THROW)

_BUFFER_AT = runtime.TRY_FRAME_SIZE
_FRAME = _BUFFER_AT + 16

_TEXT = f"""
@__wrought_key = global i32 0
@__wrought_window = global [2 x i64] zeroinitializer
@__wrought_mmio_hook = global ptr null

declare ptr @pthread_getspecific(i32)
declare i32 @pthread_setspecific(i32, ptr)
declare i32 @{runtime.TRY}(ptr, ptr, ptr)
declare void @{runtime.THROW}(ptr, i32) noreturn
declare i32 @dprintf(i32, ptr, ...)
declare i64 @write(i32, ptr, i64)
declare void @abort() noreturn

define i32 @__wrought_enter(ptr %thunk, ptr %buffer) {{
  %frame = alloca [{_FRAME} x i8], align 16
  %key = load i32, ptr @__wrought_key
  %outer = call ptr @pthread_getspecific(i32 %key)
  %slot = getelementptr i8, ptr %frame, i64 {_BUFFER_AT}
  store ptr %buffer, ptr %slot
  %r1 = call i32 @pthread_setspecific(i32 %key, ptr %frame)
  %code = call i32 @{runtime.TRY}(ptr %frame, ptr %thunk, ptr %buffer)
  %r2 = call i32 @pthread_setspecific(i32 %key, ptr %outer)
  ret i32 %code
}}

define void @__wrought_panic(ptr %record, i64 %a, i64 %b) noreturn {{
  %key = load i32, ptr @__wrought_key
  %frame = call ptr @pthread_getspecific(i32 %key)
  %outside = icmp eq ptr %frame, null
  br i1 %outside, label %print, label %leave
print:
  call void @__wrought_panic_print(ptr %record, i64 %a, i64 %b)
  unreachable
leave:
  %slot = getelementptr i8, ptr %frame, i64 {_BUFFER_AT}
  %buffer = load ptr, ptr %slot
  store ptr %record, ptr %buffer
  %at.a = getelementptr i8, ptr %buffer, i64 8
  store i64 %a, ptr %at.a
  %at.b = getelementptr i8, ptr %buffer, i64 16
  store i64 %b, ptr %at.b
  call void @{runtime.THROW}(ptr %frame, i32 {PANICKED})
  unreachable
}}

define void @__wrought_python(ptr %callback, ptr %buffer) {{
  %raised = call i32 %callback(ptr %buffer)
  %bad = icmp ne i32 %raised, 0
  br i1 %bad, label %leave, label %done
done:
  ret void
leave:
  %key = load i32, ptr @__wrought_key
  %frame = call ptr @pthread_getspecific(i32 %key)
  %outside = icmp eq ptr %frame, null
  br i1 %outside, label %stop, label %throw
stop:
  call void @abort()
  unreachable
throw:
  call void @{runtime.THROW}(ptr %frame, i32 {RAISED})
  unreachable
}}

define internal i1 @hooked(ptr %p, ptr %buffer) {{
  %low = load i64, ptr @__wrought_window
  %high.p = getelementptr i8, ptr @__wrought_window, i64 8
  %high = load i64, ptr %high.p
  %address = ptrtoint ptr %p to i64
  %above = icmp uge i64 %address, %low
  %below = icmp ult i64 %address, %high
  %inside = and i1 %above, %below
  br i1 %inside, label %ask, label %plain
plain:
  ret i1 false
ask:
  store i64 %address, ptr %buffer
  %hook = load ptr, ptr @__wrought_mmio_hook
  call void @__wrought_python(ptr %hook, ptr %buffer)
  %state.p = getelementptr i8, ptr %buffer, i64 8
  %state = load i64, ptr %state.p
  %served = icmp eq i64 %state, 0
  ret i1 %served
}}
"""


def _access(name: str, ret: str, param: str, cases: dict[int, str], served: str) -> str:
    """A device access: ask the model, else one volatile access of the size."""
    value = "%value" if param else "0"
    labels = " ".join(f"i32 {size}, label %s{size}" for size in cases if size != 8)
    bodies = "".join(f"s{size}:\n{body}" for size, body in cases.items())
    write = "1" if param else "0"
    return f"""
define {ret} @{name}(ptr %p, i32 %size{param}) {{
  %buffer = alloca [4 x i64], align 8
  %at.state = getelementptr i8, ptr %buffer, i64 8
  %at.value = getelementptr i8, ptr %buffer, i64 16
  %at.write = getelementptr i8, ptr %buffer, i64 24
  %wide = zext i32 %size to i64
  store i64 %wide, ptr %at.state
  store i64 {value}, ptr %at.value
  store i64 {write}, ptr %at.write
  %served = call i1 @hooked(ptr %p, ptr %buffer)
  br i1 %served, label %model, label %plain
model:
{served}
plain:
  switch i32 %size, label %s8 [ {labels} ]
{bodies}}}
"""


def _load(size: int) -> str:
    bits = size * 8
    widen = f"  %w{bits} = zext i{bits} %v{bits} to i64\n" if size < 8 else ""
    return (f"  %v{bits} = load volatile i{bits}, ptr %p, align {size}\n{widen}"
            f"  ret i64 %{'w' if size < 8 else 'v'}{bits}\n")


def _store(size: int) -> str:
    bits = size * 8
    narrow = f"  %v{bits} = trunc i64 %value to i{bits}\n" if size < 8 else ""
    name = f"%v{bits}" if size < 8 else "%value"
    return f"{narrow}  store volatile i{bits} {name}, ptr %p, align {size}\n  ret void\n"


def text(target: Target) -> str:
    """The runtime's LLVM text."""
    sizes = (1, 2, 4, 8)
    printer = HOSTED_HANDLER.replace("define weak", "define internal").replace(
        "@__wrought_panic(", "@__wrought_panic_print(").replace("GROUP", "")
    return "\n".join([
        f'target triple = "{target.triple}"',
        *runtime.module_asm(runtime.assembly(target)), _TEXT, printer,
        _access("__wrought_mmio_read", "i64", "", {n: _load(n) for n in sizes},
                "  %answer = load i64, ptr %at.value\n  ret i64 %answer"),
        _access("__wrought_mmio_write", "void", ", i64 %value", {n: _store(n) for n in sizes},
                "  ret void")])
