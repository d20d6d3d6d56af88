"""Programs and shared libraries for Linux, reproducible, and refused with clear words."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from wrought.lang.build import toolchain
from wrought.lang.build.cache import Cache
from wrought.lang.build.dump import functions
from wrought.lang.build.errors import BuildError
from wrought.lang.build.image import build_image
from wrought.lang.build.layout import Layout
from wrought.lang.build.link import build_executable, build_shared
from wrought.lang.ir.model import Function, Ins, Module
from wrought.lang.ir.parser import parse_module
from wrought.lang.targets import TARGETS, Target

HOSTED = [t for t in TARGETS.values() if t.hosted]

CODE = r"""module "program"
global @text size=16 align=1 const=true {
  b"%s = %d %.1f\0a\00\00\00"
}
global @name size=8 align=1 const=true linkage=export {
  b"answer\00\00"
}
func @printf(format: ptr) -> i32 variadic=true linkage=extern
func @fmod(a: f64, b: f64) -> f64 linkage=extern
func @flag(x: i64) -> i1 linkage=export {
^e:
  %0: i1 = icmp x, 2:i64, pred=ugt
  ret %0
}
func @main(argc: i32) -> i32 linkage=export file="/src/prog.py" line=1 title="main" {
^e:
  %0: f64 = sitof argc
  %1: f64 = fadd %0, 6.5:f64
  %2: f64 = call @fmod(%1, 4.0:f64)
  %3: i32 = call @printf(@text, @name, 42:i32, %2)
  %4: i1 = icmp argc, 1:i32, pred=sgt
  cbr %4 -> ^fail, ^done !5:4
^fail:
  %5: i64 = sext argc
  panic %5, -1:i64, kind=args, msg="{0} arguments, not {1} (100%)" !5:9
^done:
  ret 0:i32
}
"""


def module() -> Module:
    return parse_module(CODE.replace("-1:i64", "18446744073709551615:i64"))


def runner(target: Target) -> list[str]:
    """The command before a program of that target, or a skip."""
    here = {"x86_64": "x64", "aarch64": "a64"}[platform.machine()]
    if target.arch == here:
        return []
    if target.name != "aarch64-linux-musl":
        pytest.skip("no C library of that machine to run with")
    return ["qemu-aarch64"]


@pytest.mark.parametrize("target", HOSTED, ids=lambda t: t.name)
def test_program_runs_and_panics(target: Target, tmp_path: Path):
    out = tmp_path / "program"
    build_executable(module(), target, out, root="/src", libraries=["m"])
    assert [p.name for p in tmp_path.iterdir()] == ["program"]
    command = [*runner(target), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "answer = 42 3.5\n"
    done = subprocess.run([*command, "x"], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr.startswith("panic: prog.py:5:9: 2 arguments, not -1 (100%) (in main)\n")
    assert abs(done.returncode) in (signal.SIGABRT, 128 + signal.SIGABRT)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="loads an x86-64 library")
def test_shared_library(tmp_path: Path):
    out = tmp_path / "libprogram.so.2"
    versions = tmp_path / "versions"
    versions.write_text("PROG_2 { global: flag; name; local: *; };\n")
    build_shared(module(), TARGETS["x86_64-linux"], out, versions=versions, libraries=["m"])
    library = ctypes.CDLL(str(out))
    flag = library.flag
    flag.restype = ctypes.c_bool
    assert (flag(ctypes.c_uint64(3)), flag(ctypes.c_uint64(2))) == (True, False)
    assert ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(library, "name"))) == b"answer"
    assert not hasattr(library, "main")


def test_output_is_reproducible(tmp_path: Path):
    """Other folder, other hash seed, no cache of objects: the same bytes."""
    script = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from lang.build import test_link
from wrought.lang.build.cache import Cache, cache_root
from wrought.lang.build.image import build_image, write_output
from wrought.lang.build.layout import Layout
from wrought.lang.build.link import build_executable
from wrought.lang.targets import TARGETS

class NoObjects(Cache):
    def get(self, key):
        return None

here = Path(sys.argv[1])
m = test_link.module()
for fn in m.functions.values():
    fn.file = str(here / "prog.py")
    fn.attrs |= {"noinline", "cold", "used"}
store = NoObjects()
for name in ("x86_64-linux", "aarch64-linux-musl"):
    build_executable(m, TARGETS[name], here / name, store, root=str(here), libraries=["m"])
elf = test_link.bare_image(here, store)
write_output(here / "bare", elf)
"""
    made: list[dict[str, bytes]] = []
    for seed in ("1", "77"):
        folder = tmp_path / f"build{seed}"
        folder.mkdir()
        subprocess.run([sys.executable, "-c", script, str(folder), str(Path(__file__).parents[2])],
                       check=True, cwd=folder, timeout=120,
                       env={**os.environ, "PYTHONHASHSEED": seed,
                            "PYTHONPATH": os.pathsep.join(sys.path)})
        made.append({p.name: p.read_bytes() for p in folder.iterdir()})
    assert set(made[0]) == {"x86_64-linux", "aarch64-linux-musl", "bare"}
    for name in made[0]:
        assert made[0][name] == made[1][name], name
        assert bytes(tmp_path) not in made[0][name], name


