"""Frozen functions in this process: called, mixed with compiled ones, and given up when stale."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from wrought.lang.build import host
from wrought.lang.build.call import HostImage
from wrought.lang.build.errors import BuildError, Panic
from wrought.lang.build.freeze import CALLBACKS, Freezer, source_files
from wrought.lang.build.frozen import LIBRARY, MANIFEST, FrozenLibrary, Manifest
from wrought.lang.build.marshal_values import read
from wrought.lang.core.function import Compiled, fn
from wrought.lang.core.scalars import u64
from wrought.lang.core.static import static
from wrought.lang.core.types import fn_type
from wrought.rt import console

other_static = static(u64)

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent.parent / "src"


@pytest.fixture
def library(frozen_wares: Path) -> FrozenLibrary:
    return FrozenLibrary(frozen_wares, HERE)


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where llvmlite is not installed: what would start it says so instead."""
    monkeypatch.setattr(host, "has_compiler", lambda: False)
    monkeypatch.setattr(host, "compile_in_process", None)


@pytest.fixture
def image(library: FrozenLibrary, no_compiler: None) -> HostImage:
    """A process's image that has the wares and no compiler."""
    return HostImage(library)


def test_values_of_every_kind(image: HostImage, capfd: pytest.CaptureFixture[str]):
    from wares import counts, shapes

    call = image.function
    assert call(counts.power)(3) == 1000
    assert call(counts.divide)(-7, 2) == -4
    assert [call(counts.is_small)(x) for x in (-128, -1, 0, 127)] == [True, True, False, False]
    box = call(shapes.grow)(shapes.Box(width=2, height=3), 10)
    assert (box.width, box.height) == (12, 13)
    assert call(shapes.Box.area)(box) == 156
    assert list(call(shapes.spread)(5).words) == list(range(5, 13))
    assert call(shapes.say)(3.0, 7) == 1.5
    assert capfd.readouterr().out == "n is 0007\n"


def test_panic_names_the_installed_source(image: HostImage):
    from wares import counts, shapes

    with pytest.raises(Panic, match="too large") as caught:
        image.function(shapes.grow)(shapes.Box(width=2, height=3), 1000)
    source = Path(shapes.__file__)
    assert caught.value.file == str(source)
    assert 'assert by < LIMIT' in source.read_text().splitlines()[caught.value.line - 1]
    assert (caught.value.kind, caught.value.function) == ("assert", "grow")
    with pytest.raises(Panic, match="index 4 is out of range for length 4"):
        image.function(counts.power)(4)


def test_wrong_arguments(image: HostImage):
    from wares import counts

    with pytest.raises(OverflowError):
        image.function(counts.hit)(-1)
    with pytest.raises(TypeError):
        image.function(counts.hit)()


def test_frozen_static_is_the_processes_one(image: HostImage):
    from wares import counts, shapes

    before = read(counts.hits.type, image.address(counts.hits))
    image.function(counts.hit)(5)
    image.function(shapes.Box.area)(shapes.Box(width=1, height=1))
    assert read(counts.hits.type, image.address(counts.hits)) == before + 6


def test_frozen_function_as_an_argument(image: HostImage):
    from wares import counts, shapes

    start = image.function(counts.hit)(0)
    at = image.address(counts.hit)
    # hit(hit(start)): the counter doubles, then doubles again.
    assert image.function(shapes.twice)(at, start) == 4 * start


def test_compiled_functions_share_code_and_statics_with_frozen_ones(library: FrozenLibrary):
    from wares import counts
    from wares.counts import hit

    @fn
    def hit_twice(n: u64) -> u64:
        hit(n)
        return hit(n)

    image = HostImage(library)
    before = image.function(counts.hit)(0)
    assert image.function(hit_twice)(4) == before + 8
    assert image.function(counts.hit)(0) == before + 8
    assert image.address(counts.hit) == library.addresses()["wares.counts.hit"]


def test_a_namesake_is_not_the_frozen_function(library: FrozenLibrary):
    """Same module and name, another declaration: it is compiled under another symbol."""
    from wares import counts

    @fn
    def hit(n: u64) -> u64:
        return n * 3

    hit.module, hit.function.__qualname__ = "wares.counts", "hit"
    image = HostImage(library)
    assert image.function(hit)(5) == 15
    assert image.address(counts.hit) != image.address(hit)


def test_without_compiler_other_functions_are_refused(image: HostImage):
    @fn
    def other(n: u64) -> u64:
        return n

    with pytest.raises(BuildError) as caught:
        image.function(other)(1)
    assert str(caught.value).startswith(f"{__file__}:")
    assert caught.value.message.endswith(
        'other is not precompiled, and no compiler is installed here: '
        'pip install "wrought[build]"')


def test_python_functions_are_passed_without_compiler(image: HostImage):
    from wares import shapes

    kind = fn_type((u64,), u64)

    def triple(n: int) -> int:
        if n > 100:
            raise LookupError(n)
        return 3 * n

    at = image.callback(triple, kind)
    assert image.callback(triple, kind) == at
    assert image.function(shapes.twice)(at, 7) == 63
    with pytest.raises(LookupError, match="102"):
        image.function(shapes.twice)(at, 34)
    others = [image.callback(lambda n, k=k: n + k, kind) for k in range(1, CALLBACKS)]
    assert [image.function(shapes.twice)(at, 0) for at in others] == [
        2 * k for k in range(1, CALLBACKS)]
    with pytest.raises(BuildError, match="this call needs the callback compiled, and no compiler"):
        image.callback(len, kind)


