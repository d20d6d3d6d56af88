"""Appending instructions to the function that is being lowered."""

from __future__ import annotations

from typing import Any

from wrought.lang.ir import model as m
from wrought.lang.ir.ops import TERMINATORS
from wrought.lang.ir.types import IrType


class Emitter:
    """Holds the function and the current block; one method for each common shape of op."""

    def __init__(self, function: m.Function) -> None:
        self.function = function
        self.block: m.Block = self.new_block("entry")
        self.start(self.block)
        self.loc: m.Loc | None = None
        self.names: dict[str, int] = {"entry": 0}

    def new_block(self, name: str) -> m.Block:
        """A block, not yet part of the function."""
        return m.Block(name)

    def start(self, block: m.Block) -> None:
        """Append `block` to the function and continue there."""
        if self.function.blocks:
            n = self.names.get(block.name, -1) + 1
            self.names[block.name] = n
            if n:
                block.name = f"{block.name}.{n}"
        self.function.blocks.append(block)
        self.block = block

    def emit(self, op: str, type: IrType, *args: m.Value, **attrs: Any) -> m.Ins:
        """Append one instruction."""
        ins = m.Ins(op, type, args, attrs, self.loc)
        self.block.body.append(ins)
        return ins

    def slot(self, name: str, size: int, align: int, dtype: str = "", line: int = 0,
             arg: int = 0) -> m.Slot:
        """Stack memory for the whole call."""
        s = m.Slot(name, size, align, dtype, line, arg)
        self.function.slots.append(s)
        return s

    def const(self, bits: int, value: int) -> m.Const:
        """An integer constant, wrapped to its width."""
        return m.Const(f"i{bits}", value & ((1 << bits) - 1))

    def load(self, type: IrType, addr: m.Value, align: int, **attrs: Any) -> m.Ins:
        """Read memory."""
        return self.emit("load", type, addr, align=align, **attrs)

    def store(self, value: m.Value, addr: m.Value, align: int, **attrs: Any) -> None:
        """Write memory."""
        self.emit("store", "void", value, addr, align=align, **attrs)

    def offset(self, addr: m.Value, n: int) -> m.Value:
        """`addr + n` bytes."""
        if n == 0:
            return addr
        if isinstance(addr, m.Sym):
            return m.Sym(addr.name, addr.offset + n)
        return self.emit("ptradd", "ptr", addr, self.const(64, n))

    def end(self, op: str, *args: m.Value, blocks: tuple[m.Block, ...] = (), **attrs: Any) -> None:
        """Append a terminator, unless the block has one."""
        if not self.ended:
            self.block.body.append(m.Ins(op, "void", args, attrs, self.loc, blocks))

    @property
    def ended(self) -> bool:
        """Whether the current block has its terminator."""
        body = self.block.body
        return bool(body) and body[-1].op in TERMINATORS

    def br(self, block: m.Block) -> None:
        """Go to `block`."""
        self.end("br", blocks=(block,))

    def cbr(self, cond: m.Value, then: m.Block, other: m.Block, likely: int | None = None) -> None:
        """Go to `then` if `cond`, else to `other`."""
        attrs = {} if likely is None else {"likely": likely}
        self.end("cbr", cond, blocks=(then, other), **attrs)
