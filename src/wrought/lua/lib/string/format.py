"""string.format."""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, format_to, trunc, zeroed
from wrought.lang.core.scalars import Array, Never, Ptr, Slice, i64, u8, u32, u64
from wrought.lua.lib.args import check_any, check_int, check_numeric, check_string, int64_of
from wrought.lua.lib.base.text import plain_text, put_address, to_text
from wrought.lua.lib.string.quote import put_quoted
from wrought.lua.lib.string.search import find_byte
from wrought.lua.lib.string.spec import FormatReader, read_spec
from wrought.lua.vm.buffer import contents, open_buffer, put_byte, put_bytes, room
from wrought.lua.vm.convert import write_number
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.numbers.float_format import format_double
from wrought.lua.vm.numbers.format import format_int
from wrought.lua.vm.numbers.general import NUMBER_BUFFER
from wrought.lua.vm.numbers.integer_format import format_integer
from wrought.lua.vm.numbers.spec import BUFFER, LEFT, NumberFormat
from wrought.lua.vm.objects import Buffer, Vm
from wrought.lua.vm.strings import close_to_string, text
from wrought.lua.vm.value import (
    PAYLOAD,
    TAG_LIGHT,
    double_value,
    has_tag,
    is_collectable,
    is_number,
    is_string,
    number_of,
)


@struct
class Formatter:
    """A call: its arguments, the next of which is args[i], and the text so far."""

    vm: Ptr[Vm]
    args: Ptr[u64]
    n: u64
    i: u64
    out: Ptr[Buffer]


@unsafe
@fn
def string_format(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    # SAFETY: built-in functions have n arguments and MIN_SLOTS free slots.
    template = check_string(vm, args, n, 0).bytes()
    out = zeroed(Buffer)
    open_buffer(vm, addr_of(out))
    f = Formatter(vm, args, n, 1, addr_of(out))
    format_all(addr_of(f), template)
    f.args[0] = close_to_string(addr_of(out))
    return 1


@unsafe
@fn
def format_all(f: Ptr[Formatter], template: Slice[u8]) -> None:
    """Append the whole text; arguments are taken from args[i] on."""
    # SAFETY: the template is a string that the caller keeps alive.
    r = FormatReader(template, 0)
    while r.at < len(template):
        percent = find_byte(template.ptr, len(template), r.at, ord("%"))
        put_bytes(f.out, template[r.at:percent])
        if percent == len(template):
            return
        r.at = percent + 1
        if r.peek() == ord("%"):
            put_byte(f.out, ord("%"))
            r.at += 1
            continue
        spec = zeroed(NumberFormat)
        if not read_spec(addr_of(r), addr_of(spec)):
            option_error(f.vm, template[percent:r.at])
        check_any(f.vm, f.args, f.n, f.i)
        convert(f, addr_of(spec))
        f.i += 1


@cold
@fn
def option_error(vm: Ptr[Vm], option: Slice[u8]) -> Never:
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"invalid option '{option}' to 'format'")
    error_text(vm, contents(addr_of(b)))


@fn
def convert(f: Ptr[Formatter], spec: Ptr[NumberFormat]) -> None:
    """Append one argument."""
    match spec.conversion:
        case 100 | 105 | 111 | 117 | 120 | 88:
            put_integer(f, spec)
        case 115 | 113:
            put_string(f, spec)
        case 99:
            c: Array[u8, 1] = (trunc(u8, bitcast(u32, check_int(f.vm, f.args, f.n, f.i))),)
            spec.precision = -1
            put_padded(f.out, spec, c[:])
        case 112:
            put_pointer(f)
        case _:
            v = check_numeric(f.vm, f.args, f.n, f.i)
            space = room(f.out, BUFFER)
            f.out.used += format_double(space, spec, double_value(number_of(v)))


@fn
def put_integer(f: Ptr[Formatter], spec: Ptr[NumberFormat]) -> None:
    v = check_numeric(f.vm, f.args, f.n, f.i)
    unsigned = spec.conversion != ord("d") and spec.conversion != ord("i")
    x = number_of(v)
    if unsigned and x >= 9223372036854775808.0:
        x -= 18446744073709551616.0
    bits = bitcast(u64, int64_of(x))
    if not unsigned and spec.flags == 0 and spec.width == 0 and spec.precision < 0:
        f.out.used += format_int(room(f.out, NUMBER_BUFFER), bitcast(i64, bits))
        return
    f.out.used += format_integer(room(f.out, BUFFER), spec, bits)


@unsafe
@fn
def put_string(f: Ptr[Formatter], spec: Ptr[NumberFormat]) -> None:
    """%s and %q: what `tostring` makes of the argument."""
    # SAFETY: the text lives as long as the argument, or is a buffer's that is used at once.
    v = f.args[f.i]
    if is_number(v):
        digits = zeroed(Array[u8, NUMBER_BUFFER])
        length = write_number(digits[:], v)
        put_text(f.out, spec, digits[:length])
        return
    if not is_string(v):
        f.args, v = to_text(f.vm, f.args, f.i, f.n)
        f.args[f.i] = v
        if not is_string(v):
            v = plain_text(f.vm, v)
    put_text(f.out, spec, text(v))


@fn
def put_text(out: Ptr[Buffer], spec: Ptr[NumberFormat], s: Slice[u8]) -> None:
    if spec.conversion == ord("q"):
        put_quoted(out, s)
    else:
        put_padded(out, spec, s)


@fn
def put_padded(out: Ptr[Buffer], spec: Ptr[NumberFormat], s: Slice[u8]) -> None:
    """Append a text cut at the precision, with blanks up to the width."""
    shown = s
    if spec.precision >= 0:
        shown = s[:min(len(s), bitcast(u64, i64(spec.precision)))]
    blanks = u64(spec.width) - min(u64(spec.width), len(shown))
    if spec.flags & LEFT == 0:
        put_blanks(out, blanks)
    put_bytes(out, shown)
    if spec.flags & LEFT != 0:
        put_blanks(out, blanks)


@fn
def put_blanks(out: Ptr[Buffer], n: u64) -> None:
    for _ in range(n):
        put_byte(out, ord(" "))


@unsafe
@fn
def put_pointer(f: Ptr[Formatter]) -> None:
    """%p: an object's address, NULL for what is none."""
    # SAFETY: the argument is there.
    v = f.args[f.i]
    known = is_collectable(v) or has_tag(v, TAG_LIGHT)
    put_address(f.out, v & PAYLOAD if known else u64(0))