def test_without_compiler_other_statics_are_refused(image: HostImage):
    with pytest.raises(BuildError, match="other_static is not precompiled, and no compiler"):
        image.address(other_static)


def test_without_compiler_and_library(no_compiler: None):
    with pytest.raises(BuildError, match=r'pip install "wrought\[build\]"'):
        HostImage()


def edited(tmp_path: Path, name: str) -> Path:
    """A copy of the package with one more line at the end of a module."""
    shutil.copytree(HERE / "wares", tmp_path / "wares")
    with (tmp_path / "wares" / f"{name}.py").open("a") as f:
        f.write("# changed\n")
    return tmp_path


FIND = """
import sys
from pathlib import Path
from wrought.lang.build.frozen import FrozenLibrary
from wares import counts, shapes
library = FrozenLibrary(Path(sys.argv[1]), Path(sys.argv[2]))
print(*(library.find(x) is not None for x in (counts.hit, counts.hits, shapes.grow)))
"""


@pytest.mark.parametrize(("name", "fresh"), [("counts", [0, 0, 0]), ("shapes", [1, 1, 0])])
def test_changed_sources_and_what_imports_them_are_stale(
        frozen_wares: Path, tmp_path: Path, name: str, fresh: list[int]):
    root = edited(tmp_path, name)
    done = subprocess.run(
        [sys.executable, "-c", FIND, frozen_wares, root], capture_output=True, text=True,
        check=True, env={"PYTHONPATH": f"{SOURCE}:{root}"})
    assert done.stdout.split() == [str(bool(x)) for x in fresh]


def test_an_edited_function_says_so_without_compiler(
        frozen_wares: Path, tmp_path: Path, no_compiler: None):
    from wares import counts

    folder = tmp_path / "frozen"
    shutil.copytree(frozen_wares, folder)
    old = Manifest.read(folder / MANIFEST)
    old.sources["wares/counts.py"] = "of another text"
    (folder / MANIFEST).write_text(old.text())
    image = HostImage(FrozenLibrary(folder, HERE))
    with pytest.raises(BuildError, match="power was changed after it was precompiled, and no"):
        image.function(counts.power)


def test_the_same_sources_give_the_same_bytes(wares: list[Compiled], frozen_wares: Path,
                                              tmp_path: Path):
    machine = Manifest.read(frozen_wares / MANIFEST).machine
    Freezer(wares, machine, HERE).write(tmp_path)
    for name in (LIBRARY, MANIFEST):
        assert (tmp_path / name).read_bytes() == (frozen_wares / name).read_bytes()


def test_damage_is_told(frozen_wares: Path, tmp_path: Path):
    shutil.copytree(frozen_wares, tmp_path, dirs_exist_ok=True)
    (tmp_path / LIBRARY).write_bytes(b"no library")
    with pytest.raises(BuildError, match="precompiled functions cannot be loaded.*reinstall"):
        FrozenLibrary(tmp_path, HERE).addresses()
    for text in ("{", "[]", '{"version": 1}'):
        (tmp_path / MANIFEST).write_text(text)
        with pytest.raises(BuildError, match="damaged.*reinstall wrought"):
            FrozenLibrary(tmp_path, HERE)


@pytest.mark.parametrize("change", [{"machine": "m68k"}, {"version": "0.0.0"}])
def test_a_library_of_another_machine_or_version_is_left_alone(
        library: FrozenLibrary, frozen_wares: Path, tmp_path: Path, change: dict[str, str]):
    assert library.usable()
    manifest = replace(Manifest.read(frozen_wares / MANIFEST), **change)
    (tmp_path / MANIFEST).write_text(manifest.text())
    assert not FrozenLibrary(tmp_path, HERE).usable()


def test_what_cannot_be_frozen_is_refused(wares: list[Compiled], tmp_path: Path):
    with pytest.raises(BuildError, match="nothing can be frozen for 'm68k', only for x86_64"):
        Freezer(wares, "m68k", HERE)
    with pytest.raises(BuildError, match="rt.console:c_write cannot be frozen: it is no @fn"):
        Freezer([console.c_write], "x86_64", HERE)
    with pytest.raises(BuildError, match="wares.counts cannot be frozen: it has no source below"):
        source_files("wares.counts", tmp_path)


def test_sources_are_all_that_a_module_uses():
    """What it imports, what that imports, and what print calls; not the compiler."""
    assert source_files("wrought.rt.bitmap", SOURCE) == [
        f"wrought/rt/{name}.py" for name in ("bitmap", "bytes", "console", "fmt")]


def test_two_of_one_name_are_refused():
    def make(k: int) -> Compiled:
        @fn
        def scale(n: u64) -> u64:
            return n * k
        return scale

    with pytest.raises(BuildError, match="scale cannot be frozen: there are several"):
        Freezer([make(2), make(3)], "x86_64", HERE)
