"""Hooks: while one is set, the entries of `Vm.handlers` that have to look after it are others.

They do what the hook wants, then go on in the table that `Vm.frozen_handlers` points at, so that
nothing is paid where no hook is set.  As in LuaJIT a hook is the whole state's, not a thread's;
every function gives a call event, built-in ones too, and only Lua functions give return events.
"""

from __future__ import annotations

from wrought.lang.core.function import fn, handler, noinline, unsafe
from wrought.lang.core.intrinsics import bitcast, throw
from wrought.lang.core.scalars import Array, Ptr, Slice, i32, i64, u8, u64
from wrought.lang.core.static import constant
from wrought.lua.vm.bytecode import NUMBER, OP, TABLE, a_of, b_of, d_of
from wrought.lua.vm.call import MAX_DEPTH, protected, too_deep
from wrought.lua.vm.debug.lines import is_new_line, line_of
from wrought.lua.vm.frame import HEAD, MIN_SLOTS
from wrought.lua.vm.heads import FAST, FIRST_FAST
from wrought.lua.vm.interp.dispatch import install
from wrought.lua.vm.interp.loops import iter_call
from wrought.lua.vm.interp.step import save
from wrought.lua.vm.objects import Vm, function_of, string_value
from wrought.lua.vm.stack import ensure
from wrought.lua.vm.strings import intern
from wrought.lua.vm.value import NIL, TAG_INT

ON_CALL, ON_RETURN, ON_LINE, ON_COUNT = 1, 2, 4, 8
"""`Vm.hook_mask`, as lua.h numbers the events."""

ENTRIES = (*(NUMBER[name] for name in ("FUNCF", "FUNCV", "FUNCB")), *FAST.values())
"""Opcodes that enter a function."""
RETURNS = tuple(NUMBER[name] for name in ("RET0", "RET1", "RET", "RETM"))
_ORDINARY = tuple(number for number, op in enumerate(TABLE)
                  if not op.name.startswith(("FUNC", "CONT_")))

NO_CLASS, A_HEAD, A_RETURN, ORDINARY, ITERATION = range(5)


def _class(op: int) -> int:
    if op in ENTRIES:
        return A_HEAD
    if op in RETURNS:
        return A_RETURN
    if op == NUMBER["ITERCALL"]:
        return ITERATION
    return ORDINARY if op in _ORDINARY else NO_CLASS


CLASSES = constant(Array[u8, 256], [_class(op) for op in range(256)])
"""What an opcode is to hooks: continuations are nothing."""

EVENTS_OF = constant(Array[u8, 8], [
    0, ON_CALL, ON_RETURN | ON_LINE | ON_COUNT, ON_LINE | ON_COUNT, ON_CALL | ON_LINE | ON_COUNT,
    0, 0, 0])
"""The events for which a class's entries are replaced."""

assert FIRST_FAST > max(_ORDINARY)


@unsafe
@fn
def call_hook(vm: Ptr[Vm], used: u64, event: Slice[u8], line: i64) -> None:
    """Call the hook function above the current frame, of which `used` slots are in use.

    Errors of the hook pass through.  The stack may have moved afterwards.
    """
    # SAFETY: `ensure` has made the slots.
    if vm.native_depth >= MAX_DEPTH:
        too_deep(vm)
    thread = vm.current
    slot = ensure(vm, thread.base, used + MIN_SLOTS) + used
    slot[2] = vm.hook
    slot[4] = string_value(intern(vm, event))
    slot[5] = NIL if line < 0 else TAG_INT | bitcast(u64, line)
    thread.top = slot
    vm.hook_running = 1
    _, _, code = protected(vm, slot, 2, 0)
    vm.hook_running = 0
    if code != 0:
        throw(vm.frame, code)


@fn
def frame_use(w: u64, size: u64, n: u64) -> u64:
    """Slots of a frame that are in use when an instruction with an open list of n is next."""
    op = w & 0xFF
    if op == OP.CALLM or op == OP.CALLMT or op == OP.RETM or op == OP.TLISTM:
        return max(size, a_of(w) + HEAD + b_of(w) + n)
    return size