def bare_image(folder: Path, store: Cache) -> bytes:
    """A bare-metal program with panics, at a file in `folder`."""
    from lang.build.bare import BASE, program

    m = program("""
func @start() -> void linkage=export line=3 {
^e:
  %0: i64 = sysread reg=CurrentEL, enc=(3, 0, 4, 2, 2)
  panic %0, kind=test, msg="level {0}" !4:5
}
""")
    m.functions["start"].file = str(folder / "boot.py")
    return build_image(m, TARGETS["aarch64-none"], Layout(BASE), store, root=str(folder))


def test_default_panic_on_bare_metal_stops_at_brk(tmp_path: Path):
    assert "__wrought_panic" in functions(bare_image(tmp_path, Cache()))


def test_undefined_symbols_are_named(tmp_path: Path):
    m = module()
    for name in ("one_missing", "two_missing"):
        m.functions[name] = Function(name, [], "void", linkage="extern", attrs={"used"})
    block = m.functions["main"].blocks[0]
    block.body[0:0] = [Ins("call", "void", (), {"callee": n})
                       for n in ("one_missing", "two_missing")]
    out = tmp_path / "program"
    with pytest.raises(BuildError, match="^undefined symbols: one_missing, two_missing$"):
        build_executable(m, TARGETS["x86_64-linux"], out, libraries=["m"])
    assert not list(tmp_path.iterdir())


def test_program_without_main(tmp_path: Path):
    with pytest.raises(BuildError, match="p: a program needs an exported function 'main'"):
        build_executable(Module("p"), TARGETS["x86_64-linux"], tmp_path / "program")


def test_bare_metal_target_is_no_program(tmp_path: Path):
    with pytest.raises(BuildError, match="aarch64-none has no C library"):
        build_executable(module(), TARGETS["aarch64-none"], tmp_path / "program")


def test_output_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(BuildError, match=r"cannot write .*file/program: "):
        build_executable(module(), TARGETS["x86_64-linux"], tmp_path / "file" / "program",
                         libraries=["m"])


def test_full_disk(tmp_path: Path):
    # The compiler removes its output where it fails, and root could remove the real device.
    full = tmp_path / "full"
    try:
        os.mknod(full, stat.S_IFCHR | 0o666, os.makedev(1, 7))
    except PermissionError:
        full.symlink_to("/dev/full")
    source = tmp_path / "empty.ll"
    source.write_text('target triple = "x86_64-unknown-linux-gnu"\n')
    with pytest.raises(BuildError, match="disk is full"):
        toolchain.run(["clang", "--target=x86_64-unknown-linux-gnu", "-x", "ir", str(source),
                       "-S", "-o", str(full)], Cache())


def test_missing_toolchain(monkeypatch: pytest.MonkeyPatch):
    toolchain.zig.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BuildError, match="cross toolchain is not installed here: pip install"):
        toolchain.zig()
    monkeypatch.undo()
    assert Path(toolchain.zig()).exists()


def test_tool_that_takes_too_long():
    with pytest.raises(BuildError, match="clang took more than 0.001 s and was stopped"):
        toolchain.run(["clang", "--version"], Cache(), deadline=0.001)
