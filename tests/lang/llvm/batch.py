"""Many calls in one AArch64 program under QEMU: operands in a table, results on its output."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wrought.lang.build.link import build_executable
from wrought.lang.ir.model import Block, Const, Function, Global, Ins, Module, Param, Slot, Sym
from wrought.lang.ir.types import IrType, align_up, part_offset, size_align
from wrought.lang.targets import TARGETS

_CODES = {"i1": "B", "i8": "B", "i16": "H", "i32": "I", "i64": "Q", "ptr": "Q", "f32": "f",
          "f64": "d"}


def encode(t: IrType, value: Any) -> bytes:
    """A value as it lies in memory."""
    if isinstance(t, tuple):
        data = bytearray(size_align(t)[0])
        for i, part in enumerate(t):
            item = encode(part, value[i])
            data[part_offset(t, i):part_offset(t, i) + len(item)] = item
        return bytes(data)
    return value.to_bytes(16, "little") if t == "i128" else struct.pack("<" + _CODES[t], value)


def decode(t: IrType, data: bytes) -> Any:
    """The value that lies in memory."""
    if isinstance(t, tuple):
        return tuple(decode(p, data[part_offset(t, i):]) for i, p in enumerate(t))
    if t == "i128":
        return int.from_bytes(data[:16], "little")
    return struct.unpack_from("<" + _CODES[t], data)[0]


def _driver(name: str, callee: Function) -> Function:
    """`name(in, n, out)`: call `callee` on n argument tuples, storing each result."""
    params = tuple(p.type for p in callee.params)
    source, count, out = Param("in", "ptr"), Param("n", "i64"), Param("out", "ptr")
    slot = Slot("i", 8, 8)
    entry, test, body, done = (Block(b) for b in ("entry", "test", "body", "done"))
    entry.body = [Ins("store", "void", (Const("i64", 0), slot)), Ins("br", "void", blocks=(test,))]
    i = Ins("load", "i64", (slot,))
    more = Ins("icmp", "i1", (i, count), {"pred": "ult"})
    test.body = [i, more, Ins("cbr", "void", (more,), blocks=(body, done))]
    row = Ins("elem", "ptr", (source, i), {"size": size_align(params)[0]})
    loads: list[Ins] = [row]
    args: list[Ins] = []
    for k, t in enumerate(params):
        at = Ins("ptradd", "ptr", (row, Const("i64", part_offset(params, k))))
        args.append(Ins("load", t, (at,)))
        loads += [at, args[-1]]
    result = Ins("call", callee.ret, tuple(args), {"callee": callee.name})
    place = Ins("elem", "ptr", (out, i), {"size": size_align(callee.ret)[0]})
    step = Ins("add", "i64", (i, Const("i64", 1)))
    body.body = [*loads, result, place, Ins("store", "void", (result, place)), step,
                 Ins("store", "void", (step, slot)), Ins("br", "void", blocks=(test,))]
    done.body = [Ins("ret", "void")]
    return Function(name, [source, count, out], "void", attrs={"noinline"}, slots=[slot],
                    blocks=[entry, test, body, done])


def program(m: Module, rows: Sequence[tuple[str, list[tuple[Any, ...]]]]) -> tuple[Module, int]:
    """The module with drivers and a `main` that writes all results; and their size."""
    main: list[Ins] = []
    at = 0
    for k, (name, args) in enumerate(rows):
        callee = m.functions[name]
        params = tuple(p.type for p in callee.params)
        data = b"".join(encode(params, row) for row in args)
        m.globals[f"in{k}"] = Global(f"in{k}", len(data), 16, data, const=True)
        m.functions[f"drive{k}"] = _driver(f"drive{k}", callee)
        where = Sym("results", at)
        main.append(Ins("call", "void", (Sym(f"in{k}"), Const("i64", len(args)), where),
                        {"callee": f"drive{k}"}))
        at = align_up(at + len(args) * size_align(callee.ret)[0], 16)
    m.globals["results"] = Global("results", at, 16)
    m.functions["write"] = Function("write", [Param("fd", "i32"), Param("p", "ptr"),
                                              Param("n", "i64")], "i64", linkage="extern")
    main.append(Ins("call", "i64", (Const("i32", 1), Sym("results"), Const("i64", at)),
                    {"callee": "write"}))
    block = Block("entry")
    block.body = [*main, Ins("ret", "void", (Const("i32", 0),))]
    m.functions["main"] = Function("main", [], "i32", linkage="export", blocks=[block])
    return m, at


def run_on_a64(m: Module, rows: Sequence[tuple[str, list[tuple[Any, ...]]]], folder: Path
               ) -> list[list[Any]]:
    """For each (function, argument tuples), the results from QEMU's user-mode AArch64."""
    types = [m.functions[name].ret for name, _ in rows]
    whole, size = program(m, rows)
    path = folder / "program"
    build_executable(whole, TARGETS["aarch64-linux-musl"], path)
    done = subprocess.run(["qemu-aarch64", str(path)], capture_output=True, timeout=120,
                          check=True)
    assert len(done.stdout) == size
    results: list[list[Any]] = []
    at = 0
    for t, (_, args) in zip(types, rows, strict=True):
        step = size_align(t)[0]
        results.append([decode(t, done.stdout[at + i * step:]) for i in range(len(args))])
        at = align_up(at + len(args) * step, 16)
    return results
