"""What is used of CPython: its stable ABI, as of 3.11 (docs.python.org, "C API Stability").

Addresses of Python objects are `Ptr[Object]`.  "New" results are owned by the caller, all other
references are borrowed.  Everything here needs the GIL but `PyEval_RestoreThread`.
"""

from __future__ import annotations

from wrought.lang.core.decl import struct
from wrought.lang.core.function import extern, fn, inline, unsafe
from wrought.lang.core.scalars import Ptr, Void, f64, i32, i64, u8, u64


@struct(size=16)
class Object:
    """The head of every Python object.  From 3.12 on the count has more meanings than one: only
    CPython's functions change it."""

    references: i64
    type: Ptr[Object]


@inline
@fn
def keep(o: Ptr[Object]) -> Ptr[Object]:
    """Own one reference more."""
    Py_IncRef(o)
    return o


@inline
@fn
def drop(o: Ptr[Object]) -> None:
    """Give an owned reference up."""
    Py_DecRef(o)


@inline
@fn
def drop_maybe(o: Ptr[Object] | None) -> None:
    if o is not None:
        drop(o)


FREE_BEFORE = 1 << 63
"""PY_VECTORCALL_ARGUMENTS_OFFSET: the place before the arguments may be written to."""

LONG_SUBCLASS, TUPLE_SUBCLASS, BYTES_SUBCLASS, TEXT_SUBCLASS = 1 << 24, 1 << 26, 1 << 27, 1 << 28
EXCEPTION_SUBCLASS, TYPE_SUBCLASS = 1 << 30, 1 << 31
"""Bits of a type's flags: what its instances are."""


@extern
def Py_IncRef(o: Ptr[Object]) -> None: ...


@extern
def Py_DecRef(o: Ptr[Object]) -> None: ...


@extern
def PyMem_Realloc(old: Ptr[Void] | None, size: u64) -> Ptr[Void] | None: ...


@extern
def PyMem_Free(old: Ptr[Void] | None) -> None: ...


@extern
def PyEval_SaveThread() -> u64: ...


@extern
def PyEval_RestoreThread(state: u64) -> None: ...


@extern
def PyThread_get_thread_ident() -> u64: ...


@extern
def PyThread_allocate_lock() -> u64: ...


@extern
def PyThread_free_lock(lock: u64) -> None: ...


@extern
def PyThread_acquire_lock(lock: u64, wait: i32) -> i32: ...


@extern
def PyThread_release_lock(lock: u64) -> None: ...


@extern
def PyErr_SetString(type: Ptr[Object], text: Ptr[u8]) -> None: ...


@extern
def PyErr_SetObject(type: Ptr[Object], value: Ptr[Object]) -> None: ...


@extern
def PyErr_SetNone(type: Ptr[Object]) -> None: ...


@extern
def PyErr_NoMemory() -> Ptr[Object] | None: ...


@extern
def PyErr_Occurred() -> Ptr[Object] | None: ...


@extern
def PyErr_Clear() -> None: ...


@extern
def PyErr_Fetch(type: Ptr[Ptr[Object] | None], value: Ptr[Ptr[Object] | None],
                trace: Ptr[Ptr[Object] | None]) -> None: ...


@extern
def PyErr_NormalizeException(type: Ptr[Ptr[Object] | None], value: Ptr[Ptr[Object] | None],
                             trace: Ptr[Ptr[Object] | None]) -> None: ...


@extern
def PyErr_Restore(type: Ptr[Object] | None, value: Ptr[Object] | None,
                  trace: Ptr[Object] | None) -> None: ...


@extern
def PyException_GetTraceback(o: Ptr[Object]) -> Ptr[Object] | None: ...


@extern
def PyException_SetTraceback(o: Ptr[Object], trace: Ptr[Object]) -> i32: ...


@extern
def PyLong_FromLongLong(n: i64) -> Ptr[Object] | None: ...


@extern
def PyLong_AsLongLongAndOverflow(o: Ptr[Object], overflow: Ptr[i32]) -> i64: ...


@extern
def PyFloat_FromDouble(x: f64) -> Ptr[Object] | None: ...


@extern
def PyFloat_AsDouble(o: Ptr[Object]) -> f64: ...


@extern
def PyUnicode_AsUTF8AndSize(o: Ptr[Object], size: Ptr[i64]) -> Ptr[u8] | None: ...


@extern
def PyUnicode_DecodeUTF8(text: Ptr[u8], size: i64, errors: Ptr[u8] | None
                         ) -> Ptr[Object] | None: ...


