"""Hypothesis strategies: modules of any shape, and well-formed functions that run."""

from __future__ import annotations

from hypothesis import strategies as st

from wrought.lang.ir.model import (
    AsmFunction,
    Block,
    Const,
    DType,
    Function,
    Global,
    Ins,
    Loc,
    Module,
    Param,
    Slot,
    Sym,
    Undef,
)
from wrought.lang.ir.ops import INT_PREDICATES, OPS
from wrought.lang.ir.types import type_bits

NAMES = st.one_of(st.sampled_from(["a", "b", "x.2", "undef", "i32", "0", "with space", 'q"\\']),
                  st.text(max_size=6))
SMALL = st.integers(-9, 99)
SCALARS = st.sampled_from(["i1", "i8", "i32", "i64", "i128", "f32", "f64", "ptr"])
TYPES = st.recursive(SCALARS, lambda t: st.lists(t, max_size=3).map(tuple), max_leaves=4)
ATTR_VALUES = st.recursive(
    st.one_of(SMALL, st.booleans(), st.none(), NAMES, st.floats()),
    lambda v: st.lists(v, max_size=3).map(tuple), max_leaves=5)
LOCS = st.one_of(st.none(), st.builds(Loc, SMALL, SMALL))
LINKAGES = st.sampled_from(["internal", "export", "extern"])
PARAMS = st.lists(st.builds(Param, NAMES, TYPES, st.lists(NAMES, max_size=2).map(tuple), NAMES),
                  max_size=3)
ATTR_SETS = st.sets(st.sampled_from(["inline", "cold", "used", "a b"]))


@st.composite
def instructions(draw: st.DrawFn, known: list, blocks: list[Block]) -> Ins:
    """An instruction whose operands exist; nothing else about it need be right."""
    operand = st.one_of(
        st.builds(Const, TYPES, st.one_of(st.integers(-2**70, 2**70), st.floats())),
        st.builds(Undef, TYPES), st.builds(Sym, NAMES, SMALL), *map(st.just, known))
    attrs = draw(st.dictionaries(st.one_of(NAMES, st.just("callee")), ATTR_VALUES, max_size=3))
    return Ins(draw(st.sampled_from(sorted(OPS))), draw(st.one_of(TYPES, st.just("void"))),
               tuple(draw(st.lists(operand, max_size=3))), attrs, draw(LOCS),
               tuple(draw(st.lists(st.sampled_from(blocks), max_size=3))))


@st.composite
def any_functions(draw: st.DrawFn, name: str) -> Function:
    """A function of any content, with uses before definitions too."""
    slots = draw(st.lists(st.builds(Slot, NAMES, SMALL, SMALL, NAMES, SMALL, SMALL), max_size=2))
    blocks = [Block(n) for n in draw(st.lists(NAMES, max_size=3))]
    f = Function(name, draw(PARAMS), draw(TYPES), draw(NAMES), draw(LINKAGES), draw(ATTR_SETS),
                 draw(st.booleans()), draw(NAMES), draw(SMALL), slots, blocks, draw(NAMES),
                 draw(SMALL), draw(NAMES), draw(NAMES),
                 tuple(draw(st.lists(NAMES, max_size=2))))
    known: list = [*f.params, *slots]
    for b in blocks:
        for _ in range(draw(st.integers(0, 3))):
            ins = draw(instructions(known, blocks))
            b.body.append(ins)
            if ins.type != "void":
                known.append(ins)
    if len(known) > 2 and blocks and blocks[0].body:
        blocks[0].body[0].args += (known[-1],)
    return f


@st.composite
def any_modules(draw: st.DrawFn) -> Module:
    """A module that prints; the verifier may well refuse it."""
    m = Module(draw(NAMES), recursive_ok=draw(st.booleans()))
    for name in draw(st.sets(NAMES, max_size=2)):
        m.functions[name] = draw(any_functions(name))
    for name in draw(st.sets(NAMES, max_size=1)):
        relocs = draw(st.lists(st.tuples(SMALL, NAMES, SMALL), max_size=2))
        m.globals[name] = Global(name, draw(SMALL), draw(SMALL), draw(st.none() | st.binary()),
                                 tuple(relocs), draw(st.booleans()), draw(LINKAGES), draw(NAMES))
        m.asm[name] = AsmFunction(name, draw(st.text()), draw(NAMES), params=draw(PARAMS),
                                  attrs=draw(ATTR_SETS), stack=draw(SMALL))
    members = st.tuples(NAMES, NAMES, SMALL, SMALL, st.booleans())
    for key in draw(st.sets(NAMES, max_size=1)):
        m.dtypes[key] = DType(draw(NAMES), draw(NAMES), draw(SMALL), of=draw(NAMES),
                              members=tuple(draw(st.lists(members, max_size=2))),
                              items=tuple(draw(st.lists(st.tuples(NAMES, SMALL), max_size=2))))
    return m


