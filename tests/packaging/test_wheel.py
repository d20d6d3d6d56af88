"""The wheels: contents, tags, what they ask of the system, and a fresh install without compiler."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import platform
import re
import shutil
import subprocess
import sys
import textwrap
import venv
import zipfile
from email import message_from_string
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile

from wrought import __version__, prebuilt
from wrought.lang.build.freeze import MACHINES
from wrought.lang.build.frozen import identity

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = "wrought/_frozen/library.so"
MANIFEST = "wrought/_frozen/manifest.json"
EXTENSION = "wrought/lua/api/_native.abi3.so"
COMMAND = "wrought/lua/lua-command"
LIBRARIES = {LIBRARY: "wrought/rt/bytes.py", EXTENSION: "wrought/lua/vm/convert.py",
             COMMAND: "wrought/lua/vm/convert.py"}
"""Each with a source file that it names in its panics."""
ELF_NAMES = {"x86_64": "EM_X86_64", "aarch64": "EM_AARCH64"}
C_LIBRARIES = {"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"}
"""What PEP 600 lets a wheel take from the system, of what Wrought could need."""


def elf(wheel: Path, library: str = LIBRARY) -> Any:
    return ELFFile(io.BytesIO(zipfile.ZipFile(wheel).read(library)))


def manifest(wheel: Path) -> dict[str, Any]:
    return json.loads(zipfile.ZipFile(wheel).read(MANIFEST))


@pytest.mark.parametrize("machine", MACHINES)
def test_name_tag_and_metadata(wheels: dict[str, Path], machine: str):
    wheel = zipfile.ZipFile(wheels[machine])
    tag = f"py3-none-manylinux_2_28_{machine}"
    assert wheels[machine].name == f"wrought-{__version__}-{tag}.whl"
    info = f"wrought-{__version__}.dist-info"
    about = message_from_string(wheel.read(f"{info}/WHEEL").decode())
    assert (about["Root-Is-Purelib"], about.get_all("Tag")) == ("false", [tag])
    metadata = message_from_string(wheel.read(f"{info}/METADATA").decode())
    assert metadata["Requires-Python"] == ">=3.11"
    # Compiling is an extra: whoever calls what is ready needs neither LLVM nor a linker.
    for need in metadata.get_all("Requires-Dist", []):
        if re.match("llvmlite|ziglang|capstone", need):
            assert "extra == 'build'" in need


@pytest.mark.parametrize("machine", MACHINES)
def test_record_is_right(wheels: dict[str, Path], machine: str):
    wheel = zipfile.ZipFile(wheels[machine])
    names = wheel.namelist()
    assert len(names) == len(set(names)) and names[-1].endswith(".dist-info/RECORD")
    rows = list(csv.reader(io.StringIO(wheel.read(names[-1]).decode())))
    assert [row[0] for row in rows] == names
    for name, digest, size in rows[:-1]:
        data = wheel.read(name)
        want = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        assert (digest, int(size)) == (f"sha256={want}", len(data)), name


def test_both_differ_in_nothing_but_the_machine(wheels: dict[str, Path]):
    contents = [{i.filename: i.CRC for i in zipfile.ZipFile(w).infolist()}
                for w in wheels.values()]
    differing = {name.rpartition("/")[2] for name in contents[0] if
                 contents[0][name] != contents[1].get(name)}
    assert contents[0].keys() == contents[1].keys()
    assert differing == {"library.so", "manifest.json", "_native.abi3.so", "lua-command", "WHEEL",
                         "RECORD"}


@pytest.mark.parametrize("machine", MACHINES)
def test_library_is_for_the_machine_and_shows_the_manifest(wheels: dict[str, Path], machine: str):
    library, listed = elf(wheels[machine]), manifest(wheels[machine])
    assert library["e_machine"] == ELF_NAMES[machine] and listed["machine"] == machine
    shown = {s.name for s in library.get_section_by_name(".dynsym").iter_symbols()
             if s.name and s["st_shndx"] != "SHN_UNDEF"}
    assert shown == set(listed["symbols"])
    assert {identity(f) for f in prebuilt.functions()} <= listed["things"].keys()
    assert listed["things"]["wrought.rt.bytes:find"][2] == (
        "(text: Slice[u8], part: Slice[u8], start: u64) -> u64")


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("machine", MACHINES)
def test_needs_no_newer_glibc_than_2_28(wheels: dict[str, Path], machine: str, name: str):
    library = elf(wheels[machine], name)
    assert library["e_machine"] == ELF_NAMES[machine]
    wanted = [version.name for _, versions in
              library.get_section_by_name(".gnu.version_r").iter_versions()
              for version in versions]
    assert wanted, "it calls the C library, so it asks for versions"
    assert all(tuple(map(int, name.removeprefix("GLIBC_").split("."))) <= (2, 28)
               for name in wanted), wanted
    dynamic = list(library.get_section_by_name(".dynamic").iter_tags())
    assert {tag.needed for tag in dynamic if tag.entry.d_tag == "DT_NEEDED"} <= C_LIBRARIES
    assert not {"DT_RPATH", "DT_RUNPATH", "DT_TEXTREL"} & {tag.entry.d_tag for tag in dynamic}
    stack = next(s for s in library.iter_segments() if s["p_type"] == "PT_GNU_STACK")
    assert stack["p_flags"] & 1 == 0, "nothing needs an executable stack"


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize("machine", MACHINES)
def test_no_path_of_the_building_machine(wheels: dict[str, Path], machine: str, name: str):
    # os.tmpname of Lua makes names there.
    data = zipfile.ZipFile(wheels[machine]).read(name).replace(b"/tmp" b"/lua_XXXXXX", b"")
    assert LIBRARIES[name].encode() + b"\0" in data
    for path in (str(ROOT), str(Path.home()), str(Path(sys.prefix).resolve()), "/tmp/"):
        assert path.encode() not in data
    sections = {section.name for section in elf(wheels[machine], name).iter_sections()}
    assert not any(name.startswith(".debug") for name in sections)


def test_same_sources_same_bytes(wheels: dict[str, Path], tmp_path: Path, build_wheels: Any):
    """Wherever the tree lies and whenever it was written, which a copy's times show."""
    copy, out = tmp_path / "tree", tmp_path / "out"
    for name in ("pyproject.toml", "README.md", "LICENSE", "tools/wheel.py"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    shutil.copytree(ROOT / "src", copy / "src", copy_function=shutil.copyfile,
                    ignore=shutil.ignore_patterns("__pycache__"))
    build_wheels(out, copy)
    for wheel in wheels.values():
        assert (out / wheel.name).read_bytes() == wheel.read_bytes()


def test_without_toolchain_building_asks_for_it(installed: Path, tmp_path: Path):
    text = run(installed, """
        from wrought.lang.build.errors import BuildError
        from wrought.lang.build.toolchain import zig

        try:
            zig()
        except BuildError as error:
            print(error)
        """, tmp_path)
    assert text == ('the cross toolchain is not installed here: '
                    'pip install "wrought[build]"\n')


@pytest.fixture(scope="module")
def installed(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with this machine's wheel and nothing else."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin/python"
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index",
         "--no-cache-dir", "--disable-pip-version-check", str(wheels[platform.machine()])],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return python


def run(python: Path, script: str, folder: Path) -> str:
    """What a script prints that is run from another place; its errors where it fails."""
    path = folder / "script.py"
    path.write_text(textwrap.dedent(script))
    done = subprocess.run([str(python), str(path)], cwd=folder, capture_output=True, text=True,
                          check=False, env={"HOME": str(folder), "PATH": "/nonexistent"})
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_calls_work_without_compiler(installed: Path, tmp_path: Path):
    text = run(installed, """
        import sys
        from wrought.rt import bitmap, bytes, console, fdt, fmt, hash

        print(bytes.find(b"hello world", b"wor", 0), bytes.equal(b"a", b"b"))
        text = bytearray(70)
        digits = fmt.format_integer(text, 2**64 - 42, 10, 8, fmt.SIGNED)
        print(memoryview(text)[-len(digits):].tobytes())
        print(bitmap.find_clear_run([0xFFFF_FFFF_FFFF_00FF, 0], 9))
        tree = fdt.Fdt(structure=b"", strings=b"")
        print(fdt.open_tree(tree, b"abc"))
        print(f"{hash.siphash(0x0706050403020100, 0x0f0e0d0c0b0a0908, b''):x}", flush=True)
        console.write(b"said\\n")
        print([m for m in sys.modules if m.split(".")[0] in ("llvmlite", "elftools", "ziglang")])
        """, tmp_path)
    # The hash is the first of the vectors that the authors of SipHash publish.
    assert text.splitlines() == ["6 False", "b'     -42'", "64", "Check.SHORT",
                                 "726fdb47dd0e0e31", "said", "[]"]
    assert not (tmp_path / ".cache").exists(), "nothing was built, so nothing is kept"


def test_lua_works_without_compiler(installed: Path, tmp_path: Path):
    text = run(installed, """
        from wrought.lua import LuaError, LuaRuntime

        lua = LuaRuntime()
        lua.globals().double = lambda n: 2 * n
        print(lua.eval("double(...)", 21))
        try:
            lua.execute("error('no')")
        except LuaError as error:
            print(str(error).splitlines()[0])
        """, tmp_path)
    assert text.splitlines() == ["42", '[string "<python>"]:1: no']
    assert not (tmp_path / ".cache").exists(), "nothing was built, so nothing is kept"


def test_the_lua_command_works_without_compiler(installed: Path, tmp_path: Path):
    text = run(installed, """
        import subprocess
        from wrought.cli.lua_program import executable

        done = subprocess.run([executable(), "-e", "print(6 * 7) os.exit(3)"], capture_output=True)
        print(done.stdout, done.returncode)
        """, tmp_path)
    assert text == "b'42\\n' 3\n"
    assert not (tmp_path / ".cache").exists(), "nothing was built, so nothing is kept"


def test_panic_without_compiler(installed: Path, tmp_path: Path):
    text = run(installed, """
        from pathlib import Path
        from wrought.lang.build.errors import Panic
        from wrought.rt.bytes import be32

        try:
            be32(b"abc", 0)
        except Panic as panic:
            print(panic.message, panic.kind, panic.function)
            line = Path(panic.file).read_text().splitlines()[panic.line - 1]
            print(line[panic.col - 1:])
        print(be32(b"\\1\\2\\3\\4", 0))
        """, tmp_path)
    assert text.splitlines() == ["slice end 4 is past length 3 index be32",
                                 "text[at:at + 4]", str(0x01020304)]


def test_an_environment_behind_a_link(installed: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(installed.parent.parent)
    text = run(tmp_path / "link/bin/python", """
        from wrought.rt.bytes import find
        print(find.file)
        print(find(b"abc", b"c", 0))
        """, tmp_path)
    file, value = text.splitlines()
    assert file.startswith(str(tmp_path)) and value == "2"


def test_other_functions_ask_for_the_compiler(installed: Path, tmp_path: Path):
    text = run(installed, """
        from __future__ import annotations
        from wrought.lang.build.errors import BuildError
        from wrought.lang.core.function import fn
        from wrought.lang.core.scalars import u64

        @fn
        def double(n: u64) -> u64:
            return 2 * n

        try:
            double(4)
        except BuildError as error:
            print(error)
        """, tmp_path)
    assert text == (f'{tmp_path}/script.py:8: double is not precompiled, and no compiler is '
                    'installed here: pip install "wrought[build]"\n')


def test_edited_source_is_not_run_as_it_was(installed: Path, tmp_path: Path):
    text = run(installed, """
        from pathlib import Path
        import wrought
        from wrought.lang.build.errors import BuildError

        source = Path(wrought.__file__).parent / "rt/bytes.py"
        was = source.read_text()
        source.write_text(was.replace("return at\\n", "return at + 1\\n"))
        try:
            from wrought.rt import bytes, fmt
            try:
                bytes.find(b"abc", b"c", 0)
            except BuildError as error:
                print(error.message)
            print(len(fmt.format_integer(bytearray(70), 7, 10, 3, 0)))
        finally:
            source.write_text(was)
        """, tmp_path)
    assert text.splitlines() == [
        "find was changed after it was precompiled, and no compiler is installed here: "
        'pip install "wrought[build]"', "3"]
