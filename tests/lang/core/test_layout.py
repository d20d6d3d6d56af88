"""Struct layouts equal those of C on both machines."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from lang.core.layouts import C_TYPES, FieldShape, Shape, c_measures
from wrought.lang.source import register

HEADER = """\
from __future__ import annotations

from wrought.lang.core.decl import struct, union
from wrought.lang.core.scalars import *


"""
FIXED = [
    Shape("Plain", (FieldShape("u8"), FieldShape("u64"), FieldShape("u16"))),
    Shape("Tail", (FieldShape("u64"), FieldShape("u8"))),
    Shape("Nested", (FieldShape("u8"), FieldShape("Tail"), FieldShape("bool"))),
    Shape("Arrays", (FieldShape("u8", 3), FieldShape("Tail", 2), FieldShape("u16", 5))),
    Shape("Tight", (FieldShape("u8"), FieldShape("u64"), FieldShape("f32")), packed=True),
    Shape("Wide", (FieldShape("u8"),), align=64),
    Shape("TightWide", (FieldShape("u8"), FieldShape("u32")), packed=True, align=4),
    Shape("HoldsTight", (FieldShape("u8"), FieldShape("Tight"), FieldShape("u16"))),
    Shape("HoldsWide", (FieldShape("u8"), FieldShape("Wide"), FieldShape("ptr"))),
    Shape("Either", (FieldShape("u8", 9), FieldShape("u32")), union=True),
    Shape("Pointers", (FieldShape("bool"), FieldShape("ptr"), FieldShape("i8"))),
]


def random_shapes(seed: int, count: int) -> list[Shape]:
    """Structs that nest the fixed ones, and some each other."""
    r, shapes = Random(seed), list[Shape]()
    for n in range(count):
        kinds = [*C_TYPES, *(s.name for s in FIXED + shapes[:10])]
        fields = tuple(FieldShape(r.choice(kinds), r.choice((0, 0, 0, 1, 3, 7)))
                       for _ in range(r.randint(1, 7)))
        shapes.append(Shape(f"R{n}", fields, r.random() < 0.2, r.choice((0, 0, 0, 2, 16, 128)),
                            r.random() < 0.1))
    return [s if not s.union else Shape(s.name, s.fields, union=True) for s in shapes]


def test_huge_structs_are_quick() -> None:
    """Sizes that multiply at each level cost nothing by themselves."""
    shapes = [Shape("H0", (FieldShape("u8", 8),))]
    for n in range(1, 18):
        shapes.append(Shape(f"H{n}", (FieldShape(f"H{n - 1}", 8),)))
    assert our_measures(shapes)["H17"][:2] == [8 ** 18, 1]


def our_measures(shapes: list[Shape]) -> dict[str, list[int]]:
    path = f"<layouts {len(shapes)} {shapes[0].name}>"
    text = HEADER + "".join(s.python() for s in shapes)
    register(path, text)
    names: dict[str, Any] = {"__name__": "layouts"}
    exec(compile(text, path, "exec"), names)
    return {s.name: [names[s.name].size, names[s.name].align,
                     *(f.offset for f in names[s.name].fields.values())] for s in shapes}


@pytest.mark.parametrize("triple", ["aarch64-linux-gnu", "x86_64-linux-gnu"])
def test_fixed_and_random(triple: str, tmp_path: Path) -> None:
    shapes = FIXED + random_shapes(1, 150)
    ours, c = our_measures(shapes), c_measures(shapes, triple, tmp_path)
    wrong = [f"{s.c()}ours {ours[s.name]}, C {c[s.name]}" for s in shapes
             if ours[s.name] != c[s.name]]
    assert not wrong, "\n".join(wrong[:5])