BINARY = ("add", "sub", "mul", "and", "or", "xor", "shl", "lshr", "ashr", "rotl", "rotr", "udiv",
          "umod", "sdiv", "smod", "sdivf", "smodf")
UNARY = ("ctz", "clz", "popcount", "bitrev")
OVERFLOW = ("uaddo", "saddo", "usubo", "ssubo", "umulo", "smulo")
EDGES = (0, 1, 2, -1, -2, 7, 63)


@st.composite
def running_functions(draw: st.DrawFn) -> Function:
    """`@f(a, b)` on one integer type: straight code, branches that go forward, a result.

    It ends after finitely many steps, but it may divide by zero.
    """
    t = draw(st.sampled_from(["i8", "i32", "i64"]))
    mask = (1 << type_bits[t]) - 1
    f = Function("f", [Param("a", t), Param("b", t)], t, linkage="export",
                 slots=[Slot("x", 8, 8)], blocks=[Block(f"b{i}") for i in range(5)])
    known: list = list(f.params)
    for i, block in enumerate(f.blocks):
        usable = list(known)
        for _ in range(draw(st.integers(0, 4))):
            ins = draw(_computations(t, mask, usable, f.slots[0]))
            block.body += ins
            usable += [x for x in ins if x.type == t]
        block.body.append(draw(_ends(t, mask, usable, f.blocks[i + 1:])))
        if i == 0:
            known = usable
    return f


def _values(mask: int, t: str, usable: list) -> st.SearchStrategy:
    return st.one_of(st.sampled_from(usable), st.sampled_from(EDGES).map(
        lambda v: Const(t, v & mask)))


@st.composite
def _computations(draw: st.DrawFn, t: str, mask: int, usable: list, slot: Slot) -> list[Ins]:
    one, two = draw(_values(mask, t, usable)), draw(_values(mask, t, usable))
    kind = draw(st.sampled_from(["binary", "unary", "overflow", "compare", "memory"]))
    if kind == "binary":
        return [Ins(draw(st.sampled_from(BINARY)), t, (one, two))]
    if kind == "unary":
        return [Ins(draw(st.sampled_from(UNARY)), t, (one,))]
    if kind == "overflow":
        pair = Ins(draw(st.sampled_from(OVERFLOW)), (t, "i1"), (one, two))
        return [pair, Ins("extract", t, (pair,), {"index": 0})]
    if kind == "compare":
        less = Ins("icmp", "i1", (one, two), {"pred": draw(st.sampled_from(INT_PREDICATES))})
        return [less, Ins("select", t, (less, one, two))]
    size = type_bits[t] // 8
    return [Ins("store", "void", (one, slot), {"align": size}),
            Ins("load", t, (slot,), {"align": size})]


@st.composite
def _ends(draw: st.DrawFn, t: str, mask: int, usable: list, after: list[Block]) -> Ins:
    value = draw(_values(mask, t, usable))
    if not after:
        return Ins("ret", "void", (value,))
    way = st.sampled_from(after)
    kind = draw(st.sampled_from(["br", "cbr", "switch", "ret"]))
    if kind == "br":
        return Ins("br", "void", blocks=(draw(way),))
    if kind == "cbr":
        on = Const("i1", draw(st.integers(0, 1)))
        tests = [x for x in usable if isinstance(x, Ins) and x.op == "select"]
        return Ins("cbr", "void", (draw(st.sampled_from(tests)).args[0] if tests else on,),
                   blocks=(draw(way), draw(way)))
    if kind == "switch":
        return Ins("switch", "void", (value,), {"values": (1, mask)},
                   blocks=(draw(way), draw(way), draw(way)))
    return Ins("ret", "void", (value,))