@unsafe
@fn
def before_instruction(vm: Ptr[Vm], w: u64, pc: Ptr[u64], base: Ptr[u64], n: u64) -> None:
    """The events that come before an instruction: count, line, return."""
    # SAFETY: base is a Lua function's; the one before may be of any function.
    proto = function_of(base[-2]).proto
    assert proto is not None
    index = (u64(pc) - u64(proto.code)) // 8 - 1
    previous = (u64(vm.current.pc) - u64(proto.code)) // 8 - 1
    save(vm, base, pc)
    used = frame_use(w, u64(proto.framesize), n)
    if vm.hook_mask & ON_COUNT != 0:
        vm.hook_left -= 1
        if vm.hook_left <= 0:
            vm.hook_left = vm.hook_count
            call_hook(vm, used, b"count", -1)
    if vm.hook_mask & ON_LINE != 0:
        if is_new_line(proto, index, previous):
            call_hook(vm, used, b"line", i64(line_of(proto, index)))
    if vm.hook_mask & ON_RETURN != 0:
        if CLASSES[w & 0xFF] == A_RETURN:
            call_hook(vm, used, b"return", -1)
    vm.current.pc = pc


@noinline
@handler("HOOK_INSTRUCTION")
def hook_instruction(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
                     tag: u64) -> None:
    """In place of any instruction, or of those that return."""
    if vm.hook_running == 0:
        before_instruction(vm, w, pc, base, n)
        base = vm.current.base
        # The iterator of ipairs is called, not run in place: it gives an event, as in LuaJIT.
        if w & 0xFF == OP.ITERCALL and vm.hook_mask & ON_CALL != 0:
            if (base + a_of(w))[-3] == vm.ipairs_function:
                return iter_call(w, pc, base, vm, k, n, tag)
    return vm.frozen_handlers[w & 0xFF](w, pc, base, vm, k, n, tag)


@unsafe
@fn
def before_call(vm: Ptr[Vm], w: u64, pc: Ptr[u64], base: Ptr[u64], n: u64) -> u64:
    """The call event; returns the number of arguments, parameters that the hook has set included.
    """
    # SAFETY: `ensure` has made room for parameters, frame and varargs.
    thread = vm.current
    proto = function_of(base[-2]).proto
    thread.base = base
    thread.top = base + n
    if proto is None:
        call_hook(vm, n, b"call", -1)
        # What comes after a call begins a line again, as in LuaJIT, whatever ran before.
        thread.pc = thread.stack
        return n
    thread.pc = pc
    count = n
    while count < a_of(w):
        base[count] = NIL
        count += 1
    call_hook(vm, max(u64(proto.framesize), count), b"call", -1)
    at = thread.base
    while count > n and at[count - 1] == NIL:
        count -= 1
    thread.pc = thread.stack
    return count


@noinline
@handler("HOOK_CALL")
def hook_call(w: u64, pc: Ptr[u64], base: Ptr[u64], vm: Ptr[Vm], k: Ptr[u64], n: u64,
              tag: u64) -> None:
    """In place of the heads of functions.  The stack is made large enough here, so that no head
    has to be entered again."""
    if vm.hook_running == 0:
        room = n + HEAD + d_of(w) + 2 * MIN_SLOTS
        if u64(base + room) > u64(vm.limit):
            vm.current.base = base
            vm.current.top = base + n
            base = ensure(vm, base, room)
        n = before_call(vm, w, pc, base, n)
        base = vm.current.base
    return vm.frozen_handlers[w & 0xFF](w, pc, base, vm, k, n, tag)


@unsafe
@fn
def refresh(vm: Ptr[Vm]) -> None:
    """Fill the table of handlers again, after `frozen_handlers` or the hook has changed."""
    # SAFETY: both tables have 256 entries.
    mask = vm.hook_mask
    if mask == 0 and vm.budget_on == 0:
        install(vm)
        return
    for op in range(len(vm.handlers)):
        wanted = EVENTS_OF[CLASSES[op] & 7]
        if mask & wanted == 0:
            vm.handlers[op] = vm.frozen_handlers[op]
        elif CLASSES[op] == A_HEAD:
            vm.handlers[op] = hook_call
        else:
            vm.handlers[op] = hook_instruction


@fn
def set_hook(vm: Ptr[Vm], hook: u64, mask: u8, count: i32) -> None:
    """Set the function that is called, for the events of a mask; nil or no event for none."""
    vm.hook = hook
    vm.hook_mask = mask if hook != NIL else u8(0)
    vm.hook_count = count
    vm.hook_left = count
    refresh(vm)
