"""What the memory ops do: loads, stores, block copies, address arithmetic."""

from __future__ import annotations

from typing import Any

from ..model import Ins
from ..types import size_align
from .codec import reader, writer
from .errors import InterpError
from .ints import to_signed
from .memory import PAGE_BITS, Memory
from .pure import pure_function
from .steps import Host, Places, Regs, Step, StepMaker

_signed = to_signed(64)


def _load(host: Host, ins: Ins, a: Places, d: int) -> Step:
    size, read = size_align(ins.type)[0], reader(ins.type)
    p, low = a[0], ins.attrs["align"] - 1
    pages, memory = host.memory.pages, host.memory

    def step(r: Regs) -> None:
        address = r[p]
        found = pages.get(address >> PAGE_BITS)
        if found is not None and not address & low:
            at = address - found.base
            if 0 <= at <= found.size - size:
                r[d] = read(found.data, at)
                return
        raise bad_access(memory, "load", address, size, low + 1)
    return step


def _store(host: Host, ins: Ins, a: Places, d: int) -> Step:
    t = ins.args[0].type
    size, write = size_align(t)[0], writer(t)
    v, p = a
    low = ins.attrs["align"] - 1
    pages, memory = host.memory.pages, host.memory

    def step(r: Regs) -> None:
        address = r[p]
        found = pages.get(address >> PAGE_BITS)
        if found is not None and found.writable and not address & low:
            at = address - found.base
            if 0 <= at <= found.size - size:
                write(found.data, at, r[v])
                return
        raise bad_access(memory, "store", address, size, low + 1)
    return step


def bad_access(memory: Memory, what: str, address: int, size: int, align: int) -> InterpError:
    """Why an access cannot be done."""
    if address & (align - 1):
        return InterpError(f"{what} at {memory.describe(address)}, which is not aligned to {align}")
    try:
        (memory.find if what == "load" else memory.find_writable)(address, size, what)
    except InterpError as e:
        return e
    return InterpError(f"{what} of {size} bytes at {memory.describe(address)}")


def _same_object(host: Host, ins: Ins, a: Places, d: int) -> Step:
    """`ptradd` and `elem`: the sum must stay in the operand's allocation or just past it."""
    move = pure_function(ins)
    p, i = a
    pages, memory = host.memory.pages, host.memory

    def step(r: Regs) -> None:
        base = r[p]
        r[d] = result = move(base, r[i])
        found = pages.get(base >> PAGE_BITS)
        if found is not None and not 0 <= result - found.base <= found.size:
            raise InterpError(f"{ins.op} of {_signed(r[i])} leaves its object: "
                              f"{memory.describe(base)} becomes {result:#x}")
    return step


def _transfer(memory: Memory, to: int, source: int, size: int, what: str, overlap: str) -> None:
    """Copy bytes; `overlap` tells which overlaps are legal: `none`, `equal` or `any`."""
    if size == 0:
        return
    data, at = memory.find(source, size, f"{what} from")
    target, to_at = memory.find_writable(to, size, f"{what} to")
    legal = overlap == "any" or (overlap == "equal" and to == source)
    if abs(to - source) < size and not legal:
        raise InterpError(f"{what} of {size} bytes between overlapping memory: "
                          f"{memory.describe(source)} and {memory.describe(to)}")
    target.data[to_at:to_at + size] = data.data[at:at + size]


def _copy(host: Host, ins: Ins, a: Places, d: int) -> Step:
    p, q = a
    size, low, memory = ins.attrs["size"], ins.attrs["align"] - 1, host.memory

    def step(r: Regs) -> None:
        for address in (r[p], r[q]):
            if address & low:
                raise InterpError(f"copy at {memory.describe(address)}, which is not aligned to "
                                  f"{low + 1}")
        _transfer(memory, r[p], r[q], size, "copy", "equal")
    return step


def _block(what: str, overlap: str) -> StepMaker:
    def maker(host: Host, ins: Ins, a: Places, d: int) -> Step:
        p, q, n = a
        memory = host.memory
        return lambda r: _transfer(memory, r[p], r[q], r[n], what, overlap)
    return maker


def _memset(host: Host, ins: Ins, a: Places, d: int) -> Step:
    p, value, n = a
    memory = host.memory

    def step(r: Regs) -> None:
        if r[n]:
            found, at = memory.find_writable(r[p], r[n], "memset")
            found.data[at:at + r[n]] = bytes([r[value]]) * r[n]
    return step


def _nothing(host: Host, ins: Ins, a: Places, d: int) -> Step:
    def step(r: Regs) -> None:
        return None
    return step


def scalar_place(memory: Memory, t: Any, address: int, what: str, write: bool
                 ) -> tuple[bytearray, int]:
    """Bytes and offset of a naturally aligned scalar of type `t`, for the atomic ops."""
    size = size_align(t)[0]
    if address % size:
        raise InterpError(f"{what} at {memory.describe(address)}, which is not aligned to {size}")
    found, at = (memory.find_writable if write else memory.find)(address, size, what)
    return found.data, at


MEMORY_OPS: dict[str, StepMaker] = {
    "load": _load,
    "store": _store,
    "ptradd": _same_object,
    "elem": _same_object,
    "copy": _copy,
    "memcpy": _block("memcpy", "none"),
    "memmove": _block("memmove", "any"),
    "memset": _memset,
    "prefetch": _nothing,
}
