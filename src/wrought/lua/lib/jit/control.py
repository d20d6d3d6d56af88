"""jit.on, off, flush, status, security, attach, and jit.opt.start."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, format_to, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, u8, u64
from wrought.lua.lib.args import check_bytes, check_function, check_option, is_absent, type_error
from wrought.lua.vm.buffer import contents, open_buffer
from wrought.lua.vm.debug.frames import frame_at, function_at
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import Buffer, Kind, Vm, function_of, header_of
from wrought.lua.vm.value import FALSE, TRUE, int_value, is_function, is_number, is_object
from wrought.rt.bytes import equal

FLAGS = b"fold cse dce fwd dse narrow loop abc sink fuse"
PARAMETERS = (b"maxtrace maxrecord maxirconst maxside maxsnap minstitch hotloop hotexit tryside "
              b"instunroll loopunroll callunroll recunroll sizemcode maxmcode")
"""What LuaJIT's `-O` knows."""


@unsafe
@fn
def has_code(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> bool:
    """Whether the first argument names Lua code: a function, a prototype, or true for the caller.
    """
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots, here and below.
    v = args[0]
    if is_function(v):
        return function_of(v).proto is not None
    if v == TRUE:
        frame, found = frame_at(vm.current, 1)
        return found and function_at(addr_of(frame)).proto is not None
    return is_object(v) and header_of(v).kind == Kind.PROTO


@unsafe
@fn
def set_mode(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """jit.on and jit.off: () or (function or true [, true or false]); nothing changes."""
    # SAFETY: as in has_code.
    if not is_absent(args, n, 0) and not has_code(vm, args, n):
        type_error(vm, args, n, 0, b"function")
    return 0


@unsafe
@fn
def flush(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """jit.flush: as `set_mode`, or the number of a trace."""
    # SAFETY: as in has_code.
    if n > 0 and is_number(args[0]):
        return 0
    return set_mode(vm, args, n)


@unsafe
@fn
def status(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """Whether code is compiled: it is not."""
    # SAFETY: as in has_code.
    args[0] = FALSE
    return 1


@unsafe
@fn
def security(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """security(what): 1 where the seeds of random numbers and of string hashes are secret."""
    # SAFETY: as in has_code.
    what = check_option(vm, args, n, 0, -1, b"prng strhash strid mcode")
    args[0] = int_value(1 if what < 2 else 0)
    return 1


@unsafe
@fn
def attach(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """attach(callback [, event]): there are no events."""
    # SAFETY: as in has_code.
    check_function(vm, args, n, 0)
    if not is_absent(args, n, 1):
        check_bytes(vm, args, n, 1)
    return 0


@fn
def is_word(words: Slice[u8], word: Slice[u8]) -> bool:
    """Whether a word is among others that blanks separate."""
    start, at = u64(0), u64(0)
    while at <= len(words):
        if at == len(words) or words[at] == ord(" "):
            if equal(words[start:at], word):
                return True
            start = at + 1
        at += 1
    return False


@fn
def is_parameter(option: Slice[u8]) -> bool:
    """name=number."""
    end: u64 = 0
    while end < len(option) and option[end] != ord("="):
        end += 1
    if end + 1 >= len(option) or not is_word(PARAMETERS, option[:end]):
        return False
    for i in range(end + 1, len(option)):
        if option[i] < ord("0") or option[i] > ord("9"):
            return False
    return True


@fn
def is_optimisation(option: Slice[u8]) -> bool:
    """A level, a flag with +, -, no or nothing before it, or a parameter."""
    if len(option) == 1 and option[0] >= ord("0") and option[0] <= ord("9"):
        return True
    flag = option
    if len(flag) > 1 and (flag[0] == ord("+") or flag[0] == ord("-")):
        flag = flag[1:]
    elif len(flag) > 2 and flag[0] == ord("n") and flag[1] == ord("o"):
        flag = flag[3:] if flag[2] == ord("-") else flag[2:]
    return is_word(FLAGS, flag) or is_parameter(option)


@cold
@fn
def unknown(vm: Ptr[Vm], option: Slice[u8]) -> Never:
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"unknown or malformed optimization flag '{option}'")
    error_text(vm, contents(addr_of(b)))


@unsafe
@fn
def start(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """jit.opt.start(option, …): LuaJIT's options are accepted."""
    # SAFETY: as in has_code.
    for i in range(n):
        option = check_bytes(vm, args, n, i)
        if not is_optimisation(option):
            unknown(vm, option)
    return 0