@extern
def PyUnicode_Decode(text: Ptr[u8], size: i64, encoding: Ptr[u8], errors: Ptr[u8] | None
                     ) -> Ptr[Object] | None: ...


@extern
def PyUnicode_AsEncodedString(o: Ptr[Object], encoding: Ptr[u8], errors: Ptr[u8] | None
                              ) -> Ptr[Object] | None: ...


@extern
def PyBytes_FromStringAndSize(data: Ptr[u8], size: i64) -> Ptr[Object] | None: ...


@extern
def PyBytes_AsStringAndSize(o: Ptr[Object], data: Ptr[Ptr[u8]], size: Ptr[i64]) -> i32: ...


@extern
def PyTuple_New(n: i64) -> Ptr[Object] | None: ...


@extern
def PyTuple_SetItem(t: Ptr[Object], i: i64, o: Ptr[Object]) -> i32: ...


@extern
def PyTuple_GetItem(t: Ptr[Object], i: i64) -> Ptr[Object] | None: ...


@extern
def PyTuple_Size(t: Ptr[Object]) -> i64: ...


@extern
def PyObject_Vectorcall(f: Ptr[Object], args: Ptr[Ptr[Object]], n: u64, names: Ptr[Object] | None
                        ) -> Ptr[Object] | None: ...


@extern
def PyObject_Call(f: Ptr[Object], args: Ptr[Object], named: Ptr[Object] | None
                  ) -> Ptr[Object] | None: ...


@extern
def PyVectorcall_Call(f: Ptr[Object], args: Ptr[Object], names: Ptr[Object] | None
                      ) -> Ptr[Object] | None: ...


@extern
def PyObject_GetAttr(o: Ptr[Object], name: Ptr[Object]) -> Ptr[Object] | None: ...


@extern
def PyObject_GetAttrString(o: Ptr[Object], name: Ptr[u8]) -> Ptr[Object] | None: ...


@extern
def PyObject_SetAttr(o: Ptr[Object], name: Ptr[Object], value: Ptr[Object]) -> i32: ...


@extern
def PyObject_GenericGetAttr(o: Ptr[Object], name: Ptr[Object]) -> Ptr[Object] | None: ...


@extern
def PyObject_GetItem(o: Ptr[Object], key: Ptr[Object]) -> Ptr[Object] | None: ...


@extern
def PyObject_SetItem(o: Ptr[Object], key: Ptr[Object], value: Ptr[Object]) -> i32: ...


@extern
def PyObject_Size(o: Ptr[Object]) -> i64: ...


@extern
def PyObject_Str(o: Ptr[Object]) -> Ptr[Object] | None: ...


@extern
def PyObject_RichCompareBool(a: Ptr[Object], b: Ptr[Object], how: i32) -> i32: ...


@extern
def PyObject_GetIter(o: Ptr[Object]) -> Ptr[Object] | None: ...


@extern
def PyObject_ClearWeakRefs(o: Ptr[Object]) -> None: ...


@extern
def PyIter_Next(o: Ptr[Object]) -> Ptr[Object] | None: ...


@extern
def PyObject_GC_UnTrack(o: Ptr[Object]) -> None: ...


@extern
def PyMapping_Check(o: Ptr[Object]) -> i32: ...


@extern
def PySet_Contains(o: Ptr[Object], key: Ptr[Object]) -> i32: ...


@extern
def PyType_GetFlags(type: Ptr[Object]) -> u64: ...


@extern
def PyType_IsSubtype(a: Ptr[Object], b: Ptr[Object]) -> i32: ...


@extern
def PyType_GetSlot(type: Ptr[Object], slot: i32) -> u64: ...


@extern
def PyType_GenericAlloc(type: Ptr[Object], n: i64) -> Ptr[Object] | None: ...


@extern
def PyType_FromSpecWithBases(spec: Ptr[Void], bases: Ptr[Object] | None
                             ) -> Ptr[Object] | None: ...


@extern
def PyModule_Create2(definition: Ptr[Void], version: i32) -> Ptr[Object] | None: ...


@extern
def PyModule_AddObjectRef(module: Ptr[Object], name: Ptr[u8], o: Ptr[Object]) -> i32: ...


@unsafe
@fn
def flags_of(o: Ptr[Object]) -> u64:
    """The flags of an object's type."""
    # SAFETY: every object has a type.
    return PyType_GetFlags(o.type)
