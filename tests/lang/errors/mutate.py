"""Programs that somebody mistyped: one or two pieces deleted, doubled, swapped or replaced."""

from __future__ import annotations

import ast
import copy
import io
import random
import tokenize

FIELDS = ("body", "orelse", "args", "elts", "values", "keywords", "cases", "decorator_list",
          "ops", "comparators", "targets", "patterns", "kwd_patterns")
"""Lists of nodes."""


def lists(tree: ast.AST) -> list[list[ast.AST]]:
    """Every list of nodes in the tree that has something in it."""
    return [items for node in ast.walk(tree) for name in FIELDS
            if isinstance(items := getattr(node, name, None), list) and items]


def slots(tree: ast.AST) -> list[tuple[ast.AST, str, ast.expr]]:
    """Every place of one expression: (parent, field, expression)."""
    return [(node, name, child) for node in ast.walk(tree)
            for name, child in ast.iter_fields(node) if isinstance(child, ast.expr)]


def mutate_tree(text: str, donor: str, rng: random.Random) -> str:
    """`text` with one or two nodes changed; what is put in comes from `donor` or itself."""
    tree = ast.parse(text)
    spare = [child for _, _, child in slots(ast.parse(rng.choice((text, donor))))]
    for _ in range(rng.randint(1, 2)):
        kind = rng.randrange(6)
        if kind < 3:
            items = rng.choice(lists(tree))
            i = rng.randrange(len(items))
            if kind == 0 and len(items) > 1:
                del items[i]
            elif kind == 1:
                items.insert(i, copy.deepcopy(rng.choice(items)))
            else:
                j = rng.randrange(len(items))
                items[i], items[j] = items[j], items[i]
        else:
            parent, name, child = rng.choice(slots(tree))
            new: ast.expr = copy.deepcopy(rng.choice(spare))
            if kind == 5:
                new = ast.Constant(rng.choice((0, -1, 2**64, True, None, 1.5, "x", b"x", ...)))
            ctx = getattr(child, "ctx", None)
            if ctx is not None and not isinstance(ctx, ast.Load) and not hasattr(new, "ctx"):
                continue
            if ctx is not None and hasattr(new, "ctx"):
                new.ctx = ctx  # pyright: ignore[reportAttributeAccessIssue]
            setattr(parent, name, new)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def mutate_tokens(text: str, rng: random.Random) -> str:
    """`text` with one token deleted, doubled, or exchanged for another of the text."""
    found = [t for t in tokenize.generate_tokens(io.StringIO(text).readline)
             if t.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING)]
    chosen, other = rng.choice(found), rng.choice(found)
    lines = text.splitlines(keepends=True)
    row, start, end = chosen.start[0] - 1, chosen.start[1], chosen.end[1]
    if chosen.start[0] != chosen.end[0]:
        return text
    new = rng.choice(("", chosen.string + " " + chosen.string, other.string, other.string))
    lines[row] = lines[row][:start] + new + lines[row][end:]
    return "".join(lines)


def mutant(texts: list[str], seed: int) -> str:
    """The program number `seed`."""
    rng = random.Random(seed)
    text = rng.choice(texts)
    try:
        if rng.random() < 0.3:
            return mutate_tokens(text, rng)
        return mutate_tree(text, rng.choice(texts), rng)
    except (SyntaxError, ValueError, tokenize.TokenError, IndexError):
        return text
