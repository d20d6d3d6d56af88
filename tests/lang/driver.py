"""A `main` around calls: arguments in a table, results and markers on standard output.

The arguments lie in exported variables, so that the optimiser cannot compute the results.
Call k is the function `call.k`.  `main(argc, argv)` starts at call `argv[1]` and goes on to the
last; each call writes `NUL k NUL`, then what the program prints, then `NUL =` and the bytes of
the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lang.llvm.batch import decode, encode
from wrought.lang.core import types as t
from wrought.lang.ir.model import Block, Const, Function, Global, Ins, Module, Param, Slot, Sym
from wrought.lang.ir.types import IrType, size_align

END = b"\0="


def marker(k: int) -> bytes:
    """What stands in front of the output of call `k`."""
    return b"\0%d\0" % k


def add_main(m: Module, calls: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
    """Add `call.k` for each (symbol, arguments) and the `main` that runs them."""
    _extern(m, "write", [("fd", "i32"), ("data", "ptr"), ("n", "i64")], "i64")
    _extern(m, "atoi", [("text", "ptr")], "i32")
    for k, (symbol, args) in enumerate(calls):
        m.functions[f"call.{k}"] = _call(m, k, m.functions[symbol], args)
    m.functions["main"] = _main(len(calls))


def _extern(m: Module, name: str, params: list[tuple[str, str]], ret: str) -> None:
    if name not in m.functions:
        m.functions[name] = Function(name, [Param(n, p) for n, p in params], ret,
                                     linkage="extern")


def _call(m: Module, k: int, callee: Function, args: tuple[Any, ...]) -> Function:
    params = tuple(p.type for p in callee.params)
    relocs: list[tuple[int, str, int]] = []
    values: list[Any] = []
    data = bytearray(size_align(params)[0])
    _store_args(m, k, params, args, data, relocs, values)
    m.globals[f"args.{k}"] = Global(f"args.{k}", len(data), 16, bytes(data), tuple(relocs),
                                    linkage="export")
    head = f"head.{k}"
    m.globals[head] = Global(head, len(marker(k)), 1, marker(k), const=True)
    m.globals.setdefault("end", Global("end", len(END), 1, END, const=True))
    body: list[Ins] = [_write(Sym(head), len(marker(k)))]
    loaded: list[Ins] = []
    for type_, offset in values:
        at = Ins("ptradd", "ptr", (Sym(f"args.{k}"), Const("i64", offset)))
        loaded.append(Ins("load", type_, (at,), {"align": size_align(type_)[1]}))
        body += [at, loaded[-1]]
    result = Ins("call", callee.ret, tuple(loaded), {"callee": callee.name})
    body += [result, _write(Sym("end"), len(END))]
    slots: list[Slot] = []
    if callee.ret != "void":
        size, align = size_align(callee.ret)
        slots.append(Slot("result", size, align))
        body += [Ins("memset", "void", (slots[0], Const("i8", 0), Const("i64", size))),
                 Ins("store", "void", (result, slots[0]), {"align": align}), _write(slots[0], size)]
    block = Block("entry")
    block.body = [*body, Ins("ret", "void")]
    return Function(f"call.{k}", [], "void", attrs={"noinline"}, slots=slots, blocks=[block])


def _store_args(m: Module, k: int, params: tuple[IrType, ...], args: tuple[Any, ...],
                data: bytearray, relocs: list[tuple[int, str, int]], values: list[Any]) -> None:
    """Lay the arguments out as the struct of their types; bytes become a slice of a global."""
    from wrought.lang.ir.types import part_offset

    assert len(params) == len(args), f"call {k}: {len(args)} arguments for {params}"
    for i, (type_, value) in enumerate(zip(params, args, strict=True)):
        offset = part_offset(params, i)
        values.append((type_, offset))
        if isinstance(value, bytes):
            name = f"bytes.{k}.{i}"
            m.globals[name] = Global(name, len(value) + 1, 16, value + b"\0", linkage="export")
            relocs.append((offset, name, 0))
            item = encode(("i64", "i64"), (0, len(value)))
        else:
            item = encode(type_, _unsigned(type_, value))
        data[offset:offset + len(item)] = item


def _unsigned(type_: IrType, value: Any) -> Any:
    if isinstance(type_, tuple):
        return tuple(_unsigned(p, v) for p, v in zip(type_, value, strict=True))
    if type_ in ("f32", "f64"):
        return float(value)
    return int(value) & ((1 << 8 * size_align(type_)[0]) - 1)


def _write(data: Any, size: int) -> Ins:
    return Ins("call", "i64", (Const("i32", 1), data, Const("i64", size)), {"callee": "write"})


def _main(count: int) -> Function:
    argc, argv = Param("argc", "i32"), Param("argv", "ptr")
    entry, done = Block("entry"), Block("done")
    blocks = [Block(f"run{k}") for k in range(count)]
    at = Ins("ptradd", "ptr", (argv, Const("i64", 8)))
    text = Ins("load", "ptr", (at,), {"align": 8})
    start = Ins("call", "i32", (text,), {"callee": "atoi"})
    entry.body = [at, text, start, Ins("switch", "void", (start,), {
        "values": tuple(range(count))}, blocks=(done, *blocks))]
    for k, block in enumerate(blocks):
        block.body = [Ins("call", "void", (), {"callee": f"call.{k}"}),
                      Ins("br", "void", blocks=(blocks[k + 1] if k + 1 < count else done,))]
    done.body = [Ins("ret", "void", (Const("i32", 0),))]
    return Function("main", [argc, argv], "i32", linkage="export",
                    blocks=[entry, *blocks, done])


def as_python(type_: t.Type, data: bytes) -> Any:
    """The result of a call from its bytes, as ordinary Python sees it."""
    ir = t.value_ir(type_)
    return None if ir == "void" else meaning(type_, decode(ir, data))


def meaning(type_: t.Type, value: Any) -> Any:
    """A canonical IR value as a value of the language's type."""
    if isinstance(type_, t.TupleType):
        return tuple(meaning(e, v) for e, v in zip(type_.elems, value, strict=True))
    storage = type_.storage
    if isinstance(storage, t.BoolType):
        return bool(value)
    if isinstance(storage, t.IntType) and storage.signed and value >> (storage.bits - 1):
        return value - (1 << storage.bits)
    return value
