"""The list of string functions."""

from __future__ import annotations

from wrought.lang.core.function import fn
from wrought.lang.core.scalars import Ptr
from wrought.lua.lib.registry import library, open_library
from wrought.lua.lib.string import basic, find, format, gsub
from wrought.lua.vm.objects import Vm, table_value
from wrought.lua.vm.strings import intern
from wrought.lua.vm.table.create import new_table
from wrought.lua.vm.table.insert import set_str
from wrought.lua.vm.types import TSTRING

STRING = library("string", [
    ("len", basic.string_len), ("byte", basic.string_byte), ("char", basic.string_char),
    ("sub", basic.string_sub), ("rep", basic.string_rep), ("reverse", basic.string_reverse),
    ("lower", basic.string_lower), ("upper", basic.string_upper), ("dump", basic.string_dump),
    ("find", find.string_find), ("match", find.string_match), ("gmatch", find.string_gmatch),
    ("gsub", gsub.string_gsub), ("format", format.string_format),
])


@fn
def open_string(vm: Ptr[Vm]) -> None:
    """The table `string`, which is also what methods of strings are looked up in."""
    t = open_library(vm, b"string", STRING.open)
    meta = new_table(vm, 0, 1)
    set_str(vm, meta, intern(vm, b"__index"), table_value(t))
    vm.metatables[TSTRING] = meta
