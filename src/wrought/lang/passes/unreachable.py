"""Drop what never runs: blocks that the entry does not reach, symbols that nothing names.

Needs well-formed IR and keeps it so.  Kept as roots: exported functions and globals, `used`
functions, the panic handler, and globals with a section of their own (tables that the linker
collects).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..ir.dominance import reverse_postorder
from ..ir.model import Function, Global, Module, Sym
from ..ir.symbols import PANIC


def drop_unreachable(m: Module) -> int:
    """Remove unreachable blocks, functions and globals; how many there were."""
    count = sum(drop_blocks(f) for f in m.functions.values() if f.blocks)
    live = live_symbols(m)
    for table in (m.functions, m.asm, m.globals):
        dead = [name for name in table if name not in live]
        count += len(dead)
        for name in dead:
            del table[name]
    return count


def drop_blocks(f: Function) -> int:
    """Remove the blocks of one function that its entry does not reach."""
    live = set(reverse_postorder(f))
    before = len(f.blocks)
    f.blocks = [b for b in f.blocks if b in live]
    return before - len(f.blocks)


def live_symbols(m: Module) -> set[str]:
    """Names that the roots lead to, by calls, addresses, declared targets or relocations."""
    todo = [f.name for f in m.functions.values()
            if f.linkage == "export" or "used" in f.attrs or f.name == PANIC]
    todo += [a.name for a in m.asm.values() if a.linkage == "export" or "used" in a.attrs]
    todo += [g.name for g in m.globals.values() if _is_root(g)]
    live: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in live:
            live.add(name)
            todo += _named_by(m, name)
    return live


def _is_root(g: Global) -> bool:
    return g.linkage == "export" or (g.section != "" and g.linkage != "extern")


def _named_by(m: Module, name: str) -> Iterator[str]:
    if name in m.functions:
        yield from _named_by_function(m.functions[name])
    elif name in m.asm:
        yield from m.asm[name].calls
    elif name in m.globals:
        yield from (target for _, target, _ in m.globals[name].relocs)


def _named_by_function(f: Function) -> Iterator[str]:
    yield from f.targets
    for block in f.blocks:
        for ins in block.body:
            for a in ins.args:
                if isinstance(a, Sym):
                    yield a.name
            if "callee" in ins.attrs:
                yield ins.attrs["callee"]
            yield from ins.attrs.get("targets") or ()
