"""Which blocks every path from the entry passes through.

The iterative algorithm of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm".
"""

from __future__ import annotations

from .model import Block, Function


def successors(block: Block) -> tuple[Block, ...]:
    """Where control can go from the end of `block`."""
    return block.body[-1].blocks if block.body else ()


def reverse_postorder(f: Function) -> list[Block]:
    """The blocks that the entry reaches, each before its successors but for loops' back edges."""
    order: list[Block] = []
    seen = {f.blocks[0]}
    stack = [(f.blocks[0], iter(successors(f.blocks[0])))]
    while stack:
        block, rest = stack[-1]
        for s in rest:
            if s not in seen:
                seen.add(s)
                stack.append((s, iter(successors(s))))
                break
        else:
            order.append(block)
            stack.pop()
    order.reverse()
    return order


class Dominators:
    """The dominator tree of one function; blocks that nothing reaches are not in it."""

    def __init__(self, f: Function) -> None:
        self.order = reverse_postorder(f)
        self._number = {b: i for i, b in enumerate(self.order)}
        preds: list[list[int]] = [[] for _ in self.order]
        for i, b in enumerate(self.order):
            for s in successors(b):
                preds[self._number[s]].append(i)
        self._idom = self._solve(preds)
        self._depth = [0] * len(self.order)
        for i, d in enumerate(self._idom[1:], 1):
            self._depth[i] = self._depth[d] + 1

    def _solve(self, preds: list[list[int]]) -> list[int]:
        idom = [-1] * len(preds)
        idom[0] = 0
        changed = True
        while changed:
            changed = False
            for i in range(1, len(preds)):
                new = -1
                for p in preds[i]:
                    if idom[p] >= 0:
                        new = p if new < 0 else self._meet(idom, p, new)
                if idom[i] != new:
                    idom[i] = new
                    changed = True
        return idom

    @staticmethod
    def _meet(idom: list[int], a: int, b: int) -> int:
        while a != b:
            while a > b:
                a = idom[a]
            while b > a:
                b = idom[b]
        return a

    def immediate(self, block: Block) -> Block | None:
        """The nearest block above `block` in the tree; None for the entry."""
        i = self._number[block]
        return self.order[self._idom[i]] if i else None

    def dominates(self, above: Block, below: Block) -> bool:
        """Whether every path to `below` passes `above`; a block dominates itself."""
        a, b = self._number.get(above), self._number.get(below)
        if a is None or b is None:
            return b is None
        while self._depth[b] > self._depth[a]:
            b = self._idom[b]
        return a == b
