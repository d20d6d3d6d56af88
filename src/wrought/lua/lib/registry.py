"""Libraries as lists, and how they get into a state.

    STRING = library("string", [("len", string_len), …, ("version", b"1")])
    …
    STRING.open(vm, table)                     # puts them into a table
    open_library(vm, b"string", STRING.open)   # makes the global table, notes it as loaded

A row's value is a compiled function `f(vm, args, n) -> results`, or a constant: a number, bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wrought.lang.core.function import fn, unsafe
from wrought.lang.core.intrinsics import addr_of, trunc, unroll
from wrought.lang.core.scalars import Array, Fn, Ptr, Slice, u8, u32, u64
from wrought.lang.core.static import constant, fn_table
from wrought.lua.lib.numbers import number_of_builtin
from wrought.lua.vm.heads import head, head_number
from wrought.lua.vm.new import new_builtin
from wrought.lua.vm.objects import (
    Closure,
    Table,
    Vm,
    function_value,
    string_value,
    table_of,
    table_value,
)
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_str
from wrought.lua.vm.table.lookup import get_str
from wrought.lua.vm.value import is_table, normal_number

NATIVE = Fn[[Ptr[Vm], Ptr[u64], u64], u64]

LOADED = b"_LOADED"
"""`package.loaded` in the registry."""


@dataclass(frozen=True)
class Library:
    """A library's rows: `open(vm, table)` is compiled and puts them into a table."""

    name: str
    rows: tuple[tuple[str, Any], ...]
    open: Callable[..., Any]


def builtin_word(name: str) -> int:
    """What `make_function` has to know: number, and the opcode that calls are dispatched to."""
    return number_of_builtin(name) | head_number(name) << 32


def library(name: str, rows: Sequence[tuple[str, Any]], prefix: str | None = None) -> Library:
    """Make a library; `prefix` is what its functions' numbers are listed under, by default `name`.
    """
    prefix = name if prefix is None else prefix
    functions = [(key, value) for key, value in rows if not isinstance(value, int | float | bytes)]
    texts = tuple((key.encode(), value) for key, value in rows if isinstance(value, bytes))
    numbers = tuple((key.encode(), float(value)) for key, value in rows
                    if isinstance(value, int | float))
    count = len(functions)
    natives = fn_table(NATIVE, [value for _, value in functions])
    names = b"".join(key.encode() + b"\0" for key, _ in functions)
    words = constant(Array[u64, count], [
        builtin_word(f"{prefix}.{key}" if prefix else key) for key, _ in functions])

    @fn
    def open_table(vm: Ptr[Vm], t: Ptr[Table]) -> None:
        add_functions(vm, t, names, addr_of(natives[0]), addr_of(words[0]))
        for key, text in unroll(texts):
            set_str(vm, t, intern(vm, key), string_value(intern(vm, text)))
        for key, number in unroll(numbers):
            set_str(vm, t, intern(vm, key), normal_number(number))

    return Library(name, tuple(rows), open_table)


@fn
def make_function(vm: Ptr[Vm], native: Fn[[Ptr[Vm], Ptr[u64], u64], u64], nup: u64,
                  word: u64) -> Ptr[Closure]:
    """A built-in function; `word` is its `builtin_word`."""
    f = new_builtin(vm, native, nup, vm.globals, head(word >> 32))
    f.builtin = trunc(u32, word)
    return f


@unsafe
@fn
def add_functions(vm: Ptr[Vm], t: Ptr[Table], names: Slice[u8],
                  natives: Ptr[Fn[[Ptr[Vm], Ptr[u64], u64], u64]], words: Ptr[u64]) -> None:
    """Put built-in functions into a table; each name ends with a zero byte."""
    # SAFETY: there are as many functions and words as names.
    start, number = u64(0), u64(0)
    for at in range(len(names)):
        if names[at] == 0:
            f = make_function(vm, natives[number], 0, words[number])
            set_str(vm, t, intern(vm, names[start:at]), function_value(f))
            start, number = at + 1, number + 1


@unsafe
@fn
def subtable(vm: Ptr[Vm], t: Ptr[Table], name: Slice[u8]) -> Ptr[Table]:
    """The table in a field, made where the field is no table."""
    # SAFETY: the tag is tested.
    key = intern(vm, name)
    found = get_str(t, key)
    if is_table(found):
        return table_of(found)
    made = new_table(vm, 0, 4)
    set_str(vm, t, key, table_value(made))
    return made


@fn
def loaded(vm: Ptr[Vm]) -> Ptr[Table]:
    """`package.loaded`."""
    return subtable(vm, vm.registry, LOADED)


@fn
def set_loaded(vm: Ptr[Vm], name: Slice[u8], value: u64) -> None:
    """Note a module as loaded."""
    set_str(vm, loaded(vm), intern(vm, name), value)


@fn
def open_library(vm: Ptr[Vm], name: Slice[u8], open: Fn[[Ptr[Vm], Ptr[Table]], None]) -> Ptr[Table]:
    """Fill the global table `name`, made where there is none, and note it as loaded."""
    t = subtable(vm, vm.globals, name)
    open(vm, t)
    set_loaded(vm, name, table_value(t))
    return t
