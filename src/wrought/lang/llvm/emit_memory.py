"""Memory, aggregates and atomics.

An i1 is a byte in memory.  Aggregates are read and written part by part, which keeps padding
bytes untouched and lets LLVM promote their slots.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from ..ir.model import Ins, Value
from ..ir.types import IrType, is_float, part_offset, size_align
from .context import FunctionContext, ir_type_of
from .emit_int import Emitter
from .text import llvm_type

ORDERINGS = {"relaxed": "monotonic", "acquire": "acquire", "release": "release",
             "acq_rel": "acq_rel", "seq_cst": "seq_cst"}
_SIGNED_KINDS = {"smin": "min", "smax": "max"}
_ON_FAILURE = {"relaxed": "monotonic", "acquire": "acquire", "release": "monotonic",
               "acq_rel": "acquire", "seq_cst": "seq_cst"}


def _leaves(t: IrType, offset: int = 0, path: tuple[int, ...] = ()
            ) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """The scalars of a type: (scalar, byte offset, index path)."""
    if isinstance(t, str):
        yield t, offset, path
        return
    for i, part in enumerate(t):
        yield from _leaves(part, offset + part_offset(t, i), (*path, i))


def _at(f: FunctionContext, p: str, offset: int) -> str:
    return f.let(f"getelementptr inbounds i8, ptr {p}, i64 {offset}") if offset else p


def _path(path: tuple[int, ...]) -> str:
    return "".join([f", {i}" for i in path])


def _load(f: FunctionContext, ins: Ins) -> None:
    attrs, t = ins.attrs, ins.type
    p = f.ref(ins.args[0])
    align = attrs.get("align") or size_align(t)[1]
    word = "load volatile" if attrs.get("volatile") else "load"
    tail = f", !invariant.load {f.module.node('!{}')}" if attrs.get("invariant") else ""
    if isinstance(t, str):
        if t == "i1":
            byte = f.let(f"{word} i8, ptr {p}, align {align}{tail}")
            f.result(ins, f"trunc i8 {byte} to i1")
        else:
            f.result(ins, f"{word} {llvm_type(t)}, ptr {p}, align {align}{tail}")
        return
    whole, whole_type = "poison", llvm_type(t)
    for scalar, offset, path in _leaves(t):
        memory = "i8" if scalar == "i1" else llvm_type(scalar)
        part = f.let(f"{word} {memory}, ptr {_at(f, p, offset)}, "
                     f"align {gcd(align, offset) or align}{tail}")
        if scalar == "i1":
            part = f.let(f"trunc i8 {part} to i1")
        whole = f.let(f"insertvalue {whole_type} {whole}, {llvm_type(scalar)} {part}"
                      f"{_path(path)}")
    f.alias(ins, whole)


def _store(f: FunctionContext, ins: Ins) -> None:
    value, attrs = ins.args[0], ins.attrs
    t = ir_type_of(value)
    p = f.ref(ins.args[1])
    align = attrs.get("align") or size_align(t)[1]
    word = "store volatile" if attrs.get("volatile") else "store"
    if isinstance(t, str):
        if t == "i1":
            byte = f.let(f"zext i1 {f.ref(value)} to i8")
            f.out(f"{word} i8 {byte}, ptr {p}, align {align}")
        else:
            f.out(f"{word} {llvm_type(t)} {f.ref(value)}, ptr {p}, align {align}")
        return
    for scalar, offset, path in _leaves(t):
        part, memory = f.let(f"extractvalue {f.typed(value)}{_path(path)}"), llvm_type(scalar)
        if scalar == "i1":
            part, memory = f.let(f"zext i1 {part} to i8"), "i8"
        f.out(f"{word} {memory} {part}, ptr {_at(f, p, offset)}, "
              f"align {gcd(align, offset) or align}")


def _select(f: FunctionContext, ins: Ins) -> None:
    c, a, b = ins.args
    f.result(ins, f"select i1 {f.ref(c)}, {f.typed(a)}, {f.typed(b)}")


def _expect(f: FunctionContext, ins: Ins) -> None:
    at = f.module.declare("llvm.expect.i1", "i1", "i1, i1")
    value = "true" if ins.attrs["value"] else "false"
    f.result(ins, f"call i1 {at}(i1 {f.ref(ins.args[0])}, i1 {value})")


def _make(f: FunctionContext, ins: Ins) -> None:
    whole, t = "poison", llvm_type(ins.type)
    for i, arg in enumerate(ins.args):
        whole = f.let(f"insertvalue {t} {whole}, {f.typed(arg)}, {i}")
    f.alias(ins, whole)


def _extract(f: FunctionContext, ins: Ins) -> None:
    f.result(ins, f"extractvalue {f.typed(ins.args[0])}, {ins.attrs['index']}")


def _insert(f: FunctionContext, ins: Ins) -> None:
    whole, part = ins.args
    f.result(ins, f"insertvalue {f.typed(whole)}, {f.typed(part)}, {ins.attrs['index']}")


def _ptradd(f: FunctionContext, ins: Ins) -> None:
    p, offset = ins.args
    f.result(ins, f"getelementptr inbounds i8, ptr {f.ref(p)}, i64 {f.ref(offset)}")


_SCALED = {1: "i8", 2: "i16", 4: "i32", 8: "i64"}


def _elem(f: FunctionContext, ins: Ins) -> None:
    p, index = ins.args
    size = ins.attrs["size"]
    element = _SCALED.get(size) or f"[{size} x i8]"
    f.result(ins, f"getelementptr inbounds {element}, ptr {f.ref(p)}, i64 {f.ref(index)}")


def _copy(f: FunctionContext, ins: Ins) -> None:
    to, source = ins.args
    align = ins.attrs.get("align") or 1
    at = f.module.declare("llvm.memcpy.p0.p0.i64", "void", "ptr, ptr, i64, i1 immarg")
    f.out(f"call void {at}(ptr align {align} {f.ref(to)}, ptr align {align} {f.ref(source)}, "
          f"i64 {ins.attrs['size']}, i1 false)")


def _block_copy(name: str) -> Emitter:
    def emit(f: FunctionContext, ins: Ins) -> None:
        to, source, n = map(f.ref, ins.args)
        at = f.module.declare(f"llvm.{name}.p0.p0.i64", "void", "ptr, ptr, i64, i1 immarg")
        f.out(f"call void {at}(ptr {to}, ptr {source}, i64 {n}, i1 false)")
    return emit


def _memset(f: FunctionContext, ins: Ins) -> None:
    to, byte, n = map(f.ref, ins.args)
    at = f.module.declare("llvm.memset.p0.i64", "void", "ptr, i8, i64, i1 immarg")
    f.out(f"call void {at}(ptr {to}, i8 {byte}, i64 {n}, i1 false)")


def _prefetch(f: FunctionContext, ins: Ins) -> None:
    at = f.module.declare("llvm.prefetch.p0", "void",
                          "ptr, i32 immarg, i32 immarg, i32 immarg")
    write = 1 if ins.attrs.get("write") else 0
    f.out(f"call void {at}(ptr {f.ref(ins.args[0])}, i32 {write}, i32 3, i32 1)")


def _atomic_type(t: IrType) -> str:
    """How an atomic of IR type `t` appears to LLVM: an i1 as its byte, a float as its bits."""
    if t == "i1":
        return "i8"
    return f"i{size_align(t)[0] * 8}" if is_float(t) else llvm_type(t)


def _to_memory(f: FunctionContext, value: Value) -> str:
    t = ir_type_of(value)
    if t == "i1":
        return f.let(f"zext i1 {f.ref(value)} to i8")
    return f.let(f"bitcast {f.typed(value)} to {_atomic_type(t)}") if is_float(t) else f.ref(value)


def _from_memory(f: FunctionContext, name: str, t: IrType) -> str:
    if t == "i1":
        return f.let(f"trunc i8 {name} to i1")
    return f.let(f"bitcast {_atomic_type(t)} {name} to {llvm_type(t)}") if is_float(t) else name


def _atomic_load(f: FunctionContext, ins: Ins) -> None:
    t = ins.type
    raw = f.let(f"load atomic {_atomic_type(t)}, ptr {f.ref(ins.args[0])} "
                f"{ORDERINGS[ins.attrs['order']]}, align {size_align(t)[0]}")
    f.alias(ins, _from_memory(f, raw, t))


def _atomic_store(f: FunctionContext, ins: Ins) -> None:
    value, p = ins.args
    t = ir_type_of(value)
    f.out(f"store atomic {_atomic_type(t)} {_to_memory(f, value)}, ptr {f.ref(p)} "
          f"{ORDERINGS[ins.attrs['order']]}, align {size_align(t)[0]}")


def _atomic_rmw(f: FunctionContext, ins: Ins) -> None:
    p, value = ins.args
    kind, t = ins.attrs["kind"], ins.type
    if t == "i1" and kind not in ("xchg", "and", "or", "xor"):
        raise f.error(f"atomic {kind} on a bool")
    word, operand = _SIGNED_KINDS.get(kind, kind), _to_memory(f, value)
    raw = f.let(f"atomicrmw {word} ptr {f.ref(p)}, {_atomic_type(t)} {operand} "
                f"{ORDERINGS[ins.attrs['order']]}, align {size_align(t)[0]}")
    f.alias(ins, _from_memory(f, raw, t))


def _atomic_cas(f: FunctionContext, ins: Ins) -> None:
    p, old, new = ins.args
    t, order = ir_type_of(old), ins.attrs["order"]
    word = "cmpxchg weak" if ins.attrs.get("weak") else "cmpxchg"
    raw = _atomic_type(t)
    expected, wanted = _to_memory(f, old), _to_memory(f, new)
    pair = f.let(f"{word} ptr {f.ref(p)}, {raw} {expected}, {raw} {wanted} {ORDERINGS[order]} "
                 f"{_ON_FAILURE[order]}, align {size_align(t)[0]}")
    if raw == llvm_type(t):
        f.alias(ins, pair)
        return
    was = _from_memory(f, f.let(f"extractvalue {{ {raw}, i1 }} {pair}, 0"), t)
    done = f.let(f"extractvalue {{ {raw}, i1 }} {pair}, 1")
    result = llvm_type(ins.type)
    first = f.let(f"insertvalue {result} poison, {llvm_type(t)} {was}, 0")
    f.result(ins, f"insertvalue {result} {first}, i1 {done}, 1")


def _fence(f: FunctionContext, ins: Ins) -> None:
    f.out(f"fence {ORDERINGS[ins.attrs['order']]}")


def _compiler_fence(f: FunctionContext, ins: Ins) -> None:
    f.out('fence syncscope("singlethread") seq_cst')


EMITTERS: dict[str, Emitter] = {
    "load": _load, "store": _store, "select": _select, "expect": _expect, "make": _make,
    "extract": _extract, "insert": _insert, "ptradd": _ptradd, "elem": _elem, "copy": _copy,
    "memcpy": _block_copy("memcpy"), "memmove": _block_copy("memmove"), "memset": _memset,
    "prefetch": _prefetch, "atomic_load": _atomic_load, "atomic_store": _atomic_store,
    "atomic_rmw": _atomic_rmw, "atomic_cas": _atomic_cas, "fence": _fence,
    "compiler_fence": _compiler_fence,
}
