"""Time: clock, date, difftime, time."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, bitcast, format_to, to_int_raw, trunc, zeroed
from wrought.lang.core.scalars import Never, Ptr, Slice, f64, i32, i64, u8, u32, u64
from wrought.lua.lib.args import check_number, check_table, is_absent, opt_number, opt_string
from wrought.lua.vm.buffer import contents, open_buffer, room
from wrought.lua.vm.convert import to_number
from wrought.lua.vm.errors import error_text
from wrought.lua.vm.objects import Buffer, Table, Vm, string_value, table_value
from wrought.lua.vm.strings import close_to_string, intern
from wrought.lua.vm.system_time import (
    CLOCKS_PER_SEC,
    Tm,
    clock,
    gmtime_r,
    localtime_r,
    mktime,
    strftime,
    time,
)
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_str
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import (
    NIL,
    boolean,
    double_value,
    int_value,
    is_falsy,
    normal_number,
    number_of,
)

LONGEST_PIECE = 30
"""Characters that a conversion is thought to make; where there are more it is tried again."""
TRIES = 4


@unsafe
@fn
def os_clock(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.clock(): processor time in seconds."""
    # SAFETY: args has n values and MIN_SLOTS free slots behind.
    args[0] = double_value(f64(clock()) / CLOCKS_PER_SEC)
    return 1


@unsafe
@fn
def os_difftime(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.difftime(t2 [, t1]): whole seconds."""
    # SAFETY: as in os_clock.
    t2 = to_int_raw(i64, check_number(vm, args, n, 0))
    args[0] = normal_number(f64(t2 - to_int_raw(i64, opt_number(vm, args, n, 1, 0.0))))
    return 1


@fn
def set_field(vm: Ptr[Vm], t: Ptr[Table], name: Slice[u8], value: i32) -> None:
    set_str(vm, t, intern(vm, name), int_value(value))


@fn
def table_of_time(vm: Ptr[Vm], tm: Ptr[Tm]) -> u64:
    """What the format "*t" makes of a time."""
    t = new_table(vm, 0, 5)
    set_field(vm, t, b"sec", tm.sec)
    set_field(vm, t, b"min", tm.min)
    set_field(vm, t, b"hour", tm.hour)
    set_field(vm, t, b"day", tm.mday)
    set_field(vm, t, b"month", tm.mon + 1)
    set_field(vm, t, b"year", tm.year + 1900)
    set_field(vm, t, b"wday", tm.wday + 1)
    set_field(vm, t, b"yday", tm.yday + 1)
    if tm.isdst >= 0:
        set_str(vm, t, intern(vm, b"isdst"), boolean(tm.isdst != 0))
    return table_value(t)


@unsafe
@fn
def text_of_time(vm: Ptr[Vm], format: Slice[u8], tm: Ptr[Tm]) -> u64:
    """What `strftime` makes of a time; `format` ends with a zero byte, behind it."""
    # SAFETY: `room` has made the space.
    size = len(format) + 1
    for c in format:
        if c == ord("%"):
            size += LONGEST_PIECE
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    for _ in range(TRIES):
        b.used = strftime(room(addr_of(b), size).ptr, size, format.ptr, tm)
        if b.used > 0:
            break
        size *= 2
    return close_to_string(addr_of(b))


@unsafe
@fn
def os_date(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.date([format [, time]]): a text, a table for "*t", nil for a time out of range; UTC where
    the format begins with an exclamation mark."""
    # SAFETY: as in os_clock; a zero byte follows a string's bytes.
    given = opt_string(vm, args, n, 0)
    format = b"%c" if given is None else given.bytes()
    t = time(None)
    if not is_absent(args, n, 1):
        t = to_int_raw(i64, check_number(vm, args, n, 1))
    tm = zeroed(Tm)
    is_utc = len(format) > 0 and format[0] == ord("!")
    if is_utc:
        format = format[1:]
    made = gmtime_r(addr_of(t), addr_of(tm)) if is_utc else localtime_r(addr_of(t), addr_of(tm))
    if made is None:
        args[0] = NIL
    elif len(format) == 2 and format[0] == ord("*") and format[1] == ord("t"):
        args[0] = table_of_time(vm, addr_of(tm))
    elif len(format) == 0:
        args[0] = string_value(intern(vm, b""))
    else:
        args[0] = text_of_time(vm, format, addr_of(tm))
    return 1


@cold
@fn
def field_error(vm: Ptr[Vm], name: Slice[u8]) -> Never:
    b = zeroed(Buffer)
    open_buffer(vm, addr_of(b))
    format_to(addr_of(b), f"field '{name}' missing in date table")
    error_text(vm, contents(addr_of(b)))


@fn
def get_field(vm: Ptr[Vm], t: Ptr[Table], name: Slice[u8], default: i32) -> i32:
    """A number field's low 32 bits; the default, unless negative, where it is none."""
    number, ok = to_number(get_str(t, intern(vm, name)))
    if ok:
        return bitcast(i32, trunc(u32, bitcast(u64, to_int_raw(i64, number_of(number)))))
    if default < 0:
        field_error(vm, name)
    return default


@unsafe
@fn
def os_time(vm: Ptr[Vm], args: Ptr[u64], n: u64) -> u64:
    """os.time([table]): seconds since 1970, or nil where C can't tell."""
    # SAFETY: as in os_clock.
    if is_absent(args, n, 0):
        args[0] = normal_number(f64(time(None)))
        return 1
    t = check_table(vm, args, n, 0)
    tm = zeroed(Tm)
    tm.sec = get_field(vm, t, b"sec", 0)
    tm.min = get_field(vm, t, b"min", 0)
    tm.hour = get_field(vm, t, b"hour", 12)
    tm.mday = get_field(vm, t, b"day", -1)
    tm.mon = get_field(vm, t, b"month", -1) - 1
    tm.year = get_field(vm, t, b"year", -1) - 1900
    dst = get_str(t, intern(vm, b"isdst"))
    tm.isdst = -1 if dst == NIL else 0 if is_falsy(dst) else 1
    seconds = mktime(addr_of(tm))
    args[0] = NIL if seconds == -1 else normal_number(f64(seconds))
    return 1
