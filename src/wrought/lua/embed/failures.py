"""Errors across the border: Python's exceptions in Lua, Lua's errors in Python."""

from __future__ import annotations

from wrought.lang.core.function import cold, fn, unsafe
from wrought.lang.core.intrinsics import addr_of, uninit
from wrought.lang.core.scalars import Array, Ptr, i32, u64
from wrought.lua.embed import capi
from wrought.lua.embed.capi import EXCEPTION_SUBCLASS, Object, drop, drop_maybe, flags_of, keep
from wrought.lua.embed.core import Core, kinds
from wrought.lua.embed.crossing import Work
from wrought.lua.vm.objects import Vm
from wrought.lua.vm.strings import text
from wrought.lua.vm.value import is_string


@cold
@fn
def error_from_python(work: Ptr[Work]) -> None:
    """Take the Python exception that is set as the error's value: a userdata of its object."""
    kind: Ptr[Object] | None = None
    value: Ptr[Object] | None = None
    trace: Ptr[Object] | None = None
    capi.PyErr_Fetch(addr_of(kind), addr_of(value), addr_of(trace))
    capi.PyErr_NormalizeException(addr_of(kind), addr_of(value), addr_of(trace))
    drop_maybe(kind)
    exception, where = value, trace
    if exception is None:
        drop_maybe(where)
        return
    if where is not None:
        capi.PyException_SetTraceback(exception, where)
        drop(where)
    work.partial = exception
    work.vm.error = new_foreign(work.core, work.vm, exception, 0)
    work.partial = None
    drop(exception)


@cold
@unsafe
@fn
def raise_in_python(core: Ptr[Core], vm: Ptr[Vm], code: i32) -> None:
    """Set the Python exception for an error of Lua, whose value is in `vm.error`."""
    # SAFETY: the arrays have as many elements as are said.
    value = vm.error
    found = foreign_object(core, value)
    if found is not None:
        if flags_of(found) & EXCEPTION_SUBCLASS != 0:
            capi.PyErr_Restore(keep(found.type), keep(found),
                               capi.PyException_GetTraceback(found))
            return
    message: Ptr[Object] | None = None
    if is_string(value):
        message = decode_leniently(core, text(value))
    else:
        message = keep(kinds.none)
    number = capi.PyLong_FromLongLong(code)
    given = to_python_or_none(core, vm, value)
    if message is None or number is None or given is None:
        drop_maybe(message)
        drop_maybe(number)
        drop_maybe(given)
        return
    args = uninit(Array[Ptr[Object], 3])
    args[0], args[1], args[2] = number, message, given
    made = capi.PyObject_Vectorcall(kinds.make_error, addr_of(args[0]), 3, None)
    drop(message)
    drop(number)
    drop(given)
    if made is not None:
        capi.PyErr_SetObject(made.type, made)
        drop(made)


@unsafe
@fn
def to_python_or_none(core: Ptr[Core], vm: Ptr[Vm], value: u64) -> Ptr[Object] | None:
    """An error's value for Python; None (Python's) where it is a text, whose message says all."""
    # SAFETY: `run` needs no arguments here.
    if is_string(value):
        return keep(kinds.none)
    work = empty_work(core, vm)
    work.target = value
    if not run(core, vm, convert_target, addr_of(work)):
        return None
    return work.result


from wrought.lua.embed.crossing import run  # noqa: E402
from wrought.lua.embed.foreign import foreign_object, new_foreign  # noqa: E402
from wrought.lua.embed.to_python import convert_target, decode_leniently, empty_work  # noqa: E402
