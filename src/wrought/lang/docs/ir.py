"""The page of IR operations."""

from __future__ import annotations

from wrought.lang.ir import ops

from .markdown import code, page, table

INTRO = """What compiled Python becomes before LLVM sees it; `--dump=ir` prints it. A function is a
list of blocks; the last instruction of a block is its only terminator. Local variables are slots
of stack memory."""

RULES = """| letter | operand |
|---|---|
| i | integer (i8 to i64) |
| b | i1 |
| f | f32 or f64 |
| p | ptr |
| s | any scalar |
| v | any value |
| * | the last one, repeated |

| rule | types |
|---|---|
| same | operands and result have one type |
| cmp | operands have one type, the result is i1 |
| ovf | operands have one type T, the result is {T, i1} |
| pair | operands have one type T, the result is {T, T} |
| any | the instruction's own type is the result |"""


def ir() -> str:
    """`ir.md`."""
    rows = list(ops.OPS.values())
    kinds = (("Without effects", [o for o in rows if o.pure]),
             ("With effects", [o for o in rows if not o.pure and not o.terminator]),
             ("Terminators", [o for o in rows if o.terminator]))
    parts = [RULES]
    for title, some in kinds:
        parts += [f"## {title}", table(("op", "operands", "rule", "attributes", "meaning"), [
            (code(o.name), o.operands, o.rule, ", ".join(o.attrs), o.doc) for o in some])]
    words = (("Predicates of icmp", ops.INT_PREDICATES),
             ("Predicates of fcmp", ops.FLOAT_PREDICATES), ("Orderings", ops.ORDERS),
             ("Kinds of atomic_rmw", ops.RMW_KINDS))
    parts += ["## Words of attributes", table(("where", "words"), [
        (where, ", ".join(map(code, some))) for where, some in words])]
    return page("IR operations", INTRO, "`wrought.lang.ir.ops`", parts)
