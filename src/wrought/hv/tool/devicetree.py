"""Device trees as values: read, changed and written without losing a byte of a property.

The flattened form is the Devicetree Specification v0.4, chapter 5.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from wrought.errors import WroughtError

MAGIC = 0xD00D_FEED
BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9
HEADER = struct.Struct(">10I")
VERSION, COMPATIBLE_VERSION = 17, 16


class TreeError(WroughtError):
    """A device tree that is broken, or lacks what is needed."""


@dataclass
class Node:
    """A node: properties as raw bytes, children by name, both in the tree's order."""

    name: str = ""
    props: dict[str, bytes] = field(default_factory=lambda: dict[str, bytes]())
    children: dict[str, Node] = field(default_factory=lambda: dict[str, Node]())

    def child(self, name: str) -> Node:
        """The child of this name, made where there is none."""
        return self.children.setdefault(name, Node(name))

    def find(self, path: str) -> Node | None:
        """The node at a path below; names match without their unit address where that is unique."""
        node = self
        for part in path.strip("/").split("/"):
            if part:
                bases = [child for name, child in node.children.items()
                         if name == part or name.partition("@")[0] == part]
                exact = node.children.get(part)
                if exact is None and len(bases) != 1:
                    return None
                node = exact or bases[0]
        return node

    def walk(self, path: str = "") -> Iterator[tuple[str, Node]]:
        """This node and all below, with their paths."""
        yield path or "/", self
        for name, child in self.children.items():
            yield from child.walk(f"{path}/{name}")

    def text(self, name: str) -> str:
        """A property's first string, or ""."""
        return self.props.get(name, b"").split(b"\0")[0].decode("utf-8", "replace")

    def texts(self, name: str) -> list[str]:
        """A property's strings."""
        value = self.props.get(name, b"")
        return value.rstrip(b"\0").decode("utf-8", "replace").split("\0") if value else []

    def cells(self, name: str) -> list[int]:
        """A property's 32-bit words; a rest of fewer than four bytes is left out."""
        value = self.props.get(name, b"")
        return [word for (word,) in struct.iter_unpack(">I", value[:len(value) // 4 * 4])]

    def cell(self, name: str, default: int) -> int:
        """A property's first word."""
        return next(iter(self.cells(name)), default)

    def ranges(self, parent: Node) -> list[tuple[int, int]]:
        """`reg` as (address, bytes) pairs, with the cell sizes of the parent."""
        address, size = parent.cell("#address-cells", 2), parent.cell("#size-cells", 1)
        words, pairs = self.cells("reg"), list[tuple[int, int]]()
        for at in range(0, len(words) - address - size + 1, max(address + size, 1)):
            pairs.append((_number(words[at:at + address]),
                          _number(words[at + address:at + address + size])))
        return pairs


@dataclass
class Tree:
    """A whole device tree."""

    root: Node
    reserved: list[tuple[int, int]] = field(default_factory=lambda: list[tuple[int, int]]())
    """The memory reservation block: (address, bytes)."""
    boot_cpu: int = 0

    def to_bytes(self) -> bytes:
        """The flattened form, version 17."""
        strings, offsets = bytearray(), dict[str, int]()
        body = bytearray()
        _flatten(self.root, body, strings, offsets)
        body += struct.pack(">I", END)
        reserve = b"".join(struct.pack(">QQ", *entry) for entry in [*self.reserved, (0, 0)])
        at_struct = HEADER.size + len(reserve)
        at_strings = at_struct + len(body)
        header = HEADER.pack(MAGIC, at_strings + len(strings), at_struct, at_strings, HEADER.size,
                             VERSION, COMPATIBLE_VERSION, self.boot_cpu, len(strings), len(body))
        return header + reserve + body + strings


def words(*values: int) -> bytes:
    """A property of 32-bit words."""
    return struct.pack(f">{len(values)}I", *values)


def number64(*values: int) -> bytes:
    """A property of 64-bit numbers, two cells each."""
    return struct.pack(f">{len(values)}Q", *values)


def strings(*values: str) -> bytes:
    """A property of strings."""
    return b"".join(value.encode() + b"\0" for value in values)


def parse(data: bytes, name: str) -> Tree:
    """A tree from its flattened form; `name` is for messages.  Raises `TreeError`."""
    try:
        return _parse(data)
    except TreeError as error:
        raise TreeError(f"{name}: this is no usable device tree: {error}") from None
    except (struct.error, ValueError, RecursionError):
        raise TreeError(f"{name}: this device tree is cut short or broken") from None


def _parse(data: bytes) -> Tree:
    if len(data) < HEADER.size or int.from_bytes(data[:4], "big") != MAGIC:
        raise TreeError(f"it begins with {data[:4].hex(' ') or 'nothing'}, not d0 0d fe ed; "
                        "a compiled tree (.dtb) is wanted, dtc makes one from .dts")
    _, total, at, at_strings, at_reserve, version, oldest, boot, _, _ = HEADER.unpack_from(data)
    if version < 16 or oldest > VERSION:
        raise TreeError(f"it has version {version}; 16 and 17 are known")
    if total > len(data):
        raise TreeError(f"it says that it has {total} bytes, and {len(data)} are there")
    tree = Tree(Node(), boot_cpu=boot)
    while (entry := struct.unpack_from(">QQ", data, at_reserve)) != (0, 0):
        tree.reserved.append((entry[0], entry[1]))
        at_reserve += 16
    tree.root = _Reader(data[:total], at, at_strings).node()
    return tree


class _Reader:
    """Reads tokens from the structure block."""

    def __init__(self, data: bytes, at: int, at_strings: int) -> None:
        self.data, self.at, self.at_strings = data, at, at_strings

    def node(self) -> Node:
        if self._token() != BEGIN_NODE:
            raise TreeError("the structure block does not begin with a node")
        return self._body()

    def _body(self) -> Node:
        node = Node(self._string(self.at))
        self._skip(len(node.name.encode()) + 1)
        while (token := self._token()) != END_NODE:
            if token == PROP:
                size, offset = struct.unpack_from(">II", self.data, self.at)
                start = self.at + 8
                if start + size > len(self.data):
                    raise TreeError(f"a property of node '{node.name}' reaches beyond its end")
                node.props[self._string(self.at_strings + offset)] = self.data[start:start + size]
                self._skip(8 + size)
            elif token == BEGIN_NODE:
                child = self._body()
                node.children[child.name] = child
            else:
                raise TreeError(f"token {token:#x} in node '{node.name}'")
        return node

    def _token(self) -> int:
        token = NOP
        while token == NOP:
            (token,) = struct.unpack_from(">I", self.data, self.at)
            self.at += 4
        return token

    def _string(self, at: int) -> str:
        return self.data[at:self.data.index(b"\0", at)].decode()

    def _skip(self, size: int) -> None:
        self.at += (size + 3) & ~3


def _flatten(node: Node, body: bytearray, strings: bytearray, offsets: dict[str, int]) -> None:
    body += struct.pack(">I", BEGIN_NODE) + _padded(node.name.encode() + b"\0")
    for name, value in node.props.items():
        if name not in offsets:
            offsets[name] = len(strings)
            strings += name.encode() + b"\0"
        body += struct.pack(">III", PROP, len(value), offsets[name]) + _padded(value)
    for child in node.children.values():
        _flatten(child, body, strings, offsets)
    body += struct.pack(">I", END_NODE)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _number(words: list[int]) -> int:
    value = 0
    for word in words:
        value = value << 32 | word
    return value
