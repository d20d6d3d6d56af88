"""The AArch64 library itself, as it lies in the wheel, run by QEMU and compared with this
machine's answers."""

from __future__ import annotations

import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fdt as fdt_package
import pytest

from wrought import prebuilt
from wrought.lang.build.errors import Panic
from wrought.lang.build.freeze import Freezer
from wrought.lang.build.marshal import extensions, named_thunk
from wrought.lang.build.program import Program
from wrought.lang.core.function import Compiled
from wrought.rt import bytes as rt_bytes
from wrought.rt import fdt, fmt, hash
from wrought.rt.fdt_find import fdt_find

pytestmark = pytest.mark.skipif(not shutil.which("qemu-aarch64"), reason="no qemu-aarch64")

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent.parent / "src"
Ask = Callable[..., None]


@pytest.fixture(scope="module")
def parts(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The wheel's library, the loader built for it, and what is known of its functions."""
    sys.path.insert(0, str(HERE))
    import loader

    program = tmp_path_factory.mktemp("loader") / "loader"
    Program("loader", target="aarch64-linux-musl", main=loader.main).build(program)
    library = zipfile.ZipFile(wheels["aarch64"]).read("wrought/_frozen/library.so")
    return library, program, Freezer(prebuilt.functions(), "aarch64", SOURCE)


@pytest.fixture
def guest(parts: Any) -> Any:
    import loader
    from guest import Guest

    return Guest(parts[0], parts[1], loader.BASE, loader.SIZE, loader.START)


@pytest.fixture
def ask(parts: Any, guest: Any) -> Ask:
    """`ask(f, …)` adds a call of `f` with arguments as IR has them."""
    def add(f: Compiled, *args: Any) -> None:
        fn = parts[2].module.functions[parts[2].unit.symbols.of(f)]
        params = [p.type for p in fn.params]
        thunk, _ = named_thunk(params, fn.ret, fn.cc, extensions(fn))
        guest.call(fn.name, thunk, params, fn.ret, *args)
    return add


def test_same_values_as_here(guest: Any, ask: Ask):
    texts = [b"", b"a", b"hello world", bytes(range(200))]
    for text in texts:
        ask(hash.siphash, 1, 2**64 - 1, guest.slice(text))
        ask(rt_bytes.find, guest.slice(text), guest.slice(b"o w"), 0)
        ask(rt_bytes.equal, guest.slice(text), guest.slice(b"a"))
    want = [value for text in texts
            for value in (hash.siphash(1, 2**64 - 1, text), rt_bytes.find(text, b"o w", 0),
                          rt_bytes.equal(text, b"a"))]
    assert [answer.value for answer in guest.answers()] == want


def test_panics_are_caught_and_leave_the_process_whole(guest: Any, ask: Ask):
    for text in (b"abc", b"abcd"):
        ask(rt_bytes.be32, guest.slice(text), 0)
    failed, fine = guest.answers()
    with pytest.raises(Panic) as caught:
        rt_bytes.be32(b"abc", 0)
    assert (failed.panic, failed.line) == (caught.value.message, caught.value.line)
    assert fine.value == rt_bytes.be32(b"abcd", 0)


def test_slices_and_structs_come_back(guest: Any, ask: Ask):
    room = guest.slice(bytes(70))
    ask(fmt.format_integer, room, 2**64 - 42, 10, 8, fmt.SIGNED)
    blob = tree_blob()
    tree = guest.place(bytes(fdt.Fdt.size))
    ask(fdt.open_tree, tree, guest.slice(blob))
    ask(fdt_find, tree, guest.slice(b"/soc/serial@9000000"))
    ask(fdt_find, tree, guest.slice(b"/soc/nothing"))
    digits, opened, found, missing = guest.answers()
    assert digits.value == (room[0] + 62, 8)
    assert opened.value == int(fdt.Check.OK)
    here = fdt.Fdt(structure=b"", strings=b"")
    assert fdt.open_tree(here, blob) == fdt.Check.OK
    assert found.value == fdt_find(here, b"/soc/serial@9000000") != rt_bytes.ABSENT
    assert missing.value == rt_bytes.ABSENT


def tree_blob() -> bytearray:
    """A device tree with one device, in memory that stays where it is."""
    tree = fdt_package.FDT()
    tree.set_property("compatible", "pl011", path="/soc/serial@9000000", create=True)
    return bytearray(tree.to_dtb(version=17))
