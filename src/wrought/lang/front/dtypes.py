"""Types as a debugger shows them."""

from __future__ import annotations

from wrought.lang.core import types as t
from wrought.lang.core.decl import BitfieldType, Declared, EnumType, StructType, VariantType
from wrought.lang.ir.model import DType


def key_of(ty: t.Type) -> str:
    """The key of a type in `Module.dtypes`: unique, the same in every build."""
    return f"{ty.module}.{ty.name}" if isinstance(ty, Declared) and "module" in ty.__dict__ else (
        ty.name)


def describe(ty: t.Type, out: dict[str, DType]) -> str:
    """Enter `ty`, and what it refers to, in `out`; its key, or "" where there is nothing to see.
    """
    if isinstance(ty, t.VoidType | t.NeverType | t.ConstType | t.TypeVar):
        return ""
    key = key_of(ty)
    if key in out:
        return key
    out[key] = DType("base", ty.name, 1)
    out[key] = _make(ty, out)
    return key


def _make(ty: t.Type, out: dict[str, DType]) -> DType:
    if isinstance(ty, t.IntType):
        return DType("base", ty.name, ty.size, "signed" if ty.signed else "unsigned")
    if isinstance(ty, t.BoolType):
        return DType("base", "bool", 1, "bool")
    if isinstance(ty, t.FloatType):
        return DType("base", ty.name, ty.size, "float")
    if isinstance(ty, t.PtrType):
        return DType("ptr", ty.name, 8, of=describe(ty.to, out))
    if isinstance(ty, t.FnType):
        return DType("ptr", ty.name, 8)
    if isinstance(ty, t.ArrayType):
        return DType("array", ty.name, ty.size, of=describe(ty.elem, out), count=ty.count)
    if isinstance(ty, EnumType):
        items = tuple((mem.name, int(mem)) for mem in ty)
        return DType("enum", ty.name, ty.size, of=describe(ty.base, out), items=items,
                     file=ty.file, line=ty.line)
    if isinstance(ty, t.NewType | t.UntrustedType):
        return DType("typedef", ty.name, ty.size, of=describe(ty.base, out))
    if isinstance(ty, t.CellType):
        return DType("typedef", ty.name, ty.size, of=describe(ty.elem, out))
    return DType("struct", ty.name, ty.size, members=_members(ty, out),
                 file=getattr(ty, "file", ""), line=getattr(ty, "line", 0))


Member = tuple[str, str, int, int, bool]


def _members(ty: t.Type, out: dict[str, DType]) -> tuple[Member, ...]:
    if isinstance(ty, BitfieldType):
        return tuple((f.name, describe(f.type, out), f.lo, f.hi - f.lo + 1, True)
                     for f in ty.fields.values())
    if isinstance(ty, StructType):
        return tuple((f.name, describe(f.type, out), f.offset * 8, f.type.size * 8, False)
                     for f in ty.fields.values())
    if isinstance(ty, t.SliceType):
        from wrought.lang.core.scalars import u64

        return (("ptr", describe(t.ptr(ty.elem), out), 0, 64, False),
                ("len", describe(u64, out), 64, 64, False))
    if isinstance(ty, VariantType):
        layout = ty.layout()
        tag = ("tag", describe(layout.tag, out), 0, 32, False)
        return (tag, *((name, describe(payload, out), layout.payload * 8, payload.size * 8, False)
                       for name, (_, payload) in layout.members.items() if payload is not None))
    if isinstance(ty, t.TupleType):
        from wrought.lang.ir.types import part_offset

        ir = ty.ir
        assert isinstance(ir, tuple)
        return tuple((f"_{i}", describe(e, out), part_offset(ir, i) * 8, e.size * 8, False)
                     for i, e in enumerate(ty.elems))
    return ()


