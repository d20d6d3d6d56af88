"""Whatever is wrong, `wrought compile` says it, exits with 1, and leaves no file behind."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from house.tree import ROOT
from wrought.errors import WroughtError
from wrought.lang.build.cache import cache_root
from wrought.lang.build.program import Program
from wrought.lang.ir.parser import parse_module

HEAD = """from __future__ import annotations

from wrought.lang.build.layout import Layout
from wrought.lang.build.program import Program
from wrought.lang.core.function import extern, fn
from wrought.lang.core.intrinsics import wfi


"""
HELLO = HEAD + """@fn
def main() -> None:
    print("hello")
"""
BARE = HEAD + """@fn
def start() -> None:
    while True:
        wfi()


program = Program("bare", target="aarch64-none", entry=start, layout=Layout(limit=LIMIT))
"""
EXTERN = HEAD + """@extern
def nowhere() -> None: ...


@fn
def main() -> None:
    nowhere()
"""
NO_ZIG = ("-c", "import sys; sys.modules['ziglang'] = None\n"
          "from wrought.cli.main import main; main()")
KILLED = """#!/bin/sh
for last; do :; done
echo half >"$last"
kill -9 $$
"""
"""A toolchain that is killed after it wrote some of its last argument's file."""


class Place(NamedTuple):
    """Folders of one test: the user's files, what holds temporary files, and the build cache."""

    work: Path
    temporary: Path
    cache: Path

    def compile(self, *arguments: str, python: tuple[str, ...] = ("-m", "wrought.cli.main"),
                **environment: str) -> tuple[int, str]:
        """Exit status and error text of the command, which must neither print to standard
        output nor change a file of `work` nor leave one in `temporary` if it fails."""
        before = files(self.work)
        done = subprocess.run(
            [sys.executable, *python, "compile", *arguments], cwd=self.work, text=True,
            capture_output=True, stdin=subprocess.DEVNULL, check=False, timeout=300,
            env={**os.environ, **self.environment(), **environment})
        assert "Traceback" not in done.stderr and "internal error" not in done.stderr
        assert list(self.temporary.iterdir()) == []
        if done.returncode:
            assert files(self.work) == before and done.stdout == ""
        return done.returncode, done.stderr

    def environment(self) -> dict[str, str]:
        """What the command is to use."""
        return {"PYTHONPATH": str(ROOT / "src"), "TMPDIR": str(self.temporary),
                "WROUGHT_CACHE": str(self.cache)}


def files(folder: Path) -> dict[str, bytes | None]:
    """All that is in a folder, except what Python keeps of modules."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None
            for p in sorted(folder.rglob("*")) if "__pycache__" not in p.parts}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "work", tmp_path / "temporary", tmp_path / "cache")
    made.work.mkdir()
    made.temporary.mkdir()
    for name, text in (("hello", HELLO), ("extern", EXTERN),
                       ("bare", BARE.replace("LIMIT", "None")),
                       ("small", BARE.replace("LIMIT", "65536"))):
        (made.work / f"{name}.py").write_text(text)
    return made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """`small_disk(options)` mounts a file system in memory; skips where that is not allowed."""
    mounted: list[Path] = []

    def mount(options: str) -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(folder)],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"a small disk needs the right to mount one: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    yield mount
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize(("arguments", "message"), [
    (["small.py"], "the image takes 69632 bytes of memory, but 65536 are available: 4096 too many"),
    (["bare.py", "-o", "."], "cannot write .: "),
    (["bare.py", "-t", "aarch64-moon"], "there is no target 'aarch64-moon'; known are host, "),
    (["bare.py", "-k", "shared"], "aarch64-none has no output of kind 'shared'"),
    (["extern.py", "-t", "aarch64-none"], "C functions can't be called on bare metal: nowhere"),
])
def test_what_cannot_be_built(place: Place, arguments: list[str], message: str):
    code, said = place.compile(*arguments)
    assert code == 1 and message in said


def test_a_symbol_that_does_not_resolve(place: Place):
    """With the common cache: a fresh one would build a C library first."""
    common = place._replace(cache=cache_root())
    assert common.compile("extern.py") == (1, "error: undefined symbol: nowhere\n")


def test_no_toolchain(place: Place):
    code, said = place.compile("bare.py", python=NO_ZIG)
    assert (code, said) == (1, "error: the cross toolchain is not installed here: "
                               'pip install "wrought[build]"\n')


def other_zig(folder: Path, script: str, mode: int = 0o755) -> str:
    """PYTHONPATH by which a script takes the place of the toolchain's program."""
    package = folder / "other" / "ziglang"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "zig").write_text(script)
    (package / "zig").chmod(mode)
    return os.pathsep.join([str(package.parent), str(ROOT / "src")])


@pytest.mark.parametrize(("mode", "message"), [
    (0o755, "error: clang crashed: signal 9"),
    (0o644, "error: cannot run the cross toolchain: Permission denied"),
])
def test_a_toolchain_that_does_not_work(place: Place, tmp_path: Path, mode: int, message: str):
    """Its half-written output is neither given out nor kept for the next build."""
    code, said = place.compile("bare.py", PYTHONPATH=other_zig(tmp_path, KILLED, mode))
    assert code == 1 and said.strip() == message
    assert place.compile("bare.py") == (0, "")


