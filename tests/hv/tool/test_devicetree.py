"""Device trees: against the fdt package as an independent reader, and broken ones."""

from __future__ import annotations

import random

import fdt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wrought.hv.tool import devicetree as dt


def example() -> dt.Tree:
    """A tree with what real ones have: strings, words, odd bytes, empty properties."""
    root = dt.Node("", {"#address-cells": dt.words(2), "#size-cells": dt.words(1),
                        "compatible": dt.strings("a,b", "c"), "odd": b"abc", "empty": b""})
    root.child("memory@40000000").props["reg"] = dt.words(1, 0x4000_0000, 0x1000)
    root.child("soc").child("uart@9000000").props["status"] = dt.strings("okay")
    return dt.Tree(root, [(0x1000, 0x2000)], 3)


def independent(data: bytes) -> dict[str, dict[str, object]]:
    """Paths and properties as fdt reads them."""
    found, todo = {}, [("", fdt.parse_dtb(data).root)]
    while todo:
        path, node = todo.pop()
        found[path or "/"] = {prop.name: list(getattr(prop, "data", [])) for prop in node.props}
        todo += [(f"{path}/{child.name}", child) for child in node.nodes]
    return found


def test_fdt_reads_what_is_written():
    back = independent(example().to_bytes())
    assert set(back) == {"/", "/memory@40000000", "/soc", "/soc/uart@9000000"}
    assert back["/"]["compatible"] == ["a,b", "c"] and back["/"]["#address-cells"] == [2]
    assert back["/memory@40000000"]["reg"] == [1, 0x4000_0000, 0x1000]
    assert back["/"]["empty"] == []


def test_written_and_read_again():
    assert dt.parse(example().to_bytes(), "t") == example()


property_names = st.text("abc,#-", min_size=1, max_size=5)
nodes = st.recursive(
    st.builds(dt.Node, props=st.dictionaries(property_names, st.binary(max_size=9), max_size=3)),
    lambda below: st.builds(
        lambda node, kids: dt.Node("", node.props, {
            name: dt.Node(name, kid.props, kid.children) for name, kid in kids.items()}),
        st.builds(dt.Node), st.dictionaries(st.text("xyz@0", min_size=1, max_size=4), below,
                                            max_size=3)), max_leaves=6)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(nodes)
def test_any_tree(root: dt.Node):
    tree = dt.Tree(dt.Node("", root.props, root.children))
    assert dt.parse(tree.to_bytes(), "t") == tree


def test_access():
    root = example().root
    memory = root.children["memory@40000000"]
    assert memory.ranges(root) == [(0x1_4000_0000, 0x1000)]
    assert root.find("/soc/uart") is root.find("/soc/uart@9000000") is not None
    assert root.find("/soc/none") is None and root.find("/") is root
    assert root.texts("compatible") == ["a,b", "c"] and root.text("none") == ""
    assert [path for path, _ in root.walk()][-1] == "/soc/uart@9000000"


@pytest.mark.parametrize("data, message", [
    (b"", "begins with nothing"), (b"/dts-v1/;" + bytes(60), "dtc makes one from .dts"),
    (example().to_bytes()[:-8], "it says that it has"),
    (example().to_bytes()[:100], "it says that it has"),
])
def test_broken_trees(data: bytes, message: str):
    with pytest.raises(dt.TreeError, match=f"^board.dtb: .*{message}"):
        dt.parse(data, "board.dtb")


def test_damaged_bytes_are_an_error_or_a_tree():
    whole = example().to_bytes()
    chance = random.Random(1)
    errors = 0
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(4):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            dt.parse(bytes(data), "t")
        except dt.TreeError:
            errors += 1
    assert errors > 100
