"""The hypervisor's command line, `xen,xen-bootargs` of /chosen (Xen,
docs/misc/xen-command-line.pandoc)."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr, Slice, u8, u64
from wrought.rt.bytes import ABSENT, find_byte, starts_with
from wrought.rt.fdt import Fdt
from wrought.rt.fdt_find import fdt_find, property_of
from wrought.rt.fdt_values import text

SPACE, COMMA = 32, 44


@fn
def command_line(tree: Ptr[Fdt]) -> Slice[u8]:
    """The words of the hypervisor's options; empty without any."""
    chosen = fdt_find(tree, b"/chosen")
    if chosen == ABSENT:
        return b""
    return text(property_of(tree, chosen, b"xen,xen-bootargs").data)


@fn
def option(line: Slice[u8], name: Slice[u8]) -> Slice[u8]:
    """What stands behind `name` (which ends with its `=`) in the last word that begins so; empty
    without one."""
    found = line[:0]
    rest = line
    while len(rest) > 0:
        end = min(find_byte(rest, SPACE, 0), len(rest))
        if starts_with(rest[:end], name):
            found = rest[len(name):end]
        rest = rest[min(end + 1, len(rest)):]
    return found


@fn
def said(tree: Ptr[Fdt], property: Slice[u8], name: Slice[u8]) -> Slice[u8]:
    """An option of the hypervisor's: a property of ours in /chosen, else the command line's word
    up to a slash (`loglvl=info/warning`); empty without any."""
    chosen = fdt_find(tree, b"/chosen")
    if chosen != ABSENT:
        own = property_of(tree, chosen, property)
        if own.found:
            return text(own.data)
    word = option(command_line(tree), name)
    return word[:min(find_byte(word, ord("/"), 0), len(word))]


@fn
def digits(value: Slice[u8]) -> u64:
    """How many decimal digits it begins with."""
    n: u64 = 0
    while n < len(value) and value[n] >= ord("0") and value[n] <= ord("9"):
        n += 1
    return n


@fn
def decimal(value: Slice[u8]) -> u64:
    """The number that it begins with."""
    result: u64 = 0
    for digit in value[:digits(value)]:
        result = result * 10 + u64(digit - ord("0"))
    return result


@fn
def size_option(line: Slice[u8], name: Slice[u8]) -> u64:
    """Bytes of an option as `dom0_mem` has it: of parts between commas the one without `min:` or
    `max:`, in KiB unless B, K, M, G or T follows; 0 without any."""
    rest = option(line, name)
    while len(rest) > 0:
        end = min(find_byte(rest, COMMA, 0), len(rest))
        n = digits(rest[:end])
        if n > 0:
            return decimal(rest) << unit_shift(rest[n:end])
        rest = rest[min(end + 1, len(rest)):]
    return 0


@fn
def unit_shift(unit: Slice[u8]) -> u64:
    """log2 of a size's unit."""
    if len(unit) == 0:
        return 10
    match unit[0] | 0x20:
        case 98:
            return 0
        case 109:
            return 20
        case 103:
            return 30
        case 116:
            return 40
        case _:
            return 10