def test_terminated_while_a_tool_runs(place: Place, tmp_path: Path):
    """The tool ends too, and its files go."""
    started = tmp_path / "started"
    path = other_zig(tmp_path, f"#!/bin/sh\necho $$ >{started}.new\n"
                               f"mv {started}.new {started}\nexec sleep 60\n")
    before = files(place.work)
    with subprocess.Popen(
            [sys.executable, "-m", "wrought.cli.main", "compile", "bare.py"], cwd=place.work,
            stdout=subprocess.PIPE, env={**os.environ, **place.environment(), "PYTHONPATH": path},
            ) as command:
        while not started.exists() and command.poll() is None:
            time.sleep(0.01)
        command.terminate()
        assert command.wait(30) == 143
    assert not Path(f"/proc/{int(started.read_text())}").exists()
    assert list(place.temporary.iterdir()) == [] and files(place.work) == before


def test_a_cache_that_is_no_folder(place: Place):
    place.cache.write_text("mine")
    code, said = place.compile("bare.py")
    assert code == 0 and said == (f"warning: build cache {place.cache} is not writable "
                                  "(Not a directory); building without it\n")
    assert place.cache.read_text() == "mine" and (place.work / "bare.elf").exists()


def test_a_cache_that_is_read_only(place: Place, small_disk: Callable[[str], Path]):
    disk = small_disk("ro")
    code, said = place._replace(cache=disk).compile("bare.py")
    assert code == 0 and said == (f"warning: build cache {disk} is not writable "
                                  "(Read-only file system); building without it\n")


def test_a_cache_on_a_full_disk(place: Place, small_disk: Callable[[str], Path]):
    disk = small_disk("size=4k")
    (disk / "filler").write_bytes(bytes(4096))
    code, said = place._replace(cache=disk).compile("bare.py")
    assert code == 0 and said == (f"warning: build cache {disk} is not writable "
                                  "(No space left on device); building without it\n")
    assert [p for p in disk.rglob("*") if p.is_file()] == [disk / "filler"]


def test_output_on_a_full_disk(place: Place, small_disk: Callable[[str], Path]):
    """The file that was there stays whole; folders made for a new one go."""
    disk = small_disk("size=8k")
    (disk / "bare.elf").write_bytes(b"older")
    for out in (disk / "bare.elf", disk / "new" / "folder" / "bare.elf"):
        code, said = place.compile("bare.py", "-o", str(out))
        assert (code, said) == (1, f"error: cannot write {out}: the disk is full\n")
        assert files(disk) == {"bare.elf": b"older"}


def test_output_on_a_read_only_disk(place: Place, small_disk: Callable[[str], Path]):
    disk = small_disk("ro")
    code, said = place.compile("bare.py", "-o", str(disk / "bare.elf"))
    assert (code, said) == (1, f"error: cannot write {disk}/bare.elf: Read-only file system\n")


@pytest.mark.parametrize("size", ["4k", "12k"])
def test_temporary_files_on_a_full_disk(place: Place, small_disk: Callable[[str], Path],
                                        size: str):
    """Too small for what Wrought writes, then for what the tools write."""
    disk = small_disk(f"size={size}")
    code, said = place._replace(temporary=disk).compile("bare.py")
    assert code == 1 and said.startswith("error: ") and "disk is full" in said


def test_an_image_without_qemu(place: Place):
    environment = {**os.environ, **place.environment(), "PATH": str(place.work),
                   "WROUGHT_CACHE": str(cache_root())}
    done = subprocess.run([sys.executable, "main.py"], cwd=ROOT / "examples/10_el2_image",
                          capture_output=True, text=True, env=environment, timeout=180,
                          stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.endswith(
        "qemu-system-aarch64 is needed to run this: install qemu-system-arm\n")
    assert list(place.temporary.iterdir()) == []


@pytest.fixture(scope="module")
def intermediate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A good program as IR."""
    folder = tmp_path_factory.mktemp("ir")
    (folder / "hello.py").write_text(HELLO)
    done = subprocess.run([sys.executable, "-m", "wrought.cli.main", "compile", "hello.py",
                           "--dump=ir"], cwd=folder, check=True, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    return done.stdout


@pytest.mark.parametrize(("break_it", "message"), [
    (lambda text: "", "x.ir:1:1: expected 'module', got end of file"),
    (lambda text: text[:text.index("^entry:") + 20], "x.ir:"),
    (lambda text: text.replace("call @", "call @no.", 1), "no."),
    (lambda text: text.replace("func ", "junk ", 1), "x.ir:"),
], ids=["empty", "cut", "calls nothing", "junk"])
def test_broken_ir(place: Place, intermediate: str, break_it: Callable[[str], str],
                   message: str):
    (place.work / "x.ir").write_text(break_it(intermediate))
    code, said = place.compile("x.ir", "-k", "object")
    assert code == 1 and said.startswith("error: ") and message in said


def test_ir_that_is_no_text(place: Place):
    (place.work / "x.ir").write_bytes(b"module \xff")
    assert place.compile("x.ir") == (1, "error: x.ir: this is no text: byte 7 is not UTF-8\n")


def test_mutated_ir(intermediate: str):
    """Words of the text go, change and come again at random: an explained error or none."""
    words, chance = re.findall(r"\w+|\s+|[^\w\s]", intermediate), random.Random(1)
    refused = 0
    for _ in range(300):
        broken, at = list(words), chance.randrange(len(words))
        broken[at:at + chance.randrange(2)] = chance.choice(
            [[], [chance.choice(words)], ["-1"], ["i128"], ['"'], ["{"], ["9" * 30]])
        try:
            Program.from_ir(parse_module("".join(broken), "x.ir")).module()
        except WroughtError as error:
            refused += 1
            assert str(error)
    assert refused > 100
