"""Straighten control flow: decide branches on constants, join blocks that follow each other.

Needs well-formed IR and keeps it so; removes the blocks that become unreachable.
"""

from __future__ import annotations

from ..ir.model import Block, Const, Function, Ins, Module
from .unreachable import drop_blocks


def simplify(m: Module) -> int:
    """Simplify every function; how many branches and blocks went away."""
    return sum(_function(f) for f in m.functions.values() if f.blocks)


def _function(f: Function) -> int:
    decided = sum(_decide(b) for b in f.blocks)
    gone = drop_blocks(f)
    return decided + gone + _join(f)


def _decide(block: Block) -> int:
    """Replace a branch with one possible successor by `br`."""
    last = block.body[-1]
    if last.op not in ("cbr", "switch"):
        return 0
    target = last.blocks[0] if len(set(last.blocks)) == 1 else None
    on = last.args[0]
    if isinstance(on, Const):
        target = _chosen(last, int(on.value))
    if target is None:
        return 0
    block.body[-1] = Ins("br", "void", loc=last.loc, blocks=(target,))
    return 1


def _chosen(last: Ins, value: int) -> Block:
    if last.op == "cbr":
        return last.blocks[0 if value else 1]
    values = last.attrs["values"]
    return last.blocks[values.index(value) + 1 if value in values else 0]


def _join(f: Function) -> int:
    """Append to each block the one that follows only it and that only it precedes."""
    preds: dict[Block, int] = {}
    for b in f.blocks:
        for s in b.body[-1].blocks:
            preds[s] = preds.get(s, 0) + 1
    joined: set[Block] = set()
    for b in f.blocks:
        while b not in joined:
            last = b.body[-1]
            after = last.blocks[0] if last.op == "br" else b
            if after is b or after is f.blocks[0] or preds[after] != 1:
                break
            b.body[-1:] = after.body
            joined.add(after)
    f.blocks = [b for b in f.blocks if b not in joined]
    return len(joined)
