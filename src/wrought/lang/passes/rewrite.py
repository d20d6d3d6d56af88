"""Replacing values: what passes that compute results instead of instructions share."""

from __future__ import annotations

from ..ir.model import Function, Ins, Value


def replace_uses(f: Function, new: dict[Ins, Value]) -> None:
    """Use `new[x]` wherever instruction `x` is an operand; `new` may lead to its own keys."""
    if not new:
        return
    for block in f.blocks:
        for ins in block.body:
            if any(isinstance(a, Ins) and a in new for a in ins.args):
                ins.args = tuple([final(a, new) for a in ins.args])


def final(v: Value, new: dict[Ins, Value]) -> Value:
    """Where following the replacements of `v` ends."""
    while isinstance(v, Ins) and v in new:
        v = new[v]
    return v


def drop(f: Function, dead: dict[Ins, Value]) -> None:
    """Remove instructions that nothing uses any more."""
    for block in f.blocks:
        block.body = [ins for ins in block.body if ins not in dead]
