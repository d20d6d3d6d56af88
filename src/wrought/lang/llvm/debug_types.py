"""Debugger types: one metadata node for each `DType`."""

from __future__ import annotations

from collections.abc import Callable

from ..ir.model import DType
from .context import ModuleContext
from .text import quote

_ENCODINGS = {"unsigned": "DW_ATE_unsigned", "signed": "DW_ATE_signed", "bool": "DW_ATE_boolean",
              "float": "DW_ATE_float", "char": "DW_ATE_unsigned_char"}
_TAGS = {"struct": "DW_TAG_structure_type", "union": "DW_TAG_union_type"}
_POINTER_BITS = 64


class DebugTypes:
    """Makes and remembers type nodes; a struct may point to itself."""

    def __init__(self, m: ModuleContext, file_node: Callable[[str], str]) -> None:
        self._m = m
        self._file_node = file_node
        self._nodes: dict[str, str] = {"": "null"}

    def node(self, key: str) -> str:
        """`!7` for a key of `Module.dtypes`; `null`, which is void, for none."""
        known = self._nodes.get(key)
        if known is not None:
            return known
        dtype = self._m.module.dtypes.get(key)
        if dtype is None:
            return "null"
        number = self._m.reserve()
        self._nodes[key] = f"!{number}"
        self._m.metadata[number] = self._text(dtype, number)
        return f"!{number}"

    def bits(self, key: str) -> int:
        """Size in bits, 0 where unknown."""
        dtype = self._m.module.dtypes.get(key)
        if dtype is None:
            return 0
        match dtype.kind:
            case "ptr":
                return _POINTER_BITS
            case "array":
                return self.bits(dtype.of) * dtype.count
            case "typedef" | "enum":
                return dtype.size * 8 or self.bits(dtype.of)
            case _:
                return dtype.size * 8

    def _text(self, d: DType, number: int) -> str:
        name = f"name: {quote(d.name)}, " if d.name else ""
        match d.kind:
            case "base":
                encoding = _ENCODINGS.get(d.encoding, "DW_ATE_unsigned")
                return f"!DIBasicType({name}size: {d.size * 8}, encoding: {encoding})"
            case "ptr":
                return (f"!DIDerivedType(tag: DW_TAG_pointer_type, baseType: {self.node(d.of)}, "
                        f"size: {_POINTER_BITS})")
            case "typedef":
                return (f"!DIDerivedType(tag: DW_TAG_typedef, {name}{self._place(d)}"
                        f"baseType: {self.node(d.of)})")
            case "array":
                count = self._m.node(f"!DISubrange(count: {d.count})")
                elements = self._m.node(f"!{{{count}}}")
                bits = self.bits(d.of) * d.count
                return (f"!DICompositeType(tag: DW_TAG_array_type, baseType: {self.node(d.of)}, "
                        f"size: {bits}, elements: {elements})")
            case "enum":
                return self._enum(d, name)
            case _:
                return self._struct(d, name, number)

    def _place(self, d: DType) -> str:
        return f"file: {self._file_node(d.file)}, line: {d.line}, " if d.file else ""

    def _enum(self, d: DType, name: str) -> str:
        items = [self._m.node(f"!DIEnumerator(name: {quote(n)}, value: {v}"
                              f"{', isUnsigned: true' if v >= 0 else ''})") for n, v in d.items]
        elements = self._m.node(f"!{{{', '.join(items)}}}")
        return (f"!DICompositeType(tag: DW_TAG_enumeration_type, {name}{self._place(d)}"
                f"baseType: {self.node(d.of)}, size: {d.size * 8 or self.bits(d.of)}, "
                f"elements: {elements})")

    def _struct(self, d: DType, name: str, number: int) -> str:
        members: list[str] = []
        for field, key, offset, size, is_bits in d.members:
            extra = ""
            if is_bits:
                unit = self.bits(key) or 64
                extra = f", flags: DIFlagBitField, extraData: i64 {offset // unit * unit}"
            members.append(self._m.node(
                f"!DIDerivedType(tag: DW_TAG_member, name: {quote(field)}, scope: !{number}, "
                f"baseType: {self.node(key)}, size: {size}, offset: {offset}{extra})"))
        elements = self._m.node(f"!{{{', '.join(members)}}}")
        return (f"distinct !DICompositeType(tag: {_TAGS[d.kind]}, {name}{self._place(d)}"
                f"size: {d.size * 8}, elements: {elements})")
