"""Making tagged unions: `Shape.circle(2.0)`, `Shape.empty()`."""

from __future__ import annotations

from ..lower.access import VariantMember
from ..lower.convert import coerce, store
from ..values import Place, Reg, Val
from .registry import Call, known_object


@known_object(VariantMember)
def _make(c: Call) -> Val:
    """The tag, then the payload."""
    low, ty = c.low, c.obj.type
    layout = ty.layout()
    tag, payload = layout.members[c.obj.name]
    c.count(0 if payload is None else 1)
    place = low.temp(ty)
    place.what = f"{ty.name}.{c.obj.name}(…)"
    low.e.emit("memset", "void", place.addr, low.e.const(8, 0), low.e.const(64, ty.size))
    store(low, Reg(layout.tag, low.e.const(32, tag)), Place(layout.tag, place.addr), c.node)
    if payload is not None:
        node = c.args[0]
        val = coerce(low, low.expr(node, payload), payload, node)
        store(low, val, Place(payload, low.e.offset(place.addr, layout.payload)), node)
    return place
